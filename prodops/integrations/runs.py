"""The life of a run: the open row is the lock, its token fences off a worker that lost it."""

import hashlib
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.db.models import F
from django.db.utils import IntegrityError

from prodops.integrations import breaker, episodes
from prodops.integrations.errors import SourceBusy, SourceError
from prodops.integrations.models import Connection, SkippedRecord, SyncRun
from prodops.people.models import User

Status = SyncRun.Status
BEAT = timedelta(seconds=10)
LONGEST_PAYLOAD = 200_000
MOST_LOSSES = 3
LOST = "The worker went away; the next run goes on from its cursor."
POISON = "Three workers in a row were lost at the same place; the server's log may say why."
PASS_FIELDS = ("key", "cursor", "finished_at")


class AlreadyRunning(Exception):
    """Another worker is at it."""


class NotDue(AlreadyRunning):
    """Another message asked for the same run, and it has been done."""


class GivenUp(AlreadyRunning):
    """Three workers died of it at the same place; it is tried again later, or by a person."""


class RunLost(Exception):
    """This worker was taken for dead and its run closed; it must write nothing more."""


class OutOfTime(Exception):
    """The run stops here and goes on from its cursor next time."""


@contextmanager
def open_run(
    *,
    connection: Connection,
    trigger: str,
    mode: str,
    clock: Callable[[], datetime],
    by: User | None = None,
    only_if_due: bool = False,
) -> Iterator[SyncRun]:
    """Hold the connection for one run of this mode and close it whatever happens.

    Raises AlreadyRunning when a living worker holds it, NotDue (if asked to look) or GivenUp.
    Errors of the source are recorded on the run and not raised; programming errors are both.
    """
    asked: dict[str, Any] = {"trigger": trigger, "mode": mode, "by": by}
    run = _start(connection=connection, **asked, at=clock(), only_if_due=only_if_due)
    try:
        yield run
    except RunLost:
        run.refresh_from_db()
    except OutOfTime:
        close(run, Status.PAUSED, at=clock())
    except SourceBusy as error:
        until = clock() + timedelta(seconds=error.seconds)
        Connection.objects.filter(pk=connection.pk).update(not_before=until)
        close(run, Status.PAUSED, at=clock(), error=str(error))
    except SourceError as error:
        close(run, Status.FAILED, at=clock(), error=str(error), is_final=error.is_final)
    except KeyboardInterrupt:
        close(run, Status.PAUSED, at=clock(), error="Stopped by hand.")
        raise
    except BaseException as error:
        close(run, Status.FAILED, at=clock(), error=f"Unexpected: {type(error).__name__}.")
        raise
    else:
        close(run, Status.SUCCEEDED, at=clock())


def save(run: SyncRun, *, at: datetime, **changes: Any) -> None:
    """Write progress within each transaction of a run; raise RunLost if it is no longer ours."""
    if run.pk is None:  # what a webhook told has no run of its own
        vars(run).update(changes)
        return
    changes["heartbeat_at"] = at
    ours = SyncRun.objects.filter(pk=run.pk, token=run.token, finished_at=None)
    if not ours.update(**changes):
        raise RunLost
    for name, value in changes.items():
        setattr(run, name, value)


def beat(run: SyncRun, *, at: datetime) -> None:
    """Show that the worker lives, every ten seconds at most."""
    if at - run.heartbeat_at >= BEAT:
        save(run, at=at)


def close(
    run: SyncRun, status: str, *, at: datetime, error: str = "", is_final: bool = False
) -> None:
    """End the run and bring its connection's state up to date; nothing happens to a lost run."""
    if not database.in_atomic_block:
        _mend_session()
    with transaction.atomic():
        with suppress(Connection.DoesNotExist):  # removed meanwhile, with its runs
            _hold(run.connection_id)
        ours = SyncRun.objects.filter(pk=run.pk, token=run.token, finished_at=None)
        seconds = (at - run.started_at).total_seconds()
        if not ours.update(status=status, finished_at=at, seconds=seconds, error=error, step=""):
            return
        run.refresh_from_db()
        if status == Status.SUCCEEDED:
            episodes.succeeded(run, at=at)
        elif status == Status.FAILED:
            episodes.failed(run.connection, reason=error, at=at, is_final=is_final)


def _hold(connection_id: int) -> Connection:
    """Lock the connection; always before one of its runs, or two workers wait for each other."""
    return Connection.objects.select_for_update(no_key=True).get(pk=connection_id)


def _mend_session() -> None:
    """Let a session that was lost in mid-run be made anew, but not one that is merely old.

    An open run is known by its session: without it the next worker would take the run for lost.
    """
    end, database.close_at = database.close_at, None
    database.close_if_unusable_or_obsolete()
    database.close_at = database.close_at or end


def skip(
    run: SyncRun, *, source_id: str, key: str = "", reason: str, payload: Any, at: datetime
) -> bool:
    """Set a record aside; return whether it was not already. One without id is named by its run."""
    try:
        text = json.dumps(payload, default=str)[:LONGEST_PAYLOAD]
    except RecursionError:
        text = "Nested too deeply to keep."
    _, is_new = SkippedRecord.objects.update_or_create(
        connection=run.connection,
        source_id=source_id or f"run {run.pk}, record {run.skipped + 1}",
        resolved_at=None,
        defaults={
            "run": run if run.pk else None,
            "key": key,
            "reason": reason,
            "payload": text,
            "at": at,
        },
    )
    return is_new


def _start(
    *,
    connection: Connection,
    trigger: str,
    mode: str,
    by: User | None,
    at: datetime,
    only_if_due: bool,
) -> SyncRun:
    with transaction.atomic():
        _hold(connection.pk)
        is_poison = _close_abandoned(connection, mode, at=at)
    if is_poison and trigger != SyncRun.Trigger.COMMAND:
        raise GivenUp(f"{connection} is left alone: {POISON}")
    try:
        with transaction.atomic():
            held = _hold(connection.pk)
            if only_if_due and mode not in held.modes_due(at):
                raise NotDue(f"{connection} has been synced since this was asked for.")
            run = _opened(held, trigger=trigger, mode=mode, by=by, at=at)
            breaker.begin(connection)
    except IntegrityError:
        raise AlreadyRunning(f"{connection} is being synced already.") from None
    return run


def _opened(held: Connection, *, trigger: str, mode: str, by: User | None, at: datetime) -> SyncRun:
    """Make the row of a run and grant the wish for it."""
    run = SyncRun.objects.create(
        connection=held,
        trigger=trigger,
        mode=mode,
        started_by=by,
        started_at=at,
        heartbeat_at=at,
        backend=_backend(),
        cursor_before=held.cursor,
        place=_place(held, mode),
        step="Starting",
    )
    Connection.objects.filter(pk=held.pk).update(latest_run=run, **_granted(held, mode))
    return run


def _granted(held: Connection, mode: str) -> dict[str, Any]:
    """Return what is left of people's wishes when a run of `mode` begins."""
    left = [other for other in held.wanted_modes if other != mode]
    return {"wanted_modes": left} | ({} if left else {"wanted_at": None, "wanted_by": None})


def _close_abandoned(connection: Connection, mode: str, *, at: datetime) -> bool:
    """Close the open run if its worker is silent or its database session is gone: it was killed.

    Returns whether that was the third in a row at the same place: then it has failed.
    """
    runs = SyncRun.objects.select_for_update().filter(connection=connection, mode=mode)
    for run in runs.unfinished():
        if run.looks_dead(at) or not _is_connected(run.backend):
            is_poison = _losses_at(connection, mode) + 1 >= MOST_LOSSES
            SyncRun.objects.filter(pk=run.pk).update(
                status=Status.FAILED if is_poison else Status.ABANDONED,
                finished_at=at,
                seconds=F("seconds") + (run.heartbeat_at - run.started_at).total_seconds(),
                error=POISON if is_poison else LOST,
                step="",
            )
            if is_poison:
                episodes.failed(connection, reason=POISON, at=at, is_final=True)
            return is_poison
    return False


def _losses_at(connection: Connection, mode: str) -> int:
    """Count the runs lost in a row, up to the open one, that never got past where we are now."""
    place = _place(Connection.objects.get(pk=connection.pk), mode)
    ended = SyncRun.objects.filter(connection=connection, mode=mode).exclude(finished_at=None)
    latest = ended.order_by("-started_at", "-pk").values_list("status", "place")
    lost = (Status.ABANDONED.value, place)
    return len(list(itertools.takewhile(lambda run: run == lost, latest[:MOST_LOSSES])))


def _place(connection: Connection, mode: str) -> str:
    """Name how far the copy has come for runs of this mode; it changes with each page kept."""
    if mode != SyncRun.Mode.FULL:
        return str(connection.cursor or "")
    begun = connection.project_passes.exclude(cursor=None, finished_at=None).order_by("key")
    marks = [f"{key} {cursor} {end}" for key, cursor, end in begun.values_list(*PASS_FIELDS)]
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:40] if marks else ""


def _backend() -> str:
    """Name this database session: number and start."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT pid || '@' || extract(epoch FROM backend_start)"
            " FROM pg_stat_activity WHERE pid = pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def _is_connected(backend: str) -> bool:
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity"
            " WHERE pid || '@' || extract(epoch FROM backend_start) = %s",
            [backend],
        )
        return cursor.fetchone() is not None
