"""K13 of thousands of random key results, each month of each team against the second way."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from reporting.metrics import objectives, periods
from tests.reporting import throngs_of_objectives, throngs_of_records
from tests.reporting.metrics.test_planning import quarter
from tests.reporting.test_throngs_of_records import scopes
from tests.reporting.test_throngs_of_work import bounds, same
from tests.reporting.throngs import rounds

TEAMS, ROUNDS = 500, 10
START = datetime(2026, 8, 1, tzinfo=UTC)
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
HOURS = int((AT - START) / timedelta(hours=1))
MONTHS = periods.between(periods.month(2026, 8), periods.month(2026, 11))


class TestThrongsOfObjectives(TestCase):
    @rounds(ROUNDS)
    @given(dice=st.randoms(use_true_random=True))
    def test_key_results_prove_as_much_as_the_second_way_says(self, dice):
        cycle = quarter(starts_on=date(2026, 7, 1), ends_on=date(2026, 12, 31))
        teams = throngs_of_records.teams(dice, TEAMS)
        told = throngs_of_objectives.key_results(dice, cycle, teams, start=START, hours=HOURS)
        at = dice.choice([AT, AT, START + timedelta(hours=dice.randrange(HOURS))])
        for month in MONTHS:
            until = min(at, bounds(month)[1])
            figures = objectives.evidence_quality(month, at)
            assert objectives.evidence_quality(month, at) == figures
            for team, rows in scopes(teams, told, "team"):
                expected = throngs_of_objectives.evidence_quality(rows, until)
                case = (month.slug, at, rows if team else len(rows))
                same(figures.get(team), expected, case)
