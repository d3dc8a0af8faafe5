"""K14 of thousands of random decisions, each month of each team against the second way."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from reporting.metrics import decisions, periods
from tests.reporting import throngs_of_decisions, throngs_of_records
from tests.reporting.test_throngs_of_records import scopes, within
from tests.reporting.test_throngs_of_work import same
from tests.reporting.throngs import rounds

TEAMS, ROUNDS = 500, 10
START = datetime(2026, 8, 1, tzinfo=UTC)
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
HOURS = int((AT - START) / timedelta(hours=1))
MONTHS = periods.between(periods.month(2026, 8), periods.month(2026, 11))


class TestThrongsOfDecisions(TestCase):
    @rounds(ROUNDS)
    @given(dice=st.randoms(use_true_random=True))
    def test_the_log_is_as_complete_as_the_second_way_says(self, dice):
        teams = throngs_of_records.teams(dice, TEAMS)
        told = throngs_of_decisions.decisions(dice, teams, start=START, hours=HOURS)
        at = dice.choice([AT, AT, START + timedelta(hours=dice.randrange(HOURS))])
        for month in MONTHS:
            figures = decisions.completeness(month, at)
            assert decisions.completeness(month, at) == figures
            for team, rows in scopes(teams, within(told, month, "owed", at), "teams"):
                case = (month.slug, at, rows if team else len(rows))
                same(figures.get(team), throngs_of_decisions.completeness(rows, at), case)
