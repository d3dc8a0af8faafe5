"""K1 of thousands of random teams, each month of each against the second way."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from prodops.people.business_time import default_calendar
from reporting.metrics import periods, truth
from tests.reporting import second_way_of_looks as second_way
from tests.reporting import throngs_of_looks, throngs_of_records
from tests.reporting.test_throngs_of_records import scopes
from tests.reporting.throngs import rounds

TEAMS, ROUNDS = 500, 10
MONDAYS = throngs_of_looks.mondays_between(
    datetime(2026, 8, 3, 0, tzinfo=UTC), datetime(2026, 11, 16, 0, tzinfo=UTC)
)
AT = datetime(2026, 12, 20, 15, tzinfo=UTC)
MONTHS = periods.between(periods.month(2026, 8), periods.month(2026, 12))


class TestThrongsOfLooks(TestCase):
    @rounds(ROUNDS)
    @given(dice=st.randoms(use_true_random=True))
    def test_reports_are_as_accurate_as_the_second_way_says(self, dice):
        teams = throngs_of_records.teams(dice, TEAMS)
        told = throngs_of_looks.looks(dice, teams, mondays=MONDAYS)
        for month in MONTHS:
            figures = truth.accuracy(month, AT)
            assert truth.accuracy(month, AT) == figures
            bounds = {"start": month.start, "end": month.end, "today": AT.date()}
            for team, rows in scopes(teams, told, "teams"):
                expected = second_way.accuracy(rows, calendar=default_calendar(), **bounds)
                self.same(figures.get(team), expected, (month.slug, team and rows))

    def same(self, figure, expected, case):
        if figure is None:
            beside = expected["companions"]
            assert (expected["denominator"], beside["forecasts_ended"]) == (0, 0), case
            return
        beside = expected.pop("companions")
        assert {name: getattr(figure, name) for name in expected} == expected, case
        assert figure.companions.keys() == beside.keys(), case
        for name, known in beside.items():
            assert figure.companions[name] == (known and pytest.approx(known)), (name, case)
