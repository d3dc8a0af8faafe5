"""How often an initiative is reported on, and that it rests for a while."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from intake.services import Refusal
from planning.models import Cadence, Initiative, InitiativePause
from planning.models.cadence import DEFAULT_DAYS
from planning.services import truth
from planning.services.records import lock
from prodops.audit import services as audit
from prodops.people.models import User


@transaction.atomic
def pause(
    *,
    initiative: Initiative,
    from_on: date,
    until_on: date | None,
    reason: str,
    by: User,
    at: datetime,
) -> InitiativePause:
    """Let an initiative rest: nobody is reminded of it, and K1 leaves it out from now on."""
    lock(initiative)
    on = timezone.localdate(at)
    if initiative.is_over:
        raise Refusal(f"{initiative.key} is {initiative.get_stage_display().lower()} already.")
    if until_on and until_on < on:
        raise Refusal("The last day is over already.")
    _end_past(initiative, on, at)
    if initiative.pauses.open().exists():
        raise Refusal(f"{initiative.key} rests already. End that first.")
    made = InitiativePause.objects.create(
        initiative=initiative, from_on=from_on, until_on=until_on, reason=reason, by=by, at=at
    )
    until = f" until {until_on:%-d %b %Y}" if until_on else ""
    summary = f"let it rest from {from_on:%-d %b %Y}{until}"
    _record(initiative, "initiative.paused", summary, detail=reason, by=by, at=at)
    truth.check_again(initiative=initiative, at=at)
    return made


@transaction.atomic
def resume(*, initiative: Initiative, by: User, at: datetime) -> Initiative:
    """End the pause; nothing happens when there is none."""
    lock(initiative)
    ended = initiative.pauses.open().update(ended_at=at, ended_by=by)
    if ended:
        _record(initiative, "initiative.resumed", "took it up again", by=by, at=at)
        truth.check_again(initiative=initiative, at=at)
    return initiative


@transaction.atomic
def set_cadence(*, initiative: Initiative | None, days: int | None, by: User, at: datetime) -> None:
    """Say in how many days it is to be reported on; None goes back to what holds for all."""
    if days is None:
        Cadence.objects.filter(initiative=initiative).delete()
    else:
        Cadence.objects.update_or_create(initiative=initiative, defaults={"days": days})
    if initiative:
        after = f"every {days} days" if days else "as all others"
        _record(initiative, "initiative.cadence", "set its cadence", after=after, by=by, at=at)


def days_of_all() -> int:
    """Return the cadence of initiatives that have none of their own."""
    chosen = Cadence.objects.filter(initiative=None).values_list("days", flat=True).first()
    return chosen or DEFAULT_DAYS


def _end_past(initiative: Initiative, on: date, at: datetime) -> None:
    """End a pause that has run out, which nobody had to do until now."""
    initiative.pauses.open().filter(until_on__lt=on).update(ended_at=at)


def _record(initiative: Initiative, kind: str, summary: str, *, by: User, at: datetime, **words):
    audit.record(kind, thread=initiative.thread, summary=summary, by=by, at=at, **words)
