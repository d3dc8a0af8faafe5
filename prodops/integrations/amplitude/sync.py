"""Copying an Amplitude project: its lists, then each series, each window in one transaction."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from prodops.integrations.amplitude import catalogue, reading
from prodops.integrations.amplitude.answers import Missing, QueryRefused
from prodops.integrations.amplitude.budget import TooDear
from prodops.integrations.amplitude.client import AmplitudeClient
from prodops.integrations.amplitude.models import Series
from prodops.integrations.amplitude.starters import start_series
from prodops.integrations.amplitude.values import Malformed
from prodops.integrations.amplitude.work import Pass
from prodops.integrations.errors import SourceBusy, SourceUnavailable
from prodops.integrations.models import Connection, SyncRun

Mode = SyncRun.Mode
UNFINISHED = {SyncRun.Status.PAUSED, SyncRun.Status.ABANDONED}
FAILURES_IN_A_ROW = 2  # series; then the whole source is taken to be away


def copy(
    run: SyncRun,
    *,
    client: AmplitudeClient,
    clock: Callable[[], datetime],
    report: Callable[[SyncRun], None] = lambda run: None,
    deadline: datetime | None = None,
) -> None:
    """Do the run: the lists, the newest window of each series, then what history is missing.

    A full run reads all history again. One that was cut short is gone on with by the next.
    """
    work = Pass(run, client, clock, report, deadline)
    client.rest_with(work.rest)
    earlier = _cut_short(run)
    began = earlier[-1].started_at if earlier else run.started_at
    if run.mode == Mode.FULL and not earlier:
        _series(work).update(read_from_on=None)
    catalogue.copy(work)
    start_series(work.connection, at=clock(), today=work.today)
    _each(work, _series(work).exclude(read_at__gte=began), reading.newest)
    Connection.objects.filter(pk=run.connection_id).update(cursor=work.data_at)
    if run.mode == Mode.FULL or not _is_read_whole(run):
        _each(work, _series(work), reading.past)
        catalogue.look_back(work)
    work.save(step="Done")


def _is_read_whole(run: SyncRun) -> bool:
    """Say whether a full run is under way beside this one; history is its part."""
    return run.connection.runs.unfinished().filter(mode=Mode.FULL).exclude(pk=run.pk).exists()


def _series(work: Pass):
    return Series.objects.asked().filter(connection=work.connection)


def _cut_short(run: SyncRun) -> list[SyncRun]:
    """Return the runs of its kind before this one that stopped half-way, newest first."""
    earlier = run.connection.runs.filter(mode=run.mode).exclude(pk=run.pk)
    found = []
    for one in earlier.order_by("-started_at", "-pk")[:50]:
        if one.status not in UNFINISHED:
            break
        found.append(one)
    return found


def _each(work: Pass, series, read: Callable[[Pass, Series], None]) -> None:
    """Read one series after the other, those that waited longest first; one's trouble is its own.

    Series that cannot be had for the moment are left for the next run, unless all are so.
    """
    failed_in_a_row, last_failure = 0, None
    for pk in list(series.order_by("read_at", "pk").values_list("pk", flat=True)):
        one = _series(work).select_related("connection").filter(pk=pk).first()
        if one is None:
            continue
        try:
            read(work, one)
            failed_in_a_row = 0
        except (QueryRefused, Missing, TooDear) as refusal:
            _trouble(work, one, str(refusal))
        except Malformed as error:
            _trouble(work, one, f"The answer could not be read: {error}")
        except SourceBusy:
            raise
        except SourceUnavailable as failure:
            failed_in_a_row, last_failure = failed_in_a_row + 1, failure
            if failed_in_a_row == FAILURES_IN_A_ROW:
                raise
    if last_failure:
        raise last_failure


def _trouble(work: Pass, series: Series, reason: str) -> None:
    """Write down why a series could not be read; its numbers stay as they are."""
    with transaction.atomic():
        work.warn(f"{series}: {reason}")
        since = series.problem_since or work.clock()
        Series.objects.filter(pk=series.pk).update(
            problem=reason, problem_since=since, read_at=work.clock()
        )
