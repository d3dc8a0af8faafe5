"""Planning on time (K2): cases computed by hand on the quarter July to September 2026."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from planning.models import Decision, Milestone, MilestoneChange
from prodops.audit.services import open_thread
from reporting.metrics import milestones, periods
from tests.factories.people import UserFactory
from tests.reporting.metrics.test_planning import quarter

BERLIN = ZoneInfo("Europe/Berlin")
JULY, SEPTEMBER = periods.month(2026, 7), periods.month(2026, 9)
AT = datetime(2026, 11, 20, 12, tzinfo=BERLIN)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    return quarter()


def milestone(cycle, due=date(2026, 7, 15), *, done=None, cancelled=None, decided=None, moved=None):
    by = cycle.committed_by or UserFactory()
    decision = _decision(by, decided) if cancelled else None
    made = Milestone.objects.create(
        cycle=cycle,
        title="Plan agreed",
        owner=by,
        baseline_on=due,
        due_on=due,
        added_by=by,
        added_at=datetime(2026, 6, 1, tzinfo=BERLIN),
        done_at=done,
        done_by=by if done else None,
        cancelled_at=cancelled,
        decision=decision,
    )
    if moved:
        told = {"from_on": due, "to_on": moved, "reason": "Later.", "by": by}
        MilestoneChange.objects.create(milestone=made, at=on(10), **told)
        made.due_on = moved
        made.save(update_fields=["due_on"])
    return made


def _decision(by, decided):
    fields = {"state": "decided", "decision": "No.", "rationale": "x" * 40, "decided_at": decided}
    thread = open_thread(kind="decision", key="DEC", title="Cancel", path="/")
    return Decision.objects.create(
        title="Cancel",
        decider=by,
        opened_at=on(1),
        thread=thread,
        **(fields if decided else {}),
    )


def on(day, month=7, hour=12):
    return datetime(2026, month, day, hour, tzinfo=BERLIN)


def figure(month=SEPTEMBER, at=AT):
    return milestones.punctuality(month, at)[None]


def test_reached_of_due(cycle):
    for done in (on(1), on(14), on(15), on(16), None):
        milestone(cycle, done=done)
    assert (figure().value, figure().numerator, figure().denominator) == (60, 3, 5)
    assert not figure().is_immature


def test_the_last_minute_of_the_day_is_in_time(cycle):
    midnight = datetime(2026, 7, 16, tzinfo=BERLIN)
    milestone(cycle, done=midnight - timedelta(minutes=1))
    assert figure().value == 100


def test_midnight_is_too_late(cycle):
    milestone(cycle, done=datetime(2026, 7, 16, tzinfo=BERLIN))
    assert figure().value == 0


def test_planned_anew_it_is_held_to_its_first_date(cycle):
    milestone(cycle, done=on(20), moved=date(2026, 7, 22))
    assert (figure().value, figure().companions) == (0, {"replanned": 1})


def test_what_is_not_due_is_left_out_and_counted(cycle):
    milestone(cycle, done=on(15))
    milestone(cycle, date(2026, 8, 3), done=on(2))
    july = figure(JULY)
    assert (july.value, july.denominator, july.excluded) == (100, 1, {"not_due": 1})
    assert july.is_immature


def test_on_its_own_day_it_is_not_due_yet(cycle):
    milestone(cycle)
    assert figure(JULY, at=on(15, hour=23)).excluded == {"not_due": 1}
    assert figure(JULY, at=on(16, hour=0)).denominator == 1


def test_cancelled_by_a_decision_it_is_left_out(cycle):
    milestone(cycle, cancelled=on(10), decided=on(10))
    assert (figure().note, figure().excluded) == ("n/a (0 of 0)", {"cancelled": 1})


def test_cancelled_without_a_decision_it_is_missed(cycle):
    milestone(cycle, cancelled=on(10))
    assert (figure().value, figure().denominator) == (0, 1)


def test_a_decision_taken_later_does_not_count_before(cycle):
    milestone(cycle, cancelled=on(10), decided=on(5, month=8))
    assert (figure(JULY).denominator, figure().denominator) == (1, 0)


def test_due_after_the_cycle_it_never_counts(cycle):
    milestone(cycle, date(2026, 10, 2))
    milestone(cycle, date(2026, 9, 30), done=on(30, month=9))
    assert (figure().value, figure().denominator, figure().excluded) == (100, 1, {"after_end": 1})


def test_reached_after_the_cycle_is_not_reached_in_it(cycle):
    milestone(cycle, date(2026, 9, 30), done=on(1, month=10))
    assert figure().value == 0


def test_without_milestones_there_is_no_value(cycle):
    assert (figure().value, figure().note) == (None, "n/a (0 of 0)")


def test_a_cycle_that_is_only_planned_counts_too():
    cycle = quarter(committed_at=None, phase="planning")
    milestone(cycle, date(2026, 6, 20), done=on(19, month=6))
    assert figure(JULY).value == 100


def test_on_a_day_the_clocks_change_the_day_is_as_long_as_it_was():
    cycle = quarter(date(2026, 10, 1), date(2026, 12, 31))
    milestone(cycle, date(2026, 10, 25), done=datetime(2026, 10, 25, 23, 59, tzinfo=BERLIN))
    milestone(cycle, date(2026, 10, 25), done=datetime(2026, 10, 26, 0, 1, tzinfo=BERLIN))
    assert (figure(periods.month(2026, 10)).numerator, figure(periods.month(2026, 10)).n) == (1, 2)


def test_the_evidence_names_each_milestone(cycle):
    milestone(cycle, done=on(15))
    milestone(cycle, date(2026, 7, 20))
    evidence = milestones.milestones_evidence(SEPTEMBER, AT, None)
    rows = [evidence.cells(row) for row in evidence.source]
    assert [row[-1] for row in rows] == ["on time", "missed"]
    assert rows[0][0].url.endswith("/milestones/")
