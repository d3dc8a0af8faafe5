"""One task at a time for the owner of an initiative: confirm the report, or correct it."""

from datetime import datetime

from django.utils import timezone

from planning.models import Initiative, TruthCheck, TruthTask
from planning.models.truth_check import agree
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify

Status, Outcome = Initiative.Status, TruthTask.Outcome


def settle(*, check: TruthCheck, at: datetime) -> TruthTask | None:
    """Open the task where report and Jira disagree, close it where they no longer do.

    Returns the open task. The initiative's row is locked by the caller, so there is never a second.
    """
    initiative = check.initiative
    task = initiative.truth_tasks.open().first()
    if initiative.is_over or check.is_paused:
        _close(task, Outcome.OVER, at=at)
        return None
    if check.derived == Status.UNKNOWN or initiative.status == Status.UNKNOWN:
        return task
    if agree(initiative.status, check.derived):
        _close(task, Outcome.AGREED, at=at)
        return None
    if task:
        return _follow(task, check)
    return None if _is_quiet(check, at) else _open(check, at=at)


def close_over(*, initiative: Initiative, at: datetime) -> None:
    """Close the task of an initiative that is finished, cancelled or resting."""
    _close(initiative.truth_tasks.open().first(), Outcome.OVER, at=at)


def _follow(task: TruthTask, check: TruthCheck) -> TruthTask:
    """Keep the open task in step with what is reported and what Jira says now."""
    now = (check.initiative.status, check.derived)
    if now != (task.reported, task.derived):
        task.reported, task.derived = now
        task.save(update_fields=["reported", "derived"])
    return task


def _is_quiet(check: TruthCheck, at: datetime) -> bool:
    last = check.initiative.truth_tasks.order_by("-opened_at", "-pk").first()
    now = {"status": check.initiative.status, "derived": check.derived}
    return last is not None and last.is_quiet(on=timezone.localdate(at), **now)


def _open(check: TruthCheck, *, at: datetime) -> TruthTask:
    initiative = check.initiative
    task = TruthTask.objects.create(
        initiative=initiative, reported=initiative.status, derived=check.derived, opened_at=at
    )
    audit.record(
        "truth.disagreed",
        thread=initiative.thread,
        summary="asked for the report to be confirmed or corrected",
        before=task.get_reported_display(),
        after=task.get_derived_display(),
        by=None,
        at=at,
    )
    _ask(task, check, at=at)
    return task


def _ask(task: TruthTask, check: TruthCheck, *, at: datetime) -> None:
    """Tell the owner, with the one link that answers it."""
    initiative = check.initiative
    reported, derived = (
        words.lower() for words in (task.get_reported_display(), task.get_derived_display())
    )
    notify(
        [initiative.owner],
        kind=Kind.ASSIGNMENT,
        cause=f"truth:{task.pk}",
        title=f"{initiative.key} {initiative.title}: {reported} or {derived}?",
        body=f"It is reported as {reported}; from Jira it looks {derived}. {_why(check)} Confirm "
        "your report with a reason, or correct it.",
        path=f"{initiative.get_absolute_url()}truth/answer/",
        thread=initiative.thread,
        action_label="Confirm or correct",
        at=at,
    )


def _why(check: TruthCheck) -> str:
    work = f"{check.issues_done} of {check.issues_total} issues are finished"
    p85_on = check.forecast.p85_on
    if p85_on is None:
        is_over = check.target_on and check.checked_on > check.target_on
        return f"{work}; the target was {check.target_on:%-d %b %Y}." if is_over else f"{work}."
    until = f"{check.target_on:%-d %b %Y}" if check.target_on else "none"
    return f"{work}; 85 of 100 forecasts are done by {p85_on:%-d %b %Y}, the target is {until}."


def _close(task: TruthTask | None, outcome: str, *, at: datetime) -> None:
    if task:
        task.outcome, task.closed_at = outcome, at
        task.save(update_fields=["outcome", "closed_at"])
