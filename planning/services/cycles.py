"""Open a cycle and bring it from phase to phase; the commit freezes its plan."""

from collections import Counter
from datetime import date, datetime

from django.db import IntegrityError, transaction

from intake.services import Refusal
from planning.models import Cycle, Ranking
from planning.services.baselines import freeze
from planning.services.records import lock, open_record
from planning.services.scoring import keep_ranking
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User

Phase = Cycle.Phase


class AlreadyCommitted(Refusal):
    """Somebody committed this cycle first."""


class WrongPhase(Refusal):
    """The cycle is not at a point where this can be done."""


def open_cycle(
    *, name: str, slug: str, kind: str, starts_on: date, ends_on: date, by: User, at: datetime
) -> Cycle:
    """Begin a cycle in draft; refused when it overlaps another of its kind."""
    cycle = Cycle(name=name, slug=slug, kind=kind, starts_on=starts_on, ends_on=ends_on)
    taken = Cycle.objects.filter(kind=kind, starts_on__lte=ends_on, ends_on__gte=starts_on).first()
    if taken:
        raise Refusal(
            f"These dates overlap {taken} ({taken.starts_on:%-d %b} to {taken.ends_on:%-d %b %Y})."
        )
    try:
        with transaction.atomic():
            open_record(cycle, followers=[by])
            audit.record(
                "cycle.opened", thread=cycle.thread, summary="opened the cycle", by=by, at=at
            )
    except IntegrityError as error:
        raise Refusal("There is a cycle with these dates or this name already.") from error
    return cycle


def start_planning(*, cycle: Cycle, by: User, at: datetime) -> Cycle:
    """Draft → planning."""
    return go(cycle, Phase.DRAFT, Phase.PLANNING, by=by, at=at)


def start_cycle(*, cycle: Cycle, by: User, at: datetime) -> Cycle:
    """Committed → active."""
    return go(cycle, Phase.COMMITTED, Phase.ACTIVE, by=by, at=at)


@transaction.atomic
def commit_cycle(*, cycle: Cycle, by: User, at: datetime) -> Cycle:
    """Freeze the plan as it stands, in a baseline: later changes say why. Owners are told.

    Raises WrongPhase unless the cycle is being planned and has something in its plan.
    """
    lock(cycle)
    if cycle.is_committed:
        raise AlreadyCommitted(f"{cycle.committed_by} has committed {cycle} already.")
    if cycle.phase != Phase.PLANNING:
        raise WrongPhase(f"{cycle} is a draft: start planning before you commit it.")
    if not cycle.commitments.exists():
        raise WrongPhase(f"{cycle} has nothing in its plan; add initiatives before you commit it.")
    before = cycle.get_phase_display()
    freeze(cycle=cycle, by=by, at=at)
    keep_ranking(cycle=cycle, occasion=Ranking.Occasion.COMMIT, by=by, at=at)
    cycle.phase, cycle.committed_at, cycle.committed_by = Phase.COMMITTED, at, by
    cycle.save(update_fields=["phase", "committed_at", "committed_by"])
    count = cycle.commitments.count()
    things = "initiative" if count == 1 else "initiatives"
    _record(cycle, f"committed the plan with {count} {things}", before, by=by, at=at)
    _tell_owners(cycle, by=by, at=at)
    return cycle


@transaction.atomic
def go(cycle: Cycle, before: str, after: str, *, by: User, at: datetime) -> Cycle:
    """Bring a cycle from the phase `before` to `after`; raises WrongPhase in any other."""
    lock(cycle)
    refuse_phase(cycle, before)
    label, cycle.phase = cycle.get_phase_display(), after
    cycle.save(update_fields=["phase"])
    _record(cycle, "moved the cycle on", label, by=by, at=at)
    return cycle


def refuse_phase(cycle: Cycle, *wanted: str) -> None:
    """Raise WrongPhase unless the cycle is in one of the phases `wanted`."""
    if cycle.phase not in wanted:
        words = " or ".join(Phase(phase).label.lower() for phase in wanted)
        now = cycle.get_phase_display().lower()
        raise WrongPhase(f"{cycle} is in the phase {now}; this is done in the phase {words}.")


def _record(cycle, summary, before, *, by, at):
    audit.record(
        f"cycle.{cycle.phase}",
        thread=cycle.thread,
        summary=summary,
        before=before,
        after=cycle.get_phase_display(),
        by=by,
        at=at,
    )


def _tell_owners(cycle, *, by, at):
    held = cycle.commitments.select_related("initiative__owner")
    for owner, count in Counter(commitment.initiative.owner for commitment in held).items():
        notify(
            [owner],
            kind=Kind.INITIATIVE,
            cause=f"cycle:{cycle.pk}:committed",
            title=f"{cycle} is committed with {count} of your initiatives",
            path=cycle.thread.path,
            thread=cycle.thread,
            action_label="Open the plan",
            by=by,
            at=at,
        )
