"""Walking over all tickets with the rules of words: a row, its progress, and who works at it."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from intake import tasks
from intake.models import SupportTicket, TaggingRun, TicketRule
from intake.services.states import Refusal
from intake.services.tagging import AT_ONCE, apply_rules
from prodops.audit import acting
from prodops.people.models import User

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 3
FEW = 200
State = TaggingRun.State
Clock = Callable[[], datetime]


class LostRun(Exception):
    """Another worker does this walk now."""


@transaction.atomic
def ask_for_tags(*, by: User, at: datetime) -> TaggingRun:
    """Begin to tag all tickets by the rules that are on: few of them at once, more by a worker.

    Raises Refusal while somebody else's walk is under way.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('intake.tagging'))")
    if TaggingRun.objects.filter(state=State.OPEN).exists():
        raise Refusal("Somebody asked already; a worker is at it.")
    run = TaggingRun.objects.create(asked_by=by, asked_at=at, total=SupportTicket.objects.count())
    if run.total <= FEW:
        return run_tagging(run_id=run.pk, clock=lambda: at) or run
    tasks.tag_by_rules.delay_on_commit(run.pk)
    return run


def run_tagging(*, run_id: int, clock: Clock) -> TaggingRun | None:
    """Do one walk; return it, or None when it was not ours to do. Begun again it goes on."""
    run = _claim(run_id, clock())
    if run is None:
        return None
    try:
        with acting(by=run.asked_by, via="page"):
            _walk(run, clock)
    except LostRun:
        return None
    except Exception as error:
        _settle(run, State.FAILED, clock(), note=f"Unexpected: {type(error).__name__}.")
        raise
    run.refresh_from_db()
    return run


def sweep_tagging(*, at: datetime) -> None:
    """Wake a worker for a walk that waits or lost its own; give up after three attempts."""
    dead = TaggingRun.objects.due(at).filter(attempts__gte=MOST_ATTEMPTS)
    note = "The worker stopped in every attempt. What it tagged stays."
    dead.update(state=State.FAILED, finished_at=at, lease_until=None, token=None, note=note)
    for pk in TaggingRun.objects.due(at).values_list("pk", flat=True):
        tasks.tag_by_rules.delay_on_commit(pk)


def _walk(run: TaggingRun, clock: Clock) -> None:
    """Tag a batch a transaction, with how far it came; a batch that makes headway is no attempt."""
    rules = list(TicketRule.objects.active())
    while True:
        with transaction.atomic():
            keys = SupportTicket.objects.filter(pk__gt=run.passed).order_by("pk")
            batch = list(keys.values_list("pk", flat=True)[:AT_ONCE])
            if not batch:
                break
            changed = apply_rules(rules=rules, tickets=SupportTicket.objects.filter(pk__in=batch))
            run.passed, run.done = batch[-1], run.done + len(batch)
            _progress(run, clock(), changed)
    _settle(run, State.DONE, clock())


def _progress(run: TaggingRun, at: datetime, changed: int) -> None:
    """Note how far it is and keep the lease; raise LostRun when it is no longer ours."""
    told = {"passed": run.passed, "done": run.done, "changed": F("changed") + changed}
    if not _ours(run).update(lease_until=at + LEASE, attempts=1, **told):
        raise LostRun


def _claim(run_id: int, at: datetime) -> TaggingRun | None:
    free = TaggingRun.objects.due(at).filter(pk=run_id, attempts__lt=MOST_ATTEMPTS)
    claimed = free.update(token=uuid.uuid4(), lease_until=at + LEASE, attempts=F("attempts") + 1)
    return TaggingRun.objects.for_display().get(pk=run_id) if claimed else None


def _settle(run: TaggingRun, state: str, at: datetime, note: str = "") -> None:
    settled = {"state": state, "finished_at": at, "lease_until": None, "token": None}
    if not _ours(run).update(**settled, note=note):
        raise LostRun


def _ours(run: TaggingRun):
    return TaggingRun.objects.filter(pk=run.pk, token=run.token, state=State.OPEN)
