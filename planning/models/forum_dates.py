"""On which days a forum meets: every few weeks, or on a certain weekday of the month."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from prodops.people.business_time import Calendar

LAST = -1
WEEKLY, MONTHLY = "weekly", "monthly"
WORKING_WEEK = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Cadence:
    """The days of a series from `starts_on` on, and the moments they begin at.

    A day of the series is the one the rule gives ("the first Tuesday"); it names the session for
    ever. A session of a holiday meets on the next working day where `moves_off_holidays`.
    `weekday` is ISO, Monday 1; `nth` is 1 to 4 or LAST and counts in monthly rhythms only.
    """

    rhythm: str
    weekday: int
    starts_on: date
    meets_at: time
    time_zone: str
    every_weeks: int = 1
    nth: int = 1
    holiday_calendar: str = ""
    moves_off_holidays: bool = True

    def days(self, first: date, last: date) -> list[date]:
        """Return the days of the series in [first, last], in order."""
        first = max(first, self.starts_on)
        if first > last:
            return []
        found = self._weekly(first) if self.rhythm == WEEKLY else self._monthly(first)
        return [day for day in _until(found, last) if day >= first]

    def meets_on(self, day: date) -> date:
        """Return when the session of a day of the series meets; no holiday where it moves."""
        if not self.moves_off_holidays:
            return day
        calendar = self.calendar()
        while not calendar.is_working_day(day):
            day += timedelta(days=1)
        return day

    def begins_at(self, day: date) -> datetime:
        """Return the moment (UTC) the session of a day of the series begins.

        The time is that of a clock on the forum's wall. A time the clocks skip that night counts
        on from before the change; one they show twice is the first.
        """
        local = datetime.combine(self.meets_on(day), self.meets_at, ZoneInfo(self.time_zone))
        return local.astimezone(UTC)

    def calendar(self) -> Calendar:
        """Return the working days of the forum: Monday to Friday and the day it meets on."""
        return Calendar(
            time_zone=self.time_zone,
            working_days=tuple(sorted({*WORKING_WEEK, self.weekday})),
            holiday_calendar=self.holiday_calendar,
        )

    def _weekly(self, first: date) -> Iterator[date]:
        day = self.starts_on + timedelta(days=(self.weekday - self.starts_on.isoweekday()) % 7)
        step = 7 * self.every_weeks
        day += timedelta(days=max(0, (first - day).days // step) * step)
        while True:
            yield day
            day += timedelta(days=step)

    def _monthly(self, first: date) -> Iterator[date]:
        year, month = first.year, first.month
        while True:
            yield nth_weekday(year, month, self.weekday, self.nth)
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Return the nth (1 to 4, or LAST) of an ISO weekday in a month."""
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - first.isoweekday()) % 7)
    if nth != LAST:
        return day + timedelta(weeks=nth - 1)
    left = monthrange(year, month)[1] - day.day
    return day + timedelta(weeks=left // 7)


def _until(days: Iterator[date], last: date) -> Iterator[date]:
    for day in days:
        if day > last:
            return
        yield day
