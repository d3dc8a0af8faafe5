"""The quarter after the demo day: being planned, scored, and tried out in two scenarios."""

from datetime import datetime, timedelta
from decimal import Decimal

from planning import services as planning
from planning.models import (
    Cycle,
    Initiative,
    InvestmentCategory,
    Scenario,
    ScoreInput,
    ScoringModel,
)
from planning.services import score_sheets
from planning.services.allocations import Cell, CellWish, save_cells
from planning.services.capacity import team_weeks
from planning.services.investment import classify, set_targets
from planning.services.scenarios import copy_plan, place, take_out
from prodops.demo import cycles
from prodops.demo.capacity import CATEGORIES
from prodops.demo.plan import quarter
from prodops.demo.world import World

IDEAS = {
    "mobile": "Photos of damage without a connection",
    "billing": "One invoice for all depots",
    "tracking": "Arrival times per loading bay",
    "integrations": "Bookings from the customer’s own system",
    "identity": "Guest access for consignees",
}
REACH = [120, 95, 22, 140, 60, 18, 75, 210, 44, 12, 33, 88]
IMPACT = ["2", "1", "0.5", "3", "1", "0.25", "2", "1"]
CANDIDATES = 3
NONE = Decimal(0)


def draft(world: World) -> None:
    """Open the next quarter, put initiatives into its plan, and try two other plans."""
    span, at = quarter(world, 1), world.now - timedelta(days=9)
    chief = world.ops[0]
    cycle = planning.open_cycle(
        name=span.name, slug=span.name.lower().replace(" ", "-"), kind=Cycle.Kind.QUARTER,
        starts_on=span.start, ends_on=span.end, by=chief, at=at,
    )  # fmt: skip
    cycles.kick_off(world, cycle, chief, at + timedelta(hours=1))
    found = _choose(world, cycle, at + timedelta(hours=5))
    _give(world, cycle, found[:-CANDIDATES], at + timedelta(days=2))
    _score(cycle, found, world, at + timedelta(days=3))
    _try_out(world, cycle, found, at + timedelta(days=5))


def _choose(world: World, cycle: Cycle, at: datetime) -> list[Initiative]:
    """Return what is in the plan, and the candidates last: work that goes on, and new ideas."""
    running = Initiative.objects.unfinished().order_by("-target_on", "pk").prefetch_related("teams")
    ideas = [_new(world, squad, title, at) for squad, title in IDEAS.items()]
    found = [*running.exclude(pk__in=[each.pk for each in ideas])[:7], *ideas]
    for number, one in enumerate(found[:-CANDIDATES]):
        kind = "stretch" if number % 4 == 3 else "committed"
        planning.add_to_cycle(cycle=cycle, initiative=one, kind=kind, by=one.owner, at=at)
    return found


def _new(world: World, squad: str, title: str, at: datetime) -> Initiative:
    lead = world.lead(squad)
    return planning.create_initiative(
        title=title,
        owner=lead,
        by=lead,
        at=at,
        problem="Customers work around it by telephone; it came up in three renewal talks.",
        outcome="Nobody has to call us for it.",
        teams=[world.squads[squad]],
        product_area=world.squads[squad].product_area,
        confidence="medium",
    )


def _give(world: World, cycle: Cycle, planned: list[Initiative], at: datetime) -> None:
    """Give each its team's weeks, sort all but one, and say which mix is wanted."""
    free = {row.team.pk: row.available for row in team_weeks(cycle=cycle)}
    wishes = []
    for number, one in enumerate(planned):
        for team in one.teams.all()[:1]:
            weeks = min(free[team.pk], Decimal(9 + number * 5 % 14))
            wishes.append(CellWish(Cell(one.pk, team.pk), NONE, weeks))
    save_cells(cycle=cycle, wishes=wishes, by=world.ops[0], at=at)
    kinds = {each.slug: each for each in InvestmentCategory.objects.all()}
    unsorted = Initiative.objects.filter(pk__in=[one.pk for one in planned], investment=None)
    wanted = ["growth", "retention", "platform"]
    told = {"by": world.ops[0], "at": at}
    sorted_now = {
        one: (None, kinds[wanted[number % 3]])
        for number, one in enumerate(unsorted.order_by("pk")[1:])
    }
    classify(wishes=sorted_now, **told)
    set_targets(
        cycle=cycle, shares={kinds[slug]: share for slug, _, _, share, _ in CATEGORIES}, **told
    )


def _score(cycle: Cycle, found: list[Initiative], world: World, at: datetime) -> None:
    """Say what goes into RICE of each, and of the candidates how many weeks they would take."""
    chief = world.ops[0]
    model = ScoringModel.objects.select_related("current").get(name="RICE")
    score_sheets.choose_version(cycle=cycle, version=model.current, by=chief, at=at)
    told = {"cycle": cycle, "at": at + timedelta(hours=4)}
    score_sheets.add_candidates(initiatives=found[-CANDIDATES:], by=chief, **told)
    ScoreInput.objects.bulk_create(
        ScoreInput(
            cycle=cycle, initiative=one, scoring_model=model, name=name, value=Decimal(value),
            by=one.owner, at=told["at"],
        )
        for number, one in enumerate(found)
        for name, value in _said(number, one, is_candidate=one in found[-CANDIDATES:])
    )  # fmt: skip


def _said(number: int, one: Initiative, *, is_candidate: bool) -> list[tuple[str, str]]:
    """Return what is known of an initiative; the others have their weeks from the plan."""
    said = [("reach", str(REACH[number % 12])), ("impact", IMPACT[number % 8])]
    if is_candidate:
        said.append(("effort", str(6 + number % 5)))
    if not one.confidence:
        said.append(("confidence", "80"))
    return said


def _try_out(world: World, cycle: Cycle, found: list[Initiative], at: datetime) -> None:
    """Try a plan with the best candidate in place of the weakest, and one with less in it."""
    chief, planner = world.ops[0], world.ops[-1]
    swapped = copy_plan(cycle=cycle, name="Guest access instead", by=chief, at=at)
    take_out(item=swapped.items.get(initiative=found[2]))
    _put_in(swapped, found[-1], world, at)
    fewer = copy_plan(
        cycle=cycle, name="Fewer things, finished", by=planner, at=at + timedelta(days=1)
    )
    for one in (found[2], found[5]):
        take_out(item=fewer.items.get(initiative=one))


def _put_in(scenario: Scenario, one: Initiative, world: World, at: datetime) -> None:
    due = {"target_on": scenario.cycle.ends_on, "target_precision": "quarter"}
    place(scenario=scenario, initiative=one, kind="committed", **due)
    team = one.teams.get()
    wishes = [CellWish(Cell(one.pk, team.pk), NONE, Decimal(7))]
    save_cells(cycle=scenario.cycle, scenario=scenario, wishes=wishes, by=world.ops[0], at=at)
