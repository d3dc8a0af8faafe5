"""Reading one series: window by window, each answer written in one transaction with the run."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from prodops.integrations import runs
from prodops.integrations.amplitude import chart_csv, mapping, queries
from prodops.integrations.amplitude.answers import Missing, QueryRefused, TimedOut
from prodops.integrations.amplitude.mapping import Reading, Span
from prodops.integrations.amplitude.models import Cohort, Series
from prodops.integrations.amplitude.values import FIRST, Malformed
from prodops.integrations.amplitude.work import Pass
from prodops.integrations.amplitude.writing import Counts, write_points, write_totals
from prodops.integrations.errors import LoginRefused, SourceBusy, SourceUnavailable

ATTEMPTS = 2  # at an answer that cannot be read; each costs
SMALLEST = 7  # days; a window that times out is halved down to this
ASKED = ("kind", "definition", "grain", "time_zone", "starts_on", "is_active")
Kind = Series.Kind


def newest(work: Pass, series: Series) -> None:
    """Read the newest numbers again: today's, and those of the days before that may be late."""
    work.step(f"Reading {series}")
    today = work.today(series.zone)
    if series.kind == Kind.COHORT:
        span = Span(series, series.starts_on, today, today)
        _keep(work, span, _cohort(span), read_from=series.starts_on, is_last=True)
    elif series.kind == Kind.CHART:
        span, reading = _chart(work, series, today)
        _keep(work, span, reading, read_from=series.starts_on, is_last=True)
    else:
        windows = queries.trailing(series, today)
        for place, (start, end) in enumerate(windows, start=1):
            _window(work, Span(series, start, end, today), is_last=place == len(windows))


def past(work: Pass, series: Series) -> None:
    """Read the history that is missing, going back."""
    found: Series | None = series
    while found and (window := queries.next_past(found)):
        start, end = window
        work.step(f"Reading the past of {found}, before {end:%-d %B %Y}")
        _window(work, Span(found, start, end, work.today(found.zone)), is_last=False)
        found = Series.objects.asked().select_related("connection").filter(pk=series.pk).first()


def _window(work: Pass, span: Span, *, is_last: bool) -> None:
    """Ask for one window and keep the answer; one that times out is asked for in halves."""
    series, days = span.series, (span.end - span.start).days + 1
    try:
        reading = _read(work, span)
    except TimedOut:
        if days < 2 * max(SMALLEST, queries.SHORTEST[series.grain]):
            raise
        middle = span.start + timedelta(days=days // 2)
        overlap = timedelta(days=queries.SHORTEST[series.grain] // 2 - 1)
        _window(work, Span(series, middle, span.end, span.today), is_last=False)
        _window(work, Span(series, span.start, middle + overlap, span.today), is_last=is_last)
        return
    is_oldest = reading.first_on is None or span.start <= series.starts_on
    read_from = span.start if is_oldest else reading.first_on
    _keep(work, span, reading, read_from=read_from or span.start, is_last=is_last)


def _read(work: Pass, span: Span) -> Reading:
    """Ask until the answer can be read; set it aside when it never can."""
    query = queries.build(span.series, span.start, span.end)
    for attempt in range(1, ATTEMPTS + 1):
        body = work.client.query(query)
        try:
            return mapping.read(body, span)
        except Malformed as error:
            if attempt == ATTEMPTS:
                _set_aside(work, span.series, error, body)
                raise
    raise AssertionError("attempts must be at least one")


def _chart(work: Pass, series: Series, today: date) -> tuple[Span, Reading]:
    """Read a saved chart: its JSON, which Amplitude does not document, or else its CSV."""
    query = queries.build(series, series.starts_on, today)
    span = Span(series, FIRST, today, today)
    body: Any = None
    try:
        body = work.client.query(query, attempts=ATTEMPTS)
        series.grain = mapping.chart_grain(body) or series.grain
        return span, mapping.read(body, span)
    except SourceBusy:
        raise
    except (QueryRefused, Missing, LoginRefused, SourceUnavailable, Malformed):
        text = work.client.chart_csv(series.definition["chart"], query.cost)
    try:
        body = chart_csv.as_body(text)
        series.grain = mapping.chart_grain(body) or series.grain
        return span, mapping.read(body, span)
    except Malformed as error:
        _set_aside(work, series, error, body or text)
        raise


def _cohort(span: Span) -> Reading:
    series = span.series
    found = Cohort.objects.filter(
        connection=series.connection, cohort_id=series.definition["cohort"], lost_since=None
    ).first()
    if found is None:
        raise Missing("The project has no such cohort any more.")
    if found.size is None or found.computed_at is None:
        return Reading()
    return mapping.read_size(found.size, found.computed_at, span)


@transaction.atomic
def _keep(work: Pass, span: Span, reading: Reading, *, read_from: date, is_last: bool) -> None:
    """Write what was read, unless somebody changed the question meanwhile."""
    series = span.series
    current = Series.objects.select_for_update().filter(pk=series.pk).first()
    asked = [name for name in ASKED if name != "grain" or series.kind != Kind.CHART]
    if current is None or any(getattr(current, name) != getattr(series, name) for name in asked):
        return
    counts = write_points(current, reading.points, at=work.data_at, run=work.run)
    if span.end >= span.today:
        start = max(span.start, reading.first_on or span.start)
        write_totals(current, reading, start, span.end, work.data_at)
    known = current.read_from_on
    changes: dict[str, Any] = {
        "read_from_on": min(known, read_from) if known else read_from,
        "grain": series.grain,
    }
    if series.kind == Kind.CHART:
        changes["chart_cost"] = _cost_seen(reading, series.grain)
    if is_last:
        changes |= {"read_at": work.clock(), "data_as_of": work.data_at}
        changes |= {"problem": "", "problem_since": None}
        aside = work.connection.skipped_records.unresolved().filter(source_id=_name(series))
        aside.update(resolved_at=work.clock())
    Series.objects.filter(pk=series.pk).update(**changes)
    work.save(counts)


def _set_aside(work: Pass, series: Series, error: Malformed, body: Any) -> None:
    """Keep an answer nobody could read, for the run's page; the next run asks again."""
    with transaction.atomic():
        is_new = runs.skip(
            work.run,
            source_id=_name(series),
            key=series.title[:80],
            reason=str(error),
            payload=body,
            at=work.clock(),
        )
        work.save(Counts(), skipped=work.run.skipped + is_new)


def _name(series: Series) -> str:
    return f"series {series.pk}"


def _cost_seen(reading: Reading, grain: int) -> int:
    """Return what a chart probably costs: its days, five times when it has groups."""
    days = len({point.on for point in reading.points}) * grain
    groups = len({point.segment for point in reading.points})
    return min(max(days, 1) * (5 if groups > 1 else 1), queries.MOST)
