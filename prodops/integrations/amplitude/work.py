"""What the steps of one run share."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from prodops.integrations import runs
from prodops.integrations.amplitude.client import AmplitudeClient, Purse
from prodops.integrations.amplitude.writing import Counts
from prodops.integrations.models import Connection, SyncRun

LONGEST_STEP = 120


@dataclass
class Pass:
    """One run in progress: its row, the client, and the time at both ends."""

    run: SyncRun
    client: AmplitudeClient
    clock: Callable[[], datetime]
    report: Callable[[SyncRun], None]
    deadline: datetime | None

    @property
    def connection(self) -> Connection:
        return self.run.connection

    @property
    def budget(self) -> Purse:
        return self.client.budget

    @property
    def data_at(self) -> datetime:
        """The moment by Amplitude's clock, as of its latest answer."""
        return self.client.server_now or self.clock()

    def today(self, zone: ZoneInfo) -> date:
        return self.data_at.astimezone(zone).date()

    def save(self, counts: Counts | None = None, **changes) -> None:
        """Write progress; raises RunLost when the run is no longer ours."""
        counts, client = counts or Counts(), self.client
        changes |= {
            name: getattr(self.run, name) + number
            for name, number in counts._asdict().items()
            if number
        }
        runs.save(
            self.run,
            at=self.clock(),
            requests=client.requests,
            retries=client.retries,
            bytes=client.bytes,
            **changes,
        )
        self.report(self.run)

    def step(self, text: str) -> None:
        """Say what happens now, and stop here when the time is up."""
        if self.deadline and self.clock() >= self.deadline:
            raise runs.OutOfTime
        self.save(step=text[:LONGEST_STEP])

    def warn(self, text: str) -> None:
        if text not in self.run.warnings:
            self.save(warnings=[*self.run.warnings, text])

    def rest(self, seconds: float) -> None:
        """Sleep, showing every ten seconds that the worker lives."""
        beat = runs.BEAT.total_seconds()
        while seconds > 0:
            time.sleep(min(seconds, beat))
            seconds -= beat
            runs.beat(self.run, at=self.clock())
