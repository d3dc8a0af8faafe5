"""What a worker does with a file: check it, write it, or take it back; a row is the truth."""

import uuid
from collections.abc import Callable
from datetime import datetime

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F

from intake import tasks
from intake.models import Import
from intake.services.imports import checking, undoing, writing
from intake.services.imports.keeping import forget_contents
from intake.services.imports.problems import FileRefused
from intake.services.imports.progress import LEASE, Lost, goes_on, settle
from prodops.audit import acting

MOST_ATTEMPTS = 3
State = Import.State
Clock = Callable[[], datetime]
WORK = {
    State.CHECKING: checking.check,
    State.RUNNING: writing.write,
    State.UNDOING: undoing.take_back,
}


def run(*, import_id: int, clock: Clock) -> Import | None:
    """Do what a file waits for; return it, or None when there was nothing for us to do."""
    importing = _claim(import_id, clock())
    if importing is None:
        return None
    try:
        with acting(by=importing.undone_by or importing.by, via="page"):
            WORK[State(importing.state)](importing, clock)
    except Lost:
        return None
    except SoftTimeLimitExceeded:
        _release(importing)
    except FileRefused as refusal:
        settle(importing, State.FAILED, clock(), notes=[str(refusal)])
    except Exception as error:
        words = f"Unexpected: {type(error).__name__}. What is written stays; it can be taken back."
        settle(importing, State.FAILED, clock(), notes=[words])
        raise
    importing.refresh_from_db()
    return importing


def sweep(*, at: datetime) -> None:
    """Wake a worker for files that wait or lost theirs; give up what kills every worker."""
    dead = Import.objects.due(at).filter(attempts__gte=MOST_ATTEMPTS)
    words = "The worker stopped in every attempt at the same place. Hand it in in parts."
    dead.update(state=State.FAILED, finished_at=at, lease_until=None, notes=[words])
    for pk in Import.objects.due(at).values_list("pk", flat=True)[:20]:
        tasks.run_import.delay_on_commit(pk)
    forget_contents(at=at)


def _claim(import_id: int, at: datetime) -> Import | None:
    due = Import.objects.due(at).filter(pk=import_id, attempts__lt=MOST_ATTEMPTS)
    claimed = due.update(token=uuid.uuid4(), lease_until=at + LEASE, attempts=F("attempts") + 1)
    return Import.objects.for_display().get(pk=import_id) if claimed else None


def _release(importing: Import) -> None:
    """Let the next worker go on where this one ran out of time."""
    attempts = 0 if goes_on(importing) else importing.attempts
    with transaction.atomic():
        ours = Import.objects.filter(pk=importing.pk, token=importing.token)
        if ours.update(lease_until=None, token=None, attempts=attempts):
            tasks.run_import.delay_on_commit(importing.pk)
