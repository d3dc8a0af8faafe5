"""Signal or noise: process behaviour limits (XmR) and the three rules that break them."""

from collections.abc import Sequence
from dataclasses import dataclass

BASELINE = 12
TO_LIMIT = 2.66
NAMES = {
    "outside": "outside the limits",
    "one_side": "eight in a row on one side",
    "near_limit": "three of four near a limit",
}


@dataclass(frozen=True)
class Limits:
    """What a figure does by itself: its mean, and the bounds of routine variation."""

    centre: float
    low: float
    high: float


@dataclass(frozen=True)
class Signal:
    """Is the last point a signal? None: there is not enough history to tell."""

    is_signal: bool | None
    rule: str = ""
    limits: Limits | None = None

    @property
    def word(self) -> str:
        if self.is_signal is None:
            return "Not enough history"
        return f"Signal: {NAMES[self.rule]}" if self.is_signal else "Routine variation"


def limits_of(baseline: Sequence[float]) -> Limits:
    """Return mean ± 2.66 × the mean moving range of at least two points in order of time."""
    centre = sum(baseline) / len(baseline)
    moves = [abs(after - before) for before, after in zip(baseline, baseline[1:], strict=False)]
    reach = TO_LIMIT * sum(moves) / len(moves)
    return Limits(centre, centre - reach, centre + reach)


def judge(history: Sequence[float], latest: float | None) -> Signal:
    """Judge `latest` against the complete points before it, oldest first.

    The limits are frozen on the first twelve; with fewer there is no verdict.
    """
    if len(history) < BASELINE or latest is None:
        return Signal(None)
    limits = limits_of(history[:BASELINE])
    points = [*history[BASELINE:], latest]
    for rule, is_broken in (
        ("outside", not limits.low <= latest <= limits.high),
        ("one_side", _one_side(points, limits)),
        ("near_limit", _near_limit(points, limits)),
    ):
        if is_broken:
            return Signal(True, rule, limits)
    return Signal(False, "", limits)


def _one_side(points: Sequence[float], limits: Limits) -> bool:
    last = points[-8:]
    return len(last) == 8 and (
        all(point > limits.centre for point in last) or all(point < limits.centre for point in last)
    )


def _near_limit(points: Sequence[float], limits: Limits) -> bool:
    last = points[-4:]
    upper = (limits.centre + limits.high) / 2
    lower = (limits.centre + limits.low) / 2
    above = sum(point > upper for point in last)
    below = sum(point < lower for point in last)
    is_there = points[-1] > upper if above >= 3 else points[-1] < lower
    return len(last) == 4 and max(above, below) >= 3 and is_there
