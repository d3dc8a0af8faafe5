"""Amplitude's export files, line by line: a zip of gzipped JSON lines, a folder, or one of them.

`/api/2/export` gives such a zip, with a file an hour of server time in UTC. The day of an event is
that of its own time in the project's zone, as on Amplitude's charts.
"""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson

from prodops.integrations.amplitude.plan import LONGEST_NAME
from prodops.integrations.amplitude.values import FIRST, LAST, Malformed, read_text

LONGEST_LINE = 1_000_000
ENDINGS = (".json.gz", ".jsonl.gz", ".json", ".jsonl", ".ndjson")


class Happened(NamedTuple):
    """One event: what, on which day of the project, by whom, and the key it is told apart by."""

    event: str
    on: date
    person: str
    key: str


class Wrong(NamedTuple):
    """A line that could not be read."""

    place: str
    reason: str


def check(path: Path) -> None:
    """Raise Malformed when there is nothing to read at `path`."""
    if not path.exists():
        raise Malformed(f"There is no file {path}.")
    if path.is_dir():
        names = [one.name for one in path.rglob("*")]
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as bundle:
            names = bundle.namelist()
    else:
        return
    if not any(name.endswith((*ENDINGS, ".zip")) for name in names):
        raise Malformed(f"{path} holds no .json.gz files.")


def lines(path: Path) -> Iterator[tuple[str, bytes | Wrong]]:
    """Yield each line with where it stands ("file line 12"); nothing is held in memory.

    A file that breaks off gives a Wrong where it does.
    """
    for name, opened in _files(path):
        number = 0
        try:
            with opened as file:
                while line := file.readline(LONGEST_LINE):
                    number += 1
                    if line.strip():
                        yield f"{name} line {number}", line
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
            place = f"{name} line {number + 1}"
            yield place, Wrong(place, f"the file breaks off here ({type(error).__name__})")


def read(place: str, line: bytes | Wrong, zone: ZoneInfo) -> Happened | Wrong:
    """Read one exported event."""
    if isinstance(line, Wrong):
        return line
    try:
        return _event(orjson.loads(line), zone)
    except orjson.JSONDecodeError:
        return Wrong(place, "is not JSON")
    except Malformed as error:
        return Wrong(place, str(error))


def _event(row: Any, zone: ZoneInfo) -> Happened:
    if not isinstance(row, dict):
        raise Malformed("is not an object")
    name = read_text(row.get("event_type")) if isinstance(row.get("event_type"), str) else ""
    if not name or len(name) > LONGEST_NAME:
        raise Malformed("has no event_type")
    person = row.get("amplitude_id") or row.get("user_id") or row.get("device_id")
    if not person:
        raise Malformed("has no amplitude_id, user_id or device_id")
    on = _moment(row.get("event_time")).astimezone(zone).date()
    key = row.get("$insert_id") or row.get("uuid") or ""
    return Happened(name, on, str(person), str(key))


def _moment(value: Any) -> datetime:
    """Read a time of the export, which is UTC and says no zone."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Malformed(f"event_time is not a time: {str(value)[:40]!r}") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not FIRST < moment.date() < LAST:
        raise Malformed(f"event_time is out of range: {str(value)[:40]!r}")
    return moment


def _files(path: Path) -> Iterator[tuple[str, Any]]:
    if path.is_dir():
        for one in sorted(one for one in path.rglob("*") if one.name.endswith((*ENDINGS, ".zip"))):
            yield from _files(one)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as bundle:
            for name in sorted(name for name in bundle.namelist() if name.endswith(ENDINGS)):
                yield name, _packed(bundle, name)
    else:
        yield path.name, _plain(path)


@contextmanager
def _packed(bundle: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    with bundle.open(name) as packed:
        if name.endswith(".gz"):
            with gzip.open(packed) as file:
                yield file  # type: ignore[misc]
        else:
            yield packed


def _plain(path: Path) -> Any:
    return gzip.open(path) if path.name.endswith(".gz") else path.open("rb")
