"""Close an objective with a grade and what was learnt, and go on with it in another cycle."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from intake.services import Refusal
from planning.models import Cycle, KeyResult, Objective
from planning.services.key_results import Measure, add_key_result
from planning.services.objectives import create_objective, hold_tree
from planning.services.records import lock
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User


@transaction.atomic
def close_objective(
    *,
    objective: Objective,
    grade: Decimal,
    remark: str,
    by: User,
    at: datetime,
    carry_to: Cycle | None = None,
    key_results: Iterable[KeyResult] = (),
) -> Objective | None:
    """Close it with a grade from 0 to 1; returns the objective that goes on with it, if any.

    `carry_to` is another cycle, not closed; `key_results` are those that go on there, each from
    the value it has come to. One that is at its target already goes on without a target.
    """
    hold_tree()
    lock(objective)
    _refuse(objective, remark, carry_to)
    objective.state = Objective.State.CLOSED
    objective.closed_at, objective.closed_by = at, by
    objective.grade, objective.remark = grade, remark.strip()
    objective.save(update_fields=["state", "closed_at", "closed_by", "grade", "remark"])
    objective.key_results.update(check_in_due_at=None)
    audit.record(
        "objective.closed",
        thread=objective.thread,
        summary=f"closed it with the grade {grade:.2f}",
        before="Active",
        after="Closed",
        detail=objective.remark,
        by=by,
        at=at,
    )
    _tell_followers(objective, by=by, at=at)
    if carry_to is None:
        return None
    return _carry(objective, carry_to, list(key_results), by=by, at=at)


def _refuse(objective: Objective, remark: str, carry_to: Cycle | None) -> None:
    if objective.is_closed:
        raise Refusal(f"{objective.closed_by} has closed {objective.key} already.")
    if objective.is_draft:
        raise Refusal(f"{objective.key} is a draft: nobody has worked towards it yet.")
    if not remark.strip():
        raise Refusal("Say what came of it, for whoever reads the grade later.")
    if carry_to is not None and carry_to.pk == objective.cycle_id:
        raise Refusal(f"{objective.key} is in {carry_to} now; carry it into another cycle.")


def _carry(
    objective: Objective, cycle: Cycle, key_results: list[KeyResult], *, by: User, at: datetime
) -> Objective:
    """Go on with it in another cycle: the same words, from where it has come to."""
    following = create_objective(
        cycle=cycle,
        title=objective.title,
        why=objective.why,
        owner=objective.owner,
        team=objective.team,
        parent=_parent_in(objective, cycle),
        weight=objective.weight,
        carried_from=objective,
        by=by,
        at=at,
    )
    for key_result in key_results:
        if key_result.objective_id == objective.pk and not key_result.is_dropped:
            measure = _measure_from_here(key_result)
            add_key_result(
                objective=following, measure=measure, carried_from=key_result, by=by, at=at
            )
    words = f"carried it forward into {cycle} as {following.key}"
    audit.record("objective.carried", thread=objective.thread, summary=words, by=by, at=at)
    return following


def _parent_in(objective: Objective, cycle: Cycle) -> Objective | None:
    """Return what goes on with its parent there, or a parent whose cycle is around that one."""
    above = objective.parent
    if above is None:
        return None
    if above.is_closed:
        return Objective.objects.unfinished().filter(carried_from=above, cycle=cycle).first()
    holds = above.cycle.starts_on <= cycle.starts_on and above.cycle.ends_on >= cycle.ends_on
    return above if holds else None


def _measure_from_here(key_result: KeyResult) -> Measure:
    """Return the measure with the last value as baseline; a target reached or passed is open."""
    baseline = key_result.baseline if key_result.current is None else key_result.current
    target = key_result.target
    if baseline is not None and target is not None:
        is_ahead = target > baseline if key_result.direction == "up" else target < baseline
        target = target if is_ahead else None
    return Measure(
        title=key_result.title,
        owner=key_result.owner,
        unit=key_result.unit,
        direction=key_result.direction,
        baseline=baseline,
        target=target,
        weight=key_result.weight,
        cadence_days=key_result.cadence_days,
        source=key_result.source,
        jira_query=key_result.jira_query,
        jira_measure=key_result.jira_measure,
    )


def _tell_followers(objective: Objective, *, by: User, at: datetime) -> None:
    notify(
        objective.thread.followers.all(),
        kind=Kind.INITIATIVE,
        cause=f"objective:{objective.pk}:closed:{objective.reopenings.count()}",
        title=f"{objective.key} {objective.title} is closed with {objective.grade:.2f}",
        body=objective.remark,
        path=objective.thread.path,
        thread=objective.thread,
        action_label="Open the objective",
        by=by,
        at=at,
    )
