"""Bring an initiative into a cycle's plan, and out of it again."""

from datetime import datetime

from django.db import transaction

from intake.services import Refusal
from planning.models import Commitment, Cycle, Decision, Initiative, PlanChange
from planning.services.decisions import open_decision
from planning.services.plan_changes import tell_change
from planning.services.records import lock
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User


class AlreadyInPlan(Refusal):
    """The cycle holds this initiative, or dropped it."""


class ReasonNeeded(Refusal):
    """The cycle is committed, and a change of the plan says why."""


@transaction.atomic
def add_to_cycle(
    *,
    cycle: Cycle,
    initiative: Initiative,
    by: User,
    at: datetime,
    kind: str = Commitment.Kind.COMMITTED,
    reason: str = "",
    note: str = "",
    carried_from: Commitment | None = None,
) -> Commitment:
    """Put an initiative into the plan; after the commit it says why.

    In the cycle's first three business days it still joins the promise, then it is unplanned.
    `carried_from` is its place in the plan that left it over.
    """
    lock(cycle)
    lock(initiative)
    _refuse_add(cycle, initiative)
    if cycle.is_committed and not (reason and note):
        raise ReasonNeeded(f"{cycle} is committed: say why “{initiative}” comes in now.")
    late = _late(initiative, reason, note) if cycle.is_committed else {}
    commitment = Commitment.objects.create(
        cycle=cycle,
        initiative=initiative,
        kind=kind,
        added_at=at,
        added_by=by,
        was_unplanned=cycle.is_frozen(at),
        carried_from=carried_from,
        **late,
    )
    if cycle.is_committed:
        what = PlanChange.What.ADDED
        tell_change(what, commitment=commitment, reason=reason, note=note, by=by, at=at)
    is_late = commitment.was_unplanned
    how = "unplanned work" if is_late else commitment.get_kind_display().lower()
    words = {"cycle": f"added {{}} as {how}", "initiative": f"added it to {cycle} as {how}"}
    why = _why(commitment.get_add_reason_display(), note)
    _record(commitment, "added", words, why, by=by, at=at)
    return commitment


@transaction.atomic
def drop_from_cycle(
    *, commitment: Commitment, by: User, at: datetime, reason: str = "", note: str = ""
) -> Commitment | None:
    """Take an initiative out of the plan.

    Before the commit the row goes (returns None). Afterwards it stays as dropped, `reason` and
    `note` are needed (ReasonNeeded), a decision is opened and the initiative's owner is told; an
    actual business value it had goes.
    """
    _hold(commitment)
    _refuse_change(commitment)
    if not commitment.cycle.is_committed:
        words = {"cycle": "removed {}", "initiative": f"removed it from {commitment.cycle}"}
        _record(commitment, "removed", words, "", by=by, at=at)
        commitment.delete()
        return None
    if not (reason and note):
        raise ReasonNeeded(f"{commitment.cycle} is committed: say why it is dropped.")
    commitment.dropped_at, commitment.dropped_by = at, by
    commitment.drop_reason, commitment.drop_note = reason, note
    commitment.drop_decision = _open_drop(commitment)
    commitment.actual_value = None
    what = PlanChange.What.DROPPED
    tell_change(what, commitment=commitment, reason=reason, note=note, by=by, at=at)
    names = ["dropped_at", "dropped_by", "drop_reason", "drop_note", "drop_decision"]
    commitment.save(update_fields=[*names, "actual_value"])
    why = _why(commitment.get_drop_reason_display(), note)
    words = {"cycle": "dropped {}", "initiative": f"dropped it from {commitment.cycle}"}
    _record(commitment, "dropped", words, why, by=by, at=at)
    _tell_owner(commitment, why)
    return commitment


@transaction.atomic
def change_kind(
    *,
    commitment: Commitment,
    kind: str,
    by: User,
    at: datetime,
    reason: str = "",
    note: str = "",
) -> Commitment:
    """Make what is committed a stretch, or the other way round.

    After the commit `reason` and `note` are needed (ReasonNeeded); once the plan is frozen it goes
    on counting as what it was.
    """
    cycle = _hold(commitment)
    _refuse_change(commitment)
    if kind == commitment.kind:
        return commitment
    if cycle.is_committed and not (reason and note):
        raise ReasonNeeded(f"{cycle} is committed: say why its kind changes.")
    before, commitment.kind = commitment.kind, kind
    if cycle.is_frozen(at) and not commitment.frozen_kind:
        commitment.frozen_kind = before
    if cycle.is_committed:
        what = PlanChange.What.KIND
        tell_change(what, commitment=commitment, reason=reason, note=note, by=by, at=at)
    commitment.save(update_fields=["kind", "frozen_kind"])
    why = _why(PlanChange.KindReason(reason).label, note) if reason else ""
    label = commitment.get_kind_display().lower()
    words = {"cycle": f"made {{}} {label}", "initiative": f"made it {label} in {cycle}"}
    _record(commitment, "rekinded", words, why, by=by, at=at)
    return commitment


def _hold(commitment):
    """Hold the cycle, the initiative and their commitment, in the order every act takes them."""
    cycle = lock(commitment.cycle)
    lock(commitment.initiative)
    lock(commitment)
    return cycle


def _refuse_change(commitment):
    if commitment.cycle.is_closed:
        raise Refusal(f"{commitment.cycle} is closed; its plan stays as it was.")
    if commitment.is_dropped or commitment.finished_at:
        state = "delivered" if commitment.finished_at else "dropped"
        raise Refusal(f"{commitment.initiative.key} is {state} already.")


def _refuse_add(cycle, initiative):
    if cycle.is_closed:
        raise Refusal(f"{cycle} is closed; choose a cycle that is open.")
    if initiative.is_over:
        raise Refusal(f"{initiative.key} is {initiative.get_stage_display().lower()} already.")
    held = Commitment.objects.filter(cycle=cycle, initiative=initiative).first()
    if held and held.is_dropped:
        raise AlreadyInPlan(
            f"{initiative.key} was dropped from {cycle} on {held.dropped_at:%-d %b}. That stays in "
            "the record; plan it in the next cycle."
        )
    if held:
        raise AlreadyInPlan(f"{initiative.key} is in {cycle} already.")


def _late(initiative, reason, note):
    """Return what the row of a plan that is committed says besides."""
    frozen = {"frozen_target_on": initiative.target_on, "frozen_value": 0}
    return {"add_reason": reason, "add_note": note, **frozen}


def _record(commitment, verb, words, why, *, by, at):
    """Tell it in both stories, by the summaries `words`; {} stands for the initiative."""
    initiative = commitment.initiative
    for kind in ("cycle", "initiative"):
        audit.record(
            f"commitment.{verb}",
            thread=getattr(commitment, kind).thread,
            summary=words[kind].replace("{}", f"{initiative.key} {initiative.title}"),
            detail=why,
            by=by,
            at=at,
        )


def _why(reason, note):
    return f"{reason}. {note}" if reason else ""


def _open_drop(commitment):
    initiative, cycle = commitment.initiative, commitment.cycle
    return open_decision(
        title=f"Drop {initiative.title} from {cycle}"[:200],
        context=_why(commitment.get_drop_reason_display(), commitment.drop_note),
        origin=f"{initiative.key} was dropped after the commit of {cycle}",
        initiative=initiative,
        cycle=cycle,
        event=Decision.Event.DROP,
        cause=f"drop:{commitment.pk}",
        by=commitment.dropped_by,
        at=commitment.dropped_at,
    )


def _tell_owner(commitment, why):
    initiative = commitment.initiative
    notify(
        [initiative.owner],
        kind=Kind.INITIATIVE,
        cause=f"commitment:{commitment.pk}:dropped",
        title=f"{initiative.key} {initiative.title} was dropped from {commitment.cycle}",
        body=why,
        path=initiative.thread.path,
        thread=initiative.thread,
        action_label="Open the initiative",
        by=commitment.dropped_by,
        at=commitment.dropped_at,
    )
