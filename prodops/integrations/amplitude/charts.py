"""A series as a figure: plain data in Plotly's form, which the page gives its colours."""

from collections import defaultdict
from datetime import date
from typing import Any

from prodops.integrations.amplitude.models import Series, SeriesPoint

COLOURS = ("#4f7cff", "#1f9e8f", "#d18b00", "#e05252", "#8b93a7", "#9a6bff", "#3aa0c9", "#b0651d")
MOST_LINES = len(COLOURS)
RETAINED = {Series.Grain.DAY: (1, 7, 30), Series.Grain.WEEK: (1, 4), Series.Grain.MONTH: (1, 3)}
Rows = dict[str, list[SeriesPoint]]


def figure(series: Series, points: list[SeriesPoint]) -> dict[str, Any]:
    """Return lines by segment or step; numbers that are not final yet are hollow and dotted."""
    lines = (
        _retained(series, points)
        if series.kind == Series.Kind.RETENTION
        else _lines(series, points)
    )
    traces = [
        trace
        for colour, (name, rows) in zip(COLOURS, lines.items(), strict=False)
        for trace in _line(name, rows, colour)
    ]
    return {"data": traces, "layout": _layout(series, len(lines))}


def last_and_before(points: list[SeriesPoint]) -> tuple[SeriesPoint, SeriesPoint | None] | None:
    """Return the newest final number of the whole series and the one before it."""
    final = [one for one in points if not one.segment and not one.step and not one.is_partial]
    final.sort(key=lambda one: one.on)
    return (final[-1], final[-2] if len(final) > 1 else None) if final else None


def _lines(series: Series, points: list[SeriesPoint]) -> Rows:
    """Return the largest segments, or the steps of a funnel, each with its points in order."""
    found: Rows = defaultdict(list)
    for point in points:
        found[series.part(point.segment, point.step)].append(point)
    size = {name: sum(one.value or 0 for one in rows[-30:]) for name, rows in found.items()}
    chosen = sorted(found, key=lambda name: -size[name])[:MOST_LINES]
    return {name: found[name] for name in chosen}


def _retained(series: Series, points: list[SeriesPoint]) -> Rows:
    """Return the share that came back after some intervals, for the whole group."""
    sizes = {(one.segment, one.on): one.value for one in points if one.step == 0}
    unit = Series.Grain(series.grain).label.lower()
    found: Rows = {
        f"after {n} {unit}{'s' * (n != 1)}": [] for n in RETAINED[Series.Grain(series.grain)]
    }
    for point in points:
        name = f"after {point.step - 1} {unit}{'s' * (point.step != 2)}"
        size = sizes.get((point.segment, point.on))
        if name in found and not point.segment and size and point.value is not None:
            share = SeriesPoint(on=point.on, value=point.value / size, is_partial=point.is_partial)
            found[name].append(share)
    return {name: rows for name, rows in found.items() if rows}


def _line(name: str, rows: list[SeriesPoint], colour: str) -> list[dict[str, Any]]:
    """Return the final numbers as a line, and those that still run as its hollow end."""
    final = [one for one in rows if not one.is_partial]
    open_ = [one for one in rows if one.is_partial]
    trace = {"type": "scatter", "name": name, "line": {"color": colour, "width": 2}}
    closed = trace | _data(final) | {"mode": "lines" if len(final) > 1 else "markers"}
    if not open_:
        return [closed]
    tail = final[-1:] + open_
    symbols = ["circle"] * len(final[-1:]) + ["circle-open"] * len(open_)
    dotted = (
        trace
        | _data(tail)
        | {
            "mode": "lines+markers",
            "showlegend": False,
            "line": {"color": colour, "width": 1.5, "dash": "dot"},
            "marker": {
                "color": colour,
                "symbol": symbols,
                "size": [4] * len(final[-1:]) + [9] * len(open_),
            },
        }
    )
    return [closed, dotted]


def _data(rows: list[SeriesPoint]) -> dict[str, Any]:
    return {"x": [_day(one.on) for one in rows], "y": [one.value for one in rows]}


def _day(on: date) -> str:
    return on.isoformat()


def _layout(series: Series, lines: int) -> dict[str, Any]:
    is_share = series.kind == Series.Kind.RETENTION
    return {
        "margin": {"l": 48, "r": 16, "t": 8, "b": 40},
        "height": 340,
        "hovermode": "x unified",
        "showlegend": lines > 1,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {"automargin": True, "type": "date"},
        "yaxis": {
            "automargin": True,
            "rangemode": "tozero",
            **({"tickformat": ".0%"} if is_share else {}),
        },
    }
