"""How many requests a theme got, month by month, as numbers and as a small chart."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

MONTHS = 12
QUARTER = timedelta(days=91)
BAR, GAP, HEIGHT = 8, 2, 28


@dataclass(frozen=True)
class Bar:
    """One month: its first day, how many requests came, and its place in the chart."""

    start: date
    count: int
    x: int
    y: int
    height: int

    @property
    def words(self) -> str:
        return f"{self.start:%b %Y}: {self.count}"


@dataclass(frozen=True)
class Trend:
    """Twelve months, the present one last and not complete."""

    bars: tuple[Bar, ...]

    width = MONTHS * (BAR + GAP)
    height = HEIGHT
    bar_width = BAR

    @property
    def total(self) -> int:
        return sum(bar.count for bar in self.bars)

    @property
    def counts(self) -> list[int]:
        return [bar.count for bar in self.bars]

    @property
    def words(self) -> str:
        """Return the whole chart as a sentence."""
        first, last = self.bars[0].start, self.bars[-1].start
        counts = ", ".join(str(count) for count in self.counts)
        return f"Requests a month, {first:%b %Y} to {last:%b %Y}: {counts}"


def months_until(at: datetime) -> list[date]:
    """Return the first days of the twelve months that end with the one of `at`.

    Months are those of the organisation's time zone, so that everybody counts the same.
    """
    on = timezone.localtime(at, timezone.get_default_timezone()).date()
    ordinals = range(on.year * 12 + on.month - MONTHS, on.year * 12 + on.month)
    return [date(each // 12, each % 12 + 1, 1) for each in ordinals]


def beginning(at: datetime) -> datetime:
    """Return the moment the first of the twelve months begins."""
    begins = datetime.combine(months_until(at)[0], time())
    return timezone.make_aware(begins, timezone.get_default_timezone())


def draw(moments: Iterable[datetime], at: datetime) -> Trend:
    """Count moments by month and lay out the bars; the tallest fills the height."""
    zone = timezone.get_default_timezone()
    local = [timezone.localtime(moment, zone) for moment in moments if moment <= at]
    counted = Counter((moment.year, moment.month) for moment in local)
    months = months_until(at)
    counts = [counted[(month.year, month.month)] for month in months]
    tallest = max(counts) or 1
    bars = []
    for place, (month, count) in enumerate(zip(months, counts, strict=True)):
        height = max(2, round(HEIGHT * count / tallest)) if count else 1
        bars.append(Bar(month, count, place * (BAR + GAP), HEIGHT - height, height))
    return Trend(tuple(bars))
