"""The forecast: exact where nothing is left to chance, otherwise as the slow second way says."""

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.models.simulation import (
    HORIZON_DAYS,
    Pace,
    chance_within,
    odds_of_a_day,
    percentile_day,
    simulate,
)
from tests.planning.truth import slow_forecast

DAYS = st.lists(st.integers(0, 4), min_size=1, max_size=30)
SHARES = st.sampled_from([0.1, 0.25, 0.5, 0.9, 1.0])


@st.composite
def paces(draw):
    """Teams of which something is known."""
    finished = draw(DAYS.filter(any))
    return Pace(
        team="Team",
        remaining=draw(st.integers(1, 12)),
        finished=tuple(finished),
        share=draw(SHARES),
    )


def plain(pace):
    return {"remaining": pace.remaining, "finished": list(pace.finished), "share": pace.share}


@settings(max_examples=40, deadline=None)
@given(st.lists(paces(), min_size=1, max_size=3), st.integers(0, 2**31))
def test_the_days_are_spread_as_the_second_way_spreads_them(teams, seed):
    quick = simulate(teams, seed=seed)
    slow = slow_forecast.simulate([plain(one) for one in teams], runs=1_500, horizon=HORIZON_DAYS)

    assert farthest_apart(quick, slow) < 0.08


def farthest_apart(first, second):
    """Return the greatest distance of two samples' distributions (Kolmogorov–Smirnov)."""
    days = numpy.union1d(first, second)
    shares = [
        numpy.searchsorted(numpy.sort(sample), days, side="right") / len(sample)
        for sample in (first, second)
    ]
    return float(numpy.abs(shares[0] - shares[1]).max())


@given(st.integers(1, 40), st.integers(1, 5), st.integers(1, 90), st.integers(0, 99))
def test_a_constant_pace_leaves_nothing_to_chance(remaining, daily, window, seed):
    pace = Pace(team="Team", remaining=remaining, finished=(daily,) * window)

    days = simulate([pace], seed=seed, runs=50)

    assert set(days) == {-(-remaining // daily)}


@given(st.integers(1, 40), st.integers(1, 90))
def test_nothing_finished_has_no_date(remaining, window):
    idle = Pace(team="Idle", remaining=remaining, finished=(0,) * window)
    busy = Pace(team="Busy", remaining=1, finished=(1,))

    assert not idle.is_known
    for share in (0.5, 0.85, 0.95):
        assert percentile_day(simulate([idle, busy], seed=1, runs=20), share) is None


def test_nothing_left_is_done_today():
    assert set(simulate([Pace(team="Team", remaining=0)], seed=1, runs=20)) == {0}
    assert set(simulate([], seed=1, runs=20)) == {0}


@given(st.integers(1, 30), st.floats(0.1, 9))
def test_too_little_to_draw_from_takes_the_median_for_each(remaining, days_each):
    pace = Pace(team="Team", remaining=remaining, days_each=days_each)

    days = simulate([pace], seed=1, runs=20)

    assert set(days) == {int(-(-remaining * days_each // 1))}


@given(paces(), st.integers(0, 2**40))
def test_the_same_row_gives_the_same_days(pace, seed):
    again = Pace.of(pace.as_row())

    assert again == pace
    assert (simulate([pace], seed=seed, runs=300) == simulate([again], seed=seed, runs=300)).all()


@settings(deadline=None)
@given(paces(), st.integers(0, 99))
def test_more_to_do_comes_later_and_percentiles_are_ordered(pace, seed):
    row = pace.as_row()
    less = simulate([pace], seed=seed, runs=2_000)
    more = simulate([Pace.of(row | {"remaining": pace.remaining + 5})], seed=seed, runs=2_000)

    dated = [percentile_day(less, share) or HORIZON_DAYS + 1 for share in (0.5, 0.85, 0.95)]
    assert dated == sorted(dated)
    assert more.mean() >= less.mean()


@given(paces())
def test_the_odds_of_a_day_are_odds_and_keep_the_mean(pace):
    odds = odds_of_a_day(pace)

    mean = sum(pace.finished) / len(pace.finished) * pace.share
    assert odds.sum() == pytest.approx(1)
    assert (odds >= 0).all()
    assert sum(place * one for place, one in enumerate(odds)) == pytest.approx(mean)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=300), st.integers(0, 600))
def test_percentiles_and_chances_by_counting(days, limit):
    days = sorted(days)
    array = numpy.array(days)

    for hundredths in (50, 85, 95):
        expected = slow_forecast.nearest_rank(days, hundredths)
        assert percentile_day(array, hundredths / 100) == expected
    assert chance_within(array, limit) == pytest.approx(sum(d <= limit for d in days) / len(days))


def test_by_hand():
    """Every other day finishes one: the odds of three hits in so many fair tosses."""
    pace = Pace(team="Team", remaining=3, finished=(0, 1))

    days = simulate([pace], seed=7)

    # Three hits in d fair tosses: P(d ≤ 5) = 16/32, P(d ≤ 8) = 219/256, P(d ≤ 10) = 968/1024.
    assert days.min() == 3
    assert chance_within(days, 5) == pytest.approx(16 / 32, abs=0.02)
    assert chance_within(days, 8) == pytest.approx(219 / 256, abs=0.02)
    assert [percentile_day(days, share) for share in (0.85, 0.95)] == [8, 11]
