"""Business value as SAFe counts it: planned before the commit, judged when the cycle ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from planning.models.predictability import Verdict

LEAST_PLANNED, MOST = 1, 10
STRETCH = {Verdict.STRETCH, Verdict.STRETCH_DELIVERED}


class Worth(NamedTuple):
    """What a commitment counts as, what it was planned to be worth, and what it proved to be."""

    verdict: Verdict
    planned: int | None
    actual: int | None


@dataclass(frozen=True, kw_only=True)
class BusinessValue:
    """What a plan proved to be worth, of what was promised.

    `planned` sums the promises that were judged, `actual` these and the stretch work; `pending` is
    the planned value of promises nobody has judged yet. `unvalued` counts the promises and the
    stretch work that lack a value and so are left out. Work that was dropped proved to be worth
    nothing; what was withdrawn, descoped or unplanned is no part of it.
    """

    planned: int
    actual: int
    pending: int
    unvalued: int
    is_used: bool

    @property
    def share(self) -> float | None:
        """More than 1 where stretch work adds to what was promised; None before any judgement."""
        return self.actual / self.planned if self.planned else None


def total_value(worths: Iterable[Worth]) -> BusinessValue:
    """Sum the values of a plan, or of a team's part of it."""
    counted = [one for one in worths if one.verdict.is_promised or one.verdict in STRETCH]
    promises = [one for one in counted if one.verdict.is_promised]
    stretch = [one for one in counted if one.verdict in STRETCH]
    planned = [one for one in promises if one.planned is not None]
    judged = [one for one in planned if one.actual is not None]
    return BusinessValue(
        planned=sum(one.planned or 0 for one in judged),
        actual=sum(one.actual or 0 for one in [*judged, *stretch]),
        pending=sum(one.planned or 0 for one in planned if one.actual is None),
        unvalued=len(promises) - len(judged) + sum(one.actual is None for one in stretch),
        is_used=any(one.planned is not None for one in counted),
    )
