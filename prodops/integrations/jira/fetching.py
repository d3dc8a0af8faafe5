"""Fetching ahead: threads read pages while the run writes those that have come."""

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from prodops.integrations.jira.client import Forbidden, JiraClient, QueryRefused
from prodops.integrations.jira.paging import Page, Search, issue_pages
from prodops.integrations.jira.work import Pass

PUT = 0.5  # seconds after which a thread with a page nobody takes looks whether it is over


@dataclass
class Source:
    """One search to read to its end, and what is to be done on the way, each in a transaction."""

    search: Search
    reached: Callable[[datetime], object] = lambda at: None
    ended: Callable[[], object] = lambda: None
    refused: Callable[[BaseException], object] | None = None  # without it a refusal ends the run
    met: set[tuple[str, str]] = field(default_factory=set)  # what its last page held


class Arrival(NamedTuple):
    """What a thread brings: a page, the end of its source, or why there is no more of it."""

    source: Source
    issues: Page = []
    reached: datetime | None = None
    is_end: bool = False
    error: BaseException | None = None


@dataclass
class Arrivals:
    """The pages that have come, in a queue of bounded length; `sources` are still to be read."""

    sources: deque[Source]
    ready: "queue.Queue[Arrival]"
    left: int
    over: threading.Event = field(default_factory=threading.Event)

    def take(self, *, wait: float) -> Arrival | None:
        """Return the next one; None when nothing came within the seconds."""
        try:
            arrival = self.ready.get(timeout=wait) if wait else self.ready.get_nowait()
        except queue.Empty:
            return None
        if arrival.error and not (arrival.source.refused and _is_refusal(arrival.error)):
            raise arrival.error
        self.left -= bool(arrival.is_end or arrival.error)
        return arrival

    def put(self, arrival: Arrival) -> None:
        while not self.over.is_set():
            try:
                return self.ready.put(arrival, timeout=PUT)
            except queue.Full:
                continue


@contextmanager
def fetched(work: Pass, sources: list[Source], *, width: int) -> Iterator[Arrivals]:
    """Read the sources with `width` threads; leaving early makes them stop."""
    arrivals = Arrivals(deque(sources), queue.Queue(max(width, 2)), len(sources))
    for _ in range(min(width, len(sources))):
        client = work.client.twin()
        threading.Thread(target=_fetch, args=[client, arrivals], daemon=True).start()
    try:
        yield arrivals
    except BaseException as error:
        if not _is_refusal(error):  # after a refusal the run goes on
            work.client.stop()
        raise
    finally:
        arrivals.over.set()


def _fetch(client: JiraClient, arrivals: Arrivals) -> None:
    """Read one source after the other until there is none left."""
    while not arrivals.over.is_set():
        try:
            source = arrivals.sources.popleft()
        except IndexError:
            return
        try:
            for page in issue_pages(client, source.search):
                arrivals.put(Arrival(source, page.issues, page.reached))
            arrivals.put(Arrival(source, is_end=True))
        except BaseException as error:  # it is raised again where the run is
            arrivals.put(Arrival(source, error=error))


def _is_refusal(error: BaseException) -> bool:
    return isinstance(error, Forbidden | QueryRefused)
