"""Files that came over the web: kept in parts, read by a worker, all of it or nothing."""

import uuid
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils.text import slugify

from prodops.integrations import services
from prodops.integrations.jira import tasks
from prodops.integrations.jira.files import importing
from prodops.integrations.jira.files.importing import Outcome
from prodops.integrations.jira.files.learning import Source
from prodops.integrations.jira.files.reading import Problem
from prodops.integrations.models import Connection, SyncRun, Upload, UploadPart
from prodops.people.models import User

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 3
KEPT_FOR = timedelta(days=7)
PART = 1 << 20
State = Upload.State


class LostUpload(Exception):
    """Another worker reads this file now."""


@transaction.atomic
def keep(
    *,
    file: Any,
    connection: Connection,
    dates: str,
    time_zone: str,
    is_dry_run: bool,
    by: User,
    at: datetime,
) -> Upload:
    """Keep an uploaded file in parts of a megabyte and wake a worker for it."""
    upload = Upload.objects.create(
        connection=connection,
        name=file.name[:200],
        size=file.size,
        dates=dates,
        time_zone=time_zone,
        is_dry_run=is_dry_run,
        uploaded_by=by,
        uploaded_at=at,
    )
    for number, piece in enumerate(iter(lambda: file.read(PART), b"")):
        UploadPart.objects.create(upload=upload, number=number, content=zlib.compress(piece, 1))
    tasks.read_upload.delay_on_commit(upload.pk)
    return upload


@transaction.atomic
def import_checked(*, upload: Upload, by: User, at: datetime) -> bool:
    """Import a file whose dry run was good; False when it is in another state."""
    again = Upload.objects.filter(pk=upload.pk, state=State.CHECKED).update(
        state=State.WAITING, is_dry_run=False, finished_at=None, attempts=0, uploaded_by=by
    )
    if again:
        tasks.read_upload.delay_on_commit(upload.pk)
    return bool(again)


@transaction.atomic
def new_connection(*, name: str, site: str) -> Connection:
    """Make a connection that only files feed; `site` is where people open its issues."""
    return Connection.objects.create(
        slug=services.free_slug(slugify(name)),
        name=name,
        kind=Connection.Kind.JIRA_FILE,
        base_url=site.rstrip("/"),
    )


def read(*, upload_id: int, clock: Callable[[], datetime]) -> Upload | None:
    """Read one file as a worker; return it, or None when it was not ours to read."""
    upload = _claim(upload_id, clock())
    if upload is None:
        return None
    source = Source(lambda: _parts(upload), upload.dates, ZoneInfo(upload.time_zone))
    try:
        outcome = import_file(
            source,
            upload.connection,
            is_dry_run=upload.is_dry_run,
            trigger=SyncRun.Trigger.PERSON,
            by=upload.uploaded_by,
            clock=clock,
            report=lambda step, outcome: _progress(upload, step, outcome, clock()),
        )
    except LostUpload:
        return None
    except Exception as error:
        _settle(upload, State.FAILED, Outcome(), clock(), f"Unexpected: {type(error).__name__}.")
        raise
    ended = State.CHECKED if upload.is_dry_run else State.DONE
    _settle(upload, State.REFUSED if outcome.problems else ended, outcome, clock())
    upload.refresh_from_db()
    return upload


def import_file(
    source: Source,
    connection: Connection,
    *,
    is_dry_run: bool,
    trigger: str,
    by: User | None,
    clock: Callable[[], datetime],
    report: Callable[[str, Outcome], None],
) -> Outcome:
    """Check a file and, unless something is wrong or it is a dry run, write it. Return counts.

    What was written stands as a run of the connection, so reports count it.
    """
    outcome = importing.check(source, connection, lambda found: report("Checking", found))
    if outcome.problems or is_dry_run:
        return outcome
    started = clock()
    written = importing.write(
        source, connection, lambda found: report("Writing", found), clock=clock
    )
    _note_run(connection, written, trigger=trigger, by=by, started=started, at=clock())
    return written


def sweep(*, at: datetime) -> None:
    """Wake a worker for files that wait or lost theirs; give up and forget old ones."""
    dead = Upload.objects.due(at).filter(attempts__gte=MOST_ATTEMPTS)
    what = [[1, "", "The worker stopped in every attempt.", "Try a smaller file."]]
    dead.update(state=State.FAILED, finished_at=at, lease_until=None, token=None, problems=what)
    old = Upload.objects.filter(finished_at__lt=at - KEPT_FOR)
    UploadPart.objects.filter(upload__in=old).delete()
    for pk in Upload.objects.due(at).values_list("pk", flat=True)[:20]:
        tasks.read_upload.delay_on_commit(pk)


def _claim(upload_id: int, at: datetime) -> Upload | None:
    claimed = (
        Upload.objects.due(at)
        .filter(pk=upload_id, attempts__lt=MOST_ATTEMPTS)
        .update(
            state=State.READING,
            token=uuid.uuid4(),
            lease_until=at + LEASE,
            attempts=F("attempts") + 1,
        )
    )
    return Upload.objects.for_display().get(pk=upload_id) if claimed else None


def _parts(upload: Upload) -> Iterator[bytes]:
    number = 0
    while part := UploadPart.objects.filter(upload=upload, number=number).first():
        yield zlib.decompress(part.content)
        number += 1


def _progress(upload: Upload, step: str, outcome: Outcome, at: datetime) -> None:
    """Show how far it is and keep the lease; raise LostUpload when it is no longer ours."""
    ours = Upload.objects.filter(pk=upload.pk, token=upload.token, state=State.READING)
    counts = {name: getattr(outcome, name) for name in COUNTS}
    if not ours.update(step=step, lease_until=at + LEASE, **counts):
        raise LostUpload


def _settle(upload: Upload, state: str, outcome: Outcome, at: datetime, error: str = "") -> None:
    problems = [list(problem) for problem in outcome.problems]
    if error:
        problems = [list(Problem(1, "", error, "Tell an administrator."))]
    ours = Upload.objects.filter(pk=upload.pk, token=upload.token)
    ours.update(
        state=state,
        step="",
        finished_at=at,
        lease_until=None,
        problems=problems,
        notes=outcome.notes,
        **{name: getattr(outcome, name) for name in COUNTS},
    )


@transaction.atomic
def _note_run(
    connection: Connection,
    outcome: Outcome,
    *,
    trigger: str,
    by: User | None,
    started: datetime,
    at: datetime,
) -> None:
    SyncRun.objects.create(
        connection=connection,
        trigger=trigger,
        mode=SyncRun.Mode.FILE,
        status=SyncRun.Status.SUCCEEDED,
        started_by=by,
        started_at=started,
        heartbeat_at=at,
        finished_at=at,
        seconds=(at - started).total_seconds(),
        fetched=outcome.read,
        created=outcome.created,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
    )
    if connection.is_fed_by_files:
        Connection.objects.filter(pk=connection.pk).update(last_good_at=started)


COUNTS = ("read", "created", "updated", "unchanged", "refused")
