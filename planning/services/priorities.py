"""What plans beside each other do to the priorities: each is ranked with the weeks it gives."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from planning.models import Criterion, Cycle, ScoringVersion
from planning.models.plan_picture import PlanPicture
from planning.models.priorities import Priorities, Ranked, prioritise
from planning.models.ranking import Input, Line
from planning.services.scoring import Standing, rank_lines, read_standing


@dataclass(frozen=True)
class Prioritised:
    """The priorities of each of several plans, in their order, and by what they are scored."""

    version: ScoringVersion
    criteria: list[Criterion]
    plans: list[Priorities]

    @property
    def rows(self) -> list[list[Ranked]]:
        """Return each initiative through all plans, by its place in the first."""
        found = [plan.by_initiative for plan in self.plans]
        return [[plan[one.initiative.pk] for plan in found] for one in self.plans[0].ranked]


def priorities(*, cycle: Cycle, pictures: Sequence[PlanPicture]) -> Prioritised | None:
    """Rank whatever is in the running or in one of the plans; None where nothing is scored.

    Where people-weeks go into the score, they are those of the plan in question; what a plan leaves
    out is scored with the weeks of the first plan that has it.
    """
    wanted = {pk for picture in pictures for pk in picture.items}
    standing = read_standing(cycle=cycle, also=wanted)
    if standing is None:
        return None
    plans = [
        prioritise(_ranked(standing, picture, pictures), standing.initiatives, picture.items)
        for picture in pictures
    ]
    return Prioritised(standing.version, standing.criteria, plans)


def _ranked(
    standing: Standing, picture: PlanPicture, pictures: Sequence[PlanPicture]
) -> list[Line]:
    by_weeks = {one.name for one in standing.criteria if one.source == Criterion.Source.WEEKS}
    inputs = {
        line.initiative_id: {
            name: _weighed(one, _weeks(line.initiative_id, picture, pictures))
            if name in by_weeks
            else one
            for name, one in line.inputs.items()
        }
        for line in standing.lines
    }
    wanted = {pk: one.place for pk, one in standing.overrides.items()}
    return rank_lines(tree=standing.version.tree, inputs=inputs, wanted=wanted)


def _weeks(
    initiative: int, picture: PlanPicture, pictures: Sequence[PlanPicture]
) -> Decimal | None:
    holding = next((one for one in [picture, *pictures] if initiative in one.items), None)
    return (holding.weeks_of(initiative) or None) if holding else None


def _weighed(one: Input, weeks: Decimal | None) -> Input:
    """Return an input with these weeks, unless somebody said another value by hand."""
    if one.by:
        return one
    return replace(one, value=weeks, from_data=weeks)
