"""Delivery predictability (K3): cases computed by hand on the quarter July to September 2026."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from planning.models import Commitment, Cycle, Decision, InitiativeEpic
from prodops.audit.services import open_thread
from prodops.integrations.jira.models import JiraIssue
from reporting.metrics import periods, planning
from reporting.services import flow
from tests.factories import jira
from tests.factories.launches import asked_for
from tests.factories.people import TeamFactory, UserFactory

BERLIN = ZoneInfo("Europe/Berlin")
JULY, SEPTEMBER = periods.month(2026, 7), periods.month(2026, 9)
AT = datetime(2026, 11, 20, 12, tzinfo=BERLIN)
pytestmark = pytest.mark.django_db


def on(day, month=7):
    return datetime(2026, month, day, 12, tzinfo=BERLIN)


EARLY, MIDDAY_END = on(20, month=6), on(15, month=9)


@pytest.fixture
def cycle():
    return quarter()


def quarter(starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30), committed_at=EARLY, **fields):
    by = UserFactory(role="ops")
    thread = open_thread(kind="cycle", key="CYC", title="Q3", path="/")
    defaults = {"name": f"From {starts_on}", "slug": f"from-{starts_on}", "phase": "active"}
    return Cycle.objects.create(
        starts_on=starts_on,
        ends_on=ends_on,
        committed_at=committed_at,
        committed_by=by if committed_at else None,
        thread=thread,
        **{**defaults, **fields},
    )


def promise(cycle, *, added=EARLY, finished=None, dropped=None, kind="committed", teams=()):
    initiative = asked_for(requests=0)
    initiative.teams.set(teams)
    drop = {
        "dropped_at": dropped,
        "dropped_by": cycle.committed_by,
        "drop_reason": "priority",
        "drop_note": "Something else first.",
    }
    return Commitment.objects.create(
        cycle=cycle,
        initiative=initiative,
        kind=kind,
        added_at=added,
        added_by=cycle.committed_by,
        **late(cycle, added),
        finished_at=finished,
        **(drop if dropped else {}),
    )


def late(cycle, added):
    """Return what the service writes about what comes in after the plan froze."""
    if not cycle.is_frozen(added):
        return {}
    return {"was_unplanned": True, "add_reason": "customer", "add_note": "They asked."}


def decided(commitment, *, at):
    """Take the decision that the drop of a commitment opened."""
    by = commitment.dropped_by
    decision = Decision.objects.create(
        title="Drop it?",
        decision="Yes.",
        rationale="Something else is more important for the customers we have.",
        decider=by,
        opened_at=commitment.dropped_at,
        decided_at=at,
        state="decided",
        thread=open_thread(kind="decision", key="DEC", title="Drop it?", path="/"),
    )
    Commitment.objects.filter(pk=commitment.pk).update(drop_decision=decision)


def figure(month=SEPTEMBER, at=AT, team=None):
    return planning.predictability(month, at)[team]


def test_delivered_of_committed(cycle):
    promise(cycle, finished=MIDDAY_END)
    promise(cycle, finished=MIDDAY_END)
    promise(cycle, finished=MIDDAY_END)
    promise(cycle)
    assert (figure().value, figure().numerator, figure().denominator) == (75, 3, 4)
    assert not figure().is_immature


def test_delivered_after_the_end_is_not_delivered(cycle):
    promise(cycle, finished=on(1, month=10))
    assert figure().value == 0


def test_delivered_in_the_last_minute_counts(cycle):
    promise(cycle, finished=datetime(2026, 9, 30, 23, 59, tzinfo=BERLIN))
    assert figure().value == 100


def test_added_within_three_business_days_is_part_of_the_promise(cycle):
    promise(cycle, added=on(3), finished=MIDDAY_END)
    promise(cycle, added=on(6))
    assert (figure().denominator, figure().excluded) == (1, {"unplanned": 1})


def test_unplanned_work_never_counts_even_delivered(cycle):
    promise(cycle)
    promise(cycle, added=on(1, month=8), finished=MIDDAY_END)
    assert (figure().value, figure().companions["unplanned_delivered"]) == (0, 1)


def test_descoped_before_the_middle_leaves_the_denominator(cycle):
    promise(cycle, finished=MIDDAY_END)
    dropped = promise(cycle, dropped=on(1, month=8))
    decided(dropped, at=on(3, month=8))
    assert (figure().value, figure().excluded) == (100, {"descoped": 1})


def test_dropped_early_without_a_decision_stays_promised(cycle):
    promise(cycle, finished=MIDDAY_END)
    promise(cycle, dropped=on(1, month=8))
    late = promise(cycle, dropped=on(1, month=8))
    decided(late, at=on(1, month=9))
    assert (figure().numerator, figure().denominator) == (1, 3)


def test_dropped_after_the_middle_stays_promised(cycle):
    promise(cycle, finished=MIDDAY_END)
    promise(cycle, dropped=on(1, month=9))
    assert (figure().value, figure().companions["dropped"]) == (50, 1)


def test_stretch_is_beside_the_ratio(cycle):
    promise(cycle, finished=MIDDAY_END)
    promise(cycle, kind="stretch", finished=MIDDAY_END)
    assert (figure().denominator, figure().companions["stretch_delivered"]) == (1, 1)


def test_nothing_committed_is_no_value(cycle):
    assert (figure().value, figure().note) == (None, "n/a (0 of 0)")


def test_no_cycle_is_no_value():
    assert figure().value is None


def test_a_cycle_never_committed_has_no_figure():
    quarter(committed_at=None, phase="planning")
    assert figure().denominator == 0


def test_in_the_first_month_the_figure_is_immature_and_shows_what_is_delivered(cycle):
    promise(cycle, finished=on(20))
    promise(cycle, finished=MIDDAY_END)
    assert (figure(JULY).value, figure(JULY).is_immature) == (50, True)


def test_each_team_has_its_own(cycle):
    one, other = TeamFactory(), TeamFactory()
    promise(cycle, finished=MIDDAY_END, teams=[one, other])
    promise(cycle, teams=[other])
    assert figure(team=one.pk).value == 100
    assert figure(team=other.pk).value == 50
    assert figure().value == 50


def estimated(commitment, *points, done=0):
    """Give an initiative an epic with a story for each number of points, the first ones done."""
    epic = jira.epic()
    InitiativeEpic.objects.create(
        initiative=commitment.initiative, issue=epic, by=commitment.added_by, at=EARLY
    )
    for place, each in enumerate(points):
        moves = [(on(2), "To Do"), (on(3), "In Progress")]
        moves += [(on(9), "Done")] if place < done else []
        jira.issue(parent=epic, project=epic.project, story_points=each, statuses=moves)
    flow.rebuild(at=AT)


def beside(**wanted):
    companions = figure().companions
    assert {name: companions[name] for name in wanted} == wanted


def test_the_same_in_points_counts_the_finished_issues_of_promised_initiatives(cycle):
    estimated(promise(cycle, finished=MIDDAY_END), 5, 3, done=2)
    estimated(promise(cycle), 8, 4, done=1)
    estimated(promise(cycle, kind="stretch"), 100, done=1)
    assert figure().value == 50
    beside(points_promised=20, points_finished=16, points_share=80, unestimated=0)


def test_promises_without_estimates_are_counted_beside_the_points(cycle):
    estimated(promise(cycle), 5, None)
    estimated(promise(cycle), None)
    promise(cycle)
    beside(points_promised=5, points_share=0, unestimated=2)


def test_no_points_at_all_is_no_share_of_points(cycle):
    promise(cycle)
    estimated(promise(cycle), 0)
    beside(points_share=None, points_promised=0, unestimated=1)


def test_points_are_finished_as_of_the_end_of_the_cycle(cycle):
    kept = promise(cycle)
    estimated(kept, 5, done=1)
    issue = JiraIssue.objects.get(story_points=5)
    jira.change(
        issue, at=on(2, month=10), before=jira.status("Done"), after=jira.status("In Progress")
    )
    JiraIssue.objects.filter(pk=issue.pk).update(
        status=jira.status("In Progress"), change_count=3, synced_at=AT
    )
    flow.rebuild(at=AT)
    beside(points_share=100)


def test_points_of_an_issue_below_two_links_count_once(cycle):
    commitment = promise(cycle)
    estimated(commitment, 5)
    story = JiraIssue.objects.get(story_points=5)
    InitiativeEpic.objects.create(
        initiative=commitment.initiative, issue=story, by=commitment.added_by, at=EARLY
    )
    beside(points_promised=5)


def test_the_page_of_the_cycle_counts_as_the_scorecard_does(cycle):
    promise(cycle, finished=MIDDAY_END)
    promise(cycle, added=on(3))
    promise(cycle, added=on(6), finished=MIDDAY_END)
    promise(cycle, dropped=on(3))
    promise(cycle, dropped=on(1, month=9))
    page, scored = Commitment.objects.predictability(cycle, AT), figure()
    assert (page.delivered, page.promised) == (scored.numerator, scored.denominator) == (1, 3)
    assert (page.unplanned, page.withdrawn) == (1, 1)
    assert scored.excluded == {"unplanned": 1, "withdrawn": 1}
