"""From pages to rows: what is new or changed is mapped beside, and written in one transaction.

Look up what the hub has of the issues (here) → map what differs, with its whole history (in a
thread) → write it together with how far the sources have come (here, while the next is mapped).
"""

import gc
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from prodops.integrations import runs
from prodops.integrations.jira.client import Missing
from prodops.integrations.jira.fetching import Arrival, Arrivals, Source, fetched
from prodops.integrations.jira.mapping import identity, read_releases
from prodops.integrations.jira.paging import Page
from prodops.integrations.jira.payloads import keep, parsed
from prodops.integrations.jira.reading import Mapped, map_page
from prodops.integrations.jira.work import Pass
from prodops.integrations.jira.writing import (
    begin,
    known_issues,
    tell_planner,
    write_issues,
)
from prodops.integrations.models import SkippedRecord

COLLECTED = 20_000  # issues after which the collector looks for cycles once
AT_ONCE = 500  # issues written together when that many have come already


@dataclass
class Batch:
    """Issues being mapped, and the arrivals they came with."""

    arrivals: list[Arrival]
    issues: Page
    mapped: "Future[Mapped]"


def read_all(work: Pass, sources: list[Source], *, doing: str, width: int = 1) -> None:
    """Read the sources to their ends with `width` threads and write what is new or changed."""
    with (
        fetched(work, sources, width=width) as arrivals,
        _mapper(work) as start,
        _collecting_seldom() as collect,
    ):
        current: Batch | None = None
        while arrivals.left or current:
            work.check_time()
            came = _gather(arrivals, wait=0 if current else runs.BEAT.total_seconds())
            coming = start(came) if came else None
            if current:
                _write(work, _awaited(work, current.mapped), current, doing=doing)
                collect(len(current.issues))
            elif not coming:
                runs.beat(work.run, at=work.clock())
            current = coming


def write_page(work: Pass, page: Page) -> None:
    """Write what is new or changed of these issues; set aside what cannot be read."""
    known = known_issues(work.run.connection_id, _ids(page))
    mapped = map_page(work.client, work.fields, page, known, is_sure=True)
    _write(work, mapped, Batch([], page, Future()))


def refetch(work: Pass, jira_id: str) -> bool:
    """Read one issue by its id; return whether there is one. A gone one is no longer set aside."""
    try:
        payload = work.client.issue(jira_id, fields=work.fields.asked, expand="changelog")
    except Missing:
        with transaction.atomic():
            _unset_aside(work, {jira_id}, work.clock())
            work.save()
        return False
    write_page(work, [payload])
    return True


@contextmanager
def _mapper(work: Pass) -> Iterator[Callable[[list[Arrival]], Batch]]:
    """Yield what starts the mapping of arrivals in a thread, one batch after the other."""
    client = work.client.twin()
    pool = ThreadPoolExecutor(max_workers=1)

    def start(arrivals: list[Arrival]) -> Batch:
        issues = _unmet(arrivals)
        known = known_issues(work.run.connection_id, _ids(issues))
        return Batch(arrivals, issues, pool.submit(map_page, client, work.fields, issues, known))

    try:
        yield start
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _collecting_seldom() -> Iterator[Callable[[int], None]]:
    """Yield what is told how many issues are done with, and looks for garbage now and then.

    Payloads are millions of objects without a cycle among them: they go as soon as nobody holds
    them, and looking for cycles after every few hundred would take half of the time. What was
    there at the first look is not looked at again.
    """
    done = 0

    def collect(issues: int) -> None:
        nonlocal done
        done += issues
        if done >= COLLECTED:
            done = 0
            gc.collect()
            gc.freeze()

    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield collect
    finally:
        gc.unfreeze()
        if was_enabled:
            gc.enable()


def _gather(arrivals: Arrivals, *, wait: float) -> list[Arrival]:
    """Return what has come by now, enough for one transaction at most."""
    came: list[Arrival] = []
    while arrival := arrivals.take(wait=0 if came else wait):
        came.append(arrival)
        if sum(len(one.issues) for one in came) >= AT_ONCE:
            break
    return came


def _awaited(work: Pass, mapped: "Future[Mapped]") -> Mapped:
    """Wait for the mapping, which may ask Jira for histories, and show life meanwhile."""
    while True:
        try:
            return mapped.result(timeout=runs.BEAT.total_seconds())
        except TimeoutError:
            runs.beat(work.run, at=work.clock())
            work.check_time()


def _unmet(arrivals: Iterable[Arrival]) -> Page:
    """Leave out what the page before held already: pages overlap and sometimes repeat."""
    fresh: dict[Any, Any] = {}
    for arrival in arrivals:
        marks = set()
        for payload in arrival.issues:
            fields = payload.get("fields")
            updated = fields.get("updated") if isinstance(fields, dict) else None
            mark = (str(payload.get("id")), str(updated))
            marks.add(mark)
            if mark not in arrival.source.met:
                fresh[identity(payload)[0] or id(payload)] = payload
        if marks:
            arrival.source.met = marks
    return list(fresh.values())


def _ids(page: Page) -> list[str]:
    return [jira_id for payload in page if (jira_id := identity(payload)[0])]


def _write(work: Pass, mapped: Mapped, batch: Batch, *, doing: str = "") -> None:
    """Write a batch with how far its sources have come; one writer a connection at a time."""
    run, at = work.run, work.clock()
    fetched = run.fetched + len(batch.issues)
    with transaction.atomic():
        begin(run.connection_id)  # what a crash takes back is read again: the cursors go with it
        created, updated = _write_found(work, mapped, at)
        _set_aside(work, mapped.bad, at)
        _unset_aside(work, mapped.readable, at)
        reached = _move_on(batch.arrivals)
        work.save(
            fetched=fetched,
            step=f"{doing}, {fetched:,} so far" if doing else run.step,
            created=run.created + created,
            updated=run.updated + updated,
            unchanged=run.unchanged + len(batch.issues) - created - updated - len(mapped.bad),
            skipped=run.skipped + len(mapped.bad),
            cursor_after=max(filter(None, [reached, run.cursor_after]), default=None),
        )
    if created and len(str(run.created)) > max(len(str(run.created - created)), 3):
        tell_planner()
    _tell_refusals(batch.arrivals)


def _tell_refusals(arrivals: list[Arrival]) -> None:
    for arrival in arrivals:
        if arrival.error and arrival.source.refused:
            arrival.source.refused(arrival.error)


def _write_found(work: Pass, mapped: Mapped, at: datetime) -> tuple[int, int]:
    if not mapped.found:
        return 0, 0
    connection_id = work.run.connection_id
    kept = keep(connection_id, mapped.bodies, at=at)
    counts = write_issues(mapped.found, directory=work.directory, payload_ids=kept, at=at)
    for one in mapped.found:
        if not work.directory.knows_releases(one.issue):
            named = read_releases(parsed(one.line), work.fields)
            work.directory.name_releases(one.issue, *named)
    return counts


def _move_on(arrivals: list[Arrival]) -> datetime | None:
    """Note how far each source has come, and which are at their end; return the latest time."""
    last: dict[int, datetime] = {}
    for arrival in arrivals:
        if arrival.reached:
            last[id(arrival.source)] = arrival.reached
    for source in {id(arrival.source): arrival.source for arrival in arrivals}.values():
        if id(source) in last:
            source.reached(last[id(source)])
    for arrival in arrivals:
        if arrival.is_end:
            arrival.source.ended()
    return max(last.values(), default=None)


def _set_aside(work: Pass, bad: list[tuple[Any, str]], at: datetime) -> None:
    for payload, reason in bad:
        jira_id, key = identity(payload)
        runs.skip(work.run, source_id=jira_id, key=key, reason=reason, payload=payload, at=at)
        work.aside.add(jira_id)


def _unset_aside(work: Pass, readable: set[str], at: datetime) -> None:
    """What can be read now is no longer set aside."""
    if mended := work.aside & readable:
        SkippedRecord.objects.unresolved().filter(
            connection=work.run.connection_id, source_id__in=mended
        ).update(resolved_at=at)
        work.aside -= mended
