"""Close a cycle: what is left over is carried forward, dropped with a reason, or left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from intake.services import Refusal
from planning.models import Commitment, Cycle
from planning.services.commitments import add_to_cycle, drop_from_cycle
from planning.services.cycles import go, refuse_phase
from planning.services.initiatives import ChangedMeanwhile
from planning.services.plan_days import keep_day
from planning.services.records import lock
from prodops.audit import services as audit
from prodops.people.models import User

Phase = Cycle.Phase


class Choice(StrEnum):
    """What becomes of an initiative that its cycle leaves over."""

    CARRY = "carry"
    DROP = "drop"
    LEAVE = "leave"


@dataclass(frozen=True)
class Fate:
    """A choice and what it needs: `cycle` and `kind` to carry it forward, a reason to drop it."""

    choice: Choice
    cycle: Cycle | None = None
    kind: str = Commitment.Kind.COMMITTED
    reason: str = ""
    note: str = ""


@transaction.atomic
def close_cycle(
    *, cycle: Cycle, by: User, at: datetime, fates: Mapping[int, Fate] | None = None
) -> Cycle:
    """Active → closed: the plan and what became of it no longer change.

    `fates` gives one for every unfinished commitment by its primary key; without it all are left.
    Raises ChangedMeanwhile when the plan is another one than the person saw.
    """
    lock(cycle)
    refuse_phase(cycle, Phase.ACTIVE)
    unfinished = list(cycle.commitments.unfinished().with_records().order_by("pk"))
    if fates is not None:
        _refuse_another_plan(unfinished, fates)
        for commitment in unfinished:
            _settle(commitment, fates[commitment.pk], by=by, at=at)
    _keep_last_day(cycle, at)
    return go(cycle, Phase.ACTIVE, Phase.CLOSED, by=by, at=at)


def _keep_last_day(cycle: Cycle, at: datetime) -> None:
    """Keep what scores and capacity came to: nothing changes it before the next day begins."""
    if hasattr(cycle, "baseline"):
        following = timezone.localdate(at, timezone.get_default_timezone()) + timedelta(days=1)
        keep_day(cycle=cycle, on=following, at=at)


def _refuse_another_plan(unfinished: list[Commitment], fates: Mapping[int, Fate]) -> None:
    left = {commitment.pk: commitment for commitment in unfinished}
    new = [left[pk].initiative.key for pk in left.keys() - fates.keys()]
    if new:
        raise ChangedMeanwhile(f"Meanwhile the plan has {', '.join(sorted(new))} left over too.")
    if fates.keys() - left.keys():
        raise ChangedMeanwhile("Meanwhile some of these were delivered or dropped; look again.")


def _settle(commitment: Commitment, fate: Fate, *, by: User, at: datetime) -> None:
    if fate.choice == Choice.DROP:
        drop_from_cycle(commitment=commitment, reason=fate.reason, note=fate.note, by=by, at=at)
    if fate.choice == Choice.CARRY:
        carry_forward(commitment=commitment, fate=fate, by=by, at=at)


@transaction.atomic
def carry_forward(*, commitment: Commitment, fate: Fate, by: User, at: datetime) -> Commitment:
    """Put what a plan leaves over into the plan of `fate.cycle`, linked to where it came from.

    Where it stands in that plan already it is only linked. A committed plan needs a reason.
    """
    if fate.cycle is None or fate.cycle.pk == commitment.cycle_id:
        raise Refusal(f"Choose the cycle {commitment.initiative.key} is carried forward to.")
    held = Commitment.objects.standing().filter(
        cycle=fate.cycle, initiative=commitment.initiative, carried_from=None
    )
    carried = held.select_for_update(no_key=True).first()
    if carried:
        carried.carried_from = commitment
        carried.save(update_fields=["carried_from"])
    else:
        carried = add_to_cycle(
            cycle=fate.cycle, initiative=commitment.initiative, kind=fate.kind,
            reason=fate.reason, note=fate.note, carried_from=commitment, by=by, at=at,
        )  # fmt: skip
    _record(commitment, fate.cycle, by=by, at=at)
    return carried


def _record(commitment: Commitment, to: Cycle, *, by: User, at: datetime) -> None:
    initiative, cycle = commitment.initiative, commitment.cycle
    words = [
        (cycle.thread, f"carried {initiative.key} {initiative.title} forward to {to}"),
        (to.thread, f"carried {initiative.key} {initiative.title} over from {cycle}"),
        (initiative.thread, f"carried it forward from {cycle} to {to}"),
    ]
    for thread, summary in words:
        audit.record("commitment.carried", thread=thread, summary=summary, by=by, at=at)
