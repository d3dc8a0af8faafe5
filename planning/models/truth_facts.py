"""What a look at Jira found about one initiative, before anybody judges it."""

from dataclasses import dataclass, field
from datetime import datetime

from planning.models.simulation import Pace


@dataclass(frozen=True, kw_only=True)
class TruthFacts:
    """The issues that count at one moment, and the pace of the teams that have some of them left.

    `standing` lists open issues that are blocked or older than normal; `scope` what came and
    went since the commit; `gaps` what could not be seen, by the names of models.forecast.
    """

    total: int
    done: int
    started: int
    last_moved_at: datetime | None = None
    synced_at: datetime | None = None
    paces: tuple[Pace, ...] = ()
    standing: list[dict] = field(default_factory=list)
    scope: dict = field(default_factory=dict)
    gaps: dict = field(default_factory=dict)

    @property
    def remaining(self) -> int:
        return self.total - self.done
