"""Teams against teams: who waits for whom, counted by state."""

from collections import defaultdict
from dataclasses import dataclass, field

from planning.models import Dependency
from prodops.people.models import Team

OPEN, LATE, ALL = "open", "late", "all"
CHOICES = [(OPEN, "Not delivered"), (LATE, "Late"), (ALL, "All"), *Dependency.State.choices]


@dataclass
class Cell:
    """What one team asks of another: how many in each state, and how many are late."""

    asking: Team
    giving: Team
    states: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    late: int = 0

    @property
    def number(self) -> int:
        return sum(self.states.values())

    @property
    def words(self) -> str:
        """Read as "2 asked, 1 committed, 1 of them late"."""
        told = [
            f"{self.states[state]} {state.label.lower()}"
            for state in Dependency.State
            if state in self.states
        ]
        return ", ".join(told + ([f"{self.late} of them late"] if self.late else []))


def matrix_of(rows, *, shown, on) -> dict:
    """Return the matrix of what `shown` keeps: only teams that ask or give anything in it."""
    shown = shown if shown in dict(CHOICES) else OPEN
    counted = list(_kept(rows, shown, on).between_teams(on))
    teams = Team.objects.in_bulk({pk for asking, giving, *_ in counted for pk in (asking, giving)})
    cells: dict[tuple[int, int], Cell] = {}
    for asking, giving, state, number, late in counted:
        cell = cells.setdefault((asking, giving), Cell(teams[asking], teams[giving]))
        cell.states[state] += number
        cell.late += late
    return {
        "shown": shown,
        "choices": CHOICES,
        "query": _query(shown),
        **_table(cells, sorted(teams.values(), key=lambda team: (team.name, team.pk))),
    }


def _kept(rows, shown, on):
    if shown == OPEN:
        return rows.undelivered()
    if shown == LATE:
        return rows.late(on)
    return rows if shown == ALL else rows.filter(state=shown)


def _query(shown):
    """Return how the list is asked for the same, behind the two teams."""
    if shown in (OPEN, LATE):
        return f"&show={shown}"
    return "" if shown == ALL else f"&state={shown}"


def _table(cells, teams) -> dict:
    asked, given = defaultdict(int), defaultdict(int)
    for (asking, giving), cell in cells.items():
        asked[asking] += cell.number
        given[giving] += cell.number
    givers = [team for team in teams if team.pk in given]
    return {
        "givers": [(team, given[team.pk]) for team in givers],
        "lines": [
            (team, [cells.get((team.pk, giver.pk)) for giver in givers], asked[team.pk])
            for team in teams
            if team.pk in asked
        ],
        "total": sum(asked.values()),
    }
