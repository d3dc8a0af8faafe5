"""Bring an initiative from stage to stage: finish it, cancel it, open it again."""

from datetime import datetime

from django.db import transaction

from intake.services import Refusal
from planning.models import Commitment, Cycle, Initiative, InitiativeStageChange
from planning.services import truth_tasks
from planning.services.records import lock
from prodops.audit import services as audit
from prodops.people.models import User

Stage = Initiative.Stage
Status = Initiative.Status
OPEN_STAGES = (Stage.IDEA, Stage.DISCOVERY, Stage.DELIVERY)


@transaction.atomic
def move_stage(*, initiative: Initiative, stage: str, by: User, at: datetime) -> Initiative:
    """Bring an unfinished initiative to another open stage."""
    lock(initiative)
    if initiative.is_over or stage not in OPEN_STAGES:
        raise Refusal(
            f"{initiative.key} is {initiative.get_stage_display().lower()}; "
            "finish, cancel or reopen it instead."
        )
    if stage != initiative.stage:
        _go(initiative, stage, by=by, at=at)
    return initiative


@transaction.atomic
def finish_initiative(
    *, initiative: Initiative, by: User, at: datetime, stage: str = Stage.DONE
) -> Initiative:
    """Say that it reached the people it is for: every open plan it stands in counts it delivered.

    A launched initiative that becomes done keeps the moment it was finished.
    """
    lock(initiative)
    if initiative.cancelled_at or initiative.stage == stage == Stage.DONE:
        raise Refusal(f"{initiative.key} is {initiative.get_stage_display().lower()} already.")
    if initiative.stage == stage:
        return initiative
    finished_at = initiative.finished_at or at
    fields = {"finished_at": finished_at, "status": Status.DONE, "status_at": at}
    _go(initiative, stage, by=by, at=at, **fields)
    held = initiative.commitments.unfinished().exclude(cycle__phase=Cycle.Phase.CLOSED)
    for commitment in held.select_related("cycle__thread"):
        commitment.finished_at = finished_at
        commitment.save(update_fields=["finished_at"])
        audit.record(
            "commitment.delivered",
            thread=commitment.cycle.thread,
            summary=f"delivered {initiative.key} {initiative.title}",
            by=by,
            at=at,
        )
    return initiative


def mark_launched(*, initiative: Initiative, by: User, at: datetime) -> Initiative:
    """Finish an initiative because its launch went out; nothing happens when it is over."""
    if initiative.is_over:
        return initiative
    return finish_initiative(initiative=initiative, stage=Stage.LAUNCHED, by=by, at=at)


@transaction.atomic
def cancel_initiative(*, initiative: Initiative, reason: str, by: User, at: datetime) -> Initiative:
    """Give an initiative up; refused while a cycle that is not over still counts on it."""
    lock(initiative)
    if initiative.is_over:
        raise Refusal(f"{initiative.key} is {initiative.get_stage_display().lower()} already.")
    held = initiative.commitments.standing().exclude(cycle__phase=Cycle.Phase.CLOSED)
    commitment = held.select_related("cycle").first()
    if commitment:
        raise Refusal(
            f"It stands in the plan of {commitment.cycle}. Drop it there first, so that the "
            "plan says why."
        )
    _go(initiative, Stage.CANCELLED, reason=reason, by=by, at=at, cancelled_at=at)
    return initiative


@transaction.atomic
def reopen_initiative(*, initiative: Initiative, reason: str, by: User, at: datetime) -> Initiative:
    """Bring a finished or cancelled initiative back to delivery.

    Cycles that are closed keep what they counted; open ones count it as undelivered again.
    """
    lock(initiative)
    if not initiative.is_over:
        raise Refusal(f"{initiative.key} is open: it is in {initiative.get_stage_display()}.")
    over = {"finished_at": None, "cancelled_at": None}
    report = {"status": Status.UNKNOWN, "status_at": None, "confidence": ""}
    _go(initiative, Stage.DELIVERY, reason=reason, by=by, at=at, **over, **report)
    Commitment.objects.filter(initiative=initiative).exclude(
        cycle__phase=Cycle.Phase.CLOSED
    ).update(finished_at=None)
    return initiative


def _go(initiative, stage, *, by, at, reason="", **fields):
    before = initiative.get_stage_display()
    InitiativeStageChange.objects.create(
        initiative=initiative,
        from_stage=initiative.stage,
        to_stage=stage,
        reason=reason,
        by=by,
        at=at,
    )
    initiative.stage = stage
    for name, value in fields.items():
        setattr(initiative, name, value)
    initiative.save(update_fields=["stage", *fields])
    if initiative.is_over:
        truth_tasks.close_over(initiative=initiative, at=at)
    audit.record(
        f"initiative.{stage}",
        thread=initiative.thread,
        summary="moved the stage",
        before=before,
        after=initiative.get_stage_display(),
        detail=reason,
        by=by,
        at=at,
    )
