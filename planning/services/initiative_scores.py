"""One initiative's score in its cycles: as it stands, what it is made of, and what it was."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from planning.models import (
    BaselineLine,
    Candidate,
    Commitment,
    Cycle,
    Initiative,
    RankOverride,
    Score,
    ScoreInput,
    ScoringRound,
)
from planning.models.ranking import Line
from planning.models.sensitivity import ranks_if
from planning.services.scoring import Standing, read_standing

MOST = 30


@dataclass(frozen=True)
class Place:
    """Where an initiative stands in the ranking of a cycle, with the ranks it would have."""

    standing: Standing
    line: Line
    ranks: dict[str, list[int | None]]

    @property
    def override(self) -> RankOverride | None:
        return self.standing.overrides.get(self.line.initiative_id)


@dataclass(frozen=True)
class Said:
    """What somebody said of a criterion, beside what was said before."""

    entry: ScoreInput
    before: ScoreInput | None


def cycles_of(initiative: Initiative) -> QuerySet[Cycle]:
    """Return the cycles an initiative is or was in the running for, the newest first."""
    planned = Commitment.objects.filter(initiative=initiative).values("cycle")
    added = Candidate.objects.filter(initiative=initiative).values("cycle")
    kept = Score.objects.filter(initiative=initiative).values("ranking__cycle")
    held = Q(pk__in=planned) | Q(pk__in=added) | Q(pk__in=kept)
    return Cycle.objects.filter(held).order_by("-starts_on", "-pk")


def place_of(*, initiative: Initiative, cycle: Cycle) -> Place | None:
    """Return how an initiative stands in the ranking of a cycle; None where it does not."""
    standing = read_standing(cycle=cycle)
    if standing is None or initiative.pk not in standing.initiatives:
        return None
    line = next(one for one in standing.lines if one.initiative_id == initiative.pk)
    rows = standing.values
    ranks = ranks_if(standing.version.tree, rows, initiative.pk)
    return Place(standing, line, ranks if line.value is not None else {})


def frozen_score(*, initiative: Initiative, cycle: Cycle) -> BaselineLine | None:
    """Return what the commit of a cycle froze of the score, with its baseline."""
    lines = BaselineLine.objects.filter(initiative=initiative, baseline__cycle=cycle)
    return lines.select_related("baseline").first()


def what_was_said(*, initiative: Initiative, cycle: Cycle) -> list[Said]:
    """Return what people said of an initiative in a cycle, the newest first."""
    rows = ScoreInput.objects.filter(initiative=initiative, cycle=cycle).for_display()
    last: dict[tuple[int, str], ScoreInput] = {}
    found = []
    for entry in rows.order_by("pk"):
        key = entry.scoring_model_id, entry.name
        found.append(Said(entry, last.get(key)))
        last[key] = entry
    return found[::-1][:MOST]


def kept_scores(initiative: Initiative) -> Sequence[Score]:
    """Return the scores rankings kept of an initiative, the newest first, with `of_all`."""
    others = Score.objects.filter(ranking=OuterRef("ranking")).order_by().values("ranking")
    rows = Score.objects.filter(initiative=initiative).select_related(
        "ranking__cycle", "ranking__by", "ranking__version__scoring_model"
    )
    counted = rows.annotate(of_all=Subquery(others.annotate(all=Count("pk")).values("all")))
    return list(counted.order_by("-ranking__at", "-ranking__pk")[:MOST])


def rounds_on(initiative: Initiative, cycle: Cycle) -> list[ScoringRound]:
    """Return the rounds that put an initiative to the vote in a cycle, the newest first."""
    rows = ScoringRound.objects.filter(initiative=initiative, session__cycle=cycle)
    return list(rows.select_related("session").order_by("-opened_at", "-pk")[:MOST])
