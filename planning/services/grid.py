"""The allocation grid: initiatives by teams, or by the months of one team, a window of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from planning.models import Allocation, Cycle, InitiativeTeam, Scenario, TeamWeeks
from planning.models.people_weeks import months_of, plain
from planning.services.capacity import month_weeks, team_weeks
from prodops.people.models import Team

NOTHING = Decimal(0)
ROWS, COLUMNS = 50, 8


@dataclass(frozen=True)
class Wanted:
    """Which part of the grid: the teams that are looked at, and which rows and columns of them."""

    teams: Sequence[Team]
    page: int = 1
    columns: int = 1
    every_row: bool = False
    by_team: bool = False
    by_month: bool = False


@dataclass
class GridCell:
    """A place to write in: `note` says what is wrong, `theirs` what somebody else wrote."""

    key: str
    label: str
    value: str = ""
    typed: str | None = None
    note: str = ""
    theirs: str = ""

    @property
    def shown(self) -> str:
        return self.value if self.typed is None else self.typed


@dataclass
class GridRow:
    """An initiative with its cells; `total` counts the teams that are not shown too."""

    pk: int
    title: str
    kind: str
    group: str
    cells: list[GridCell] = field(default_factory=list)
    total: Decimal = NOTHING


@dataclass
class GridColumn:
    """A team, or a month of one: what it has and what is given away of it."""

    key: str
    label: str
    team: Team
    month: int | None
    available: Decimal
    allocated: Decimal

    @property
    def is_over(self) -> bool:
        return self.allocated > self.available

    @property
    def share(self) -> str:
        return f"{plain(self.allocated)} of {plain(self.available)}"

    @property
    def balance(self) -> str:
        apart = plain(abs(self.available - self.allocated))
        return f"{apart} over" if self.is_over else f"{apart} left"


@dataclass
class Grid:
    """The window of the grid with what is true of all teams that are looked at."""

    wanted: Wanted
    rows: list[GridRow]
    columns: list[GridColumn]
    teams: list[TeamWeeks]
    row_count: int
    column_count: int

    @property
    def over(self) -> list[TeamWeeks]:
        """The teams that have given away more than they have, the worst first."""
        return sorted((row for row in self.teams if row.is_over), key=lambda row: -row.over)

    @property
    def foot(self) -> GridColumn:
        """Return what all teams that are looked at have together."""
        available = sum((row.available for row in self.teams), NOTHING)
        allocated = sum((row.allocated for row in self.teams), NOTHING)
        return GridColumn("all", "Together", self.teams[0].team, None, available, allocated)

    @property
    def quiet(self) -> list[Team]:
        """Return the teams shown that have enough, each once."""
        shown = {column.team for column in self.columns}
        return [row.team for row in self.teams if row.team in shown and not row.is_over]

    @property
    def pages(self) -> int:
        return max(1, -(-self.row_count // ROWS))

    @property
    def windows(self) -> int:
        return max(1, -(-self.column_count // COLUMNS))


def grid(*, cycle: Cycle, wanted: Wanted, scenario: Scenario | None = None) -> Grid:
    """Return the part of the grid that is wanted. Six queries, two more by months."""
    teams = team_weeks(cycle=cycle, scenario=scenario, teams=wanted.teams)
    columns = _columns(cycle, teams, wanted)
    every = list(_held(cycle, scenario, wanted))
    count = len(teams)
    first = (wanted.columns - 1) * COLUMNS
    shown = columns if wanted.by_month else columns[first : first + COLUMNS]
    rows = [GridRow(*row) for row in every[(wanted.page - 1) * ROWS : wanted.page * ROWS]]
    _fill(cycle, scenario, rows, shown, by_month=wanted.by_month)
    return Grid(wanted, rows, shown, teams, len(every), count)


def _held(cycle: Cycle, scenario: Scenario | None, wanted: Wanted) -> Iterable[tuple]:
    """Return initiative, title, kind and leading team of the rows, in their order."""
    held: QuerySet = scenario.items.all() if scenario else cycle.commitments.standing()
    if not wanted.every_row:
        of = {"initiative": OuterRef("initiative"), "team__in": list(wanted.teams)}
        given = Allocation.objects.of_plan(cycle, scenario).filter(weeks__gt=0, **of)
        held = held.filter(Q(Exists(InitiativeTeam.objects.filter(**of))) | Q(Exists(given)))
    held = held.annotate(group=Min("initiative__teams__name"))
    order = ("initiative__title", "initiative")
    rows = held.order_by("group", *order) if wanted.by_team else held.order_by(*order)
    return rows.values_list("initiative", "initiative__title", "kind", "group")


def _columns(cycle: Cycle, teams: list[TeamWeeks], wanted: Wanted) -> list[GridColumn]:
    if not wanted.by_month:
        return [
            GridColumn(
                str(row.team.pk), str(row.team), row.team, None, row.available, row.allocated
            )
            for row in teams
        ]
    months = months_of(cycle.starts_on, cycle.ends_on)
    row = teams[0]
    available = month_weeks(team=row.team, row=row, months=months)
    return [
        GridColumn(f"{row.team.pk}-{place}", _month(first), row.team, place, weeks, NOTHING)
        for place, ((first, _), weeks) in enumerate(zip(months, available, strict=True))
    ]


def _month(first: date) -> str:
    return f"{first:%b %Y}"


def _fill(
    cycle: Cycle,
    scenario: Scenario | None,
    rows: list[GridRow],
    columns: list[GridColumn],
    *,
    by_month: bool,
) -> None:
    """Put the weeks into the cells and the totals; months sum what all rows of the team use."""
    found = _weeks(cycle, scenario, rows, columns[0].team if by_month and columns else None)
    months = len(months_of(cycle.starts_on, cycle.ends_on))
    if by_month:
        for allocation in found.values():
            for column, weeks in zip(columns, allocation.in_months(months), strict=True):
                column.allocated += weeks
    totals: dict[int, Decimal] = defaultdict(Decimal)
    for (initiative, _), allocation in found.items():
        totals[initiative] += allocation.weeks
    for row in rows:
        row.total = totals[row.pk]
        row.cells = [_cell(row, column, found, months) for column in columns]


def _weeks(
    cycle: Cycle, scenario: Scenario | None, rows: list[GridRow], team: Team | None
) -> dict[tuple[int, int], Allocation]:
    """Return the allocations of the rows shown, or all of one team's."""
    counted = Allocation.objects.counted(cycle, scenario)
    if team is not None:
        wanted = counted.filter(team=team)
    else:
        wanted = counted.filter(initiative__in=[row.pk for row in rows])
    fields = wanted.only("initiative", "team", "weeks", "months")
    return {(each.initiative_id, each.team_id): each for each in fields}


def _cell(
    row: GridRow,
    column: GridColumn,
    found: dict[tuple[int, int], Allocation],
    months: int,
) -> GridCell:
    allocation = found.get((row.pk, column.team.pk))
    value = ""
    if allocation is not None:
        weeks = allocation.weeks
        if column.month is not None:
            weeks = allocation.in_months(months)[column.month]
        value = plain(weeks) if weeks else ""
    return GridCell(f"{row.pk}-{column.key}", f"INI-{row.pk} {row.title}, {column.label}", value)


def every_cell(*, cycle: Cycle, scenario: Scenario | None = None) -> Iterable[Allocation]:
    """Return what is given away in a plan, by initiative and team, for a file."""
    rows = Allocation.objects.counted(cycle, scenario).filter(weeks__gt=0)
    names = ("initiative__title", "initiative", "team__name", "team")
    return rows.select_related("initiative", "team").order_by(*names).iterator(chunk_size=500)
