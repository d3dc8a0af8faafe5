"""Move an initiative's target date; after a commit that takes a reason and a decision."""

from datetime import date, datetime

from django.db import transaction

from intake.services import Refusal
from planning.models import Decision, Initiative, InitiativeDateChange, PlanChange
from planning.models.initiative import last_day, target_words
from planning.services import truth
from planning.services.commitments import ReasonNeeded
from planning.services.decisions import open_decision
from planning.services.plan_changes import frozen_commitments, tell_change
from planning.services.records import lock
from prodops.audit import services as audit
from prodops.people.models import User


@transaction.atomic
def move_target(
    *,
    initiative: Initiative,
    target_on: date | None,
    precision: str,
    by: User,
    at: datetime,
    reason: str = "",
    note: str = "",
) -> Initiative:
    """Set the target date, kept as the last day of its month or quarter.

    While a committed cycle holds the initiative, `reason` and `note` are needed (ReasonNeeded),
    and a later date or none opens a decision.
    """
    lock(initiative)
    target_on = target_on and last_day(target_on, precision)
    _refuse(initiative, target_on)
    if (target_on, precision) == (initiative.target_on, initiative.target_precision):
        return initiative
    held = frozen_commitments(initiative)
    cycles = [commitment.cycle for commitment in held]
    _refuse_unexplained(cycles, reason, note)
    change = InitiativeDateChange(
        initiative=initiative,
        from_on=initiative.target_on,
        to_on=target_on,
        from_precision=initiative.target_precision,
        to_precision=precision,
        reason=reason,
        note=note,
        was_committed=bool(cycles),
        by=by,
        at=at,
    )
    _move(change, held)
    _record(change, cycles)
    if cycles and _is_slip(change):
        _open_slip(change, cycles[0])
    return initiative


def _move(change, held):
    """Save the change and the initiative, and tell the committed plans in between."""
    initiative = change.initiative
    change.save()
    initiative.target_on, initiative.target_precision = change.to_on, change.to_precision
    why = {"reason": change.reason, "note": change.note, "by": change.by, "at": change.at}
    for commitment in held:
        commitment.initiative = initiative
        tell_change(PlanChange.What.TARGET, commitment=commitment, **why)
    initiative.save(update_fields=["target_on", "target_precision"])


def _refuse(initiative, target_on):
    if initiative.is_over:
        raise Refusal(f"{initiative.key} is {initiative.get_stage_display().lower()} already.")
    if target_on and initiative.start_on and target_on < initiative.start_on:
        raise Refusal(f"That is before its start, {initiative.start_on:%-d %b %Y}.")


def _refuse_unexplained(cycles, reason, note):
    if cycles and not (reason and note):
        raise ReasonNeeded(f"{cycles[0]} is committed: say why the date moves.")


def _is_slip(change):
    """A later date, or none any more."""
    return change.from_on and (change.to_on is None or change.to_on > change.from_on)


def _record(change, cycles):
    initiative = change.initiative
    words = {"before": _before(change), "after": _after(change)}
    why = f"{change.get_reason_display()}. {change.note}" if change.reason else change.note
    for record in (initiative, *cycles):
        of = "" if record is initiative else f" of {initiative.key} {initiative.title}"
        audit.record(
            "initiative.target_moved",
            thread=record.thread,
            summary=f"moved the target date{of}",
            detail=why,
            by=change.by,
            at=change.at,
            **words,
        )
    truth.check_again(initiative=initiative, at=change.at)


def _open_slip(change, cycle):
    initiative = change.initiative
    open_decision(
        title=f"What follows from the slip of {initiative.title}"[:200],
        context=f"The target date moved from {_before(change)} to {_after(change)}. "
        f"{change.get_reason_display()}. {change.note}",
        origin=f"{initiative.key} slipped after the commit of {cycle}",
        initiative=initiative,
        cycle=cycle,
        event=Decision.Event.SLIP,
        cause=f"slip:{change.pk}",
        by=change.by,
        at=change.at,
    )


def _before(change):
    return target_words(change.from_on, change.from_precision) if change.from_on else "no date"


def _after(change):
    return target_words(change.to_on, change.to_precision) if change.to_on else "no date"
