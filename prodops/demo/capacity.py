"""Who is there and who works on what: shares, absences, allocations, scenarios, kinds of work."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from planning.models import Cycle, Initiative, InvestmentCategory
from planning.services.allocations import Cell, CellWish, save_cells
from planning.services.capacity import assume, team_weeks
from planning.services.investment import classify, set_targets
from planning.services.scenario_adoption import adopt_scenario
from planning.services.scenarios import copy_plan, picture_of, take_out
from prodops.demo.world import World
from prodops.people.models import Absence, Membership, User

CATEGORIES = [
    ("growth", "Growth", "Wins new customers or sells more to those we have.", 40, "indigo"),
    ("retention", "Retention", "Keeps the customers we have.", 25, "teal"),
    ("platform", "Platform", "Makes later work cheaper or safer.", 10, "violet"),
    ("run", "Run", "Keeps things running: support, incidents, upkeep.", 20, "slate"),
    ("compliance", "Compliance", "Rules and audits leave no choice.", 5, "amber"),
]
PART_TIME = {"Clara Lindqvist": 60, "Megan Doyle": 80, "Sofia Rinaldi": 80, "Luis Herrera": 50}
OTHER_HOLIDAYS = {"Matej Kovac": "SK", "Isla Campbell": "GB-SCT"}
RUN_WORK = {"billing": 30, "identity": 25, "integrations": 35, "mobile": 15}
SHARES = [Decimal("0.92"), Decimal("0.84"), Decimal("0.97"), Decimal("0.78")]
HELPS = {"billing": "identity", "booking": "integrations", "mobile": "insights"}
OVER = "dispatch"
NONE = Decimal(0)


class Meant(Protocol):
    """An initiative of the demo's plan."""

    place: int
    squad: str
    record: Initiative | None


def staff(world: World) -> None:
    """Say who works part-time, by whose holidays, and who was or will be away."""
    for name, share in PART_TIME.items():
        Membership.objects.filter(user=world.people[name]).update(share=share)
    for name, code in OTHER_HOLIDAYS.items():
        User.objects.filter(pk=world.people[name].pk).update(holiday_calendar=code)
    # One engineer helps the neighbours out, on top of a full week at home.
    squad, helped = world.squads["insights"], world.people["Nikhil Rao"]
    started = world.today - timedelta(days=45)
    Membership.objects.create(team=squad, user=helped, role="engineer", share=40, from_on=started)
    members = [user for squad in world.squads for user in world.squad_people[squad]]
    away = []
    for place, user in enumerate(members):
        for weeks_ago in (34 - place % 9, 19 - place % 7, 2 + place % 6 - 9 * (place % 2)):
            first = world.today - timedelta(days=7 * weeks_ago)
            first -= timedelta(days=first.weekday())
            last = first + timedelta(days=4 if place % 3 else 11)
            away.append(Absence(user=user, from_on=first, until_on=last))
    Absence.objects.bulk_create(away)
    _name_kinds()


def _name_kinds() -> None:
    """Name the kinds of work, each in its colour."""
    InvestmentCategory.objects.bulk_create(
        InvestmentCategory(
            slug=slug,
            name=name,
            description=words,
            position=place,
            colour=colour,
            takes_run_work=slug == "run",
        )
        for place, (slug, name, words, _, colour) in enumerate(CATEGORIES)
    )


def plan(world: World, cycle: Cycle, held: list[Meant], shift: int, at: datetime) -> None:
    """Give the weeks of a cycle that is being planned to its initiatives, before its commit."""
    chief = world.ops[0]
    if shift == -2:
        for slug, share in RUN_WORK.items():
            assume(
                cycle=cycle, team=world.squads[slug], run_share=share, adjustment=NONE, note="",
                seen=(20, NONE), by=chief, at=at,
            )  # fmt: skip
    if shift == 0:
        assume(
            cycle=cycle, team=world.squads["billing"], run_share=30, adjustment=Decimal(6),
            note="Contractor for e-invoicing", seen=(30, NONE), by=chief, at=at,
        )  # fmt: skip
    _sort(cycle, held, chief, at)
    _allocate(world, cycle, held, at)
    if shift == -1:
        _try_out(world, cycle, at)


def _sort(cycle: Cycle, held: list[Meant], chief: User, at: datetime) -> None:
    """Sort all but one initiative into kinds of work, and say which mix is wanted."""
    known = {each.slug: each for each in InvestmentCategory.objects.all()}
    order = ["growth", "retention", "growth", "platform", "retention", "growth", "compliance"]
    wishes = {
        one.record: (None, known[order[one.place % 7]])
        for one in held
        if one.record and one.place % 17 != 16
    }
    classify(wishes=wishes, by=chief, at=at)
    shares = {known[slug]: share for slug, _, _, share, _ in CATEGORIES}
    set_targets(cycle=cycle, shares=shares, by=chief, at=at)


def _allocate(world: World, cycle: Cycle, held: list[Meant], at: datetime) -> None:
    """Share each squad's weeks out among its initiatives; one squad promises too much."""
    planned = set(cycle.commitments.values_list("initiative", flat=True))
    mine = [one for one in held if one.record and one.record.pk in planned]
    rows = {row.team.slug: row for row in team_weeks(cycle=cycle)}
    wishes = []
    for place, (slug, team) in enumerate(sorted(world.squads.items())):
        own = [one.record for one in mine if one.squad == slug]
        share = Decimal("1.12") if slug == OVER else SHARES[place % 4]
        for record in own:
            weeks = (rows[slug].available * share / len(own)).quantize(Decimal("0.5"))
            wishes.append(CellWish(Cell(record.pk, team.pk), NONE, weeks))
        helper = world.squads.get(HELPS.get(slug, ""))
        if helper and own:
            wishes.append(CellWish(Cell(own[0].pk, helper.pk), NONE, Decimal("1.5")))
    save_cells(cycle=cycle, wishes=wishes, by=world.ops[0], at=at)


def _try_out(world: World, cycle: Cycle, at: datetime) -> None:
    """Try two other plans for the quarter before; one of them becomes the plan."""
    chief, later = world.ops[0], at + timedelta(hours=5)
    careful = copy_plan(cycle=cycle, name="Less for Dispatch", by=chief, at=at)
    bold = copy_plan(cycle=cycle, name="Without the last idea", by=world.ops[1], at=at)
    take_out(item=bold.items.order_by("pk").last())
    team = world.squads[OVER]
    wishes = [
        CellWish(Cell(row.initiative_id, team.pk), row.weeks, row.weeks - 3)
        for row in careful.allocations.filter(team=team, weeks__gt=3)
    ]
    save_cells(cycle=cycle, scenario=careful, wishes=wishes, by=chief, at=later)
    seen = picture_of(cycle=cycle).mark
    adopt_scenario(scenario=careful, seen=seen, by=chief, at=later + timedelta(days=1))
