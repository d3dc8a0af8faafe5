"""Business time: the one place that knows working hours, weekends and holidays.

Every clock of the hub counts with a `Calendar`: a team's (`team.calendar()`) or the
organisation's (`default_calendar()`). Calendar time is plain subtraction and needs none of this.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
import numpy
from django.conf import settings
from holidays.registry import COUNTRIES

ONE_DAY = timedelta(days=1)
WEEK = range(1, 8)


@dataclass(frozen=True)
class Calendar:
    """Working days (ISO, Monday is 1) and hours in one time zone, less one region's holidays.

    Hours are elapsed hours inside the working day, so a day on which the clocks change counts
    what it really lasted. `holiday_calendar` is a code such as "DE" or "US-CA"; "" has none.
    """

    time_zone: str = "UTC"
    working_days: tuple[int, ...] = (1, 2, 3, 4, 5)
    day_starts_at: time = time(9)
    day_ends_at: time = time(17)
    holiday_calendar: str = ""

    def __post_init__(self):
        if not self.working_days or not set(self.working_days) <= set(WEEK):
            raise ValueError("A calendar needs working days between 1 (Monday) and 7 (Sunday).")
        if self.day_starts_at >= self.day_ends_at:
            raise ValueError("A working day must end after it starts.")

    def is_working_day(self, day: date) -> bool:
        return day.isoweekday() in self.working_days and day not in holidays_of(
            self.holiday_calendar, day.year
        )

    def day_off(self, day: date) -> str:
        """Return why nobody works on `day`: "Christmas Day", "a Sunday"; "" of a working day."""
        if self.is_working_day(day):
            return ""
        return holiday_names(self.holiday_calendar, day.year).get(day) or f"a {day:%A}"

    @property
    def region(self) -> str:
        """Whose public holidays are left out, such as "Germany (Berlin)"; "" where none are."""
        return region_of(self.holiday_calendar)

    def local_date(self, moment: datetime) -> date:
        """Return the date a clock on this calendar's wall shows at `moment`."""
        return _aware(moment).astimezone(ZoneInfo(self.time_zone)).date()

    def add_hours(self, start: datetime, hours: float) -> datetime:
        """Return the moment (UTC) when `hours` business hours have passed since `start`.

        Zero hours from a moment out of hours is the next opening. Raises ValueError for
        negative hours or a naive datetime.
        """
        if hours < 0:
            raise ValueError("Business hours can only be added.")
        left = timedelta(hours=hours)
        for opens, closes in self._openings(_aware(start)):
            worked = closes - opens
            if left <= worked:
                return opens + left
            left -= worked
        raise OverflowError("The calendar ends before the hours do.")

    def hours_between(self, start: datetime, end: datetime) -> float:
        """Return the business hours in [start, end); negative when `end` comes first."""
        if _aware(end) < _aware(start):
            return -self.hours_between(end, start)
        total = timedelta()
        for opens, closes in self._openings(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total / timedelta(hours=1)

    def days_between(self, start: datetime, end: datetime) -> int:
        """Return the business days in [start, end) by local dates, never below zero.

        What arrives out of hours starts its clock on the next business day, at local midnight.
        """
        first = numpy.datetime64(self.clock_day(start))
        last = numpy.datetime64(self.local_date(end))
        return max(int(numpy.busday_count(first, last, busdaycal=self._numpy(first, last))), 0)

    def working_days_from(self, first: date, last: date) -> int:
        """Return how many working days there are from `first` to `last`, both included."""
        return _working_days(self, first, last)

    def clock_day(self, start: datetime) -> date:
        """Return the business day on which the clock of what arrived at `start` begins."""
        local = _aware(start).astimezone(ZoneInfo(self.time_zone))
        if self.is_working_day(local.date()) and local.time() < self.day_ends_at:
            return local.date()
        return self.add_working_days(local.date(), 1)

    def add_working_days(self, day: date, count: int) -> date:
        """Return the date `count` working days after `day` (before it, when negative).

        From a day off, counting starts at the nearest working day behind the direction of travel:
        Saturday + 1 is Monday, Saturday - 1 is Friday. Zero gives `day`, or the working day before
        it, so that a due date never slips past the day it is counted from.
        """
        margin = timedelta(days=abs(count) * 7 + 31)
        calendar = self._numpy(numpy.datetime64(day - margin), numpy.datetime64(day + margin))
        start = numpy.datetime64(day)
        if count < 0:
            return numpy.busday_offset(start, count, "forward", busdaycal=calendar).astype(date)
        return numpy.busday_offset(start, count, "backward", busdaycal=calendar).astype(date)

    def _openings(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield (opens, closes) in UTC of each working day from `start` on, the first cut at it."""
        day, start = self.local_date(start), start.astimezone(UTC)
        while day < date.max:
            hours = _hours_on(self, day)
            if hours and start <= hours[1]:
                yield max(hours[0], start), hours[1]
            day += ONE_DAY

    def _numpy(self, first: numpy.datetime64, last: numpy.datetime64) -> numpy.busdaycalendar:
        years = sorted([first.astype(date).year, last.astype(date).year])
        return _busdays(self.working_days, self.holiday_calendar, years[0], years[1])


def default_calendar() -> Calendar:
    """Return the organisation's own calendar, for what belongs to no team."""
    return Calendar(time_zone=settings.TIME_ZONE, holiday_calendar=settings.HOLIDAY_CALENDAR)


@lru_cache(maxsize=20_000)
def _hours_on(calendar: Calendar, day: date) -> tuple[datetime, datetime] | None:
    """Return when a working day opens and closes, in UTC; None of a day off."""
    if not calendar.is_working_day(day):
        return None
    zone = ZoneInfo(calendar.time_zone)
    opens = datetime.combine(day, calendar.day_starts_at, zone).astimezone(UTC)
    return opens, datetime.combine(day, calendar.day_ends_at, zone).astimezone(UTC)


@lru_cache(maxsize=2048)
def holidays_of(code: str, year: int) -> frozenset[date]:
    """Return the public holidays of a country or region ("DE", "US-CA") in `year`.

    Raises NotImplementedError for a code that the holidays package doesn't know.
    """
    return frozenset(holiday_names(code, year))


@lru_cache(maxsize=2048)
def holiday_names(code: str, year: int) -> dict[date, str]:
    """Return the names of those holidays, in English where the holidays package has them."""
    if not code:
        return {}
    country, _, region = code.partition("-")
    return dict(
        holidays.country_holidays(country, subdiv=region or None, years=year, language="en_US")
    )


@lru_cache(maxsize=256)
def region_of(code: str) -> str:
    """Return the name of a holiday calendar: "Germany (Berlin)" of "DE-BE"; "" of none."""
    if not code:
        return ""
    country, _, region = code.partition("-")
    named = holidays.country_holidays(country, subdiv=region or None).subdivisions_aliases
    names = (name for name, codes in COUNTRIES.items() if country in codes)
    words = next(names, country).replace("_", " ").title()
    parts = {short: name for name, short in named.items()}
    return f"{words} ({parts.get(region, region)})" if region else words


@lru_cache(maxsize=20_000)
def _working_days(calendar: Calendar, first: date, last: date) -> int:
    begins, ends = numpy.datetime64(first), numpy.datetime64(last) + 1
    if ends <= begins:
        return 0
    return int(numpy.busday_count(begins, ends, busdaycal=calendar._numpy(begins, ends)))


@lru_cache(maxsize=512)
def _busdays(working_days, code, first_year, last_year) -> numpy.busdaycalendar:
    free = [day for year in range(first_year, last_year + 1) for day in holidays_of(code, year)]
    week = [day in working_days for day in WEEK]
    return numpy.busdaycalendar(weekmask=week, holidays=numpy.array(free, dtype="datetime64[D]"))


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("Business time needs a datetime with a time zone.")
    return moment
