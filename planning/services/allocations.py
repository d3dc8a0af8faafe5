"""Give people-weeks of teams to initiatives: a cell at a time, a page of them, or a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from planning.models import Allocation, Cycle, Scenario, ScenarioItem
from planning.models.people_weeks import months_of, plain, spread
from planning.services.capacity import refuse_closed
from planning.services.capacity_changes import refuse_unexplained, tell_weeks
from prodops.people.models import Team, User

NOTHING = Decimal(0)
AT_ONCE = 500


@dataclass(frozen=True)
class Cell:
    """A place of the grid: an initiative, a team and, of one month, its number from 0."""

    initiative: int
    team: int
    month: int | None = None


@dataclass(frozen=True)
class CellWish:
    """The weeks a person saw in a cell, and those they want."""

    cell: Cell
    seen: Decimal
    wanted: Decimal

    @property
    def is_change(self) -> bool:
        return self.seen != self.wanted


@dataclass(frozen=True)
class CellAnswer:
    """What became of a wish: `refused` says why not; `theirs` is what somebody else wrote."""

    wish: CellWish
    refused: str = ""
    theirs: Decimal | None = None

    @property
    def is_saved(self) -> bool:
        return not self.refused


@transaction.atomic
def save_cells(
    *,
    cycle: Cycle,
    wishes: Sequence[CellWish],
    by: User,
    at: datetime,
    scenario: Scenario | None = None,
    why: str = "",
) -> list[CellAnswer]:
    """Write what each wish wants; those that somebody else wrote to meanwhile are left alone.

    The answers come in the order of the wishes. The weeks of a whole cell keep the spread over
    its months; a month's weeks change the cell's. Raises Refusal when the plan is closed, and
    ReasonNeeded when it is committed and `why` is empty.
    """
    refuse_closed(cycle, scenario)
    refuse_unexplained(cycle, scenario, why)
    teams = Team.objects.in_bulk({wish.cell.team for wish in wishes})
    planned = _in_plan(cycle, scenario, {wish.cell.initiative for wish in wishes})
    rows = _rows(cycle, scenario, wishes)
    number = len(months_of(cycle.starts_on, cycle.ends_on))
    answers, written = [], {}
    for wish in wishes:
        cell = wish.cell
        if cell.team not in teams or cell.initiative not in planned:
            why = "It is not in this plan any more." if cell.team in teams else "The team is gone."
            answers.append(CellAnswer(wish, why))
            continue
        key = cell.initiative, cell.team
        row = rows.get(key) or Allocation(
            cycle=cycle, scenario=scenario, initiative_id=key[0], team_id=key[1], weeks=NOTHING
        )
        before = row.weeks, row.months
        answers.append(_change(row, wish, number, by, at))
        rows[key] = row
        if (row.weeks, row.months) != before:
            written[key] = row
    _write(list(written.values()))
    _tell(cycle, scenario, answers, {"why": why, "by": by, "at": at})
    return answers


def _tell(cycle, scenario, answers, told):
    """A committed plan tells in its story what was written, and why."""
    if scenario is None and cycle.is_committed:
        done = [each.wish for each in answers if each.is_saved and each.wish.is_change]
        tell_weeks(cycle=cycle, wishes=done, **told)


def _write(rows: list[Allocation]) -> None:
    """Write each row once, however many of its months are another."""
    Allocation.objects.bulk_create([row for row in rows if not row.pk], AT_ONCE)
    known = [row for row in rows if row.pk]
    Allocation.objects.bulk_update(known, ["weeks", "months", "by", "at"], AT_ONCE)


def _change(row: Allocation, wish: CellWish, number: int, by: User, at: datetime) -> CellAnswer:
    month = wish.cell.month
    if month is not None and not 0 <= month < number:
        return CellAnswer(wish, "The cycle has no such month.")
    months = row.in_months(number)
    now = row.weeks if month is None else months[month]
    if now == wish.wanted:
        return CellAnswer(wish)
    if now != wish.seen:
        who = f"{row.by} wrote {plain(now)} on {row.at:%-d %b}" if row.pk else "It is empty by now"
        return CellAnswer(wish, f"{who}.", now)
    if month is None:
        row.weeks = wish.wanted
        row.months = spread(row.weeks, months) if row.months else None
    else:
        months[month] = wish.wanted
        row.months, row.weeks = months, sum(months, NOTHING)
    row.by, row.at = by, at
    return CellAnswer(wish)


def _rows(
    cycle: Cycle, scenario: Scenario | None, wishes: Iterable[CellWish]
) -> dict[tuple[int, int], Allocation]:
    cells = [wish.cell for wish in wishes]
    found = Allocation.objects.of_plan(cycle, scenario).filter(
        initiative__in={cell.initiative for cell in cells}, team__in={cell.team for cell in cells}
    )
    return {(row.initiative_id, row.team_id): row for row in found.select_related("by")}


def _in_plan(cycle: Cycle, scenario: Scenario | None, initiatives: set[int]) -> set[int]:
    if scenario is None:
        held = cycle.commitments.standing().filter(initiative__in=initiatives)
    else:
        held = ScenarioItem.objects.filter(scenario=scenario, initiative__in=initiatives)
    return set(held.values_list("initiative", flat=True))
