"""Taking the click: one row for one act, however often it is clicked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.utils import IntegrityError

from prodops.audit.models import Thread
from prodops.integrations.jira import tasks
from prodops.integrations.models import Connection, OutwardWrite
from prodops.people.models import User

State = OutwardWrite.State
SHOWN_FOR = timedelta(days=1)


class CannotWrite(Exception):
    """This cannot be written now; the text says why and what to do."""


class AskedAlready(CannotWrite):
    """The same thing is being written this moment."""


@transaction.atomic
def ask(
    *,
    kind: str,
    key: str,
    connection: Connection,
    thread: Thread,
    target: str,
    title: str,
    payload: dict[str, Any],
    by: User,
    at: datetime,
    wake: bool = True,
) -> tuple[OutwardWrite, bool]:
    """Keep what is to be written and wake a worker; return the row and whether it is new.

    A caller whose own task delivers it says `wake=False`.
    The same `key` returns the row there is. Raises AskedAlready while another write of this kind
    to this target is under way, CannotWrite when the connection is not open for writing.
    """
    known = OutwardWrite.objects.filter(key=key).first()
    if known:
        return known, False
    if not Connection.objects.writable().filter(pk=connection.pk).exists():
        raise CannotWrite(f"{connection} is not open for writing; an administrator can open it.")
    try:
        with transaction.atomic():
            write = OutwardWrite.objects.create(
                kind=kind,
                key=key,
                connection=connection,
                thread=thread,
                target=target,
                title=title[:300],
                payload=payload,
                not_before=at,
                requested_by=by,
                requested_at=at,
            )
    except IntegrityError:
        return _lost_race(kind=kind, key=key, thread=thread, target=target)
    if wake:
        tasks.deliver_write.delay_on_commit(write.pk)
    return write, True


def _lost_race(*, kind: str, key: str, thread: Thread, target: str) -> tuple[OutwardWrite, bool]:
    same = OutwardWrite.objects.filter(key=key).first()
    if same:
        return same, False
    other = (
        OutwardWrite.objects.unfinished()
        .filter(kind=kind, thread=thread, target=target)
        .select_related("requested_by")
        .first()
    )
    who = f"{other.requested_by} has asked for it" if other else "Somebody has just asked for it"
    raise AskedAlready(f"{who} and it is being written; wait for it to end.")


@transaction.atomic
def ask_again(
    *, write: OutwardWrite, by: User, at: datetime, changes: dict[str, Any] | None = None
) -> bool:
    """Queue a failed write again, as it was or with `changes`; False when it has not failed.

    What may have been written is looked for before it is sent again.
    """
    return _queue_again(write, [State.FAILED], by=by, at=at, changes=changes)


@transaction.atomic
def ask_or_repeat(*, key: str, payload: dict[str, Any], **asked: Any) -> OutwardWrite:
    """Ask for what may be written any number of times, such as a link: done ones are renewed."""
    write, is_new = ask(key=key, payload=payload, **asked)
    if not is_new:
        ended = [State.FAILED, State.DONE]
        changes = {"payload": payload, "title": asked["title"][:300]}
        _queue_again(write, ended, by=asked["by"], at=asked["at"], changes=changes)
    return write


def _queue_again(
    write: OutwardWrite,
    states: Sequence[str],
    *,
    by: User,
    at: datetime,
    changes: dict[str, Any] | None,
) -> bool:
    try:
        with transaction.atomic():
            again = OutwardWrite.objects.filter(pk=write.pk, state__in=states).update(
                state=State.QUEUED,
                attempts=0,
                not_before=at,
                finished_at=None,
                token=None,
                error="",
                problems={},
                requested_by=by,
                **(changes or {}),
            )
    except IntegrityError:
        raise AskedAlready("Another one is being written this moment.") from None
    if again:
        tasks.deliver_write.delay_on_commit(write.pk)
    return bool(again)


@transaction.atomic
def forget(*, write: OutwardWrite) -> bool:
    """Take a failed write off the record's page; the change history keeps that it was asked for."""
    deleted, _ = OutwardWrite.objects.filter(pk=write.pk, state=State.FAILED).delete()
    return bool(deleted)


def shown_on(thread: Thread, *, at: datetime) -> dict[str, Any]:
    """Return what the page of a record shows of its writes, and whether one is under way."""
    writes = list(OutwardWrite.objects.on_record(thread, at - SHOWN_FOR)[:20])
    return {"writes": writes, "is_writing": any(write.is_open for write in writes)}
