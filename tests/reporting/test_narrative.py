"""What the readout says about a figure, and that the shares of a change add up to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.narrative import Part, Reading, contributions, headline, what_changed, why, worded

NBSP = "\N{NO-BREAK SPACE}"


def reading(**fields):
    defaults = {"name": "Readiness", "unit": "percent", "value": 82.0, "previous": 90.0, "n": 50}
    return Reading(**{**defaults, "numerator": 41, "denominator": 50, **fields})


def test_a_signal_is_called_one_with_its_limits():
    text = what_changed(reading(is_signal=True, lower=85.0, upper=95.0))

    assert f"82{NBSP}% (41 of 50), down from 90{NBSP}%: a signal" in text
    assert f"(85{NBSP}% to 95{NBSP}%)" in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"is_signal": False, "lower": 70.0, "upper": 99.0}, "within routine variation"),
        ({"is_signal": None}, "too little history"),
        ({"previous": None}, "no month before"),
        ({"value": None, "numerator": 0, "denominator": 0}, "n/a (0 of 0)"),
        ({"is_partial": True}, "The month is not complete."),
    ],
)
def test_quiet_missing_and_partial_figures_say_so(fields, words):
    assert words in what_changed(reading(**fields))


def test_nothing_is_invented_where_the_records_are_silent():
    assert why([], []) == ""


def test_records_of_the_month_are_linked():
    assert why([], [("LCH-3 slipped", "/launches/3/")]) == (
        "In the records: [LCH-3 slipped](/launches/3/)."
    )


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        ([("A", "good"), ("B", "good")], "All 2 judged figures are on target"),
        ([("A", "bad"), ("B", "good")], "1 of 2 judged figures are on target; behind: A"),
        ([("A", "unknown")], "No figure could be judged this month"),
    ],
)
def test_the_headline_counts_only_what_can_be_judged(statuses, words):
    assert headline(statuses) == words


def test_values_carry_their_unit():
    assert worded(3.14159, "days") == f"3.1{NBSP}days"
    assert worded(None, "percent") == "n/a"


def part(counts):
    (now_of, now_share), (then_of, then_share) = counts
    return Part("team", now_of * now_share, now_of, then_of * then_share, then_of)


shares = st.tuples(st.integers(0, 500), st.floats(0, 1))


@given(st.lists(st.tuples(shares, shares), min_size=1, max_size=12))
def test_contributions_add_up_to_the_change_of_the_ratio(counts):
    parts = [part(pair) for pair in counts]
    now, then = sum(p.denominator for p in parts), sum(p.previous_denominator for p in parts)
    found = contributions(parts)

    if not now or not then:
        assert found == []
        return
    change = sum(p.numerator for p in parts) / now - sum(p.previous_numerator for p in parts) / then
    assert sum(one.total for one in found) == pytest.approx(100 * change, abs=1e-9)
