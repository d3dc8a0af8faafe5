"""Months in the organisation's time zone, half-open, safe across daylight saving."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings


@dataclass(frozen=True, order=True)
class Period:
    """The days [start, end); `starts_at` and `ends_at` are its midnights as moments."""

    start: date
    end: date

    @property
    def starts_at(self) -> datetime:
        return midnight(self.start)

    @property
    def ends_at(self) -> datetime:
        return midnight(self.end)

    @property
    def slug(self) -> str:
        return f"{self.start:%Y-%m}"

    @property
    def name(self) -> str:
        return f"{self.start:%B %Y}"

    @property
    def short_name(self) -> str:
        return f"{self.start:%b %Y}"

    def __str__(self) -> str:
        return self.name

    def is_partial(self, at: datetime) -> bool:
        return at < self.ends_at

    def shifted(self, months: int) -> "Period":
        """Return the month `months` later (earlier when negative)."""
        place = self.start.year * 12 + self.start.month - 1 + months
        return month(place // 12, place % 12 + 1)


def midnight(day: date) -> datetime:
    """Return the first moment of `day` on the organisation's wall clock, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)


def month(year: int, number: int) -> Period:
    """Return a calendar month; raises ValueError for a month that doesn't exist."""
    following = date(year + number // 12, number % 12 + 1, 1)
    return Period(date(year, number, 1), following)


def containing(at: datetime) -> Period:
    """Return the month in which `at` falls on the organisation's wall clock."""
    local = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    return month(local.year, local.month)


def parse(text: str) -> Period:
    """Read "2026-10"; raises ValueError with a sentence for the person who typed it."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", text)
    if not match or not 1 <= int(match[2]) <= 12 or not 1970 <= int(match[1]) <= 2999:
        raise ValueError(f"“{text}” is not a month; write it like 2026-10.")
    return month(int(match[1]), int(match[2]))


def between(first: Period, last: Period) -> list[Period]:
    """Return every month from `first` to `last`, both included."""
    months = []
    while first <= last:
        months.append(first)
        first = first.shifted(1)
    return months
