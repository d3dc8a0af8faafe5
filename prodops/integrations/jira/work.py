"""What the steps of one run share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from prodops.integrations import runs
from prodops.integrations.jira.client import JiraClient
from prodops.integrations.jira.directory import Directory
from prodops.integrations.jira.fields import FieldMap
from prodops.integrations.models import SyncRun

Mode = SyncRun.Mode


@dataclass
class Pass:
    """One run in progress: its row, the client, and what it knows of the site."""

    run: SyncRun
    client: JiraClient
    clock: Callable[[], datetime]
    report: Callable[[SyncRun], None]
    deadline: datetime | None
    directory: Directory
    fields: FieldMap = field(default_factory=FieldMap)
    aside: set[str] = field(default_factory=set)

    @property
    def is_full(self) -> bool:
        return self.run.mode == Mode.FULL

    @property
    def counts(self) -> bool:
        """Whether the run ends with a count of every issue, so that what is gone is noticed."""
        return self.run.mode in {Mode.FULL, Mode.RECONCILE}

    def save(self, **changes: Any) -> None:
        """Write progress; raises RunLost when the run is no longer ours."""
        tally = self.client.tally
        runs.save(
            self.run,
            at=self.clock(),
            requests=tally.requests,
            retries=tally.retries,
            bytes=tally.bytes,
            **changes,
        )
        self.report(self.run)

    def warn(self, warnings: list[str]) -> None:
        """Add sentences to those of the run, each once."""
        self.save(warnings=list(dict.fromkeys([*self.run.warnings, *warnings])))

    def step(self, text: str) -> None:
        """Say what happens now, and stop here when the time is up."""
        self.check_time()
        self.save(step=text)

    def check_time(self) -> None:
        if self.deadline and self.clock() >= self.deadline:
            raise runs.OutOfTime
