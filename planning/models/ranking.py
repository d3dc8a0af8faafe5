"""From scores to ranks, and from ranks and overrides to places; nothing here asks the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from planning.formula import Gap, Score


@dataclass(frozen=True, kw_only=True)
class Input:
    """One value that goes into a score: where it is from, as of when, by whom.

    `said` is the key of the newest `ScoreInput`, 0 where nobody said anything; `source` is a
    `Criterion.Source`, that of the criterion where the value is missing.
    """

    name: str
    value: Decimal | None
    source: str
    at: datetime | None = None
    by: str = ""
    said: int = 0
    from_data: Decimal | None = None

    @property
    def is_missing(self) -> bool:
        return self.value is None

    @property
    def is_instead_of_data(self) -> bool:
        """Did somebody say otherwise than the data does?"""
        return self.said > 0 and self.from_data is not None


@dataclass(kw_only=True)
class Line:
    """One initiative in a ranking; `place` counts overrides in, `rank` is by score alone."""

    initiative_id: int
    inputs: dict[str, Input]
    outcome: Score
    rank: int | None = None
    place: int = 0
    wanted: int | None = None
    before: "Line | None" = field(default=None, repr=False)

    @property
    def value(self) -> Decimal | None:
        return None if isinstance(self.outcome, Gap) else self.outcome

    @property
    def is_placed(self) -> bool:
        """Has it a place by its score or by somebody's word? The others merely come last."""
        return self.rank is not None or self.wanted is not None

    @property
    def gap(self) -> Gap | None:
        return self.outcome if isinstance(self.outcome, Gap) else None


def ranks(outcomes: Mapping[int, Score]) -> dict[int, int]:
    """Return the rank of each that has a score, the highest 1; equal scores share a rank."""
    values = sorted((one for one in outcomes.values() if not isinstance(one, Gap)), reverse=True)
    first = {}
    for rank, value in enumerate(values, start=1):
        first.setdefault(value, rank)
    return {pk: first[one] for pk, one in outcomes.items() if not isinstance(one, Gap)}


def places(outcomes: Mapping[int, Score], wanted: Mapping[int, int]) -> dict[int, int]:
    """Return a place from 1 for each: by score, those without one last, but `wanted` ones there.

    Of two that want one place, or a place past the end, each gets the nearest that is free, the
    better score first.
    """
    ranked = ranks(outcomes)
    order = sorted(outcomes, key=lambda pk: (ranked.get(pk, len(outcomes) + 1), pk))
    free = set(range(1, len(order) + 1))
    found = {}
    for pk in sorted((pk for pk in order if pk in wanted), key=lambda pk: wanted[pk]):
        place = min(free, key=lambda each: (abs(each - wanted[pk]), each))
        found[pk] = place
        free.remove(place)
    others = (pk for pk in order if pk not in found)
    return found | dict(zip(others, sorted(free), strict=True))
