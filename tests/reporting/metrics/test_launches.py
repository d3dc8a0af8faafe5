"""Launch readiness (K9): cases computed by hand on one launch of October 2026."""

from datetime import UTC, datetime, timedelta

import pytest

from launches.models import ItemStateChange, Launch, LaunchItem
from reporting.metrics import launches, periods
from tests.factories.launches import asked_for, item, launch
from tests.factories.people import TeamFactory

OCTOBER = periods.month(2026, 10)
MADE_AT = datetime(2026, 10, 1, 9, tzinfo=UTC)
WENT_LIVE = datetime(2026, 10, 20, 9, tzinfo=UTC)
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def shipped():
    return make()


def make(went_live=WENT_LIVE, **fields):
    made = launch(at=MADE_AT, **fields)
    made.items.all().delete()
    stage = {"stage": "launched", "launched_at": went_live, "launched_by": made.owner}
    Launch.objects.filter(pk=made.pk).update(**stage)
    made.refresh_from_db()
    return made


def add(of, state="done", *, at=MADE_AT, **fields):
    """Add an item as it stood before the launch went live."""
    Launch.objects.filter(pk=of.pk).update(stage="readiness", launched_at=None, launched_by=None)
    of.refresh_from_db()
    made = item(of=of, state=state, at=at, **fields)
    Launch.objects.filter(pk=of.pk).update(
        stage="launched", launched_at=WENT_LIVE, launched_by=of.owner
    )
    return made


def move(made, state, *, at, **fields):
    """Bring an item to another state at a moment, as a person would have."""
    LaunchItem.objects.filter(pk=made.pk).update(state=state, **fields)
    ItemStateChange.objects.create(item=made, to_state=state, at=at, by=made.launch.owner)


def finish(made, *, at):
    move(made, "done", at=at, completed_at=at, completed_by=made.launch.owner)


def figure(team=None, month=OCTOBER, at=AT):
    return launches.readiness(month, at).get(team)


def test_complete_of_applicable(shipped):
    for state in ("done", "done", "done", "in_progress"):
        add(shipped, state)
    assert (figure().value, figure().numerator, figure().denominator) == (75, 3, 4)


def test_waived_and_not_applicable_leave_both_sides_and_are_shown(shipped):
    for state in ("done", "waived", "not_applicable"):
        add(shipped, state)
    assert (figure().value, figure().denominator) == (100, 1)
    assert figure().excluded == {"waived": 1, "not_applicable": 1}


def test_completed_after_going_live_is_late_and_incomplete(shipped):
    add(shipped, "done")
    late = add(shipped, "in_progress")
    finish(late, at=WENT_LIVE + timedelta(minutes=1))
    assert (figure().value, figure().companions["late"]) == (50, 1)


def test_opened_again_after_going_live_it_was_complete_then(shipped):
    again = add(shipped, "done")
    move(
        again, "in_progress", at=WENT_LIVE + timedelta(days=1), completed_at=None, completed_by=None
    )
    assert figure().value == 100


def test_waived_after_going_live_it_was_incomplete_then(shipped):
    add(shipped, "done")
    aside = {"reason": "Agreed.", "set_aside_by": shipped.owner, "waived_until": "2027-01-31"}
    move(add(shipped, "in_progress"), "waived", at=WENT_LIVE + timedelta(days=1), **aside)
    assert figure().value == 50


def test_added_after_going_live_is_ignored(shipped):
    add(shipped, "done")
    add(shipped, "not_started", at=WENT_LIVE + timedelta(hours=1))
    assert figure().denominator == 1


def test_advisory_items_do_not_count(shipped):
    add(shipped, "done")
    add(shipped, "not_started", is_required=False)
    assert figure().value == 100


def test_no_required_items_is_no_value(shipped):
    assert (figure().value, figure().note) == (None, "n/a (0 of 0)")


def test_another_months_launch_does_not_count(shipped):
    add(shipped, "done")
    assert figure(month=periods.month(2026, 9)).value is None


def test_a_cancelled_launch_is_left_out():
    launch(stage="cancelled", at=MADE_AT)
    assert figure().denominator == 0


def test_launches_ready_in_full_are_told_beside(shipped):
    add(shipped, "done")
    other = make()
    add(other, "in_progress")
    assert figure().companions["fully_ready_launches"] == 50


def test_teams_are_those_of_the_initiatives(shipped):
    team = TeamFactory()
    initiative = asked_for(requests=0)
    initiative.teams.add(team)
    shipped.initiative_links.create(initiative=initiative, at=MADE_AT, by=shipped.owner)
    add(shipped, "done")
    assert figure(team=team.pk).value == 100
    assert figure(team=TeamFactory().pk) is None


def test_before_the_moment_asked_for_nothing_is_known(shipped):
    add(shipped, "done")
    assert figure(at=WENT_LIVE - timedelta(hours=1)).value is None
