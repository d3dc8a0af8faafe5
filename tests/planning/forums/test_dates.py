"""The days of a series, against a slow way that looks at each day by itself."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.models.forum_dates import LAST, MONTHLY, WEEKLY, Cadence

SPAN = timedelta(days=120)


def cadence(**fields):
    fields = {"rhythm": WEEKLY, "weekday": 2, "starts_on": date(2026, 1, 1), **fields}
    return Cadence(**{"meets_at": time(10), "time_zone": "Europe/Berlin", **fields})


cadences = st.builds(
    cadence,
    rhythm=st.sampled_from([WEEKLY, MONTHLY]),
    weekday=st.integers(1, 7),
    nth=st.sampled_from([1, 2, 3, 4, LAST]),
    every_weeks=st.integers(1, 9),
    starts_on=st.dates(date(2025, 1, 1), date(2027, 12, 31)),
)


def is_of_series(each: Cadence, day: date) -> bool:
    """Say by counting weeks and weekdays of the month, one at a time."""
    if day < each.starts_on or day.isoweekday() != each.weekday:
        return False
    if each.rhythm == WEEKLY:
        weeks, back = 0, day - timedelta(weeks=1)
        while back >= each.starts_on:
            weeks, back = weeks + 1, back - timedelta(weeks=1)
        return weeks % each.every_weeks == 0
    same = [
        date(day.year, day.month, number)
        for number in range(1, 32)
        if is_date(day.year, day.month, number)
        and date(day.year, day.month, number).isoweekday() == each.weekday
    ]
    return day == (same[-1] if each.nth == LAST else same[each.nth - 1])


def is_date(year, month, number) -> bool:
    try:
        date(year, month, number)
    except ValueError:
        return False
    return True


@given(each=cadences, first=st.dates(date(2024, 6, 1), date(2028, 6, 1)))
def test_a_series_has_the_days_that_counting_finds(each, first):
    days = [first + timedelta(days=number) for number in range(SPAN.days + 1)]

    assert each.days(first, first + SPAN) == [day for day in days if is_of_series(each, day)]


@given(each=cadences, first=st.dates(date(2025, 1, 1), date(2027, 1, 1)))
def test_it_meets_by_the_clock_on_the_wall(each, first):
    for day in each.days(first, first + SPAN):
        local = each.begins_at(day).astimezone(ZoneInfo("Europe/Berlin"))
        assert (local.date(), local.time()) == (each.meets_on(day), time(10))


def test_the_clocks_change_and_the_hour_stays():
    weekly = cadence()

    assert weekly.begins_at(date(2026, 10, 20)) == datetime(2026, 10, 20, 8, tzinfo=UTC)
    assert weekly.begins_at(date(2026, 10, 27)) == datetime(2026, 10, 27, 9, tzinfo=UTC)


def test_an_hour_the_clocks_skip_counts_on_from_before_the_change():
    night = cadence(weekday=7, meets_at=time(2, 30))

    assert night.begins_at(date(2026, 3, 29)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_an_hour_they_show_twice_is_the_first():
    night = cadence(weekday=7, meets_at=time(2, 30))

    assert night.begins_at(date(2026, 10, 25)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moves", "meets"), [(True, date(2026, 12, 28)), (False, date(2026, 12, 25))]
)
def test_christmas_moves_to_the_next_working_day_or_not(moves, meets):
    friday = cadence(weekday=5, holiday_calendar="DE", moves_off_holidays=moves)

    assert friday.meets_on(date(2026, 12, 25)) == meets


def test_a_forum_of_sundays_meets_on_sundays():
    assert cadence(weekday=7).meets_on(date(2026, 11, 1)) == date(2026, 11, 1)
