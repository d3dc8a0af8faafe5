"""What a series asks, as Amplitude wants it, and what that costs.

`definition` of a series: `events` (each in Amplitude's own JSON, in order), `measure`, `formula`,
`group_by` (a user property), `segments` (Amplitude's own JSON), `mode`, `chart`, `cohort`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from prodops.integrations.amplitude.budget import MOST, TooDear
from prodops.integrations.amplitude.models import Series

Kind = Series.Kind
DAY, WEEK, MONTH = Series.Grain.DAY, Series.Grain.WEEK, Series.Grain.MONTH
GROUPS = 100  # groups asked for, the largest first
LONGEST: dict[int, int] = {DAY: 365, WEEK: 1_190, MONTH: 1_190}
LONGEST_RETENTION = 330  # its days come back without a year
SHORTEST: dict[int, int] = {DAY: 1, WEEK: 13, MONTH: 61}  # so that one whole interval lies within
TRAILING: dict[int, int] = {DAY: 14, WEEK: 45, MONTH: 92}  # how far back late events are expected
# People come back or convert later still.
TRAILING_GROUPS: dict[int, int] = {DAY: 45, WEEK: 120, MONTH: 215}
UNKNOWN_CHART = 300  # what a saved chart is taken to cost before it was read
WHOLE_AT_ONCE = {Kind.CHART, Kind.COHORT}


@dataclass(frozen=True)
class Query:
    """One call: where, with what, from which day to which, and its cost."""

    path: str
    params: tuple[tuple[str, str], ...]
    start: date
    end: date
    cost: int


def build(series: Series, start: date, end: date) -> Query:
    """Return the query for the days from `start` to `end`; raises TooDear."""
    kind = Kind(series.kind)
    if kind == Kind.CHART:
        path = f"/api/3/chart/{series.definition['chart']}/query"
        return Query(path, (), start, end, series.chart_cost or UNKNOWN_CHART)
    cost = day_cost(series) * ((end - start).days + 1)
    if cost > MOST:
        raise TooDear(f"{series} costs {cost:,} at once; Amplitude allows {MOST:,}.")
    span = (("start", f"{start:%Y%m%d}"), ("end", f"{end:%Y%m%d}"), ("i", str(series.grain)))
    return Query(PATHS[kind], (*span, *_asked(series)), start, end, cost)


PATHS = {
    Kind.SEGMENTATION: "/api/2/events/segmentation",
    Kind.FUNNEL: "/api/2/funnels",
    Kind.RETENTION: "/api/2/retention",
    Kind.USERS: "/api/2/users",
}


def day_cost(series: Series) -> int:
    """Return what one day costs: conditions times the cost of its kind of query."""
    definition = series.definition
    segments, events = definition.get("segments") or [], definition.get("events") or []
    groups = sum(len(event.get("group_by") or []) for event in events)
    conditions = sum(1 + len(segment) for segment in segments) or 1
    conditions += 4 * bool(definition.get("group_by"))
    prices = {
        Kind.SEGMENTATION: len(events) + 4 * groups,
        Kind.FUNNEL: 2 * len(events) + 4 * groups,
        Kind.RETENTION: 8,
    }
    return conditions * prices.get(Kind(series.kind), 1)


def longest(series: Series) -> int:
    """Return how many days one query may span; raises TooDear when that is too few to be of use."""
    most = min(MOST // day_cost(series), LONGEST[DAY if _is_daily(series) else WEEK])
    if series.kind == Kind.RETENTION:
        most = min(most, LONGEST_RETENTION)
    if most < SHORTEST[series.grain]:
        raise TooDear(
            f"One day of it costs {day_cost(series):,} and Amplitude allows {MOST:,} in five"
            " minutes: take a segment, a property or a step away."
        )
    return most


def trailing(series: Series, today: date) -> list[tuple[date, date]]:
    """Return the windows that are read again each time because events come late, newest first.

    They reach back from the last day that was read, so that a pause leaves no gap.
    """
    reach = TRAILING_GROUPS if series.kind in {Kind.FUNNEL, Kind.RETENTION} else TRAILING
    read = series.data_as_of.astimezone(series.zone).date() if series.data_as_of else today
    start = min(read, today) - timedelta(days=reach[series.grain] - 1)
    return list(_windows(series, max(start, _earliest(series, today)), today))


def next_past(series: Series) -> tuple[date, date] | None:
    """Return the next window of its history, going back; nothing when all is there."""
    if series.is_whole or series.read_from_on is None:
        return None
    end = series.read_from_on - timedelta(days=1)
    return max(series.starts_on, end - timedelta(days=longest(series) - 1)), end


def past_cost(series: Series, today: date) -> int:
    """Return what reading its whole history costs."""
    if series.kind in WHOLE_AT_ONCE:
        return series.chart_cost or (UNKNOWN_CHART if series.kind == Kind.CHART else 1)
    return day_cost(series) * ((today - series.starts_on).days + 1)


def _windows(series: Series, start: date, end: date) -> Iterator[tuple[date, date]]:
    """Cut a span into windows one query may ask, newest first; weeks are never cut in two.

    Where a week begins is the project's setting, so the windows overlap by one interval.
    """
    most = longest(series)
    overlap = SHORTEST[series.grain] // 2
    while (end - start).days + 1 > most:
        first = end - timedelta(days=most - 1)
        yield first, end
        end = first + timedelta(days=overlap - 1)
    yield start, end


def _earliest(series: Series, today: date) -> date:
    """A series that begins today still needs one whole interval."""
    return min(series.starts_on, today)


def _is_daily(series: Series) -> bool:
    return series.grain == DAY


def _asked(series: Series) -> list[tuple[str, str]]:
    definition, kind = series.definition, Kind(series.kind)
    events = [_packed(event) for event in definition.get("events") or []]
    shared = [("s", _packed(segment)) for segment in definition.get("segments") or []]
    if definition.get("group_by"):
        shared += [("g", definition["group_by"]), ("limit", str(GROUPS))]
    if kind == Kind.FUNNEL:
        return [*(("e", event) for event in events), ("mode", definition["mode"]), *shared]
    if kind == Kind.RETENTION:
        return [("se", events[0]), ("re", events[1]), *shared]
    if kind == Kind.USERS:
        return [("m", definition["measure"]), *shared]
    named = list(zip(("e", "e2"), events, strict=False))
    measured = [("m", definition["measure"])]
    if definition["measure"] == "formula":
        measured.append(("formula", definition["formula"]))
    if not definition.get("group_by") and '"group_by"' in "".join(events):
        shared.append(("limit", str(GROUPS)))
    return [*named, *measured, *shared]


def _packed(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
