"""How far the votes of a round lie apart; nothing here asks the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

WIDE_STEPS, WIDE_RATIO = 2, Decimal("1.5")


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The votes on one criterion; `unsure` counts those who don't know."""

    low: Decimal
    first_quartile: Decimal
    median: Decimal
    third_quartile: Decimal
    high: Decimal
    count: int
    unsure: int
    is_wide: bool

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
    """Return what lies `share` of the way up, between two values where it falls between them."""
    place = share * (len(known) - 1)
    below = int(place)
    above = min(below + 1, len(known) - 1)
    return known[below] + (known[above] - known[below]) * (place - below)
