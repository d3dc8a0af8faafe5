"""What Amplitude lets a project ask: cost in five minutes and an hour, and five calls at once.

The calls made are rows, so that every process counts the same ones and a restart forgets nothing.
A call counts from its beginning until the window has passed after its end: Amplitude counted it at
some moment between the two.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from prodops.integrations.amplitude.models import Call
from prodops.integrations.errors import SourceBusy, SourceError
from prodops.integrations.models import Connection

AT_ONCE = 5
TAXONOMY_AT_ONCE = 4
LONGEST_CALL = timedelta(seconds=180)  # one without an end after that: its process was killed
WINDOWS: dict[str, tuple[tuple[timedelta, int], ...]] = {
    Call.Allowance.QUERY: ((timedelta(minutes=5), 1_000), (timedelta(hours=1), 108_000)),
    Call.Allowance.TAXONOMY: ((timedelta(hours=1), 7_200),),
}
MOST = 1_000  # what one query may cost at all
REMEMBERED = timedelta(hours=2)
NO_WAIT = timedelta(0)


class TooDear(SourceError):
    """The query alone costs more than Amplitude ever allows."""


class Past(NamedTuple):
    """A call as the reckoning sees it: until when it counts as running, and what it costs."""

    allowance: str
    cost: int
    ended_at: datetime
    is_running: bool


class Budget:
    """The budget of one project, shared by all who ask.

    `patience` is how long a caller waits for room before SourceBusy says when there will be some.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        clock: Callable[[], datetime] = timezone.now,
        patience: timedelta = NO_WAIT,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self.connection, self.clock = connection, clock
        self.patience, self.sleep = patience, sleep

    @contextmanager
    def spend(self, cost: int, allowance: str = Call.Allowance.QUERY) -> Iterator[None]:
        """Hold a place for the length of one call; waits, or raises SourceBusy or TooDear."""
        call = self._place(cost, allowance)
        try:
            yield
        finally:
            Call.objects.filter(pk=call.pk).update(ended_at=self.clock())

    def left(self, allowance: str = Call.Allowance.QUERY) -> int:
        """Return what may still be spent now."""
        at = self.clock()
        calls = self._calls(at)
        return min(most - spent(calls, allowance, at, span) for span, most in WINDOWS[allowance])

    def _place(self, cost: int, allowance: str) -> Call:
        if cost > min(most for _, most in WINDOWS[allowance]):
            raise TooDear(f"The query costs {cost:,}; Amplitude allows {MOST:,} in five minutes.")
        give_up_at = self.clock() + self.patience
        while True:
            at = self.clock()
            call, wait = self._try(cost, allowance, at)
            if call is not None:
                return call
            if at + timedelta(seconds=wait) > give_up_at:
                raise SourceBusy(
                    f"Amplitude's cost budget is used up for now; there is room for {cost:,} again"
                    f" in {wait:.0f} seconds.",
                    wait,
                )
            self.sleep(wait + random.uniform(0.05, 0.5))  # noqa: S311 - two who wait come apart

    def _try(self, cost: int, allowance: str, at: datetime) -> tuple[Call | None, float]:
        """Write the call when there is room; otherwise say in how many seconds there may be."""
        with transaction.atomic():
            Connection.objects.select_for_update(no_key=True).get(pk=self.connection.pk)
            wait = seconds_until_room(self._calls(at), cost, allowance, at)
            if wait:
                return None, wait
            old = self.connection.amplitude_calls.filter(started_at__lt=at - REMEMBERED)
            old.delete()
            call = Call.objects.create(
                connection=self.connection, allowance=allowance, cost=cost, started_at=at
            )
        return call, 0.0

    def _calls(self, at: datetime) -> list[Past]:
        recent = self.connection.amplitude_calls.filter(started_at__gt=at - REMEMBERED)
        return [
            Past(
                allowance,
                cost,
                ended_at or min(at, started_at + LONGEST_CALL),
                ended_at is None and at < started_at + LONGEST_CALL,
            )
            for allowance, cost, started_at, ended_at in recent.values_list(
                "allowance", "cost", "started_at", "ended_at"
            )
        ]


def spent(calls: list[Past], allowance: str, at: datetime, span: timedelta) -> int:
    """Return what the calls of the last `span` cost."""
    return sum(
        call.cost for call in calls if call.allowance == allowance and _counts(call, at, span)
    )


def seconds_until_room(calls: list[Past], cost: int, allowance: str, at: datetime) -> float:
    """Return 0 when a call for `cost` may go out at `at`, else the seconds until it may."""
    running = [call for call in calls if call.is_running]
    taxonomy = sum(call.cost for call in running if call.allowance == Call.Allowance.TAXONOMY)
    if len(running) >= AT_ONCE:
        return 1.0
    if allowance == Call.Allowance.TAXONOMY and taxonomy + cost > TAXONOMY_AT_ONCE:
        return 1.0
    own = [call for call in calls if call.allowance == allowance]
    return max(_wait(own, cost, at, span, most) for span, most in WINDOWS[allowance])


def _wait(calls: list[Past], cost: int, at: datetime, span: timedelta, most: int) -> float:
    """Return the seconds until enough of the window has passed; the oldest calls leave first."""
    counted = sorted((call for call in calls if _counts(call, at, span)), key=_ended)
    missing = sum(call.cost for call in counted) + cost - most
    for call in counted:
        if missing <= 0:
            break
        missing -= call.cost
        freed_at = call.ended_at + span
        if missing <= 0:
            return max((freed_at - at).total_seconds(), 0.0) + 0.001
    return 0.0


def _counts(call: Past, at: datetime, span: timedelta) -> bool:
    return call.is_running or call.ended_at + span >= at


def _ended(call: Past) -> datetime:
    return call.ended_at
