"""How a cycle's promises are counted: one word for each, and their sum."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

GRACE_DAYS = 3


class Verdict(StrEnum):
    """What a commitment of a cycle counts as; only the first five concern the promise."""

    DELIVERED = "delivered"
    OPEN = "not delivered"
    DROPPED = "dropped"
    DESCOPED = "descoped"
    WITHDRAWN = "withdrawn"
    STRETCH = "stretch"
    STRETCH_DELIVERED = "stretch, delivered"
    UNPLANNED = "unplanned"
    UNPLANNED_DELIVERED = "unplanned, delivered"

    @property
    def is_promised(self) -> bool:
        """Does it stand in the denominator?"""
        return self in {Verdict.DELIVERED, Verdict.OPEN, Verdict.DROPPED}


@dataclass(frozen=True, kw_only=True)
class Predictability:
    """How many of a cycle's promises were kept; `share` is None when nothing was promised.

    `promised` counts the committed ones of the frozen plan, less `withdrawn` (dropped before it
    froze) and `descoped` (dropped by a decision taken before the middle of the cycle). `dropped`
    counts the other drops, still promised. Stretch and unplanned work is beside the ratio.
    """

    promised: int
    delivered: int
    withdrawn: int
    descoped: int
    dropped: int
    stretch: int
    stretch_delivered: int
    unplanned: int
    unplanned_delivered: int

    @property
    def share(self) -> float | None:
        return self.delivered / self.promised if self.promised else None

    @property
    def open(self) -> int:
        """Promises neither kept nor dropped yet."""
        return self.promised - self.delivered - self.dropped


def tally(verdicts: Iterable[Verdict]) -> Predictability:
    """Sum the verdicts of a plan, or of a team's part of it."""
    count = Counter(verdicts)
    return Predictability(
        promised=sum(number for verdict, number in count.items() if verdict.is_promised),
        delivered=count[Verdict.DELIVERED],
        withdrawn=count[Verdict.WITHDRAWN],
        descoped=count[Verdict.DESCOPED],
        dropped=count[Verdict.DROPPED],
        stretch=count[Verdict.STRETCH] + count[Verdict.STRETCH_DELIVERED],
        stretch_delivered=count[Verdict.STRETCH_DELIVERED],
        unplanned=count[Verdict.UNPLANNED] + count[Verdict.UNPLANNED_DELIVERED],
        unplanned_delivered=count[Verdict.UNPLANNED_DELIVERED],
    )
