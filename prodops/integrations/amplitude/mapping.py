"""What an answer says: points of a series and values over the whole range; nothing is written."""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from prodops.integrations.amplitude.models import Series
from prodops.integrations.amplitude.values import (
    Interval,
    Malformed,
    grain_of,
    intervals,
    last_day,
    read_days,
    read_label,
    read_list,
    read_number,
    read_object,
    recent_day,
)

Kind = Series.Kind
RATIOS = {"average", "pct_dau", "formula", "value_avg"}  # may have nothing to divide by
MOST_STEPS = 400


class Point(NamedTuple):
    segment: str
    step: int
    on: date
    value: float | None
    is_partial: bool


class Total(NamedTuple):
    segment: str
    step: int
    value: float | None


@dataclass(frozen=True)
class Span:
    """What was asked of which series: first and last day, and the project's today."""

    series: Series
    start: date
    end: date
    today: date

    @property
    def definition(self) -> dict[str, Any]:
        return self.series.definition

    def intervals(self, days: list[date]) -> list[Interval]:
        return intervals(
            days, grain=self.series.grain, start=self.start, end=self.end, today=self.today
        )


@dataclass
class Reading:
    """What one answer holds, and the first interval it covers."""

    points: list[Point] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    first_on: date | None = None


def read(body: Any, span: Span) -> Reading:
    """Read an answer to the query of `span`; raises Malformed."""
    data = read_object(body, "The answer").get("data")
    readers: dict[str, Callable[[Any, Span], Reading]] = {
        Kind.SEGMENTATION: read_matrix,
        Kind.USERS: read_matrix,
        Kind.FUNNEL: read_funnel,
        Kind.RETENTION: read_retention,
        Kind.CHART: read_chart,
    }
    return readers[span.series.kind](data, span)


def read_chart(data: Any, span: Span) -> Reading:
    """Read a saved chart, whatever it shows over time."""
    if isinstance(data, list):
        return read_funnel(data, span)
    rows = read_list(read_object(data, "data").get("series"), "series")
    if rows and isinstance(rows[0], dict):
        return read_retention(data, span)
    return read_matrix(data, span)


def chart_grain(body: Any) -> int | None:
    """Return the grain of a saved chart's answer, if it can be told."""
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict) or not data.get("xValues"):
        return None
    return grain_of(read_days(data["xValues"], "xValues"))


# Numbers over time: segmentation, active and new users


def read_matrix(data: Any, span: Span) -> Reading:
    """Read rows of numbers under days: each row a segment, an event or a group."""
    data = read_object(data, "data")
    days = read_days(data.get("xValues"), "xValues")
    rows = read_list(data.get("series"), "series")
    names = _names(data, span, len(rows))
    may_be_none = span.series.kind == Kind.CHART or span.definition.get("measure") in RATIOS
    kept = span.intervals(days)
    reading = Reading(first_on=kept[0].on if kept else None)
    for name, row in zip(names, rows, strict=True):
        if len(read_list(row, "series")) != len(days):
            raise Malformed(f"series has {len(row)} numbers for {len(days)} days.")
        for place, on, is_partial in kept:
            value = read_number(row[place], f"series at {on}", may_be_none=may_be_none)
            reading.points.append(Point(name, 0, on, value, is_partial))
    reading.totals = _totals(data.get("seriesCollapsed"), names)
    return reading


def _totals(collapsed: Any, names: list[str]) -> list[Total]:
    """Read the values over the whole range, `[[{"value": 7}]]` or `[[7]]`, as far as they go."""
    if not isinstance(collapsed, list) or len(collapsed) != len(names):
        return []
    found = []
    for name, entry in zip(names, collapsed, strict=True):
        while isinstance(entry, list) and entry:
            entry = entry[0]
        value = entry.get("value") if isinstance(entry, dict) else entry
        try:
            found.append(Total(name, 0, read_number(value, "seriesCollapsed")))
        except Malformed:
            continue
    return found


def _names(data: dict[str, Any], span: Span, count: int) -> list[str]:
    """Name each row; labels are numbers, texts, or pairs of both, and may be missing."""
    metas, labels = data.get("seriesMeta"), data.get("seriesLabels")
    metas = metas if isinstance(metas, list) and len(metas) == count else [None] * count
    if not isinstance(labels, list) or len(labels) != count:
        labels = metas
    return distinct(
        _name(label, meta, span.definition, count)
        for label, meta in zip(labels, metas, strict=True)
    )


def _name(label: Any, meta: Any, definition: dict[str, Any], count: int) -> str:
    segments = definition.get("segments") or []
    events = (definition.get("events") or []) if "measure" in definition else []
    group, index = "", 0
    if isinstance(label, list | tuple):
        group = read_label(label[-1]) if label and not _is_index(label[-1]) else ""
        index = label[0] if label and _is_index(label[0]) else 0
    elif isinstance(label, str):
        group = read_label(label)
    elif _is_index(label):
        index = label
    meta = meta if isinstance(meta, dict) else {}
    of_segment, of_event = meta.get("segmentIndex", 0), meta.get("eventIndex", 0)
    if not meta:
        of_segment, of_event = (index, 0) if len(segments) > 1 else (0, index)
    parts = []
    if len(events) > 1 and definition.get("measure") != "formula":
        parts.append(_event_name(events, of_event))
    if len(segments) > 1:
        parts.append(f"Segment {of_segment + 1}" if _is_index(of_segment) else "Segment")
    if not parts and not group and count > 1:
        parts.append(f"Row {index + 1}")
    return read_label(" · ".join([*parts, group] if group else parts))


def _event_name(events: list[Any], place: Any) -> str:
    if not _is_index(place) or place >= len(events):
        return "Event"
    return read_label(events[place].get("event_type"))


def _is_index(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10_000


def distinct(names: Iterable[str]) -> list[str]:
    """Return the names, later ones that repeat with a number behind them."""
    told: list[str] = []
    taken: set[str] = set()
    for name in names:
        numbered = (f"{name[:190]} ({number})".strip() for number in itertools.count(2))
        told.append(next(each for each in itertools.chain([name], numbered) if each not in taken))
        taken.add(told[-1])
    return told


# Funnels


def read_funnel(data: Any, span: Span) -> Reading:
    """Read a funnel: for each group, how many reached each step, by the day they began."""
    groups = [read_object(group, "data") for group in read_list(data, "data")]
    names = distinct(_group_name(group.get("meta")) for group in groups)
    reading = Reading()
    for name, group in zip(names, groups, strict=True):
        by_day = read_object(group.get("dayFunnels"), "dayFunnels")
        days = read_days(by_day.get("xValues"), "dayFunnels.xValues")
        rows = _by_day(read_list(by_day.get("series"), "dayFunnels.series"), len(days))
        kept = span.intervals(days)
        reading.first_on = kept[0].on if kept else reading.first_on
        for place, on, is_partial in kept:
            for step, count in enumerate(read_list(rows[place], "dayFunnels.series")[:MOST_STEPS]):
                value = read_number(count, f"step {step + 1} on {on}")
                reading.points.append(Point(name, step, on, value, is_partial))
        for step, count in enumerate(read_list(group.get("cumulativeRaw") or [], "cumulativeRaw")):
            reading.totals.append(Total(name, step, read_number(count, "cumulativeRaw")))
    return reading


def _by_day(rows: list[Any], days: int) -> list[Any]:
    """Return a row a day, also where a row a step came."""
    if len(rows) == days:
        return rows
    if rows and all(isinstance(row, list) and len(row) == days for row in rows):
        return [list(day) for day in zip(*rows, strict=True)]
    raise Malformed(f"dayFunnels.series has {len(rows)} rows for {days} days.")


def _group_name(meta: Any) -> str:
    """Return the name of a group, which sits under one of several names."""
    if not isinstance(meta, dict):
        return ""
    for key in ("label", "groupByValue", "groupValue", "groupByValues"):
        value = meta.get(key)
        if value:
            return read_label("; ".join(map(str, value)) if isinstance(value, list) else value)
    place = meta.get("segmentIndex")
    return f"Segment {place + 1}" if _is_index(place) and place else ""


# Retention


def read_retention(data: Any, span: Span) -> Reading:
    """Read who came back: for each day on which a group began, its size and who was left."""
    data = read_object(data, "data")
    rows = read_list(data.get("series"), "series")
    names = _names(data, span, len(rows))
    reading = Reading()
    for name, row in zip(names, rows, strict=True):
        values = read_object(read_object(row, "series").get("values"), "values")
        began = {recent_day(label, end=span.end, where="values"): label for label in values}
        for _, on, is_running in span.intervals(sorted(began)):
            reading.first_on = min(reading.first_on or on, on)
            for step, entry in enumerate(read_list(values[began[on]], "values")[:MOST_STEPS]):
                entry = read_object(entry, f"values of {on}")
                value = read_number(entry.get("count"), f"count on {on}")
                is_partial = is_running or entry.get("incomplete") is True
                reading.points.append(Point(name, step, on, value, is_partial))
        for step, entry in enumerate(row.get("combined") or []):
            count = read_object(entry, "combined").get("count")
            reading.totals.append(Total(name, step, read_number(count, "combined")))
    return reading


# Cohorts


def read_size(size: float, computed_at: datetime, span: Span) -> Reading:
    """Return the size of a cohort as the point of the day on which it was computed."""
    on = computed_at.astimezone(span.series.zone).date()
    is_partial = last_day(on, Series.Grain.DAY) >= span.today
    return Reading([Point("", 0, on, size, is_partial)], [], on)
