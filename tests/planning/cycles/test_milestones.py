"""Milestones after the kick-off: planned anew, reached, cancelled, and who may."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from planning import services
from planning.models import Decision, Milestone
from prodops.notifications.models import Notification
from tests.factories import planning
from tests.factories.people import UserFactory

BERLIN = ZoneInfo("Europe/Berlin")
RATIONALE = "The steering group agrees in writing this quarter, so no meeting is held."


def milestone(*, cycle=None, title="Plan agreed", owner=None, due_on=date(2026, 10, 15), at=None):
    owner = owner or UserFactory()
    return services.add_milestone(
        cycle=cycle or planning.cycle(),
        title=title,
        owner=owner,
        due_on=due_on,
        by=owner,
        at=at or datetime(2026, 9, 1, 9, tzinfo=BERLIN),
    )


def test_the_page_shows_dates_and_who_is_late(operator, get):
    one = milestone(due_on=date(2020, 1, 7), owner=UserFactory(name="Ada Quick"))

    page = get("milestones", one.cycle).content.decode()

    assert "Plan agreed" in page
    assert "Ada Quick" in page
    assert "Late" in page


def test_planning_anew_moves_the_date_and_keeps_the_baseline(operator, post, get):
    one = milestone()

    post(
        "milestone", one, title=one.title, owner=one.owner_id, due_on="2026-10-22",
        reason="The board meets a week later.",
    )  # fmt: skip

    one.refresh_from_db()
    change = one.changes.get()
    assert (one.baseline_on, one.due_on) == (date(2026, 10, 15), date(2026, 10, 22))
    assert (change.from_on, change.to_on, change.by) == (one.baseline_on, one.due_on, operator)
    assert "re-planned" in get("milestones", one.cycle).content.decode()


@pytest.mark.parametrize(
    ("due_on", "why"), [("2026-12-25", "Christmas Day"), ("2026-12-27", "a Sunday")]
)
def test_a_date_on_which_nobody_works_is_taken_and_pointed_at(
    operator, client, post, get, settings, due_on, why
):
    settings.HOLIDAY_CALENDAR = "DE"
    cycle = planning.cycle()

    milestone(cycle=cycle, title="Works", due_on=date(2026, 12, 22))
    assert "No working day" not in get("milestones", cycle).content.decode()

    post("new-milestone", cycle, title="Plan agreed", owner=operator.pk, due_on=due_on)
    page = get("milestones", cycle).content.decode()

    assert f"it is {why}." in page
    assert f"No working day: {why}" in page


def test_a_date_moves_with_a_reason_only(operator, post):
    one = milestone()

    answer = post("milestone", one, title=one.title, owner=one.owner_id, due_on="2026-10-22")

    one.refresh_from_db()
    assert answer.status_code == 422
    assert "Say why the date moves." in answer.content.decode()
    assert one.due_on == one.baseline_on
    with pytest.raises(services.Refusal, match="Say why"):
        services.edit_milestone(
            milestone=one, title=one.title, owner=one.owner, due_on=date(2026, 10, 22),
            by=operator, at=planning.AT,
        )  # fmt: skip


def test_a_row_is_edited_in_its_place(operator, client, post):
    one = milestone()
    headers = {"HX-Request": "true"}

    form = client.get(f"/planning/milestones/{one.pk}/", headers=headers).content.decode()
    row = post(
        "milestone", one, title="Plan signed", owner=one.owner_id, due_on="2026-10-15",
        headers=headers,
    )  # fmt: skip

    assert form.lstrip().startswith("<tr")
    assert 'name="due_on"' in form
    assert row.content.decode().lstrip().startswith("<tr")
    assert "Plan signed" in row.content.decode()


def test_a_new_owner_is_told(operator, post):
    one, ada = milestone(), UserFactory(name="Ada Quick")

    post("milestone", one, title=one.title, owner=ada.pk, due_on="2026-10-15")

    assert "You own “Plan agreed”" in Notification.objects.get(recipient=ada).title


def test_an_owner_says_it_is_reached_and_takes_it_back(planner, post):
    one = milestone(owner=planner)

    post("milestone-done", one)
    one.refresh_from_db()
    assert (one.is_done, one.done_by) == (True, planner)

    post("milestone-reopening", one)
    one.refresh_from_db()
    assert (one.done_at, one.done_by) == (None, None)


def test_others_may_not(planner, post):
    one = milestone()

    for act in ("milestone", "milestone-done", "milestone-reopening", "milestone-cancellation"):
        assert post(act, one).status_code == 403
    assert post("new-milestone", one.cycle).status_code == 403


def test_cancelling_records_a_decision(operator, post):
    one = milestone()

    short = post("milestone-cancellation", one, rationale="Not needed.")
    post("milestone-cancellation", one, rationale=RATIONALE)

    one.refresh_from_db()
    decision = Decision.objects.get()
    assert short.status_code == 422
    assert one.decision == decision
    assert (decision.state, decision.rationale, decision.decider) == (
        "decided",
        RATIONALE,
        operator,
    )
    assert post("milestone-done", one).status_code == 302
    one.refresh_from_db()
    assert not one.is_done


@pytest.mark.parametrize(
    "fields",
    [
        {"baseline_on": date(2026, 10, 16)},
        {"due_on": date(2026, 10, 16)},
        {"done_at": planning.AT},
        {"cancelled_at": planning.AT},
        {"title": ""},
    ],
)
def test_the_database_keeps_baseline_and_reasons(db, fields):
    one = milestone()

    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone.objects.filter(pk=one.pk).update(**fields)


def test_nothing_of_a_closed_cycle_changes(operator, post):
    cycle = planning.cycle(phase="active")
    one = milestone(cycle=cycle)
    services.close_cycle(cycle=cycle, by=operator, at=planning.AT)

    post("milestone-done", one)

    one.refresh_from_db()
    assert not one.is_done
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone.objects.filter(pk=one.pk).update(title="Another")


def test_overdue_are_the_open_ones_due_before(db):
    cycle = planning.cycle()
    late, done = [milestone(cycle=cycle, title=title) for title in ("Late", "Done")]
    today = milestone(cycle=cycle, title="Today", due_on=date(2026, 10, 16))
    services.finish_milestone(milestone=done, by=done.owner, at=planning.AT)

    assert list(Milestone.objects.overdue(date(2026, 10, 16))) == [late]
    assert list(Milestone.objects.overdue(date(2026, 10, 17)).order_by("pk")) == [late, today]


def test_the_page_counts_as_the_scorecard_does(operator, get):
    """Two due: one reached a minute before midnight, one a minute after it. One is not due."""
    cycle = planning.cycle()
    midnight = datetime(2026, 10, 16, tzinfo=BERLIN)
    for minutes in (-1, 1):
        one = milestone(cycle=cycle, title=f"At {minutes}")
        at = midnight + timedelta(minutes=minutes)
        services.finish_milestone(milestone=one, by=one.owner, at=at)
    milestone(cycle=cycle, title="Far away", due_on=date(2026, 12, 30))

    counted = Milestone.objects.punctuality(cycle, datetime(2026, 11, 2, tzinfo=BERLIN))

    assert (counted.on_time, counted.due, counted.not_due) == (1, 2, 1)
