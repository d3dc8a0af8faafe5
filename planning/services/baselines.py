"""Freeze the plan of a cycle: what its commit promised, as it stood."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Coalesce

from planning.models import BaselineCapacity, BaselineLine, CommitBaseline, Cycle, Initiative
from planning.services.capacity import team_weeks
from planning.services.scoring import StandingScore, standing_scores
from prodops.people.models import User


def freeze(*, cycle: Cycle, by: User, at: datetime) -> CommitBaseline:
    """Write the baseline of `cycle`, inside the transaction of its commit.

    Scores are those that stand; capacity is that of the teams that work on the plan, or are given
    weeks for it.

    The initiatives are held, so that a date that moves at the same moment is either frozen as it
    became or finds the cycle committed.
    """
    held = Initiative.objects.select_for_update(no_key=True).filter(commitments__cycle=cycle)
    initiatives = held.order_by("pk").prefetch_related("teams").in_bulk()
    commitments = list(cycle.commitments.order_by("pk"))
    for commitment in commitments:
        commitment.frozen_target_on = initiatives[commitment.initiative_id].target_on
    cycle.commitments.bulk_update(commitments, ["frozen_target_on"])
    cycle.commitments.update(frozen_value=Coalesce(F("planned_value"), 0))
    baseline = CommitBaseline.objects.create(cycle=cycle, by=by, at=at)
    scores = standing_scores(cycle=cycle)
    BaselineLine.objects.bulk_create(
        _line(baseline, one.kind, initiatives[one.initiative_id], scores.get(one.initiative_id))
        for one in commitments
    )
    _freeze_capacity(baseline, initiatives.values())
    return baseline


def _freeze_capacity(baseline: CommitBaseline, initiatives: Iterable[Initiative]) -> None:
    working = {team.pk for initiative in initiatives for team in initiative.teams.all()}
    BaselineCapacity.objects.bulk_create(
        BaselineCapacity(
            baseline=baseline,
            team=one.team,
            weeks_available=one.available,
            weeks_allocated=one.allocated,
        )
        for one in team_weeks(cycle=baseline.cycle)
        if one.team.pk in working or one.allocated
    )


def _line(
    baseline: CommitBaseline, kind: str, initiative: Initiative, score: StandingScore | None
) -> BaselineLine:
    return BaselineLine(
        baseline=baseline,
        initiative=initiative,
        kind=kind,
        start_on=initiative.start_on,
        target_on=initiative.target_on,
        target_precision=initiative.target_precision,
        owner_id=initiative.owner_id,
        team_ids=sorted(team.pk for team in initiative.teams.all()),
        score=score.value if score else None,
        score_words=score.words if score else "",
    )
