"""The points of small charts, ready for an SVG template."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

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


@dataclass(frozen=True)
class Scale:
    """Where a month and a value lie in the view box."""

    width: int
    height: int
    left: int
    bottom: int
    months: int
    low: float
    high: float

    def x(self, place: int) -> float:
        if self.months < 2:
            return self.width / 2
        return round(self.left + (self.width - self.left - EDGE * 2) / (self.months - 1) * place, 1)

    def y(self, value: float) -> float:
        floor, room = self.height - self.bottom, self.height - self.bottom - EDGE * 2
        return round(floor - (value - self.low) / (self.high - self.low) * room, 1)

    def ticks(self) -> tuple[tuple[float, float], ...]:
        """Return five levels as (height, value)."""
        step = (self.high - self.low) / 4
        return tuple((self.y(self.low + step * part), self.low + step * part) for part in range(5))


def spark(reading: Reading, months: int = 13) -> Line:
    """Return the small line of a tile: the last months."""
    history = reading.history[-months:]
    known = [one.value for one in history if one.value is not None]
    if not known:
        return Line(WIDTH, HEIGHT, "", ())
    return _line(history, Scale(WIDTH, HEIGHT, EDGE, EDGE, len(history), *_reach(known)))


def chart(reading: Reading) -> Line:
    """Return the large line of a figure's page, with its limits, target and axis ticks."""
    known = [one.value for one in reading.history if one.value is not None]
    if not known:
        return Line(760, 240, "", ())
    levels = {name: level for name, level in _levels(reading).items() if level is not None}
    low, high = _reach([*known, *levels.values(), 0.0 if min(known) >= 0 else min(known)])
    scale = Scale(760, 240, 52, 28, len(reading.history), low, high)
    heights = {name: scale.y(level) for name, level in levels.items()}
    return replace(_line(reading.history, scale), ticks=scale.ticks(), **heights)


def _reach(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return (low - 1, high + 1) if low == high else (low, high)


def _line(history: Sequence[MetricValue], scale: Scale) -> Line:
    marks = tuple(
        Mark(scale.x(place), scale.y(one.value), f"{one.period_start:%b %Y}", one.is_partial, one)
        for place, one in enumerate(history)
        if one.value is not None
    )
    path = "M" + " L".join(f"{mark.x} {mark.y}" for mark in marks)
    return Line(scale.width, scale.height, path, marks)


def _levels(reading: Reading) -> dict[str, float | None]:
    limits, definition = reading.signal.limits, reading.definition
    found: dict[str, float | None] = {}
    if definition.target_basis == "value":
        found |= {"target_low": definition.target_low, "target_high": definition.target_high}
    if limits is not None:
        low = max(limits.low, 0.0)
        found |= {"limit_low": low, "limit_high": limits.high, "centre": limits.centre}
    return found
