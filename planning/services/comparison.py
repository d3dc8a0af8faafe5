"""Plans side by side: what is in each, when, with how many weeks, and what that leads to."""

from dataclasses import dataclass, field
from decimal import Decimal

from planning.models import Commitment, Cycle, Initiative, Scenario, TeamWeeks
from planning.models.people_weeks import plain
from planning.models.plan_picture import Placed, PlanPicture
from planning.services.capacity import team_weeks
from planning.services.investment import Mix, mix
from planning.services.scenarios import picture_of

KINDS: dict[str, str] = {str(kind): kind.label for kind in Commitment.Kind}


@dataclass(frozen=True)
class Side:
    """One plan of the comparison, with what it comes to."""

    name: str
    scenario: Scenario | None
    picture: PlanPicture
    teams: list[TeamWeeks]
    mix: Mix

    @property
    def allocated(self) -> Decimal:
        return sum((row.allocated for row in self.teams), Decimal(0))

    @property
    def available(self) -> Decimal:
        return sum((row.available for row in self.teams), Decimal(0))

    @property
    def over(self) -> list[TeamWeeks]:
        return [row for row in self.teams if row.is_over]

    def count(self, kind: str) -> int:
        return sum(1 for each in self.picture.items.values() if each.kind == kind)

    @property
    def committed(self) -> int:
        return self.count(Commitment.Kind.COMMITTED)

    @property
    def stretch(self) -> int:
        return self.count(Commitment.Kind.STRETCH)


@dataclass(frozen=True)
class Standing:
    """How an initiative stands in one plan, in words; `is_apart` from the first plan."""

    words: str
    weeks: str
    is_apart: bool


@dataclass(frozen=True)
class Line:
    """An initiative through all plans."""

    initiative: Initiative
    standings: list[Standing] = field(default_factory=list)

    @property
    def is_apart(self) -> bool:
        return any(each.is_apart for each in self.standings)


def sides(*, cycle: Cycle, scenarios: list[Scenario]) -> list[Side]:
    """Return the plan and the scenarios, each with what it comes to."""
    return [
        Side(
            name=str(scenario or "The plan"),
            scenario=scenario,
            picture=picture_of(cycle=cycle, scenario=scenario),
            teams=team_weeks(cycle=cycle, scenario=scenario),
            mix=mix(cycle=cycle, scenario=scenario),
        )
        for scenario in [None, *scenarios]
    ]


def lines(compared: list[Side]) -> list[Line]:
    """Return every initiative of any of the plans, by title, those that differ first."""
    pictures = [each.picture for each in compared]
    wanted = {pk for picture in pictures for pk in picture.items}
    initiatives = Initiative.objects.filter(pk__in=wanted).order_by("title", "pk")
    found = [Line(each, _standings(each, pictures)) for each in initiatives]
    return sorted(found, key=lambda line: not line.is_apart)


def _standings(initiative: Initiative, pictures: list[PlanPicture]) -> list[Standing]:
    first = _standing(initiative, pictures[0])
    found = [_standing(initiative, picture) for picture in pictures]
    return [Standing(*each, is_apart=each != first) for each in found]


def _standing(initiative: Initiative, picture: PlanPicture) -> tuple[str, str]:
    placed = picture.items.get(initiative.pk)
    if placed is None:
        return "Out", ""
    return f"{KINDS[placed.kind]}, {_target(placed)}", plain(picture.weeks_of(initiative.pk))


def _target(placed: Placed) -> str:
    shown = Initiative(target_on=placed.target_on, target_precision=placed.target_precision)
    return shown.target_words if placed.target_on else "no date"
