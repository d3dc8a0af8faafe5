"""What a chart function returns, and the look all charts share.

Figures are plain data in Plotly's form; the page and the picture in a mail give them the colours
of text and paper, so that one rendering serves light and dark.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from prodops.people.models import Team

WINDOW = timedelta(days=182)
ACCENT = "#4f7cff"
TEAL = "#1f9e8f"
AMBER = "#d18b00"
RED = "#e05252"
GREY = "#8b93a7"


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


def figure(traces: list[dict[str, Any]], *, x: str, y: str, **layout: Any) -> dict[str, Any]:
    """Return a figure of `traces` with titled axes in the house style."""
    axis = {"automargin": True, "title": {"standoff": 8}}
    return {
        "data": traces,
        "layout": {
            "margin": {"l": 48, "r": 76 if layout.get("annotations") else 16, "t": 8, "b": 40},
            "height": 320,
            "hovermode": "closest",
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "xaxis": {**axis, "title": {"text": x, "standoff": 8}, **layout.pop("xaxis", {})},
            "yaxis": {
                **axis,
                "title": {"text": y, "standoff": 8},
                "rangemode": "tozero",
                **layout.pop("yaxis", {}),
            },
            **layout,
        },
    }


def level(value: float, label: str, *, dash: str = "dash") -> tuple[dict, dict]:
    """Return the shape and the annotation of a labelled horizontal line."""
    shape = {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": value,
        "y1": value,
        "line": {"color": GREY, "width": 1.5, "dash": dash},
    }
    note = {
        "xref": "paper",
        "x": 1.01,
        "y": value,
        "text": label,
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "middle",
        "align": "left",
        "font": {"size": 11},
    }
    return shape, note


def nothing(sentence: str, columns: list[str]) -> Drawing:
    """Return an empty drawing that says what is missing."""
    return Drawing(sentence, {"data": [], "layout": {}}, {"columns": columns, "rows": []})


def local_day(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def week_of(moment: datetime) -> date:
    """Return the Monday of the week in which `moment` falls on the organisation's wall clock."""
    day = local_day(moment)
    return day - timedelta(days=day.weekday())


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
