"""Where bars and lines stand, against counting the days one by one."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.models import gantt

DAY = timedelta(days=1)
STARTS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
ZOOM = st.sampled_from(sorted(gantt.ZOOMS))
PRECISION = st.sampled_from(["day", "month", "quarter"])
WINDOWS = st.builds(gantt.window, STARTS, ZOOM)


def counted(shown):
    """Return every day of a window with where it begins, by walking through them."""
    days, on = [], shown.start
    while on < shown.end:
        days.append(on)
        on += DAY
    step = gantt.WIDTH / len(days)
    return {each: number * step for number, each in enumerate(days)}, step


@st.composite
def spans(draw, shown):
    """Return a start and a target that touch the window."""
    days = (shown.end - shown.start).days
    target = shown.start + timedelta(draw(st.integers(0, days + 500)))
    last = min(target, shown.end - DAY)
    return last - timedelta(draw(st.integers(0, (last - shown.start).days + 500))), target


@given(WINDOWS)
def test_a_window_is_whole_months(shown):
    assert shown.start.day == shown.end.day == 1
    names = shown.months()
    assert len(names) in {3, 6, 12}
    assert [x for x, _ in names] == sorted({x for x, _ in names})
    places, _ = counted(shown)
    firsts = [x for on, x in places.items() if on.day == 1]
    assert [x for x, _ in names] == pytest.approx(firsts, abs=0.051)


@given(WINDOWS)
def test_a_day_is_where_counting_finds_it(shown):
    places, _ = counted(shown)
    found = [shown.x(on) for on in places]

    assert found == sorted(found)
    assert found == pytest.approx(list(places.values()), abs=0.051)
    assert shown.x(shown.start - DAY) == 0
    assert shown.x(shown.end) == shown.x(shown.end + DAY) == gantt.WIDTH


@given(st.data(), WINDOWS, PRECISION, st.integers(0, 29))
def test_a_bar_is_as_wide_as_its_days_in_the_window(data, shown, precision, row):
    start_on, target_on = data.draw(spans(shown))
    bar = gantt.bar(shown, row, start_on, target_on, precision)
    places, step = counted(shown)
    held = [on for on in places if start_on <= on <= target_on]

    assert 0 <= bar.x < bar.end <= gantt.WIDTH
    assert bar.width == pytest.approx(max(len(held) * step, gantt.NARROWEST), abs=0.11)
    if len(held) * step > gantt.NARROWEST:
        assert bar.x == pytest.approx(places[held[0]], abs=0.051)
    assert bar.opens_before == (start_on < shown.start)
    assert bar.ends_after == (target_on >= shown.end)
    assert len(bar.cuts) == bar.opens_before + bar.ends_after


@given(st.data(), WINDOWS, PRECISION)
def test_the_loose_end_is_the_targets_month_or_quarter(data, shown, precision):
    start_on, target_on = data.draw(spans(shown))
    bar = gantt.bar(shown, 0, start_on, target_on, precision)
    places, step = counted(shown)

    def is_loose(on):
        month = (on.year, on.month) == (target_on.year, target_on.month)
        quarter = (on.year, (on.month - 1) // 3) == (target_on.year, (target_on.month - 1) // 3)
        return {"day": False, "month": month, "quarter": quarter}[precision]

    loose = [on for on in places if start_on <= on <= target_on and is_loose(on)]
    if len(loose) * step > gantt.NARROWEST:
        assert bar.loose_width == pytest.approx(len(loose) * step, abs=0.11)
    if not loose:
        assert bar.loose_width == 0
    assert 0 <= bar.loose_width <= bar.width


@given(st.data(), WINDOWS, st.integers(0, 29), st.integers(0, 29))
def test_a_line_leads_from_an_end_to_a_beginning(data, shown, giving_row, asking_row):
    if giving_row == asking_row:
        asking_row += 1
    giving = gantt.bar(shown, giving_row, *data.draw(spans(shown)), "day")
    asking = gantt.bar(shown, asking_row, *data.draw(spans(shown)), "day")

    points = walked(gantt.path(giving, asking))

    assert points[0] == (giving.end, giving.middle)
    assert points[-1] == (pytest.approx(asking.x - 2), asking.middle)
    for (x, y), (next_x, next_y) in zip(points, points[1:], strict=False):
        assert x == next_x or y == next_y
    assert all(-gantt.GUTTER <= x <= gantt.WIDTH + gantt.GUTTER for x, _ in points)
    highest, lowest = sorted((giving.middle, asking.middle))
    assert all(highest <= y <= lowest for _, y in points)


def walked(path):
    """Return the corners of a path of M, H and V."""
    x = y = None
    points = []
    for letter, told in re.findall(r"([MHV])([-\d. ]+)", path):
        numbers = [float(each) for each in told.split()]
        if letter == "M":
            x, y = numbers
        elif letter == "H":
            (x,) = numbers
        else:
            (y,) = numbers
        points.append((x, y))
    return points


@pytest.mark.parametrize("on", [date.min, date(1, 12, 31), date(9999, 1, 1), date.max])
def test_the_ends_of_time(on):
    for zoom in gantt.ZOOMS:
        shown = gantt.window(on, zoom)
        assert shown.start < shown.end
        assert gantt.bar(shown, 0, shown.start, date.max, "quarter").ends_after


def test_the_hour_that_clocks_skip_is_no_matter():
    """Days are counted, not hours: the weeks of March and October are as wide as any other."""
    shown = gantt.window(date(2026, 1, 1), "year")
    weeks = {
        round(shown.x(on + 7 * DAY) - shown.x(on), 0)
        for on in (shown.start + timedelta(days) for days in range(357))
    }
    assert len(weeks) == 1
