"""Export files into daily series: how often each event happened and how many people did it.

Lines are staged in a temporary table and counted by the database, so memory stays flat and an event
told twice counts once. The same files again change nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import connection as database
from django.db import transaction

from prodops.integrations import runs
from prodops.integrations.amplitude import export_files
from prodops.integrations.amplitude.access import zone_of
from prodops.integrations.amplitude.export_files import Wrong
from prodops.integrations.amplitude.mapping import Point
from prodops.integrations.amplitude.models import Series
from prodops.integrations.amplitude.writing import Counts, write_points
from prodops.integrations.models import Connection, SyncRun
from prodops.people.models import User

ROWS_AT_ONCE = 10_000
SHOWN = 100  # wrong lines told one by one
MEASURES = ("totals", "uniques")
STAGING = """
CREATE TEMPORARY TABLE amplitude_import (
    event text NOT NULL, happened_on date NOT NULL, person bigint NOT NULL, key bigint
) ON COMMIT DROP
"""
COUNTED = """
SELECT event, happened_on,
       count(DISTINCT key) + count(*) FILTER (WHERE key IS NULL),
       count(DISTINCT person)
FROM amplitude_import GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass
class Import:
    """What an import read and wrote; `wrong` are the first lines that could not be read."""

    read: int = 0
    wrong_count: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    events: int = 0
    days: int = 0
    counts: Counts = field(default_factory=Counts)


class DryRun(Exception):
    """Everything is rolled back."""


def import_export(
    *,
    connection: Connection,
    path: Path,
    is_dry: bool = False,
    by: User | None = None,
    clock: Callable[[], datetime],
    report: Callable[[Import], None] = lambda found: None,
) -> Import:
    """Count the files at `path` into the connection's export series, in one transaction and run.

    The first and the last day are partial, for files rarely hold them whole; a day that is final
    already is not overwritten by a partial one. Raises Malformed when there is nothing to read.
    """
    found = Import()
    export_files.check(path)
    if is_dry:
        try:
            with transaction.atomic():
                _import(found, connection, path, run=None, at=clock(), report=report)
                raise DryRun
        except DryRun:
            return found
    with (
        runs.open_run(
            connection=connection,
            trigger=SyncRun.Trigger.COMMAND,
            mode=SyncRun.Mode.FILE,
            clock=clock,
            by=by,
        ) as run,
        transaction.atomic(),
    ):
        _import(found, connection, path, run=run, at=clock(), report=report)
        counts = found.counts._asdict()
        runs.save(run, at=clock(), skipped=found.wrong_count, step="Done", **counts)
    return found


def _import(
    found: Import,
    connection: Connection,
    path: Path,
    *,
    run: SyncRun | None,
    at: datetime,
    report: Callable[[Import], None],
) -> None:
    zone = zone_of(connection)
    with database.cursor() as cursor:
        cursor.execute(STAGING)
        with cursor.copy("COPY amplitude_import FROM STDIN") as copy:
            for row in _rows(found, path, zone, report):
                copy.write_row(row)
        cursor.execute("SELECT min(happened_on), max(happened_on) FROM amplitude_import")
        edges = set(cursor.fetchone())
        cursor.execute(COUNTED)
        counted = cursor.fetchall()
        cursor.execute("DROP TABLE amplitude_import")
    found.days = len({on for _, on, _, _ in counted})
    for event, rows in groupby(counted, key=lambda row: row[0]):
        found.events += 1
        days = [(on, (totals, people)) for _, on, totals, people in rows]
        for place, measure in enumerate(MEASURES):
            series = _series(connection, event, measure, zone, days[0][0], at)
            points = _points(series, [(on, numbers[place]) for on, numbers in days], edges)
            found.counts += write_points(series, points, at=at, run=run, source=path.name)
            Series.objects.filter(pk=series.pk).update(read_at=at, data_as_of=at)


def _rows(
    found: Import, path: Path, zone: ZoneInfo, report: Callable[[Import], None]
) -> Iterator[tuple[str, date, int | None, int | None]]:
    """Yield what is staged of each event; people and keys as numbers that tell them apart."""
    for place, line in export_files.lines(path):
        found.read += 1
        if found.read % ROWS_AT_ONCE == 0:
            report(found)
        event = export_files.read(place, line, zone)
        if isinstance(event, Wrong):
            found.wrong_count += 1
            found.wrong += [event] if len(found.wrong) < SHOWN else []
            continue
        yield event.event, event.on, _number(event.person), _number(event.key)


def _points(series: Series, days: list[tuple[date, int]], edges: set[date]) -> list[Point]:
    """Return the days that are to be written: a partial one never hides a final one."""
    final = set(series.points.filter(is_partial=False).values_list("on", flat=True))
    return [
        Point("", 0, on, float(number), on in edges)
        for on, number in days
        if on not in edges or on not in final
    ]


def _series(
    connection: Connection, event: str, measure: str, zone: ZoneInfo, first: date, at: datetime
) -> Series:
    """Get or make the series of an event; its numbers never mix with those of the API."""
    definition = {"events": [{"event_type": event}], "measure": measure}
    counted = "how often" if measure == "totals" else "people"
    return Series.objects.get_or_create(
        connection=connection,
        kind=Series.Kind.EXPORT,
        definition=definition,
        defaults={
            "title": f"{event}: {counted}"[:200],
            "segment": "From export files",
            "time_zone": zone.key,
            "starts_on": first,
            "created_at": at,
        },
    )[0]


def _number(text: str) -> int | None:
    if not text:
        return None
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
