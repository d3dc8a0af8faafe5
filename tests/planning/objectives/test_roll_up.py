"""Progress and outlook up the tree, against a slow second way that asks one leaf at a time."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.models import Cycle, KeyResult, Objective
from planning.models.objective_tree import grow, roots
from planning.models.roll_up import Outlook, Part, Standing, of_measure, roll_up

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
CYCLE = Cycle(pk=1)
WORSE = ["on_track", "unknown", "at_risk", "off_track"]
figures = st.one_of(st.none(), st.integers(-50, 50))
weights = st.sampled_from([0, 0, 1, 1, 2, 5, 100])
leaves = st.tuples(weights, figures, figures, figures, st.sampled_from(WORSE))
trees = st.recursive(
    st.builds(lambda held: (held, []), st.lists(leaves, max_size=4)),
    lambda below: st.tuples(
        st.lists(leaves, max_size=3),
        st.lists(st.tuples(weights, st.booleans(), below), max_size=4),
    ),
    max_leaves=25,
)


def planted(tree):
    """Return the objectives and key results of a tree, as they would come from the database."""
    numbers, objectives, results = count(1), [], []

    def plant(node, parent, weight, is_draft):
        pk = next(numbers)
        state = "draft" if is_draft else "active"
        objectives.append(
            Objective(pk=pk, cycle=CYCLE, parent_id=parent, weight=weight, state=state)
        )
        for weight_of_it, baseline, target, current, outlook in node[0]:
            results.append(
                KeyResult(
                    pk=len(results) + 1,
                    objective_id=pk,
                    weight=weight_of_it,
                    outlook=outlook,
                    baseline=decimal(baseline),
                    target=decimal(target),
                    current=decimal(current),
                )  # fmt: skip
            )
        for weight_of_it, is_one, below in node[1]:
            plant(below, pk, weight_of_it, is_one)

    plant(tree, None, 1, False)
    return objectives, results


def decimal(value):
    return None if value is None else Decimal(value)


def slowly(tree):
    """Return (shown, raw, outlook) in exact fractions; a part counts as often as it weighs."""
    held, outlooks = [], []
    for weight, baseline, target, current, outlook in tree[0]:
        share = None
        if baseline is not None and target is not None and baseline != target:
            now = baseline if current is None else current
            share = Fraction(now - baseline, target - baseline)
        shown = share if share is None else max(Fraction(0), min(Fraction(1), share))
        held += [(shown, share)] * weight
        outlooks += [outlook] * weight
    for weight, is_draft, below in tree[1]:
        shown, raw, outlook = slowly(below)
        if not is_draft:
            held += [(shown, raw)] * weight
            outlooks += [outlook] * weight
    known = [pair for pair in held if pair[0] is not None]
    worst = max(outlooks, key=WORSE.index, default="unknown")
    if not known:
        return None, None, worst
    sums = [sum(pair[place] for pair in known) / len(known) for place in (0, 1)]
    return *sums, worst


@settings(max_examples=300, deadline=None)
@given(tree=trees)
def test_the_tree_stands_as_the_second_way_says(tree):
    objectives, results = planted(tree)
    found = grow(reversed(objectives), results, AT)
    shown, raw, outlook = slowly(tree)
    standing = found[1].standing
    assert standing.outlook == outlook
    if shown is None:
        assert (standing.progress, standing.raw) == (None, None)
    else:
        assert standing.progress == pytest.approx(float(shown))
        assert standing.raw == pytest.approx(float(raw))
        assert 0 <= standing.progress <= 1


@settings(max_examples=200, deadline=None)
@given(low=st.integers(-99, 99), high=st.integers(-99, 99), now=st.integers(-200, 200))
def test_falling_is_rising_seen_in_a_mirror(low, high, now):
    rising = of_measure(baseline=low, target=high, current=now, outlook="on_track")
    falling = of_measure(baseline=-low, target=-high, current=-now, outlook="on_track")
    assert rising == falling
    if low != high:
        assert of_measure(baseline=low, target=high, current=high, outlook="").progress == 1
        assert of_measure(baseline=low, target=high, current=low, outlook="").progress == 0


@settings(max_examples=100, deadline=None)
@given(parts=st.lists(st.tuples(st.integers(1, 9), st.floats(0, 1)), min_size=1, max_size=9))
def test_a_mean_lies_between_its_parts_and_knows_no_scale(parts):
    def standing(times):
        return roll_up(
            Part(weight * times, Standing(progress=share, raw=share, outlook="on_track"))
            for weight, share in parts
        )

    shares = [share for _, share in parts]
    assert min(shares) - 1e-9 <= standing(1).progress <= max(shares) + 1e-9
    assert standing(7).progress == pytest.approx(standing(1).progress)


def test_a_tree_of_5000_levels_needs_no_deep_stack():
    objectives = [
        Objective(pk=pk, cycle=CYCLE, parent_id=pk - 1 or None, weight=3, state="active")
        for pk in range(1, 5001)
    ]
    leaf = KeyResult(
        pk=1, objective_id=5000, weight=1, baseline=Decimal(10), target=Decimal(0),
        current=Decimal(5), outlook=Outlook.AT_RISK,
    )  # fmt: skip
    found = grow(objectives, [leaf], AT)
    assert (found[1].standing.progress, found[1].standing.outlook) == (0.5, "at_risk")
    assert [branch.objective.pk for branch in roots(found)] == [1]


def test_what_is_stale_below_is_counted_above_and_nothing_closed_is():
    above = Objective(pk=1, cycle=CYCLE, state="active")
    below = Objective(pk=2, cycle=CYCLE, parent_id=1, state="active")
    over = Objective(pk=3, cycle=CYCLE, parent_id=1, state="closed")
    late = [
        KeyResult(pk=pk, objective_id=of, check_in_due_at=AT - timedelta(days=1))
        for pk, of in ((1, 2), (2, 2), (3, 3))
    ]
    found = grow([above, below, over], late, AT)
    assert (found[1].stale, found[2].stale, found[3].stale) == (2, 2, 0)


def test_beyond_the_target_and_below_the_baseline_is_kept_raw():
    beyond = of_measure(baseline=0, target=10, current=15, outlook="on_track")
    worse = of_measure(baseline=12, target=8, current=14, outlook="off_track")
    assert (beyond.progress, beyond.raw) == (1, 1.5)
    assert (worse.progress, worse.raw) == (0, -0.5)
    both = roll_up([Part(1, beyond), Part(1, worse)])
    assert (both.progress, both.raw, both.outlook) == (0.5, 0.5, "off_track")


def test_almost_there_is_not_shown_as_there():
    almost = of_measure(baseline=0, target=1000, current=999, outlook="on_track")
    assert almost.percent == 99
