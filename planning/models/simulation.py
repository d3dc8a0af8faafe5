"""When the rest will be done, simulated from what teams finished day by day."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil, comb
from typing import Any

import numpy
from numpy.typing import NDArray

RUNS = 10_000
HORIZON_DAYS = 3 * 365
AT_ONCE = 64


@dataclass(frozen=True, kw_only=True)
class Pace:
    """What one team has left of an initiative, and how many issues it finished each day lately.

    `finished` has a count for every day of the window, zeros included; `share` is the chance that
    an issue the team finishes belongs to the initiative. A team with too little to draw from has
    `days_each` instead: each issue takes that long, one after the other.
    """

    team: str
    remaining: int
    finished: tuple[int, ...] = ()
    share: float = 1.0
    days_each: float | None = None

    @property
    def is_drawn(self) -> bool:
        """Is there something to draw from?"""
        return self.days_each is None and self.share > 0 and any(self.finished)

    @property
    def is_known(self) -> bool:
        return self.remaining == 0 or self.is_drawn or self.days_each is not None

    def as_row(self) -> dict[str, Any]:
        """Return it as it is kept in a forecast's row; `Pace.of` reads it again."""
        return asdict(self) | {"finished": list(self.finished)}

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Pace":
        return cls(**row | {"finished": tuple(row["finished"])})


def simulate(paces: Sequence[Pace], *, seed: int, runs: int = RUNS) -> NDArray[numpy.int64]:
    """Return for each run in how many days everything is finished, sorted.

    Each run draws days from each team's own window until its rest is done; the last team counts.
    A run that takes longer than `HORIZON_DAYS` ends a day after it, and so does every run of a
    team of which nothing is known. The same paces and seed give the same days.
    """
    days = numpy.zeros(runs, dtype=numpy.int64)
    for place, pace in enumerate(paces):
        dice = numpy.random.default_rng([seed, place])
        numpy.maximum(days, _days_of(pace, dice, runs), out=days)
    days.sort()
    return days


def percentile_day(days: NDArray[numpy.int64], share: float) -> int | None:
    """Return the nearest-rank percentile of sorted days; None when it lies beyond the horizon."""
    day = int(days[max(ceil(share * len(days)) - 1, 0)])
    return None if day > HORIZON_DAYS else day


def chance_within(days: NDArray[numpy.int64], limit: int) -> float:
    """Return the share of runs that end within `limit` days."""
    return float(numpy.searchsorted(days, limit, side="right") / len(days))


def odds_of_a_day(pace: Pace) -> NDArray[numpy.float64]:
    """Return the chances that a day drawn from the window finishes 0, 1, 2 … of the rest."""
    odds = numpy.zeros(max(pace.finished, default=0) + 1)
    for finished in pace.finished:
        for hits in range(finished + 1):
            missed = finished - hits
            odds[hits] += comb(finished, hits) * pace.share**hits * (1 - pace.share) ** missed
    return odds / len(pace.finished)


def _days_of(pace, dice, runs):
    if pace.remaining == 0:
        return numpy.zeros(runs, dtype=numpy.int64)
    if pace.days_each is not None:
        return numpy.full(runs, min(ceil(pace.remaining * pace.days_each), HORIZON_DAYS + 1))
    if not pace.is_drawn:
        return numpy.full(runs, HORIZON_DAYS + 1)
    return _drawn(pace, dice, runs)


def _drawn(pace, dice, runs):
    """Draw `AT_ONCE` days at a time for the runs that still have something left."""
    limits = numpy.cumsum(odds_of_a_day(pace))
    limits[-1] = 1.0
    days = numpy.full(runs, HORIZON_DAYS + 1)
    going, left = numpy.arange(runs), numpy.full(runs, pace.remaining)
    for begun in range(0, HORIZON_DAYS, AT_ONCE):
        span = min(AT_ONCE, HORIZON_DAYS - begun)
        drawn = numpy.searchsorted(limits, dice.random((len(going), span)), side="right")
        done = drawn.cumsum(axis=1)
        ended = done[:, -1] >= left
        first = (done[ended] >= left[ended, None]).argmax(axis=1)
        days[going[ended]] = begun + first + 1
        left = (left - done[:, -1])[~ended]
        going = going[~ended]
        if not len(going):
            break
    return days
