"""Ranks, places, Kendall's tau, tipping points and spreads, each against a slow way."""

from decimal import Decimal
from itertools import combinations
from math import isclose, sqrt
from statistics import median_low

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.formula import Gap, parse
from planning.models.ranking import places, ranks
from planning.models.sensitivity import kendall_tau, moves, ranked_with, tipping_point
from planning.models.spread import spread

MISSING = Gap(frozenset(["reach"]))
outcomes = st.dictionaries(
    st.integers(1, 99), st.integers(0, 9).map(Decimal) | st.just(MISSING), max_size=12
)
rankings = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), max_size=12)
votes = st.lists(st.none() | st.integers(0, 40).map(lambda n: Decimal(n) / 4), max_size=15)


@settings(deadline=None)
@given(outcomes)
def test_a_rank_is_one_more_than_what_is_better(scores):
    known = {pk: one for pk, one in scores.items() if one is not MISSING}

    assert ranks(scores) == {
        pk: 1 + sum(other > one for other in known.values()) for pk, one in known.items()
    }


@settings(deadline=None)
@given(outcomes, st.dictionaries(st.integers(1, 99), st.integers(1, 20), max_size=6))
def test_everybody_has_a_place_of_their_own(scores, wanted):
    found = places(scores, wanted)

    assert sorted(found.values()) == list(range(1, len(scores) + 1))
    ranked = ranks(scores)
    free = sorted((found[pk], ranked.get(pk, 99)) for pk in scores if pk not in wanted)
    assert [rank for _, rank in free] == sorted(rank for _, rank in free)
    asked = [pk for pk in wanted if pk in scores]
    if len(asked) == 1:
        assert found[asked[0]] == min(wanted[asked[0]], len(scores))


@settings(deadline=None)
@given(rankings)
def test_tau_counts_pairs(pairs):
    left, right = [one for one, _ in pairs], [one for _, one in pairs]
    signs = [
        ((a[0] > b[0]) - (a[0] < b[0]), (a[1] > b[1]) - (a[1] < b[1]))
        for a, b in combinations(pairs, 2)
    ]
    scale = sqrt(sum(one != 0 for one, _ in signs) * sum(one != 0 for _, one in signs))

    if not scale:
        assert kendall_tau(left, right) is None
    else:
        expected = sum(one * other for one, other in signs) / scale
        assert isclose(kendall_tau(left, right), expected, abs_tol=1e-12)


@settings(deadline=None)
@given(votes)
def test_a_spread_is_what_statistics_says(values):
    known = [float(one) for one in values if one is not None]
    found = spread(values)

    if not known:
        assert found is None
        return
    assert (found.low, found.high) == (min(known), max(known))
    assert float(found.median) == median_low(known)
    assert (found.count, found.unsure) == (len(known), len(values) - len(known))
    quartiles = numpy.quantile(known, [0.25, 0.75], method="inverted_cdf")
    assert [float(found.first_quartile), float(found.third_quartile)] == list(quartiles)
    assert found.has_quartiles is (len(known) >= 5)


@pytest.mark.parametrize(
    ("values", "scale", "is_wide"),
    [
        ("1 2", "1 2 3", False),
        ("1 3", "1 2 3", True),
        ("5 8", "1 2 3 5 8 13", False),
        ("10 15", "", False),
        ("10 16", "", True),
        ("0 1", "", True),
        ("4 4", "", False),
    ],
)
def test_votes_are_far_apart_by_steps_of_their_scale(values, scale, is_wide):
    found = spread(map(Decimal, values.split()), map(Decimal, scale.split()))

    assert found.is_wide is is_wide
    assert found.speaks(found.low) is is_wide


def rows(**values):
    """Return rows by number: `rows(value=[8, 5], effort=[4, 2])`."""
    count = len(next(iter(values.values())))
    return {
        place + 1: {name: Decimal(str(given[place])) for name, given in values.items()}
        for place in range(count)
    }


def test_a_weight_tips_a_sum_where_it_is_worked_out_to():
    given = rows(value=[8, 5], fit=[1, 3])

    # 8v + 1 = 5v + 3 at v = 2/3: a little more than a third less tips it.
    assert tipping_point(parse("value + fit"), given, "value") == Decimal("-33.4")
    # 8 + f = 5 + 3f at f = 1.5
    assert tipping_point(parse("value + fit"), given, "fit") == Decimal("50.1")
    assert tipping_point(parse("value + 0 * fit"), given, "fit") is None


def test_in_a_product_only_the_estimate_of_the_first_tips():
    given = rows(reach=[100, 60], effort=[4, 3])

    tree = parse("reach / effort")
    assert tipping_point(tree, given, "reach") is None
    # 25 against 20: a fifth less reach, or a quarter more effort, and a hair.
    assert tipping_point(tree, given, "reach", only_first=True) == Decimal("-20.1")
    assert tipping_point(tree, given, "effort", only_first=True) == Decimal("25.1")


numbers = st.integers(1, 30)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(numbers, numbers), min_size=2, max_size=6))
def test_a_tipping_point_is_the_first_of_all_tenths(pairs):
    given = rows(value=[one for one, _ in pairs], fit=[one for _, one in pairs])
    tree = parse("value + 2 * fit")
    order = ranks(ranked_with(tree, given))
    first = min(order, key=lambda pk: (order[pk], pk))

    found = tipping_point(tree, given, "value")

    def overtaken(percent):
        after = ranked_with(tree, given, "value", percent)
        return max(after.values()) > after[first]

    tenths = [Decimal(tenth) / 10 for tenth in range(1, 3001)]
    sizes = (size for size in tenths if overtaken(size) or (size <= 95 and overtaken(-size)))
    expected = next(sizes, None)
    # It looks percent by percent: up before down, where both tip within the same one.
    if expected is None:
        assert found is None
    else:
        assert abs(abs(found) - expected) < 1
        assert overtaken(found)


def test_a_move_says_how_many_and_who_went_farthest():
    given = rows(value=[9, 8, 1], fit=[1, 3, 9])

    found = {(move.name, move.percent): move for move in moves(parse("value + fit"), given)}

    calm, wild = found["value", -10], found["value", -50]
    assert (calm.moved, wild.moved) == (0, 3) or calm.moved <= wild.moved
    assert wild.first == 3
    assert wild.tau < 1
    assert found["fit", 10].tau is not None
