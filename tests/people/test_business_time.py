"""Business time against a slow oracle that looks at every minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prodops.people.business_time import Calendar, default_calendar, holidays_of
from tests.factories.people import TeamFactory

MINUTE = timedelta(minutes=1)
BERLIN = Calendar("Europe/Berlin", holiday_calendar="DE")

calendars = st.builds(
    Calendar,
    time_zone=st.sampled_from(
        ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
    ),
    working_days=st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days))),
    day_starts_at=st.integers(5, 11).map(time),
    day_ends_at=st.tuples(st.integers(12, 23), st.sampled_from([0, 30])).map(lambda at: time(*at)),
    holiday_calendar=st.sampled_from(["", "DE", "US-CA"]),
)
moments = st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 10)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)


def is_open(calendar, moment):
    local = moment.astimezone(ZoneInfo(calendar.time_zone))
    is_in_hours = calendar.day_starts_at <= local.time() < calendar.day_ends_at
    is_free = local.date() in holidays_of(calendar.holiday_calendar, local.year)
    return is_in_hours and local.isoweekday() in calendar.working_days and not is_free


def minutes_open(calendar, start, end):
    count, moment = 0, start
    while moment < end:
        count += is_open(calendar, moment)
        moment += MINUTE
    return count


@settings(max_examples=60, deadline=None)
@given(calendars, moments, st.integers(0, 6 * 24 * 60))
def test_hours_between_agrees_with_every_minute(calendar, start, minutes):
    end = start + minutes * MINUTE

    assert calendar.hours_between(start, end) * 60 == pytest.approx(
        minutes_open(calendar, start, end)
    )
    assert calendar.hours_between(end, start) == -calendar.hours_between(start, end)


@settings(max_examples=100, deadline=None)
@given(calendars, moments, st.integers(1, 100 * 60))
def test_added_hours_have_passed_at_the_moment_they_lead_to(calendar, start, minutes):
    end = calendar.add_hours(start, minutes / 60)

    assert calendar.hours_between(start, end) * 60 == pytest.approx(minutes)
    assert is_open(calendar, end - MINUTE)


@settings(max_examples=100, deadline=None)
@given(calendars, moments, moments)
def test_days_between_counts_working_dates_half_open(calendar, start, end):
    day, count = calendar.clock_day(start), 0
    while day < calendar.local_date(end):
        count += calendar.is_working_day(day)
        day += timedelta(days=1)

    assert calendar.days_between(start, end) == count


@settings(max_examples=100, deadline=None)
@given(calendars, st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(-40, 40))
def test_working_days_added_can_be_walked(calendar, day, count):
    step = timedelta(days=1 if count > 0 else -1)
    walked, left = day, abs(count)
    while left:
        walked += step
        left -= calendar.is_working_day(walked)
    while count == 0 and not calendar.is_working_day(walked):
        walked += step

    assert calendar.add_working_days(day, count) == walked


def test_the_holidays_of_the_metrics_handbook_are_left_out():
    calendar = Calendar("America/New_York", holiday_calendar="US")
    start = datetime(2025, 12, 24, 15, tzinfo=UTC)

    assert calendar.days_between(start, datetime(2026, 1, 2, 15, tzinfo=UTC)) == 5


def test_what_arrives_out_of_hours_starts_its_clock_on_the_next_business_day():
    friday_evening = datetime(2026, 11, 20, 18, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    friday_dawn = datetime(2026, 11, 20, 6, 0, tzinfo=ZoneInfo("Europe/Berlin"))

    assert BERLIN.clock_day(friday_evening) == date(2026, 11, 23)
    assert BERLIN.clock_day(friday_dawn) == date(2026, 11, 20)
    assert BERLIN.days_between(friday_evening, friday_evening + timedelta(days=3)) == 0


def test_zero_hours_out_of_hours_is_the_next_opening():
    saturday = datetime(2026, 11, 21, 12, tzinfo=UTC)

    assert BERLIN.add_hours(saturday, 0) == datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_hours_end_at_closing_time_and_not_at_the_next_opening():
    nine = datetime(2026, 11, 20, 8, tzinfo=UTC)

    assert BERLIN.add_hours(nine, 8) == datetime(2026, 11, 20, 16, tzinfo=UTC)


def test_a_night_in_which_the_clocks_change_counts_what_it_lasted():
    nights = Calendar("Europe/Berlin", (7,), time(0), time(6))
    spring, autumn = datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)

    assert nights.hours_between(spring, spring + timedelta(days=2)) == 5
    assert nights.hours_between(autumn, autumn + timedelta(days=2)) == 7


@pytest.mark.parametrize(
    ("days", "starts", "ends"),
    [((), time(9), time(17)), ((0,), time(9), time(17)), ((1,), time(17), time(9))],
)
def test_a_calendar_without_working_time_is_refused(days, starts, ends):
    with pytest.raises(ValueError, match="must|needs"):
        Calendar("UTC", days, starts, ends)


def test_naive_moments_and_negative_hours_are_refused():
    with pytest.raises(ValueError, match="time zone"):
        BERLIN.hours_between(datetime(2026, 1, 1), datetime(2026, 1, 2))
    with pytest.raises(ValueError, match="only be added"):
        BERLIN.add_hours(datetime(2026, 1, 1, tzinfo=UTC), -1)


def test_working_days_agree_with_numpy_over_a_turn_of_the_year():
    free = numpy.array(sorted(holidays_of("DE", 2026) | holidays_of("DE", 2027)), "datetime64[D]")
    start = datetime(2026, 12, 14, 10, tzinfo=UTC)

    for days in range(40):
        end = start + timedelta(days=days)
        assert BERLIN.days_between(start, end) == numpy.busday_count(
            start.date(), end.date(), holidays=free
        )


def test_the_organisation_has_a_calendar(settings):
    settings.TIME_ZONE, settings.HOLIDAY_CALENDAR = "Asia/Tokyo", "JP"

    assert default_calendar() == Calendar("Asia/Tokyo", holiday_calendar="JP")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("", ""), ("DE", "Germany"), ("DE-BE", "Germany (Berlin)"), ("US", "United States"),
        ("GB-SCT", "United Kingdom (Scotland)"), ("UK", "United Kingdom"),
    ],
)  # fmt: skip
def test_a_calendar_names_whose_holidays_it_has(code, name):
    assert Calendar(holiday_calendar=code).region == name


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 12, 24), ""),
        (date(2026, 12, 25), "Christmas Day"),
        (date(2026, 12, 26), "Second Day of Christmas"),
        (date(2026, 12, 27), "a Sunday"),
    ],
)
def test_a_calendar_says_why_nobody_works(day, why):
    assert BERLIN.day_off(day) == why


@settings(max_examples=100, deadline=None)
@given(calendars, moments)
def test_every_day_but_a_working_day_has_a_reason(calendar, moment):
    assert bool(calendar.day_off(moment.date())) != calendar.is_working_day(moment.date())


@pytest.mark.django_db
def test_a_team_counts_by_its_own_calendar():
    team = TeamFactory(time_zone="Asia/Dubai", working_days=[7, 1, 2, 3, 4], holiday_calendar="AE")
    team.refresh_from_db()

    assert team.calendar().is_working_day(date(2026, 11, 22))
    assert not team.calendar().is_working_day(date(2026, 11, 20))
