"""How far the votes of a round lie apart; nothing here asks the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

FEWEST = 5
WIDE_STEPS, WIDE_RATIO = 2, Decimal("1.5")


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The votes on one criterion; `unsure` counts those who don't know.

    Quartiles and median are votes that somebody gave, by nearest rank as everywhere in the hub.
    """

    low: Decimal
    first_quartile: Decimal
    median: Decimal
    third_quartile: Decimal
    high: Decimal
    count: int
    unsure: int
    is_wide: bool

    @property
    def has_quartiles(self) -> bool:
        """Are there votes enough to say where half of them lie?"""
        return self.count >= FEWEST

    def speaks(self, value: Decimal | None) -> bool:
        """Should who voted this say why? The lowest and the highest, when they are far apart."""
        return self.is_wide and value in {self.low, self.high}


def spread(values: Iterable[Decimal | None], scale: Iterable[Decimal] = ()) -> Spread | None:
    """Return the spread of votes, None when nobody gave a number.

    It is wide when low and high are two steps of the scale apart or, without a scale, when the
    high is more than one and a half times the low.
    """
    everything = list(values)
    known = sorted(value for value in everything if value is not None)
    if not known:
        return None
    low, high = known[0], known[-1]
    steps = sorted(scale)
    if low in steps and high in steps:
        is_wide = steps.index(high) - steps.index(low) >= WIDE_STEPS
    else:
        is_wide = high > low * WIDE_RATIO if low > 0 else high != low
    return Spread(
        low=low,
        first_quartile=_at(known, Decimal("0.25")),
        median=_at(known, Decimal("0.5")),
        third_quartile=_at(known, Decimal("0.75")),
        high=high,
        count=len(known),
        unsure=len(everything) - len(known),
        is_wide=is_wide,
    )


def _at(known: list[Decimal], share: Decimal) -> Decimal:
    """Return the lowest value that at least `share` of them do not exceed."""
    rank = (share * len(known)).to_integral_value(ROUND_CEILING)
    return known[max(int(rank) - 1, 0)]
