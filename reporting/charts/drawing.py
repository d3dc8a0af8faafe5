"""What a chart function returns."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prodops.people.models import Team


@dataclass(frozen=True)
class Drawing:
    """A Plotly figure as plain data, its finding in a sentence, and the same numbers as a table."""

    finding: str
    figure: dict[str, Any]
    table: dict[str, list]


@dataclass(frozen=True)
class Chart:
    """A chart of a dashboard; `draw` takes a team (None: the organisation) and the moment."""

    name: str
    draw: Callable[[Team | None, datetime], Drawing]
    explanation: str = ""
