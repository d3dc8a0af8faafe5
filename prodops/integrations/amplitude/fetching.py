"""Fetching Amplitude's export into a folder, to be counted like files somebody hands in."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from prodops.integrations.amplitude.access import client_for
from prodops.integrations.amplitude.answers import TimedOut
from prodops.integrations.amplitude.client import AmplitudeClient
from prodops.integrations.models import Connection

AT_ONCE = timedelta(days=1)
HOUR = timedelta(hours=1)


def fetch(
    *,
    connection: Connection,
    first: date,
    last: date,
    folder: Path,
    clock: Callable[[], datetime],
    patience: timedelta,
    report: Callable[[str], None] = lambda line: None,
) -> int:
    """Download what arrived from the first day to the last (UTC); return how many zips there are.

    An export that is too much at once is asked for in halves, down to an hour.
    """
    client = client_for(connection, clock=clock, patience=patience)
    start = datetime.combine(first, time(0), UTC)
    found = 0
    while start.date() <= last:
        found += _fetch(client, start, start + AT_ONCE - HOUR, folder)
        report(f"{start:%Y-%m-%d}")
        start += AT_ONCE
    return found


def _fetch(client: AmplitudeClient, start: datetime, end: datetime, folder: Path) -> int:
    path = folder / f"{start:%Y%m%dT%H}-{end:%Y%m%dT%H}.zip"
    try:
        with path.open("wb+") as file:
            is_there = client.export(start, end, file)
    except TimedOut:
        path.unlink()
        if start == end:
            raise
        middle = start + (end - start) // HOUR // 2 * HOUR
        return _fetch(client, start, middle, folder) + _fetch(client, middle + HOUR, end, folder)
    if not is_there:
        path.unlink()
    return int(is_there)
