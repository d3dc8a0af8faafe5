"""What a plan keeps of the scores and what it leaves out; nothing here asks the database."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from planning.models.initiative import Initiative
from planning.models.ranking import Line


@dataclass(frozen=True)
class Ranked:
    """An initiative with its score, None where something is missing, and its place of all.

    The last place that is in the plan `is_cut`.
    """

    initiative: Initiative
    value: Decimal | None
    place: int
    is_in: bool
    is_placed: bool = True
    is_cut: bool = False


@dataclass(frozen=True)
class Priorities:
    """A plan beside the ranking: the best place first, what is in the plan and what is not."""

    ranked: list[Ranked]

    @property
    def kept(self) -> Decimal:
        """The scores of what is in, summed."""
        return sum((one.value for one in self.ranked if one.is_in and one.value), Decimal(0))

    @property
    def left_out(self) -> Decimal:
        """The scores of what is not in, summed."""
        return sum((one.value for one in self.ranked if not one.is_in and one.value), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.kept + self.left_out

    @property
    def out(self) -> list[Ranked]:
        return [one for one in self.ranked if not one.is_in and one.value is not None]

    @property
    def unscored(self) -> list[Ranked]:
        """What is in without a score: the sum is that much too small."""
        return [one for one in self.ranked if one.is_in and one.value is None]

    @property
    def last_in(self) -> Ranked | None:
        """The cut line: the last place that is in."""
        return next((one for one in self.ranked if one.is_cut), None)

    @property
    def passed_over(self) -> list[Ranked]:
        """What is left out although it has a better place than something that is in."""
        last = self.last_in
        return [one for one in self.out if last and one.place < last.place]

    @property
    def by_initiative(self) -> dict[int, Ranked]:
        return {one.initiative.pk: one for one in self.ranked}


def prioritise(
    lines: Iterable[Line], initiatives: dict[int, Initiative], planned: Collection[int]
) -> Priorities:
    """Lay a plan, the primary keys of its initiatives, beside the lines of a ranking."""
    ranked = [
        Ranked(
            initiatives[line.initiative_id],
            line.value,
            line.place,
            line.initiative_id in planned,
            line.is_placed,
        )
        for line in lines
    ]
    ranked.sort(key=lambda one: one.place)
    inside = [one for one in ranked if one.is_in and one.value is not None]
    return Priorities([replace(one, is_cut=one in inside[-1:]) for one in ranked])
