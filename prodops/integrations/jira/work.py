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
    last_page: set[tuple[Any, Any]] = field(default_factory=set)
    aside: set[str] = field(default_factory=set)

    @property
    def is_full(self) -> bool:
        return self.run.mode == SyncRun.Mode.FULL

    def save(self, **changes: Any) -> None:
        """Write progress; raises RunLost when the run is no longer ours."""
        client = self.client
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
        self.save(step=text)
