"""What the score pages show of each initiative; what a person may not read is left out here."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from planning.forms.scoring import InputForm
from planning.models import Criterion, Initiative, Ranking, RankOverride
from planning.models.ranking import Input, Line
from planning.models.scores import placed
from planning.models.scoring import plain
from planning.services.scoring import Standing
from prodops.people.permissions import can_see_revenue


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A value with where it is from; `form` edits it in place."""

    criterion: Criterion
    given: Input | None
    form: Any = None

    @property
    def is_hidden(self) -> bool:
        return self.given is None

    @property
    def words(self) -> str:
        if self.given is None:
            return "Hidden"
        return "Missing" if self.given.value is None else plain(self.given.value)

    @property
    def source(self) -> str:
        return Criterion.Source(self.given.source).label if self.given else ""


@dataclass(frozen=True, kw_only=True)
class Row:
    initiative: Initiative
    line: Line
    cells: list[Cell]
    hides_score: bool
    override: RankOverride | None
    before: tuple[Decimal | None, int] | None

    @property
    def score(self) -> Decimal | None:
        return None if self.hides_score else self.line.value

    @property
    def gap(self) -> str:
        return "Hidden" if self.hides_score else str(self.line.gap or "")

    @property
    def steps(self) -> int:
        """How many places it went up since the ranking kept last; below 0 for down."""
        return self.before[1] - self.line.place if self.before else 0

    @property
    def steps_down(self) -> int:
        return -self.steps

    @property
    def change(self) -> Decimal | None:
        """By how much the score differs from the one kept last, None when it does not."""
        if self.hides_score or not self.before or None in (self.before[0], self.line.value):
            return None
        return (self.line.value - self.before[0]) or None


def hidden_from(user, criteria) -> set[str]:
    """Return the criteria whose values this person may not read."""
    return set() if can_see_revenue(user) else {one.name for one in criteria if one.is_revenue}


def rows_of(standing: Standing, user, *, kept: Ranking | None = None, may_edit=False) -> list[Row]:
    """Return a row for each initiative, by place, beside the ranking kept last."""
    hidden = hidden_from(user, standing.criteria)
    before = {}
    if kept:
        scores = placed(kept.scores.all())
        before = {one.initiative_id: (one.value, one.place) for one in scores}
    return [
        Row(
            initiative=standing.initiatives[line.initiative_id],
            line=line,
            cells=cells_of(standing, line, hidden, may_edit),
            hides_score=bool(hidden),
            override=standing.overrides.get(line.initiative_id),
            before=before.get(line.initiative_id),
        )
        for line in standing.lines
    ]


def cells_of(standing: Standing, line: Line, hidden: set[str], may_edit: bool) -> list[Cell]:
    cells = []
    for criterion in standing.criteria:
        given = None if criterion.name in hidden else line.inputs[criterion.name]
        form = None
        if may_edit and given is not None:
            initiative = standing.initiatives[line.initiative_id]
            form = InputForm(criterion=criterion, initiative=initiative, given=given)
        cells.append(Cell(criterion=criterion, given=given, form=form))
    return cells


def missing_in(rows: list[Row]) -> list[str]:
    """Return what each row lacks, in words: "INI-3 lacks reach, effort"."""
    lacking = [(row.initiative.key, row.line.gap) for row in rows if row.line.gap]
    return [f"{key} lacks {', '.join(sorted(gap.missing))}" for key, gap in lacking if gap.missing]
