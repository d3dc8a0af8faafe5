"""K3, K7, K8 and K9 of thousands of random teams, each month of each against the second way."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from planning.models import Commitment
from reporting.metrics import intake, launches, periods, planning
from reporting.services import flow
from tests.reporting import oracles, throngs_of_launches, throngs_of_plans, throngs_of_records
from tests.reporting import second_way_of_records as second_way
from tests.reporting.metrics.test_planning import quarter
from tests.reporting.test_throngs_of_work import bounds, same
from tests.reporting.throngs import rounds

TEAMS, ROUNDS = 500, 10
START = datetime(2026, 8, 1, tzinfo=UTC)
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
HOURS = int((AT - START) / timedelta(hours=1))
MONTHS = periods.between(periods.month(2026, 8), periods.month(2026, 11))
QUARTERS = [(date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 10, 1), date(2026, 12, 31))]
dice = given(dice=st.randoms(use_true_random=True))


def within(rows, month, moment, at):
    """Return the rows whose `moment` is in the month and not after `at`."""
    start, end = bounds(month)
    return [one for one in rows if one[moment] and start <= one[moment] < end and one[moment] <= at]


class TestThrongsOfRecords(TestCase):
    @rounds(ROUNDS)
    @dice
    def test_requests_wait_and_double_as_the_second_way_says(self, dice):
        teams = throngs_of_records.teams(dice, TEAMS)
        told = throngs_of_records.requests(dice, teams, start=START, hours=HOURS)
        at = dice.choice([AT, AT, START + timedelta(hours=dice.randrange(HOURS))])
        for month in MONTHS:
            triage, doubles = intake.time_to_triage(month, at), intake.duplicates(month, at)
            assert intake.duplicates(month, at) == doubles
            for team, rows in scopes(teams, within(told, month, "submitted", at), "team"):
                case = (month.slug, at, rows if team else len(rows))
                same(triage.get(team), second_way.time_to_triage(rows, at), case)
                same(doubles.get(team), second_way.duplicates(rows, at), case)

    @rounds(ROUNDS)
    @dice
    def test_launches_were_as_ready_as_the_second_way_says(self, dice):
        teams = throngs_of_records.teams(dice, TEAMS)
        told = throngs_of_launches.launches(dice, teams, start=START, hours=HOURS)
        for month in MONTHS:
            figures = launches.readiness(month, AT)
            for team, rows in scopes(teams, within(told, month, "live", AT), "teams"):
                case = (month.slug, rows if team else len(rows))
                same(figures.get(team), second_way.readiness(rows), case)

    @rounds(ROUNDS)
    @dice
    def test_plans_were_kept_as_the_second_way_says(self, dice):
        starts_on, ends_on = dice.choice(QUARTERS)
        cycle = quarter(starts_on=starts_on, ends_on=ends_on)
        teams = throngs_of_records.teams(dice, TEAMS)
        start = cycle.opens_at - timedelta(days=6)
        told = throngs_of_plans.plans(dice, cycle, teams, start=start, hours=24 * 104)
        at = cycle.closes_at + timedelta(days=9)
        flow.rebuild(at=at)
        first = periods.containing(cycle.opens_at)
        for month in periods.between(first, first.shifted(2)):
            until = min(bounds(month)[1], cycle.closes_at)
            figures = planning.predictability(month, at)
            page = Commitment.objects.predictability(cycle, until)
            kept = (figures[None].numerator, figures[None].denominator)
            assert (page.delivered, page.promised) == kept
            for team, rows in scopes(teams, told, "teams"):
                given = {"freezes_at": cycle.freezes_at, "turns_at": cycle.turns_at}
                expected = oracles.predictability(rows, until=until, **given)
                case = (month.slug, team and rows)
                self.same_plan(figures.get(team), expected, case)
                is_last = cycle.closes_at <= bounds(month)[1]
                worth = oracles.business_value(rows, until=until, **given) if is_last else {}
                self.same_value(figures.get(team), worth, case)

    def same_value(self, figure, expected, case):
        beside = figure.companions if figure else {}
        names = ("value_share", "value_reached", "value_planned", "unvalued")
        assert {name: beside[name] for name in names if name in beside} == expected, case

    def same_plan(self, figure, expected, case):
        if figure is None:
            assert expected == (0, 0, 0, 0), case
            return
        beside = figure.companions
        points = (beside["points_finished"], beside["points_promised"])
        assert (figure.numerator, figure.denominator, *points) == expected, case


def scopes(teams, rows, name):
    """Yield each team with its rows; None is the organisation with all of them."""
    by_team = {team.pk: [] for team in teams}
    for one in rows:
        of = one[name] if name == "teams" else filter(None, [one[name]])
        for team in of:
            by_team[team.pk].append(one)
    yield None, rows
    yield from by_team.items()
