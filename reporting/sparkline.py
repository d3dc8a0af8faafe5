"""The points of small charts, ready for an SVG template."""

from collections.abc import Sequence
from dataclasses import dataclass

from reporting.models import MetricValue
from reporting.readings import Reading

WIDTH, HEIGHT, EDGE = 240, 44, 4


@dataclass(frozen=True)
class Mark:
    """A point of the line: its place, and what it says."""

    x: float
    y: float
    label: str
    is_partial: bool
    value: MetricValue


@dataclass(frozen=True)
class Line:
    """A line chart in the units of its view box; levels are heights, or None."""

    width: int
    height: int
    path: str
    marks: tuple[Mark, ...]
    target_low: float | None = None
    target_high: float | None = None
    limit_low: float | None = None
    limit_high: float | None = None
    centre: float | None = None
    ticks: tuple[tuple[float, float], ...] = ()

    @property
    def last(self) -> Mark | None:
        return self.marks[-1] if self.marks else None


def spark(reading: Reading, months: int = 13) -> Line:
    """Return the small line of a tile: the last months, the target when it is in sight."""
    return _line(reading, reading.history[-months:], WIDTH, HEIGHT, EDGE, EDGE, has_levels=False)


def chart(reading: Reading) -> Line:
    """Return the large line of a figure's page, with its limits, target and axis ticks."""
    return _line(reading, reading.history, 760, 240, 52, 28, has_levels=True)


def _line(
    reading: Reading,
    history: Sequence[MetricValue],
    width: int,
    height: int,
    left: int,
    bottom: int,
    *,
    has_levels: bool,
) -> Line:
    points = [(n, one.value, one) for n, one in enumerate(history) if one.value is not None]
    if not points:
        return Line(width, height, "", ())
    levels = _levels(reading) if has_levels else {}
    known = [value for _, value, _ in points] + [level for level in levels.values() if level]
    low, high = min(known), max(known)
    if low >= 0 and has_levels:
        low = 0.0
    if low == high:
        low, high = low - 1, high + 1
    step = (width - left - EDGE * 2) / max(len(history) - 1, 1)

    def place(n: int) -> float:
        return round(left + step * n, 1) if len(history) > 1 else width / 2

    def raise_to(value: float) -> float:
        return round(
            height - bottom - (value - low) / (high - low) * (height - bottom - EDGE * 2), 1
        )

    marks = tuple(
        Mark(place(n), raise_to(value), f"{one.period_start:%b %Y}", one.is_partial, one)
        for n, value, one in points
    )
    return Line(
        width,
        height,
        "M" + " L".join(f"{mark.x} {mark.y}" for mark in marks),
        marks,
        ticks=tuple(
            (raise_to(low + (high - low) * part / 4), low + (high - low) * part / 4)
            for part in range(5)
        )
        if has_levels
        else (),
        **{name: raise_to(level) for name, level in levels.items() if level is not None},
    )


def _levels(reading: Reading) -> dict[str, float | None]:
    limits, definition = reading.signal.limits, reading.definition
    found: dict[str, float | None] = {}
    if definition.target_basis == "value":
        found |= {"target_low": definition.target_low, "target_high": definition.target_high}
    if limits is not None:
        low = max(limits.low, 0.0)
        found |= {"limit_low": low, "limit_high": limits.high, "centre": limits.centre}
    return found
