"""Messages to people in Slack: kept as rows, sent by workers, never twice by themselves.

QUEUED → SENDING (a lease, a token) → SENT, FAILED or UNKNOWN, as mail. What Slack put off, and what
a dead worker had not begun to hand over, goes back to QUEUED with growing pauses, six attempts in
about six hours. What may have arrived is UNKNOWN: only a person sends that again.
"""

import uuid
from datetime import datetime, timedelta

from django.db.models import F

from prodops.integrations.errors import SourceBusy, SourceError
from prodops.integrations.slack import services, tasks
from prodops.integrations.slack.client import Unheard
from prodops.integrations.slack.models import Note, Workspace

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS, SWEEP_AT_ONCE = 6, 500
LONGEST = 3_000
State = Note.State


class LostLease(Exception):
    """Another worker has this message now."""


def queue_note(*, workspace: Workspace, user_id: str, key: str, text: str, at: datetime) -> Note:
    """Keep a message to one person and wake a worker after the commit; once for each key."""
    given = {"workspace": workspace, "user_id": user_id, "text": text[:LONGEST]}
    given |= {"queued_at": at, "next_attempt_at": at}
    note, is_new = Note.objects.get_or_create(key=key, defaults=given)
    if is_new:
        tasks.deliver_note.delay_on_commit(note.pk)
    return note


def deliver(*, note_id: int, at: datetime) -> Note | None:
    """Try to send one message; return it as it ended, or None when it wasn't ours to send."""
    note = _claim(note_id, at)
    if note is None:
        return None
    if not note.workspace.is_active:
        return _settle(note, State.FAILED, error=f"{note.workspace} is switched off.")
    try:
        client = services.client_for(note.workspace)
        _hand_over(note, at)
        client.tell(note.user_id, note.text)
    except LostLease:
        return None
    except Unheard as error:
        return _settle(note, State.UNKNOWN, error=str(error))
    except SourceError as error:
        if not error.is_temporary:
            return _settle(note, State.FAILED, error=str(error))
        return _put_off(note, at, error)
    return _settle(note, State.SENT, sent_at=at)


def sweep(*, at: datetime) -> int:
    """Settle what dead workers left, forget what is old, and wake a worker for each due message.

    Returns how many woke.
    """
    Note.objects.outlived(at).delete()
    dead, abandoned = "The worker stopped", Note.objects.abandoned(at)
    abandoned.filter(handed_over_at__isnull=False).update(
        state=State.UNKNOWN, lease_until=None, error=f"{dead} after it handed the message over."
    )
    # Asked again in each statement: a slow worker may hand it over between two of them.
    unsent = abandoned.filter(handed_over_at__isnull=True)
    unsent.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=State.FAILED, lease_until=None, token=None, error=f"{dead} in every attempt."
    )
    unsent.update(state=State.QUEUED, lease_until=None, token=None, next_attempt_at=at)
    due = Note.objects.due(at).order_by("next_attempt_at", "pk").values_list("pk", flat=True)
    return len([tasks.deliver_note.delay_on_commit(pk) for pk in due[:SWEEP_AT_ONCE]])


def resend(*, note: Note, at: datetime) -> bool:
    """Queue a failed or unknown message again, because a person decided so; False of any other."""
    again = Note.objects.filter(pk=note.pk, state__in=[State.FAILED, State.UNKNOWN]).update(
        state=State.QUEUED,
        attempts=0,
        next_attempt_at=at,
        handed_over_at=None,
        token=None,
        lease_until=None,
    )
    if again:
        tasks.deliver_note.delay_on_commit(note.pk)
    return bool(again)


def _claim(note_id: int, at: datetime) -> Note | None:
    claimed = (
        Note.objects.due(at)
        .filter(pk=note_id)
        .update(
            state=State.SENDING,
            token=uuid.uuid4(),
            lease_until=at + LEASE,
            attempts=F("attempts") + 1,
            handed_over_at=None,
        )
    )
    return Note.objects.select_related("workspace").get(pk=note_id) if claimed else None


def _hand_over(note: Note, at: datetime) -> None:
    """Commit that the message is about to go out, or stop if the lease is gone."""
    ours = Note.objects.filter(pk=note.pk, token=note.token, state=State.SENDING)
    if not ours.update(handed_over_at=at):
        raise LostLease


def _settle(note: Note, state: str, *, error: str = "", sent_at: datetime | None = None) -> Note:
    """Write the end; a worker whose lease was swept as unknown still knows better."""
    Note.objects.filter(pk=note.pk, token=note.token).update(
        state=state, error=error[:2000], sent_at=sent_at, lease_until=None
    )
    note.refresh_from_db()
    return note


def _put_off(note: Note, at: datetime, error: SourceError) -> Note:
    if note.attempts >= MOST_ATTEMPTS:
        return _settle(note, State.FAILED, error=str(error))
    pause = timedelta(minutes=4 ** (note.attempts - 1))
    if isinstance(error, SourceBusy):
        pause = max(pause, timedelta(seconds=error.seconds))
    Note.objects.filter(pk=note.pk, token=note.token).update(
        state=State.QUEUED,
        next_attempt_at=at + pause,
        lease_until=None,
        token=None,
        error=str(error)[:2000],
        handed_over_at=None,
    )
    note.refresh_from_db()
    return note
