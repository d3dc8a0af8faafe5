"""Plans side by side: what is in each, when, with how many weeks, and what that leads to."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from planning.models import (
    Commitment,
    Cycle,
    Initiative,
    InitiativeInvestment,
    InvestmentCategory,
    Scenario,
    TeamWeeks,
)
from planning.models.people_weeks import RUN_SHARE, Part, plain, weigh
from planning.models.plan_picture import Assumed, PlanPicture
from planning.services.capacity import parts_of
from planning.services.scenarios import pictures_of
from prodops.people.models import Team

KINDS: dict[str, str] = {str(kind): kind.label for kind in Commitment.Kind}


@dataclass(frozen=True)
class Share:
    """How much of a plan's weeks a kind of work has, in per cent, and how much was wanted."""

    name: str
    planned: float
    target: int | None


@dataclass(frozen=True)
class Side:
    """One plan of the comparison, with what it comes to."""

    name: str
    scenario: Scenario | None
    picture: PlanPicture
    teams: list[TeamWeeks]
    mix: list[Share]

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
    """Return the plan and the scenarios, each with what it comes to. Ten queries, not one more."""
    teams = list(Team.objects.order_by("name", "pk"))
    pictures = pictures_of(cycle=cycle, scenarios=scenarios, teams=teams)
    parts = parts_of(cycle=cycle, teams=teams)
    rows = [_weigh(cycle, teams, parts, picture) for picture in pictures]
    names = [None, *scenarios]
    return [
        Side(str(scenario or "The plan"), scenario, picture, weighed, shares)
        for scenario, picture, weighed, shares in zip(
            names, pictures, rows, _mixes(cycle, pictures, rows), strict=True
        )
    ]


def _weigh(
    cycle: Cycle, teams: list[Team], parts: dict[int, list[Part]], picture: PlanPicture
) -> list[TeamWeeks]:
    """Return what each team has under what the plan assumes, and has given away in it."""
    given: dict[int, Decimal] = defaultdict(Decimal)
    for (_, pk), each in picture.weeks.items():
        given[pk] += each.weeks
    found = []
    for team in teams:
        said = picture.teams.get(team.pk, Assumed(RUN_SHARE, Decimal(0)))
        found.append(
            weigh(
                team,
                parts[team.pk],
                cycle.starts_on,
                cycle.ends_on,
                run_share=said.run_share,
                adjustment=said.adjustment,
                note=said.note,
                allocated=given[team.pk],
            )
        )
    return found


def _mixes(
    cycle: Cycle, pictures: list[PlanPicture], rows: list[list[TeamWeeks]]
) -> list[list[Share]]:
    """Return the kinds of work of each plan, with run-work where a category takes it."""
    categories = list(InvestmentCategory.objects.for_display())
    wanted = dict(cycle.investment_targets.values_list("category", "share"))
    every = {pk for picture in pictures for pk in picture.items}
    sorted_by = InitiativeInvestment.objects.filter(initiative__in=every)
    kind_of = dict(sorted_by.values_list("initiative", "category"))
    found = []
    for picture, teams in zip(pictures, rows, strict=True):
        weeks: dict[int | None, Decimal] = defaultdict(Decimal)
        for (initiative, _), each in picture.weeks.items():
            weeks[kind_of.get(initiative)] += each.weeks
        for category in categories:
            if category.takes_run_work:
                weeks[category.pk] += sum((row.run_weeks for row in teams), Decimal(0))
        found.append(_shares(categories, wanted, weeks))
    return found


def _shares(
    categories: list[InvestmentCategory], wanted: dict[int, int], weeks: dict[int | None, Decimal]
) -> list[Share]:
    total = float(sum(weeks.values()))
    named = [(each.pk, each.name) for each in categories]
    return [
        Share(name, 100 * float(weeks[pk]) / total, wanted.get(pk or 0))
        for pk, name in [*named, (None, "In no category")]
        if total and weeks.get(pk)
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
    return f"{KINDS[placed.kind]}, {placed.target_words}", plain(picture.weeks_of(initiative.pk))
