"""Reading single values of an answer, strictly where a wrong one would mislead."""

import calendar
import math
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from prodops.integrations.amplitude.models import Series

FIRST, LAST = date(2000, 1, 1), date(2200, 1, 1)
WEEK, MONTH = Series.Grain.WEEK, Series.Grain.MONTH
LONGEST_LABEL = 200
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
WRITTEN = ("%b %d, %Y", "%b %d %Y", "%Y/%m/%d", "%m/%d/%Y", "%d %b %Y")


class Malformed(Exception):
    """This answer cannot be read; the text says which part of it and why."""


class Interval(NamedTuple):
    """A day, week or month that is to be kept: its place in the answer, its first day."""

    place: int
    on: date
    is_partial: bool


def read_number(value: Any, where: str, *, may_be_none: bool = False) -> float | None:
    """Read a finite number, also out of a text; a ratio may have none."""
    number: float | None = None
    if isinstance(value, str):
        value = value.strip().replace(",", "")
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            raise Malformed(f"{where} is not a number: {str(value)[:40]!r}.") from None
        if not math.isfinite(number):
            number = None
    elif value is not None:
        raise Malformed(f"{where} is not a number: {str(value)[:40]!r}.")
    if number is None and not may_be_none:
        raise Malformed(f"{where} has no number.")
    return number


def read_list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise Malformed(f"{where} is not a list.")
    return value


def read_object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"{where} is not an object.")
    return value


def read_text(value: Any) -> str:
    """Return text that can be stored; nothing at all is empty."""
    return UNSTORABLE.sub("", str(value)).strip() if value is not None else ""


def read_label(value: Any) -> str:
    return read_text(value)[:LONGEST_LABEL].strip()


def read_day(value: Any, where: str) -> date:
    """Read the first day of an interval; an hour within a day is refused."""
    text = value.strip() if isinstance(value, str) else ""
    found = None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        found = _written(text)
    else:
        if moment.time() != datetime.min.time():
            raise Malformed(f"{where} is an hour, and the hub keeps days: {text[:40]!r}.")
        found = moment.date()
    if found is None or not FIRST <= found < LAST:
        raise Malformed(f"{where} is not a day: {str(value)[:40]!r}.")
    return found


def _written(text: str) -> date | None:
    for form in WRITTEN:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def read_days(value: Any, where: str) -> list[date]:
    """Read the days of an axis, which must go forward."""
    days = [read_day(label, where) for label in read_list(value, where)]
    if any(later <= earlier for earlier, later in zip(days, days[1:], strict=False)):
        raise Malformed(f"{where} does not go forward.")
    return days


def last_day(on: date, grain: int) -> date:
    """Return the last day of the interval that begins on `on`."""
    if grain == WEEK:
        return on + timedelta(days=6)
    if grain == MONTH:
        return on.replace(day=calendar.monthrange(on.year, on.month)[1])
    return on


def intervals(
    days: Sequence[date], *, grain: int, start: date, end: date, today: date
) -> list[Interval]:
    """Return the intervals worth keeping of an answer for `start` to `end`.

    Left out are days to come, and a week or month that the range cuts in two: it would count
    fewer people than it had. The running one is kept and marked.
    """
    kept = []
    for place, on in enumerate(days):
        last = last_day(on, grain)
        following = days[place + 1] if place + 1 < len(days) else None
        is_cut = on < start or (end < last and end < today)
        is_cut |= grain != Series.Grain.DAY and following is not None and following <= last
        if on <= min(today, end) and not is_cut:
            kept.append(Interval(place, on, last >= today))
    return kept


def grain_of(days: Sequence[date]) -> int | None:
    """Return the grain an axis shows; nothing when it is too short to tell."""
    if len(days) < 2:
        return None
    gap = min((later - earlier).days for earlier, later in zip(days, days[1:], strict=False))
    return Series.Grain.DAY if gap < 7 else MONTH if gap >= 28 else WEEK


def recent_day(label: Any, *, end: date, where: str) -> date:
    """Read a day that comes without its year, such as "Aug 14": the last one up to `end`."""
    text = label.strip() if isinstance(label, str) else ""
    for year in (end.year, end.year - 1):
        found = _written(f"{text} {year}")
        if found and found <= end:
            return found
    return read_day(label, where)
