"""Where bars and lines of a timeline stand: pure arithmetic over days, in pixels."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH = 852
HEAD, ROW, BAR = 40, 36, 14
GUTTER = 12  # beside the window, where lines go round the bars that touch its edges
NARROWEST = 3.0
ARROW = BAR / 2 - 3
ZOOMS = {"quarter": ("A quarter", 3), "half": ("Half a year", 6), "year": ("A year", 12)}


@dataclass(frozen=True)
class Window:
    """The days a timeline shows: from `start`, the first of a month, to before `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def x(self, on: date) -> float:
        """Return where the beginning of a day is, kept within the window's edges."""
        share = (on - self.start).days / self.days
        return round(min(1.0, max(0.0, share)) * WIDTH, 1)

    def months(self) -> list[tuple[float, str]]:
        """Return where each month begins, and its name; January says its year."""
        found, on = [], self.start
        while on < self.end:
            found.append((self.x(on), f"{on:%b %Y}" if on.month == 1 else f"{on:%b}"))
            on = shifted(on, 1)
        return found


@dataclass(frozen=True)
class Bar:
    """A row's bar in pixels; from `loose_x` on the end is only known by month or quarter."""

    row: int
    x: float
    width: float
    loose_x: float | None
    opens_before: bool
    ends_after: bool

    @property
    def y(self) -> float:
        return HEAD + self.row * ROW + (ROW - BAR) / 2

    @property
    def middle(self) -> float:
        return HEAD + self.row * ROW + ROW / 2

    @property
    def end(self) -> float:
        return round(self.x + self.width, 1)

    @property
    def cuts(self) -> list[str]:
        """The lines of the arrows that say the bar goes on beyond the window's edges."""
        before = f"M{self.x + 7:.1f} {self.y + 3} l-4 {ARROW} l4 {ARROW}"
        after = f"M{self.end - 7:.1f} {self.y + 3} l4 {ARROW} l-4 {ARROW}"
        return [before] * self.opens_before + [after] * self.ends_after

    @property
    def loose_width(self) -> float:
        return 0.0 if self.loose_x is None else round(self.end - self.loose_x, 1)


def shifted(on: date, months: int) -> date:
    """Return the first of the month that many months away, within the years a date can have."""
    place = max(12, min(on.year * 12 + on.month - 1 + months, 9998 * 12))
    return date(place // 12, place % 12 + 1, 1)


def window(start: date, zoom: str) -> Window:
    """Return the window of a zoom that begins with the month `start` is in."""
    end = shifted(start, ZOOMS[zoom][1])
    return Window(shifted(end, -ZOOMS[zoom][1]), end)


def bar(shown: Window, row: int, start_on: date, target_on: date, precision: str) -> Bar:
    """Return the bar from a day to a day, both included, cut at the window's edges."""
    last = shown.end - timedelta(days=1)
    until = max(shown.x(min(target_on, last) + timedelta(days=1)), NARROWEST)
    x = round(min(shown.x(start_on), until - NARROWEST), 1)
    loose = max(x, shown.x(first_day(target_on, precision))) if precision != "day" else None
    return Bar(
        row=row,
        x=x,
        width=round(until - x, 1),
        loose_x=loose if loose is None or loose < until else None,
        opens_before=start_on < shown.start,
        ends_after=target_on >= shown.end,
    )


def first_day(on: date, precision: str) -> date:
    """Return the first day of the month or quarter `on` lies in, or `on` itself."""
    month = {"month": on.month, "quarter": (on.month - 1) // 3 * 3 + 1}.get(precision)
    return on if month is None else on.replace(month=month, day=1)


def path(giving: Bar, asking: Bar) -> str:
    """Return the line from the end of one bar to the beginning of another that waits for it.

    Where the second begins before the first ends, the line goes round between the rows.
    """
    down = 1 if asking.row > giving.row else -1
    x = asking.x - 8
    if x >= giving.end + 8:
        return f"M{giving.end} {giving.middle} H{x} V{asking.middle} H{asking.x - 2}"
    between = giving.middle + down * ROW / 2
    return (
        f"M{giving.end} {giving.middle} H{giving.end + 8} V{between} H{x} "
        f"V{asking.middle} H{asking.x - 2}"
    )


def height(rows: Iterable) -> int:
    return HEAD + ROW * len(list(rows))
