"""Take an objective back: delete a draft, or go on with one that was closed too early."""

from datetime import datetime
from typing import Any

from django.db import transaction

from intake.services import Refusal
from planning.models import InitiativeKeyResult, Objective, ObjectiveReopening
from planning.services.key_result_links import unlink_key_result
from planning.services.objectives import hold_tree
from planning.services.records import lock
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User
from prodops.people.permissions import can_run_operations


@transaction.atomic
def delete_draft(*, objective: Objective, by: User, at: datetime) -> Objective:
    """Take a draft away with its key results; the change history keeps what it said.

    What it was carried forward from may be carried forward once more.
    """
    hold_tree()
    lock(objective)
    _refuse_deletion(objective)
    links = InitiativeKeyResult.objects.filter(key_result__objective=objective)
    for link in links.select_related("initiative__thread", "key_result__objective__thread"):
        unlink_key_result(link=link, by=by, at=at)
    objective.key_results.update(carried_from=None)
    objective.carried_from, objective.parent = None, None
    objective.deleted_at, objective.deleted_by = at, by
    objective.save(update_fields=["carried_from", "parent", "deleted_at", "deleted_by"])
    summary = "deleted the draft"
    audit.record("objective.deleted", thread=objective.thread, summary=summary, by=by, at=at)
    objective.thread.is_private = True
    objective.thread.save(update_fields=["is_private"])
    return objective


@transaction.atomic
def reopen_objective(
    *, objective: Objective, reason: str, by: User, at: datetime
) -> ObjectiveReopening:
    """Closed → active again: its key results are reported on from now; the grade is history."""
    hold_tree()
    lock(objective)
    _refuse_reopening(objective, reason, by)
    assert objective.closed_at
    assert objective.closed_by
    assert objective.grade is not None
    made = ObjectiveReopening.objects.create(
        objective=objective,
        closed_at=objective.closed_at,
        closed_by=objective.closed_by,
        grade=objective.grade,
        remark=objective.remark,
        reason=reason.strip(),
        by=by,
        at=at,
    )
    objective.state = Objective.State.ACTIVE
    objective.closed_at = objective.closed_by = objective.grade = None
    objective.remark = ""
    objective.save(update_fields=["state", "closed_at", "closed_by", "grade", "remark"])
    for key_result in objective.key_results.standing():
        key_result.check_in_due_at = key_result.due_after(at)
        key_result.save(update_fields=["check_in_due_at"])
    _tell(made)
    return made


def _refuse_deletion(objective: Objective) -> None:
    if objective.is_deleted:
        raise Refusal(f"{objective.key} is deleted already.")
    if not objective.is_draft:
        raise Refusal(f"{objective.key} is no draft: close it, with what came of it.")
    below = list(objective.children.order_by("pk")[:3])
    if below:
        keys = ", ".join(one.key for one in below)
        raise Refusal(f"Objectives stand below it: {keys}. Move or delete them first.")


def _refuse_reopening(objective: Objective, reason: str, by: User) -> None:
    if not can_run_operations(by):
        raise Refusal("Only product operations reopens what was graded.")
    if not objective.is_closed:
        raise Refusal(f"{objective.key} is {objective.get_state_display().lower()}, not closed.")
    if objective.cycle.is_closed:
        raise Refusal(f"{objective.cycle} is closed; what was graded in it stays.")
    following = Objective.objects.filter(carried_from=objective).select_related("cycle").first()
    if following:
        raise Refusal(
            f"{following.key} goes on with it in {following.cycle}. "
            + ("Delete that draft first." if following.is_draft else "Go on with that one.")
        )
    if not reason.strip():
        raise Refusal("Say why it is not over.")


def _tell(made: ObjectiveReopening) -> None:
    objective = made.objective
    told: dict[str, Any] = {"by": made.by, "at": made.at}
    audit.record(
        "objective.reopened",
        thread=objective.thread,
        summary=f"reopened it; its grade was {made.grade:.2f}",
        before="Closed",
        after="Active",
        detail=made.reason,
        **told,
    )
    notify(
        objective.thread.followers.all(),
        kind=Kind.INITIATIVE,
        cause=f"objective:{objective.pk}:reopened:{made.pk}",
        title=f"{objective.key} {objective.title} is open again",
        body=made.reason,
        path=objective.thread.path,
        thread=objective.thread,
        action_label="Open the objective",
        **told,
    )
