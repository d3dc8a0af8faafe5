"""Freeze the plan of a cycle: what its commit promised, as it stood."""

from datetime import datetime

from django.db.models import F
from django.db.models.functions import Coalesce

from planning.models import BaselineLine, CommitBaseline, Cycle, Initiative
from prodops.people.models import User


def freeze(*, cycle: Cycle, by: User, at: datetime) -> CommitBaseline:
    """Write the baseline of `cycle`, inside the transaction of its commit.

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
    BaselineLine.objects.bulk_create(
        _line(baseline, commitment.kind, initiatives[commitment.initiative_id])
        for commitment in commitments
    )
    return baseline


def _line(baseline: CommitBaseline, kind: str, initiative: Initiative) -> BaselineLine:
    return BaselineLine(
        baseline=baseline,
        initiative=initiative,
        kind=kind,
        start_on=initiative.start_on,
        target_on=initiative.target_on,
        target_precision=initiative.target_precision,
        owner_id=initiative.owner_id,
        team_ids=sorted(team.pk for team in initiative.teams.all()),
    )
