"""What an answer says, in every shape met in practice, and in shapes nobody has met yet."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prodops.integrations.amplitude import chart_csv, mapping, queries
from prodops.integrations.amplitude.budget import MOST, TooDear
from prodops.integrations.amplitude.mapping import Reading, Span
from prodops.integrations.amplitude.models import Series
from prodops.integrations.amplitude.plan import read_cohorts, read_events, read_planned_events
from prodops.integrations.amplitude.values import Malformed, intervals, last_day, recent_day

START, TODAY = date(2026, 6, 1), date(2026, 6, 30)
calm = settings(deadline=None)  # a busy machine is no fault
LOGIN = {"events": [{"event_type": "Log In"}], "measure": "uniques"}


def series(kind="segmentation", **fields):
    return Series(
        **{
            "kind": kind,
            "title": "Log in",
            "definition": LOGIN,
            "grain": 1,
            "time_zone": "America/Los_Angeles",
            "starts_on": START,
            **fields,
        }
    )


def span(of=None, start=START, end=TODAY):
    return Span(of or series(), start, end, TODAY)


def matrix(rows, **parts):
    days = [(START + timedelta(days=n)).isoformat() for n in range(len(rows[0]))]
    return {"data": {"xValues": days, "series": rows, **parts}}


def values(reading: Reading):
    return {(point.segment, point.on.day): point.value for point in reading.points}


def test_a_live_answer_is_read_with_its_bare_whole_value():
    body = matrix([[7, 5, 4]], seriesLabels=[0], seriesMeta=[{"segmentIndex": 0}])
    body["data"]["seriesCollapsed"] = [[0]]

    reading = mapping.read(body, span())

    assert values(reading) == {("", 1): 7, ("", 2): 5, ("", 3): 4}
    assert reading.totals == [("", 0, 0)]


@pytest.mark.parametrize(
    ("definition", "labels", "metas", "names"),
    [
        (LOGIN, [0], [{"segmentIndex": 0}], [""]),
        (LOGIN, ["Web", "iOS"], None, ["Web", "iOS"]),
        (LOGIN | {"events": [{"event_type": "A"}, {"event_type": "B"}]}, [0, 1], None, ["A", "B"]),
        (
            LOGIN | {"events": [{"event_type": "A"}, {"event_type": "B"}]},
            [[0, "Web"], [1, "Web"]],
            [{"segmentIndex": 0, "eventIndex": 0}, {"segmentIndex": 0, "eventIndex": 1}],
            ["A · Web", "B · Web"],
        ),
        (LOGIN | {"segments": [[{}], [{}]]}, [0, 1], None, ["Segment 1", "Segment 2"]),
        (
            LOGIN | {"segments": [[{}], [{}]]},
            [[0, "Web"], [1, "Web"]],
            None,
            ["Segment 1 · Web", "Segment 2 · Web"],
        ),
        (LOGIN, ["(none)", "(none)"], None, ["(none)", "(none) (2)"]),
        (LOGIN, None, None, ["Row 1", "Row 1 (2)"]),
    ],
)
def test_labels_come_in_three_shapes(definition, labels, metas, names):
    body = matrix([[1]] * len(names), seriesLabels=labels, seriesMeta=metas)
    reading = mapping.read(body, span(series(definition=definition)))
    assert [point.segment for point in reading.points] == names


def test_days_to_come_are_cut_and_today_is_partial():
    days = [(TODAY + timedelta(days=n)).isoformat() for n in (-1, 0, 1, 2)]
    body = {"data": {"xValues": days, "series": [[9, 4, 0, 0]]}}

    reading = mapping.read(body, span(end=TODAY + timedelta(days=2)))

    assert [(point.on, point.is_partial) for point in reading.points] == [
        (TODAY - timedelta(days=1), False),
        (TODAY, True),
    ]


@calm
@given(
    first=st.dates(date(2025, 1, 1), date(2026, 6, 1)),
    length=st.integers(1, 400),
    grain=st.sampled_from([1, 7, 30]),
    offset=st.integers(0, 6),
)
def test_no_interval_that_is_kept_is_cut_by_the_range(first, length, grain, offset):
    end = min(first + timedelta(days=length), TODAY)
    starts = sorted({_start(first + timedelta(days=n), grain, offset) for n in range(length)})
    starts = [on for on in starts if on <= end]
    for interval in intervals(starts, grain=grain, start=first, end=end, today=TODAY):
        last = last_day(interval.on, grain)
        assert interval.on >= first
        assert last <= end or interval.is_partial
        assert interval.is_partial == (last >= TODAY)


def _start(day, grain, offset):
    if grain == 7:
        return day - timedelta(days=(day.weekday() - offset) % 7)
    return day.replace(day=1) if grain == 30 else day


@calm
@given(day=st.dates(date(2024, 1, 1), date(2027, 12, 31)), ago=st.integers(0, 329))
def test_a_day_without_its_year_is_found_again(day, ago):
    began = day - timedelta(days=ago)
    if (began.month, began.day) != (2, 29):
        assert recent_day(f"{began:%b %d}", end=day, where="values") == began


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
junk = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "data",
                    "series",
                    "xValues",
                    "seriesLabels",
                    "seriesMeta",
                    "seriesCollapsed",
                    "values",
                ]
                + [
                    "dayFunnels",
                    "cumulativeRaw",
                    "meta",
                    "combined",
                    "count",
                    "Jun 05",
                    "event_type",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@calm
@given(body=junk, kind=st.sampled_from(["segmentation", "users", "funnel", "retention", "chart"]))
def test_no_answer_whatever_breaks_a_run(body, kind):
    try:
        reading = mapping.read(body, span(series(kind)))
    except Malformed:
        return
    keys = [point[:3] for point in reading.points]
    assert len(keys) == len(set(keys))


@calm
@given(
    rows=st.lists(
        st.lists(scalars | st.just("12"), min_size=3, max_size=3), min_size=1, max_size=3
    ),
    labels=junk,
    metas=junk,
    collapsed=junk,
)
def test_damaged_cells_are_refused_or_read_but_never_guessed(rows, labels, metas, collapsed):
    body = matrix(rows, seriesLabels=labels, seriesMeta=metas, seriesCollapsed=collapsed)
    try:
        reading = mapping.read(body, span())
    except Malformed:
        return
    assert [point.value for point in reading.points] == [float(v) for row in rows for v in row]
    keys = [point[:3] for point in reading.points]
    assert len(keys) == len(set(keys))
    json.dumps([point[3] for point in reading.points], allow_nan=False)


@calm
@given(body=junk)
def test_no_list_whatever_breaks_a_run(body):
    for read in (read_events, read_planned_events, read_cohorts):
        for wrapped in (body, {"data": body, "cohorts": body}, {"data": [body], "cohorts": [body]}):
            with suppress(Malformed):
                read(wrapped)


@calm
@given(text=st.text(max_size=300))
def test_no_csv_whatever_breaks_a_run(text):
    with suppress(Malformed):
        chart_csv.as_body(text)


def test_a_funnel_by_steps_is_read_as_one_by_days():
    days = ["2026-06-01", "2026-06-02"]
    by_day = {"xValues": days, "series": [[9, 5, 1], [8, 4, 2]]}
    turned = {"xValues": days, "series": [[9, 8], [5, 4], [1, 2]]}
    of = span(series("funnel"))

    readings = [
        mapping.read({"data": [{"dayFunnels": shape, "cumulativeRaw": [17, 9, 3]}]}, of).points
        for shape in (by_day, turned)
    ]

    assert readings[0] == readings[1]
    assert [(point.step, point.value) for point in readings[0][:3]] == [(0, 9), (1, 5), (2, 1)]


def test_a_ratio_may_have_nothing_to_divide_by():
    of = series(definition=LOGIN | {"measure": "formula", "formula": "A/B"})
    reading = mapping.read(matrix([[None, float("nan"), 0.5]]), span(of))
    assert [point.value for point in reading.points] == [None, None, 0.5]


def test_hours_are_refused():
    body = {"data": {"xValues": ["2026-06-01T05:00:00"], "series": [[1]]}}
    with pytest.raises(Malformed, match="an hour"):
        mapping.read(body, span())


def test_the_size_of_a_cohort_is_of_the_day_it_was_computed_in_the_projects_zone():
    computed_at = datetime(2026, 6, 30, 3, tzinfo=UTC)
    reading = mapping.read_size(12, computed_at, span())
    assert reading.points == [("", 0, date(2026, 6, 29), 12, False)]


def test_costs_are_those_of_the_documentation():
    steps = [{"event_type": name} for name in "ABC"]
    funnel = series("funnel", definition={"events": steps, "group_by": "platform"})
    grouped = [{"event_type": "A", "group_by": [{"type": "event", "value": "source"}]}]
    segments = [[{"prop": "a"}, {"prop": "b"}], [{"prop": "c"}]]

    assert queries.day_cost(series()) == 1
    assert queries.day_cost(funnel) == 30
    assert queries.day_cost(series(definition=LOGIN | {"events": grouped})) == 5
    assert queries.day_cost(series(definition=LOGIN | {"segments": segments})) == 5
    assert queries.day_cost(series("retention")) == 8
    assert queries.longest(funnel) == 33


def test_what_can_never_pass_is_refused_with_a_sentence():
    grouped = [{"event_type": "A", "group_by": [{"value": "x"}, {"value": "y"}]} for _ in range(12)]
    dear = series("funnel", definition={"events": grouped, "group_by": "p"}, grain=7)
    with pytest.raises(TooDear, match="take a segment, a property or a step away"):
        queries.longest(dear)


@calm
@given(days=st.integers(1, 600), grain=st.sampled_from([1, 7, 30]), price=st.integers(1, 15))
def test_windows_cover_every_interval_and_fit_the_budget(days, grain, price):
    segments = [[{"prop": "a"}] for _ in range(price)]
    of = series(definition=LOGIN | {"segments": segments}, grain=grain)
    try:
        most = queries.longest(of)
    except TooDear:
        return
    start = TODAY - timedelta(days=days)
    windows = list(queries._windows(of, start, TODAY))

    assert windows[0][1] == TODAY
    assert windows[-1][0] == start
    for first, last in windows:
        assert (last - first).days + 1 <= most
        assert queries.build(of, first, last).cost <= MOST
    for offset in range(7):
        wanted = _kept(start, TODAY, grain, offset)
        got = set().union(*(_kept(first, last, grain, offset) for first, last in windows))
        assert wanted <= got


def _kept(start, end, grain, offset):
    days = range((end - start).days + 1)
    starts = sorted({_start(start + timedelta(days=n), grain, offset) for n in days})
    kept = intervals(starts, grain=grain, start=start, end=end, today=TODAY)
    return {interval.on for interval in kept}
