"""The owner answers: the report is confirmed with a reason, or corrected."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from intake.services import Refusal
from planning.models import TruthTask
from planning.models.truth_check import agree
from planning.services import initiatives
from planning.services.records import lock
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User

Outcome = TruthTask.Outcome


@transaction.atomic
def answer(
    *,
    task: TruthTask,
    status: str,
    text: str,
    quiet_days: int,
    by: User,
    at: datetime,
    confidence: str = "",
) -> TruthTask:
    """Confirm the report with a reason, or correct it; either way it is an update of today.

    A status that Jira still does not bear out is left alone for `quiet_days`, or until report or
    Jira say something else. Who answers for the owner is named in the story, and the owner hears.
    """
    lock(task.initiative)
    lock(task)
    if not task.is_open:
        raise Refusal("This was answered already.")
    is_confirmed = status == task.initiative.status
    task.outcome = Outcome.CONFIRMED if is_confirmed else Outcome.CORRECTED
    task.closed_at, task.closed_by, task.reason, task.reported = at, by, text, status
    if not agree(status, task.derived):
        task.quiet_until_on = timezone.localdate(at) + timedelta(days=quiet_days)
    task.save()
    initiatives.report_status(
        initiative=task.initiative, status=status, text=text, confidence=confidence, by=by, at=at
    )
    if by != task.initiative.owner:
        _tell_owner(task, by=by, at=at)
    return task


def _tell_owner(task: TruthTask, *, by: User, at: datetime) -> None:
    """Say in the story who answered for whom, and tell whose answer it was to be."""
    initiative, outcome = task.initiative, task.get_outcome_display().lower()
    audit.record(
        "truth.answered",
        thread=initiative.thread,
        summary=f"answered the truth check for {initiative.owner}: {outcome}",
        detail=task.reason,
        by=by,
        at=at,
    )
    notify(
        [initiative.owner],
        kind=Kind.ASSIGNMENT,
        cause=f"truth:{task.pk}:answered",
        title=f"{by} answered for you: {initiative.key} {initiative.title}, {outcome}",
        body=task.reason,
        path=f"{initiative.get_absolute_url()}truth/",
        thread=initiative.thread,
        action_label="Open the truth check",
        by=by,
        at=at,
    )
