"""A figure against its target and its past."""

import pytest

from reporting import readings, sparkline, words
from reporting.services.definitions import load_definitions
from tests.factories.reporting import OCTOBER, history, metric_value

pytestmark = pytest.mark.django_db
SPACE = "\N{NO-BREAK SPACE}"
KEYS = ["K1", "K2", "K3", "K4", "K5", "K7", "K8", "K9", "K13", "K14", "K16", "T1"]


def read(key):
    return readings.read_one(definition=load_definitions()[key], period=OCTOBER, team=None)


@pytest.mark.parametrize(
    ("key", "value", "status"),
    [
        ("K3", 78, "good"),
        ("K3", 85, "good"),
        ("K3", 64, "watch"),
        ("K3", 62, "bad"),
        ("K3", 96, "bad"),
        ("K5", 9.9, "good"),
        ("K5", 10, "watch"),
        ("K5", 12, "bad"),
        ("K7", 2, "good"),
        ("K7", 3, "watch"),
        ("K7", 4, "bad"),
        ("K9", 100, "good"),
        ("K9", 90, "watch"),
        ("K9", 80, "bad"),
        ("T1", 40, "unknown"),
    ],
)
def test_the_status_against_the_target(key, value, status):
    metric_value(key, value=value)
    assert read(key).status == status


@pytest.mark.parametrize(
    ("value", "status"), [(9, "good"), (8.5, "good"), (7, "good"), (9.05, "watch"), (10, "bad")]
)
def test_cycle_time_is_held_against_six_months_earlier(value, status):
    history("K4", 10, 10, 10, 10, 10, 10, value)
    assert read("K4").status == status


def test_without_six_months_there_is_nothing_to_compare_with():
    metric_value("K4", value=4)
    assert (read("K4").status, read("K4").status_word) == ("unknown", "Nothing to compare with")


def test_a_month_that_is_not_complete_is_not_judged():
    metric_value("K3", value=10, is_partial=True)
    assert (read("K3").status, read("K3").status_word) == ("unknown", "Not complete")
    assert read("K3").change is None


def test_a_target_that_holds_from_50_records_on():
    metric_value("K8", value=5, n=49)
    assert read("K8").status_word == "Too few to judge"


def test_a_median_only_known_to_lie_above_the_target_misses_it():
    metric_value("K7", value=None, low=6, note="> 6: more than half still wait")
    assert (read("K7").status, words.value(read("K7").value, read("K7").definition)) == (
        "bad",
        f">{SPACE}6{SPACE}business days",
    )


def test_no_value_says_why():
    metric_value("K9", value=None, note="n/a (0 of 0)")
    assert read("K9").status_word == "No value"
    assert words.value(read("K9").value, read("K9").definition) == "n/a (0 of 0)"


def test_the_change_is_against_the_month_before():
    history("K5", 12, 8)
    assert read("K5").change == -4
    assert words.change(read("K5").change, "percent") == f"−4{SPACE}points"


def test_twelve_months_are_needed_to_tell_signal_from_noise():
    history("T1", *[20] * 11, 60)
    assert read("T1").signal.word == "Not enough history"


def test_a_point_outside_the_limits_is_a_signal():
    history("T1", *[20, 22] * 6, 60)
    assert read("T1").signal.word == "Signal: outside the limits"


def test_all_figures_of_a_month_take_two_queries(django_assert_num_queries):
    for key in KEYS:
        history(key, *range(1, 15))
    with django_assert_num_queries(2):
        found = readings.read_all(period=OCTOBER, team=None)
        assert [one.definition.key for one in found] == KEYS
        assert all(one.signal is not None and one.status and one.change for one in found)


def test_a_line_of_one_value_and_of_none_can_be_drawn():
    assert sparkline.spark(read("K5")).path == ""
    metric_value("K5", value=7)
    assert sparkline.spark(read("K5")).last.x == 120
    assert sparkline.chart(read("K5")).ticks
