"""K1 by hand: which weekly looks count, as what, and how reports and forecasts came out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from planning import services
from planning.services import cadence
from reporting.metrics import periods, truth
from reporting.metrics.truth import looks_evidence
from tests.factories import planning
from tests.factories import truth as looks
from tests.factories.people import TeamFactory

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
NOVEMBER, AT = periods.month(2026, 11), datetime(2026, 12, 1, 9, tzinfo=UTC)
TARGET = date(2026, 11, 30)


def initiative(status="on_track", *, reported=MONDAY - timedelta(days=1), **fields):
    """An initiative under way, reported on the day before the look."""
    made = planning.initiative(**{"stage": "delivery", "target_on": TARGET, **fields})
    if status:
        services.report_status(
            initiative=made, status=status, text="So it is.", by=made.owner, at=reported
        )
    return made


def figure(month=NOVEMBER, at=AT, team=None):
    return truth.accuracy(month, at).get(team)


def test_no_look_is_no_figure():
    assert (figure().value, figure().note) == (None, "n/a (0 of 0)")


@pytest.mark.parametrize(
    ("made", "look", "counts_as"),
    [
        ({}, {"days": 20}, "accurate"),
        ({"status": "off_track"}, {"days": 90}, "accurate"),
        ({"reported": MONDAY - timedelta(days=7)}, {"days": 20}, "accurate"),
        ({"reported": MONDAY - timedelta(days=7, seconds=1)}, {"days": 20}, "stale"),
        ({"status": "at_risk"}, {"days": 20}, "differs"),
        ({}, {"days": 90}, "differs"),
        ({"status": None}, {"days": 20}, "unreported"),
        ({"target_on": None}, {"days": 20}, "no_date"),
        ({}, {"total": 5, "done": 5}, "accurate"),
        ({}, {"total": 0, "done": 0}, "unrated"),
        ({}, {"finished": (0,) * 90}, "unrated"),
        # Five working days after Monday the 30th is the 7th: 35 days from the look.
        ({}, {"days": 35}, "accurate"),
        ({}, {"days": 36}, "differs"),
    ],
)
def test_what_a_look_counts_as(made, look, counts_as):
    check = looks.check(initiative(**made), at=MONDAY, **look)

    found = figure()
    assert check.verdict == counts_as
    if counts_as == "unrated":
        assert (found.value, found.excluded) == (None, {"unrated": 1})
    else:
        assert (found.numerator, found.denominator) == (int(counts_as == "accurate"), 1)
        if counts_as != "accurate":
            assert found.companions[f"accuracy_{counts_as}"] == 1


def test_a_pause_leaves_it_out_from_the_day_it_was_logged():
    made = initiative()
    looks.check(made, at=MONDAY, days=90)
    cadence.pause(
        initiative=made,
        from_on=date(2026, 10, 1),
        until_on=None,
        reason="The partner waits.",
        by=made.owner,
        at=MONDAY + timedelta(days=3),
    )
    looks.check(made, at=MONDAY + timedelta(days=7), days=90)

    assert (figure().denominator, figure().excluded) == (1, {"paused": 1})


def test_only_the_first_look_of_a_week_counts():
    made = initiative()
    for hours in (0, 5, 30, 100):
        looks.check(made, at=MONDAY + timedelta(hours=hours), days=20 if hours == 0 else 90)
    looks.check(made, at=MONDAY + timedelta(days=7), days=90)

    assert (figure().numerator, figure().denominator) == (1, 2)


def test_weeks_belong_to_the_month_they_were_looked_at_in():
    looks.weeks(initiative(), at=MONDAY + timedelta(weeks=4), count=6, days=5)

    assert figure(periods.month(2026, 10)).denominator == 1
    assert figure().denominator == 5
    assert figure(at=MONDAY + timedelta(hours=1)).denominator == 1


def test_each_team_of_an_initiative_has_it():
    mine, other, none = (TeamFactory() for _ in range(3))
    looks.check(initiative(teams=[mine, other]), at=MONDAY, days=20)
    looks.check(initiative(teams=[other]), at=MONDAY, days=90)

    shares = {
        team: (one.numerator, one.denominator) for team, one in truth.accuracy(NOVEMBER, AT).items()
    }
    assert shares == {None: (1, 2), mine.pk: (1, 1), other.pk: (1, 2)}
    assert none.pk not in shares


def test_reports_of_four_weeks_before_the_target_and_how_they_came_out():
    target_on = date(2026, 11, 20)  # a Friday; tolerated until the 27th
    kept, late, doubted = (initiative(target_on=target_on) for _ in range(3))
    services.report_status(
        initiative=doubted, status="at_risk", text="Hm.", by=doubted.owner, at=MONDAY
    )
    for made in (kept, late, doubted):
        looks.check(made, at=datetime(2026, 10, 26, 9, tzinfo=UTC), days=20)  # 25 days before
        looks.check(made, at=datetime(2026, 11, 9, 9, tzinfo=UTC), days=9)
    looks.check(kept, at=datetime(2026, 11, 27, 9, tzinfo=UTC), total=10, done=10)
    looks.check(late, at=datetime(2026, 11, 28, 9, tzinfo=UTC), total=10, done=10)

    beside = figure().companions

    # Two were on track, one of them in time; each forecast gave a chance of 1.
    assert (beside["on_track_reports"], beside["on_track_kept"]) == (2, 50)
    assert beside["brier"] == pytest.approx(100 * 2 / 3)
    # 26 October and 9 November said the 15th and the 18th: nobody was done by then.
    assert (beside["forecasts_ended"], beside["within_p85"]) == (4, 0)


def test_forecasts_that_held():
    made = initiative()
    looks.check(made, at=MONDAY, days=20)
    looks.check(made, at=MONDAY + timedelta(days=7), days=2)
    services.finish_initiative(
        initiative=made, by=made.owner, at=datetime(2026, 11, 20, 9, tzinfo=UTC)
    )

    beside = figure().companions
    assert (beside["forecasts_ended"], beside["within_p85"]) == (2, 50)


def test_the_evidence_leads_to_each_look():
    team = TeamFactory()
    made = initiative(teams=[team])
    looks.check(made, at=MONDAY, days=90)
    looks.check(initiative(), at=MONDAY, days=20)

    everything, of_team = (looks_evidence(NOVEMBER, AT, each) for each in (None, team))

    assert len(everything.source) == 2
    (row,) = [of_team.cells(one) for one in of_team.source]
    assert str(row[0]) == made.key
    assert row[-1] == "Differs from Jira"
