"""What the readout says about a figure, and that the shares of a change add up to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.metrics.periods import month
from reporting.models import MetricDefinition, MetricValue
from reporting.narrative import Part, contributions, headline, what_changed, why
from reporting.readings import Reading

NBSP = "\N{NO-BREAK SPACE}"
OCTOBER = month(2026, 10)
LATER = month(2026, 12).starts_at


def reading(latest, before=(), **fields):
    definition = MetricDefinition(
        key="K9", name="Readiness", unit="percent", direction="up", target_low=95
    )
    periods = [OCTOBER.shifted(place - len(before)) for place in range(len(before) + 1)]
    values = tuple(
        MetricValue(
            definition=definition,
            period_start=period.start,
            value=value,
            numerator=value if value is None else value / 2,
            denominator=0 if value is None else 50,
            n=50,
            computed_at=OCTOBER.starts_at,
        )
        for period, value in zip(periods, [*before, latest], strict=True)
    )
    for name, value in fields.items():
        setattr(values[-1], name, value)
    return Reading(definition, OCTOBER, values[-1], values)


def test_a_signal_is_called_one_with_its_limits():
    text = what_changed(reading(20.0, [80.0, 82.0] * 6))

    assert text == (
        f"Readiness is 20{NBSP}% (10 of 50), down from 82{NBSP}%. "
        f"Signal: outside the limits (75.7{NBSP}% to 86.3{NBSP}%)."
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (reading(81.0, [80.0, 82.0] * 6), "within routine variation"),
        (reading(81.0, [80.0]), "too little history"),
        (reading(81.0), "no complete month before"),
        (reading(None, note="n/a (0 of 0)"), "n/a (0 of 0)"),
        (reading(81.0, [80.0], is_partial=True), "The month is not complete."),
        (reading(81.0, [80.0], is_partial=True, computed_at=LATER), "still settling"),
    ],
)
def test_quiet_missing_and_partial_figures_say_so(given, words):
    assert words in what_changed(given)


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
        ([("A", "bad"), ("B", "good")], "1 of 2 judged figures is on target; behind: A"),
        (
            [("A", "watch"), ("B", "bad")],
            "0 of 2 judged figures are on target; behind: A and 1 more",
        ),
        ([("A", "unknown")], "No figure could be judged this month"),
    ],
)
def test_the_headline_counts_only_what_can_be_judged(statuses, words):
    assert headline(statuses) == words


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
