"""The values of a key result over time, as the points of a small chart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from planning.models import CheckIn, KeyResult
from planning.services.words import with_unit

WIDTH, HEIGHT, EDGE = 640, 140, 10


@dataclass(frozen=True)
class Mark:
    """One check-in: where it lies, and what it says."""

    x: float
    y: float
    label: str
    is_by_machine: bool


@dataclass(frozen=True)
class Line:
    """A line in a view box of `width` by `height`; the levels are heights, or None."""

    path: str
    marks: tuple[Mark, ...]
    target: float | None
    baseline: float | None
    width: int = WIDTH
    height: int = HEIGHT


def history(key_result: KeyResult, reports: Iterable[CheckIn]) -> Line | None:
    """Return the line of the reports that have a value, oldest first; None for fewer than two."""
    known = [one for one in reports if one.value is not None]
    if len(known) < 2:
        return None
    levels = [one for one in (key_result.baseline, key_result.target) if one is not None]
    heights = [float(one.value or 0) for one in known]
    low, high = min([*heights, *map(float, levels)]), max([*heights, *map(float, levels)])
    first, last = known[0].at, known[-1].at

    def y(value: float) -> float:
        share = 0.5 if high == low else (value - low) / (high - low)
        return round(HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE), 1)

    marks = tuple(
        Mark(_x(one.at, first, last), y(height), _label(one, key_result.unit), one.is_by_machine)
        for one, height in zip(known, heights, strict=True)
    )
    return Line(
        path="M" + " L".join(f"{mark.x} {mark.y}" for mark in marks),
        marks=marks,
        target=None if key_result.target is None else y(float(key_result.target)),
        baseline=None if key_result.baseline is None else y(float(key_result.baseline)),
    )


def _x(at: datetime, first: datetime, last: datetime) -> float:
    share = (at - first) / (last - first) if last > first else 0.5
    return round(EDGE + share * (WIDTH - 2 * EDGE), 1)


def _label(one: CheckIn, unit: str) -> str:
    return f"{one.at:%-d %b %Y}: {with_unit(one.value, unit)}"
