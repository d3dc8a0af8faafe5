"""Does what was asked for: claims a row, writes to Jira, notes how it ended.

QUEUED → SENDING (a lease, a token) → DONE, FAILED or UNKNOWN. What Jira put off goes back to
QUEUED with growing pauses. After a broken answer or a dead worker nobody knows whether it was
written: the row is UNKNOWN, Jira is searched for it, and it is sent again only when Jira's search
has had time to see it and does not.
"""

import logging
import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from prodops.audit import services as audit
from prodops.integrations import services
from prodops.integrations.errors import SourceError
from prodops.integrations.jira import tasks
from prodops.integrations.jira.client import JiraClient
from prodops.integrations.jira.outward import calls, kinds
from prodops.integrations.models import OutwardWrite
from prodops.integrations.secrets import SecretUnreadable
from prodops.notifications.models import Kind
from prodops.notifications.services import notify

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 12
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=15)
SWEEP_AT_ONCE = 200
STILL_LOOKING = "The worker stopped before Jira answered."
State = OutwardWrite.State


class LostLease(Exception):
    """Another worker has this write now."""


def deliver(*, write_id: int, clock: Callable[[], datetime]) -> OutwardWrite | None:
    """Try one write; return it as it stands then, or None when it was not ours to do."""
    write = _claim(write_id, clock())
    if write is None:
        return None
    try:
        _attempt(write, clock)
    except LostLease:
        return None
    write.refresh_from_db()
    return write


def _attempt(write: OutwardWrite, clock: Callable[[], datetime]) -> None:
    """Write it, or note why not and what happens next."""
    try:
        answer = _do(write, clock)
    except calls.Refused as refusal:
        _give_up(write, str(refusal), problems=refusal.problems, at=clock())
    except calls.Unheard as error:
        _put_off(write, str(error), at=clock(), is_unknown=True)
    except calls.NotDone as error:
        _forget_handing_over(write)
        _put_off(write, str(error), at=clock(), seconds=error.seconds)
    except (SourceError, SecretUnreadable) as error:
        if getattr(error, "is_temporary", False):
            _put_off(write, str(error), at=clock(), is_unknown=write.handed_over_at is not None)
        else:
            _give_up(write, str(error), at=clock())
    else:
        if answer is not None:
            _done(write, answer, at=clock())
            _keep(write, clock)


def sweep(*, at: datetime) -> int:
    """Wake a worker for each write that waits, is to be looked for, or lost its worker."""
    due = OutwardWrite.objects.due(at).order_by("not_before", "pk").values_list("pk", flat=True)
    return len([tasks.deliver_write.delay_on_commit(pk) for pk in due[:SWEEP_AT_ONCE]])


def _do(write: OutwardWrite, clock: Callable[[], datetime]) -> dict | None:
    """Return what Jira answered; None when it is still in doubt and was put off."""
    if not (write.connection.may_write and write.connection.is_active):
        raise SourceError(f"{write.connection} is not open for writing.")
    client = client_for(write)
    if write.handed_over_at:
        found = kinds.look(client, write)
        if found:
            return found
        doubt = kinds.IN_DOUBT.get(OutwardWrite.Kind(write.kind), timedelta())
        if clock() < write.handed_over_at + doubt:
            _put_off(write, write.error or STILL_LOOKING, at=clock(), is_unknown=True)
            return None
    _hand_over(write, clock())
    return kinds.send(client, write)


def client_for(write: OutwardWrite) -> JiraClient:
    """Return a client that gives a passing failure back instead of waiting for it to pass."""
    client = services.jira_client(write.connection)
    client.attempts = 1
    return client


def _claim(write_id: int, at: datetime) -> OutwardWrite | None:
    claimed = (
        OutwardWrite.objects.due(at)
        .filter(pk=write_id)
        .update(
            state=State.SENDING,
            token=uuid.uuid4(),
            lease_until=at + LEASE,
            attempts=F("attempts") + 1,
        )
    )
    if not claimed:
        return None
    return OutwardWrite.objects.for_display().get(pk=write_id)


def _hand_over(write: OutwardWrite, at: datetime) -> None:
    """Commit that the request is about to go out, or stop if the lease is gone."""
    _write_row(write, handed_over_at=at, lease_until=at + LEASE)


def _forget_handing_over(write: OutwardWrite) -> None:
    _write_row(write, handed_over_at=None)


def _write_row(write: OutwardWrite, **changes) -> None:
    """Change the row while it is ours."""
    ours = OutwardWrite.objects.filter(pk=write.pk, token=write.token, state=State.SENDING)
    if not ours.update(**changes):
        raise LostLease
    for name, value in changes.items():
        setattr(write, name, value)


@transaction.atomic
def _done(write: OutwardWrite, answer: dict, *, at: datetime) -> None:
    """Note what came of it, also when the lease ran out meanwhile and nobody took it over."""
    ours = OutwardWrite.objects.filter(pk=write.pk, token=write.token).exclude(state=State.DONE)
    settled = ours.update(
        state=State.DONE, answer=answer, error="", problems={}, finished_at=at, lease_until=None
    )
    if settled:
        audit.record(
            f"outward.{write.kind}",
            thread=write.thread,
            summary=f"wrote to {write.connection}: {write.title}"[:300],
            detail=answer.get("key") or answer.get("name") or "",
            by=write.requested_by,
            at=at,
        )


def _keep(write: OutwardWrite, clock: Callable[[], datetime]) -> None:
    """Copy what was written into the hub at once; failing that, a sync is on its way."""
    write.refresh_from_db(fields=["answer", "state"])
    try:
        kinds.keep(write, clock)
    except SourceError as error:
        logger.info("%s is written; the next sync will read it (%s).", write, error)


def _put_off(
    write: OutwardWrite,
    error: str,
    *,
    at: datetime,
    seconds: float | None = None,
    is_unknown: bool = False,
) -> None:
    """Let it wait: as long as Jira asks, else twice as long as last time, with jitter."""
    if write.attempts >= MOST_ATTEMPTS:
        return _give_up(write, f"{error} Tried {write.attempts} times.", at=at)
    doubled = min(FIRST_PAUSE * 2 ** min(write.attempts - 1, 10), LONGEST_PAUSE)
    pause = doubled * random.uniform(0.8, 1.2)  # noqa: S311 - jitter
    if seconds is not None:
        pause = max(pause, timedelta(seconds=seconds))
    _write_row(
        write,
        state=State.UNKNOWN if is_unknown else State.QUEUED,
        not_before=at + pause,
        lease_until=None,
        error=error[:2000],
    )
    return None


@transaction.atomic
def _give_up(
    write: OutwardWrite, error: str, *, problems: dict | None = None, at: datetime
) -> None:
    """End it as failed and tell the person who clicked; what Jira refused it has not done."""
    if problems is not None:
        _forget_handing_over(write)
    _write_row(
        write,
        state=State.FAILED,
        error=error[:2000],
        problems=problems or {},
        finished_at=at,
        lease_until=None,
    )
    notify(
        [write.requested_by],
        kind=Kind.SYNC,
        cause=f"outward:{write.pk}:{write.attempts}:{at:%Y-%m-%dT%H:%M:%S}",
        title=f"Not written to {write.connection}: {write.title}"[:300],
        body=" ".join([error, *(f"{name}: {text}" for name, text in (problems or {}).items())]),
        path=write.thread.path,
        thread=write.thread,
        action_label="Look and try again",
        at=at,
    )
