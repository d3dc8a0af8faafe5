"""Tell what a committed plan says from now on; the database takes no change that is not told."""

from datetime import datetime

from planning.models import Commitment, Initiative, PlanChange
from prodops.people.models import User


def frozen_commitments(initiative: Initiative) -> list[Commitment]:
    """Return where the initiative stands in a committed plan, the earliest cycle first."""
    held = initiative.commitments.frozen().select_related("cycle__thread")
    return list(held.order_by("cycle__starts_on", "pk"))


def tell_change(
    what: str,
    *,
    commitment: Commitment,
    by: User,
    at: datetime,
    reason: str = "",
    note: str = "",
    team_ids: list[int] | None = None,
) -> PlanChange:
    """Write the line as `commitment` and its initiative say it in memory; save them afterwards.

    `team_ids` are the teams from now on, those in the database without it.
    """
    initiative = commitment.initiative
    if team_ids is None:
        team_ids = list(initiative.teams.order_by("pk").values_list("pk", flat=True))
    return PlanChange.objects.create(
        commitment=commitment,
        what=what,
        kind=commitment.kind,
        start_on=initiative.start_on,
        target_on=initiative.target_on,
        target_precision=initiative.target_precision,
        owner_id=initiative.owner_id,
        team_ids=sorted(team_ids),
        reason=reason,
        note=note,
        by=by,
        at=at,
    )
