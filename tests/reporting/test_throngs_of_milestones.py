"""K2 of hundreds of quarters at a time, each month of each against the second way."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from planning.models import Milestone
from reporting.metrics import milestones, periods
from tests.factories.people import UserFactory
from tests.reporting import throngs_of_milestones
from tests.reporting.test_throngs_of_work import bounds
from tests.reporting.throngs import rounds

QUARTERS, ROUNDS = 100, 10


def second_way(told, *, until, ends_on):
    """Return K2 by its sentences, in whole days on the wall: (on time, due, counted beside)."""
    zone = ZoneInfo(settings.TIME_ZONE)
    today = until.astimezone(zone).date()
    beside = {"after_end": 0, "cancelled": 0, "not_due": 0}
    on_time = due = 0
    for one in told:
        if one["baseline"] > ends_on:
            beside["after_end"] += 1
        elif one["decided"] and max(one["cancelled"], one["decided"]) < until:
            beside["cancelled"] += 1
        elif today <= one["baseline"]:
            beside["not_due"] += 1
        else:
            due += 1
            on_time += bool(one["done"] and one["done"].astimezone(zone).date() <= one["baseline"])
    return on_time, due, {reason: count for reason, count in beside.items() if count}


class TestThrongsOfMilestones(TestCase):
    @rounds(ROUNDS)
    @given(dice=st.randoms(use_true_random=True))
    def test_planning_was_as_punctual_as_the_second_way_says(self, dice):
        cycles = throngs_of_milestones.quarters(QUARTERS)
        told = throngs_of_milestones.milestones(dice, cycles, UserFactory(), settings.TIME_ZONE)
        for cycle in cycles:
            rows = told[cycle.pk]
            for month in self.months(cycle):
                at = dice.choice([bounds(month)[1] + timedelta(days=9), self.during(dice, month)])
                until = min(at, bounds(month)[1])
                figure = milestones.punctuality(month, at)[None]
                if not rows:
                    assert figure.denominator == 0
                    continue
                expected = second_way(rows, until=until, ends_on=cycle.ends_on)
                case = (month.slug, at, rows)
                assert (figure.numerator, figure.denominator, figure.excluded) == expected, case
                moved = sum(any(one < until for one in row["moved"]) for row in rows)
                assert figure.companions == {"replanned": moved}, case
                assert milestones.punctuality(month, at)[None] == figure
                page = Milestone.objects.punctuality(cycle, until)
                assert (page.on_time, page.due) == expected[:2], case

    def months(self, cycle):
        first = periods.month(cycle.starts_on.year, cycle.starts_on.month)
        return periods.between(first, first.shifted(2))

    def during(self, dice, month) -> datetime:
        start, end = bounds(month)
        return start + dice.random() * (end - start)
