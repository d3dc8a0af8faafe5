"""What scores and capacity of the running quarter came to, morning by morning, and what moved."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from planning.models import Allocation, Cycle, PlanDay, ScoreInput
from planning.services import score_sheets
from planning.services.allocations import Cell, CellWish, save_cells
from planning.services.plan_days import keep_day
from prodops.demo.world import World
from prodops.people.models import Absence

LEARNT = [("0.25", 0.5), ("2", 1.6), ("0.5", 0.7), ("3", 1.3)]
WHY = [
    "The pilot account needs it before its own season begins.",
    "The review showed more work in the migration than was planned.",
    "An engineer is away; the smaller of the two waits.",
]


def first(cycle: Cycle, at: datetime) -> None:
    """Keep the first morning after the commit."""
    keep_day(cycle=cycle, on=at.date(), at=at)


def live(world: World) -> None:
    """Let estimates, weeks and who is there change in three steps since the commit."""
    cycle = Cycle.objects.select_related("baseline").filter(phase=Cycle.Phase.ACTIVE).first()
    if cycle is None or not hasattr(cycle, "baseline"):
        return
    begun = cycle.baseline.at
    for step in range(3):
        at = begun + (world.now - begun) * (step + 1) / 4
        _learn(world, cycle, step, at)
        _shift(world, cycle, step, at)
        _leave(world, step, at)
        following = (at + timedelta(days=1)).date()
        _quiet(cycle, following)
        keep_day(cycle=cycle, on=following, at=_morning(following))
    _quiet(cycle, world.today + timedelta(days=1))


def _quiet(cycle: Cycle, until: date) -> None:
    """Look on every morning before `until` on which nothing was new."""
    newest = cycle.plan_days.latest("on").on
    days = [newest + timedelta(days=count) for count in range(1, (until - newest).days)]
    PlanDay.objects.bulk_create(PlanDay(cycle=cycle, on=on, at=_morning(on)) for on in days)


def _morning(on: date) -> datetime:
    return datetime.combine(on, time(0, 2), UTC)


def _learn(world: World, cycle: Cycle, step: int, at: datetime) -> None:
    """Say other values of two initiatives: their leads know more by then."""
    held = cycle.commitments.standing().select_related("initiative").order_by("pk")
    for place, one in enumerate(held[step * 2 : step * 2 + 2]):
        impact, share = LEARNT[(step + place) % 4]
        reach = _said(cycle, one.initiative_id, "reach")
        wanted = {"impact": Decimal(impact)}
        if reach and reach.value:
            wanted["reach"] = (reach.value * Decimal(str(share))).quantize(Decimal(1))
        for name, value in wanted.items():
            newest = _said(cycle, one.initiative_id, name)
            score_sheets.set_input(
                cycle=cycle, initiative=one.initiative, name=name, value=value,
                seen=newest.pk if newest else 0, by=one.initiative.owner, at=at,
            )  # fmt: skip


def _said(cycle: Cycle, initiative: int, name: str) -> ScoreInput | None:
    rows = ScoreInput.objects.filter(cycle=cycle, initiative=initiative, name=name)
    return rows.order_by("-pk").first()


def _shift(world: World, cycle: Cycle, step: int, at: datetime) -> None:
    """Give two initiatives other weeks than the commit did."""
    rows = Allocation.objects.counted(cycle).filter(weeks__gte=3).order_by("pk")
    wishes = [
        CellWish(Cell(row.initiative_id, row.team_id), row.weeks, row.weeks + change)
        for row, change in zip(rows[step * 3 : step * 3 + 2], (2, Decimal("-1.5")), strict=False)
    ]
    save_cells(cycle=cycle, wishes=wishes, by=world.ops[0], at=at, why=WHY[step])


def _leave(world: World, step: int, at: datetime) -> None:
    """Let somebody be away for weeks nobody planned, and somebody else half the week."""
    squad = list(world.squads)[step]
    ill, other = world.squad_people[squad][3:5]
    days = {"from_on": at.date(), "until_on": at.date() + timedelta(days=16)}
    Absence.objects.get_or_create(user=ill, **days)
    Absence.objects.get_or_create(user=other, **days, share=50)
