"""Business value: planned until the commit, judged when the cycle ends; every change is told."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.db import transaction

from intake.services import Refusal
from planning.models import Commitment, Cycle
from planning.services.commitments import ReasonNeeded
from planning.services.cycles import WrongPhase
from planning.services.initiatives import ChangedMeanwhile
from planning.services.records import lock
from prodops.audit import services as audit
from prodops.people.models import User


class Wish(NamedTuple):
    """A value as the person saw it, and as they want it."""

    seen: int | None
    wanted: int | None


class _Change(NamedTuple):
    commitment: Commitment
    before: int | None


@transaction.atomic
def plan_values(
    *,
    cycle: Cycle,
    values: Mapping[int, Wish],
    by: User,
    at: datetime,
    reason: str = "",
    note: str = "",
) -> int:
    """Set what commitments are planned to be worth, by their primary key; return how many changed.

    After the commit `reason` and `note` are needed (ReasonNeeded). Raises ChangedMeanwhile when
    somebody set another value since the person looked.
    """
    lock(cycle)
    if cycle.is_closed:
        raise Refusal(f"{cycle} is closed; its plan stays as it was.")
    changes = _write(cycle, values, "planned_value")
    if changes and cycle.is_committed and not (reason and note):
        raise ReasonNeeded(f"{cycle} is committed: say why the business value changes.")
    for commitment, _ in changes:
        if commitment.actual_value is not None and commitment.planned_value is None:
            key = commitment.initiative.key
            raise Refusal(f"{key} is judged already: take its actual value away first.")
        if cycle.is_committed:
            commitment.value_reason, commitment.value_note = reason, note
        commitment.save(update_fields=["planned_value", "value_reason", "value_note"])
    why = f"{Commitment.ValueReason(reason).label}. {note}" if reason else ""
    _record(cycle, changes, "planned_value", why, by=by, at=at)
    return len(changes)


@transaction.atomic
def judge_values(*, cycle: Cycle, values: Mapping[int, Wish], by: User, at: datetime) -> int:
    """Say what commitments proved to be worth, by their primary key; return how many changed.

    Raises WrongPhase before the cycle runs, ChangedMeanwhile as `plan_values`.
    """
    lock(cycle)
    if not cycle.is_judged:
        raise WrongPhase(f"{cycle} does not run yet: its value is judged when it ends.")
    changes = _write(cycle, values, "actual_value")
    for commitment, _ in changes:
        if commitment.planned_value is None:
            raise Refusal(f"{commitment.initiative.key} has no planned value to judge it by.")
        commitment.save(update_fields=["actual_value"])
    _record(cycle, changes, "actual_value", "", by=by, at=at)
    return len(changes)


def _write(cycle: Cycle, values: Mapping[int, Wish], name: str) -> list[_Change]:
    """Put the wishes into the rows, unsaved; return those that differ with what they were."""
    rows = cycle.commitments.select_for_update(of=("self",), no_key=True)
    held = rows.filter(pk__in=values).select_related("initiative__thread")
    changes = []
    for commitment in held.order_by("pk"):
        seen, wanted = values[commitment.pk]
        before = getattr(commitment, name)
        if before == wanted:
            continue
        _refuse(commitment, before, seen)
        setattr(commitment, name, wanted)
        changes.append(_Change(commitment, before))
    return changes


def _refuse(commitment: Commitment, before: int | None, seen: int | None) -> None:
    key = commitment.initiative.key
    if commitment.is_dropped:
        raise Refusal(f"{key} is dropped; its value stays as it was.")
    if commitment.was_unplanned:
        raise Refusal(f"{key} is unplanned work, which carries no business value.")
    if before != seen:
        raise ChangedMeanwhile(
            f"Somebody gave {key} the value {_words(before)} meanwhile; nothing was saved."
        )


def _record(
    cycle: Cycle, changes: list[_Change], name: str, why: str, *, by: User, at: datetime
) -> None:
    """Tell each initiative's story of it, and the cycle's of all in one entry."""
    what = "planned" if name == "planned_value" else "judged"
    record, lines = partial(audit.record, by=by, at=at), []
    for commitment, old in changes:
        initiative = commitment.initiative
        before, after = _words(old), _words(getattr(commitment, name))
        lines.append(f"- {initiative.key} {initiative.title}: {before} → {after}")
        record(
            f"commitment.{what}",
            thread=initiative.thread,
            summary=f"{what} its business value in {cycle}",
            before=before,
            after=after,
            detail=why,
        )
    if lines:
        things = "initiative" if len(lines) == 1 else "initiatives"
        record(
            f"cycle.values_{what}",
            thread=cycle.thread,
            summary=f"{what} the business value of {len(lines)} {things}",
            detail="\n".join([why, "", *lines]).strip(),
        )


def _words(value: int | None) -> str:
    return "none" if value is None else str(value)
