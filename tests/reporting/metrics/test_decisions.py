"""Decision log completeness (K14): cases worked out by hand on decisions of October 2026."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from planning import services
from planning.models import Decision
from reporting.metrics import decisions, periods
from tests.factories import planning
from tests.factories.people import TeamFactory, UserFactory

BERLIN = ZoneInfo("Europe/Berlin")
OCTOBER = periods.month(2026, 10)
AT = datetime(2026, 11, 20, 12, tzinfo=BERLIN)
RATIONALE = "It costs half as much and the team knows it well."
OPTIONS = [
    {"text": "Acme", "is_chosen": True, "why_rejected": ""},
    {"text": "Build it", "is_chosen": False, "why_rejected": "Two quarters of work."},
]
pytestmark = pytest.mark.django_db


def on(day, hour=12, month=10):
    return datetime(2026, month, day, hour, tzinfo=BERLIN)


def owed(day, *, event="slip", **fields):
    """Open what an event of a day calls for; without an event a person flags it."""
    cause = f"{event}:{Decision.objects.count()}" if event else ""
    told = {"at": on(day), "event": event, "cause": cause, "is_key": not event}
    return services.open_decision(title="Which?", by=None, **{**told, **fields})


def take(decision, day, *, hour=12, month=10, options=OPTIONS, **fields):
    return services.decide(
        decision=decision, text="Acme.", rationale=RATIONALE, by=UserFactory(),
        at=on(day, hour, month), options=options, **fields,
    )  # fmt: skip


def figure(team=None, month=OCTOBER, at=AT):
    return decisions.completeness(month, at).get(team)


def parts(one):
    return one.value, one.numerator, one.denominator


def test_nothing_owed_has_no_value():
    assert (figure().value, figure().note) == (None, "n/a (0 of 0)")


def test_in_time_with_alternatives_is_complete():
    take(owed(5), 7)
    owed(5)

    assert parts(figure()) == (50, 1, 2)
    assert figure().companions["undecided"] == 1


def test_the_fifth_business_day_is_in_time_and_the_sixth_late():
    take(owed(5), 12, hour=23)  # Monday to Monday: five business days
    take(owed(5), 13, hour=1)

    assert parts(figure()) == (50, 1, 2)
    assert figure().companions["decided_late"] == 1


def test_an_event_after_hours_counts_from_the_next_business_day():
    take(owed(2, at=on(2, 20)), 12)  # Friday evening, so the clock starts on Monday

    assert parts(figure()) == (100, 1, 1)


def test_holidays_do_not_count(settings):
    settings.HOLIDAY_CALENDAR = "DE"
    take(owed(1), 9)
    take(services.open_decision(title="Which?", by=None, at=on(23, month=12), event="slip",
                                cause="slip:december"), 31, month=12)  # fmt: skip

    december = figure(month=periods.month(2026, 12), at=on(31, 18, month=12))
    assert parts(figure()) == (0, 0, 1)
    assert parts(december) == (100, 1, 1)


def test_without_alternatives_it_is_not_complete():
    take(owed(5), 6, options=[])
    take(owed(5), 6, options=OPTIONS[:1])

    assert parts(figure()) == (0, 0, 2)
    assert figure().companions["one_sided"] == 2


def test_what_is_inside_its_five_days_is_left_out_and_the_month_hollow():
    take(owed(26), 27)
    owed(30)

    then = figure(at=on(3, month=11))
    assert parts(then) == (100, 1, 1)
    assert (then.excluded, then.is_immature) == ({"not_due": 1}, True)
    assert parts(figure()) == (50, 1, 2)
    assert not figure().is_immature


def test_what_a_person_opened_counts_only_when_flagged():
    take(owed(5, event=""), 6)
    planning.decision(at=on(5))

    assert parts(figure()) == (100, 1, 1)


def test_one_that_replaces_a_counted_one_counts_once():
    older = take(owed(5), 6)
    take(owed(8, event=""), 9, supersedes=older)

    assert parts(figure()) == (100, 1, 1)
    assert figure().excluded == {"replacing": 1}


def test_an_event_counts_though_its_decision_replaces_another():
    older = take(owed(5), 6)
    take(owed(8), 9, supersedes=older)

    assert parts(figure()) == (100, 2, 2)


def test_it_belongs_to_the_month_of_its_event():
    take(owed(5), 6)

    assert parts(figure(month=periods.month(2026, 9))) == (None, 0, 0)
    assert parts(figure(month=periods.month(2026, 11))) == (None, 0, 0)


def test_teams_are_those_of_the_initiative_and_its_own():
    mine, other = TeamFactory(), TeamFactory()
    take(owed(5, initiative=planning.initiative(teams=[mine])), 6)
    owed(5, team=other)

    assert parts(figure(mine.pk)) == (100, 1, 1)
    assert parts(figure(other.pk)) == (0, 0, 1)
    assert parts(figure()) == (50, 1, 2)


def test_decided_later_than_the_look_is_not_decided_yet():
    take(owed(5), 7)

    assert parts(figure(at=on(6))) == (None, 0, 0)
    assert figure(at=on(6)).excluded == {"not_due": 1}


def test_the_evidence_says_what_each_counts_as():
    late = take(owed(5), 20)

    found = decisions.completeness_evidence(OCTOBER, AT, None)
    (row,) = [found.cells(one) for one in found.source]
    assert (str(row[0]), row[-1], row[-2]) == (late.key, "decided late", 11)
    assert late.decided_at.date() == date(2026, 10, 20)
