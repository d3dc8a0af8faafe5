"""The statistics, against other ways to the same number."""

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.metrics.signals import judge, limits_of
from reporting.metrics.statistics import kaplan_meier_median, percentile, wilson
from tests.reporting.oracles import naive_km_median
from tests.reporting.throngs import rounds

SHARES = [0.05, 0.15, 0.5, 0.85, 0.95]
lives = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40)
ten_rounds = rounds(10)
dice = given(dice=st.randoms(use_true_random=True))


@ten_rounds
@dice
def test_percentiles_are_numpys_inverted_cdf(dice):
    for _ in range(1_000):
        values = [
            dice.choice([dice.random(), dice.randrange(9)]) for _ in range(dice.randint(1, 60))
        ]
        share = dice.choice(SHARES)
        assert percentile(values, share) == numpy.quantile(values, share, method="inverted_cdf")


@ten_rounds
@dice
def test_the_kaplan_meier_median_is_the_textbooks(dice):
    for _ in range(1_000):
        lives = [(dice.randrange(20), dice.random() < 0.6) for _ in range(dice.randint(1, 30))]
        assert kaplan_meier_median(lives) == naive_km_median(lives), lives


@settings(max_examples=200, deadline=None)
@given(lives=lives)
def test_without_waiting_ones_the_median_is_the_lower_one(lives):
    ended = [(time, True) for time, _ in lives]
    assert kaplan_meier_median(ended) == percentile([time for time, _ in ended], 0.5)


@settings(max_examples=200, deadline=None)
@given(lives=lives, extra=st.integers(1, 20))
def test_a_growing_backlog_never_improves_the_median(lives, extra):
    before = kaplan_meier_median(lives)
    after = kaplan_meier_median([*lives, *[(20, False)] * extra])
    assert after is None or (before is not None and after >= before)


def test_wilson_holds_the_share_and_stays_between_0_and_100():
    for whole in range(1, 150):
        for part in range(whole + 1):
            low, high = wilson(part, whole)
            assert 0 <= low <= 100 * part / whole <= high <= 100, (part, whole)


def test_wilson_by_hand():
    assert wilson(8, 10) == pytest.approx((49.0162, 94.3318), abs=1e-3)
    assert wilson(0, 0) == (None, None)


def test_limits_are_the_mean_and_2_66_moving_ranges():
    limits = limits_of([10, 12, 11, 13])
    assert (limits.centre, limits.low, limits.high) == pytest.approx(
        (11.5, 7.06667, 15.93333), abs=1e-4
    )


QUIET = [10, 11, 10, 9, 10, 11, 10, 9, 10, 11, 10, 9]


@pytest.mark.parametrize(
    ("history", "latest", "is_signal", "rule"),
    [
        (QUIET[:11], 30, None, ""),
        (QUIET, None, None, ""),
        (QUIET, 10.5, False, ""),
        (QUIET, 20, True, "outside"),
        (QUIET, 2, True, "outside"),
        ([*QUIET, *[10.4] * 7], 10.4, True, "one_side"),
        ([*QUIET, *[10.4] * 6], 10.4, False, ""),
        ([*QUIET, 12, 9.9, 12], 12, True, "near_limit"),
        ([*QUIET, 12, 12, 12], 9.9, False, ""),
    ],
)
def test_signal_or_noise(history, latest, is_signal, rule):
    verdict = judge(history, latest)
    assert (verdict.is_signal, verdict.rule) == (is_signal, rule)
