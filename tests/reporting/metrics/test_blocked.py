"""How long started work was blocked (beside K5): flags and "Blocked" statuses, counted once."""

from datetime import timedelta

import pytest

from prodops.integrations.jira.models import JiraField, JiraIssue
from reporting.metrics import ageing, periods
from reporting.models import FlowBlock
from reporting.services import flow
from tests.factories import jira
from tests.reporting.metrics.test_delivery import AT, OCTOBER, on

pytestmark = pytest.mark.django_db
END = OCTOBER.ends_at


def begun(*moves, day=1, **fields):
    return jira.issue(statuses=[(on(day), "In Progress"), *moves], **fields)


def flag(issue, at, *, on=True, field="Flagged", field_id="customfield_10021"):
    before, after = ("", "Impediment") if on else ("Impediment", "")
    change = jira.change(issue, at=at, before=before, after=after, field=field)
    change.field_id = field_id
    change.save(update_fields=["field_id"])


def standing(at=END):
    flow.rebuild(at=at)
    (found,) = ageing.started(at)
    return found


def test_a_flag_blocks_until_it_is_taken_away():
    issue = begun()
    flag(issue, on(3))
    flag(issue, on(10), on=False)
    assert (standing().blocked, standing().is_blocked) == (7, False)


def test_a_flag_that_stays_blocks_until_now():
    flag(begun(), on(3))
    found = standing(on(10))
    assert (found.blocked, found.is_blocked, found.is_blocked_long) == (7, True, True)


def test_a_blocked_status_counts_like_a_flag():
    begun((on(3), "Blocked"), (on(6), "In Progress"))
    assert standing().blocked == 3


def test_a_status_is_blocked_by_the_beginning_of_a_word():
    begun((on(3), "Blocked by legal"), (on(5), "Unblocked"))
    assert standing().blocked == 2


def test_flag_and_status_at_once_count_once():
    issue = begun((on(3), "Blocked"), (on(8), "In Progress"))
    flag(issue, on(5))
    flag(issue, on(12), on=False)
    assert standing().blocked == 9
    assert FlowBlock.objects.count() == 1


def test_time_blocked_before_the_start_does_not_count():
    issue = jira.issue(statuses=[(on(1), "To Do"), (on(6), "In Progress")])
    flag(issue, on(2))
    flag(issue, on(8), on=False)
    assert standing().blocked == 2


def test_what_happens_after_the_moment_does_not_count():
    issue = begun()
    flag(issue, on(20))
    flag(issue, on(30), on=False)
    assert (standing(on(15)).blocked, standing(on(22)).blocked) == (0, 2)


def test_an_issue_flagged_from_its_first_day_has_no_change_that_says_so():
    begun(is_flagged=True)
    assert standing(on(5)).blocked == 4


def test_the_first_change_says_how_it_was_before():
    flag(begun(), on(5), on=False)
    assert standing().blocked == 4


def test_the_flag_is_found_by_its_field_where_it_has_another_name():
    issue = begun()
    JiraField.objects.create(
        connection=issue.connection, jira_id="customfield_7", name="Markiert", role="flag"
    )
    flag(issue, on(3), field="Markiert", field_id="customfield_7")
    assert standing(on(5)).blocked == 2


def test_an_hour_more_than_five_days_is_long_and_five_days_are_not():
    for days in (timedelta(days=5), timedelta(days=5, hours=1)):
        issue = begun()
        flag(issue, on(3))
        flag(issue, on(3) + days, on=False)
    begun((on(28), "Blocked"))
    begun()
    flow.rebuild(at=AT)
    beside = ageing.stalled(OCTOBER, AT)[None].companions
    assert (beside["in_progress"], beside["blocked_now"], beside["blocked_long"]) == (4, 1, 25)


def test_finished_work_is_not_blocked():
    begun((on(3), "Blocked"), (on(20), "Done"))
    flow.rebuild(at=AT)
    beside = ageing.stalled(OCTOBER, AT)[None].companions
    assert (beside["blocked_now"], beside["blocked_long"]) == (0, None)


def test_a_block_that_ends_touches_the_months_from_then_on():
    issue = begun()
    flag(issue, on(3))
    flow.rebuild(at=AT)
    flag(issue, on(10, month=11), on=False)
    JiraIssue.objects.filter(pk=issue.pk).update(change_count=2, synced_at=AT)
    rebuilt = flow.rebuild(at=AT)
    assert rebuilt.since == on(10, month=11)
    assert not rebuilt.touches(OCTOBER)
    assert rebuilt.touches(periods.month(2026, 11))
