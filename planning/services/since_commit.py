"""Scores and capacity now, beside what the commit froze of them."""

from dataclasses import dataclass
from decimal import Decimal

from planning.models import BaselineCapacity, Cycle, Initiative
from planning.services.capacity import team_weeks
from planning.services.scoring import standing_scores
from prodops.people.models import Team


@dataclass(frozen=True)
class ScoreSince:
    """An initiative's score at the commit and now; None where it had none. Words say of what."""

    initiative: Initiative
    before: Decimal | None
    after: Decimal | None
    words_before: str
    words_after: str

    @property
    def is_same(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True)
class CapacitySince:
    """A team's people-weeks at the commit and now, (available, allocated); None where unknown."""

    team: Team
    before: tuple[Decimal, Decimal] | None
    after: tuple[Decimal, Decimal]

    @property
    def is_same(self) -> bool:
        return self.before == self.after


def scores_since(cycle: Cycle) -> list[ScoreSince]:
    """Return the committed initiatives whose score was frozen or stands now, by title."""
    lines = cycle.baseline.lines.select_related("initiative").order_by("initiative__title", "pk")
    standing = standing_scores(cycle=cycle)
    found = []
    for line in lines:
        now = standing.get(line.initiative_id)
        if line.score is None and now is None:
            continue
        value, words = (now.value, now.words) if now else (None, "")
        found.append(ScoreSince(line.initiative, line.score, value, line.score_words, words))
    return found


def capacity_since(cycle: Cycle) -> list[CapacitySince]:
    """Return the teams that were part of the plan, or are given weeks for it now, by name."""
    frozen = {row.team_id: _weeks(row) for row in cycle.baseline.capacities.all()}
    return [
        CapacitySince(one.team, frozen.get(one.team.pk), (one.available, one.allocated))
        for one in team_weeks(cycle=cycle)
        if one.team.pk in frozen or one.allocated
    ]


def _weeks(row: BaselineCapacity) -> tuple[Decimal, Decimal] | None:
    if row.weeks_available is None or row.weeks_allocated is None:
        return None
    return row.weeks_available, row.weeks_allocated
