"""The few statistics the figures rest on, each by one method."""

import math
from collections.abc import Iterable, Sequence

Z_95 = 1.959963984540054


def percentile(values: Iterable[float], share: float) -> float | None:
    """Return the nearest-rank percentile: an observed value, as Postgres' percentile_disc.

    The median of an even number is therefore the lower one of the middle two.
    """
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def wilson(part: int, whole: int) -> tuple[float | None, float | None]:
    """Return the 95 % interval of a share, in percent; (None, None) of nothing."""
    if not whole:
        return None, None
    share, square = part / whole, Z_95**2
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    reach = (
        Z_95
        * math.sqrt(share * (1 - share) / whole + square / (4 * whole**2))
        / (1 + square / whole)
    )
    low = 100 * (middle - reach) if part else 0.0  # rounding would leave a trace beside the end
    return low, 100 * (middle + reach) if part < whole else 100.0


def kaplan_meier_median(lives: Sequence[tuple[float, bool]]) -> float | None:
    """Return the first time at which at most half are still waiting; None when never.

    `lives` holds (time, has it ended); one that has not ended was last seen waiting at its time.
    At equal times, endings come before last sightings.
    """
    waiting, surviving = len(lives), 1.0
    for moment in sorted({time for time, _ in lives}):
        ended = sum(1 for time, done in lives if time == moment and done)
        seen = sum(1 for time, _ in lives if time == moment)
        if ended:
            surviving *= 1 - ended / waiting
            if surviving <= 0.5 + 1e-12:
                return moment
        waiting -= seen
    return None
