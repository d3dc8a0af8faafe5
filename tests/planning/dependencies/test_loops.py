"""Loops and chains of initiatives that wait for each other, against slow ways of their own."""

from datetime import date, timedelta
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from planning.models.chains import Link, arcs, critical_chain
from planning.models.loops import Arc, find_loops, loop_closed_by

TODAY, TARGET = date(2026, 11, 2), date(2026, 12, 31)
NODES = st.integers(1, 6)
DAYS = st.integers(-20, 80).map(lambda days: TODAY + timedelta(days=days))


@st.composite
def graphs(draw):
    """Draw arcs between initiatives, some of them side by side, none from one to itself."""
    pairs = draw(
        st.lists(st.tuples(NODES, NODES).filter(lambda pair: pair[0] != pair[1]), max_size=14)
    )
    return [Arc(number, *pair) for number, pair in enumerate(pairs, start=1)]


@st.composite
def linked(draw):
    ends = st.one_of(st.none(), NODES)
    rows = draw(st.lists(st.tuples(NODES, ends, DAYS), max_size=10))
    return [
        Link(number, asking, giving, due_on)
        for number, (asking, giving, due_on) in enumerate(rows, start=1)
        if asking != giving
    ]


def slow_loops(given):
    """Try every order of every set of initiatives, beginning at the lowest."""
    between = {}
    for arc in given:
        between.setdefault((arc.asking, arc.giving), []).append(arc.dependency)
    nodes = {node for pair in between for node in pair}
    found = set()
    for size in range(2, len(nodes) + 1):
        for path in permutations(sorted(nodes), size):
            steps = list(zip(path, (*path[1:], path[0]), strict=True))
            if path[0] == min(path) and all(step in between for step in steps):
                found.add((path, tuple(number for step in steps for number in between[step])))
    return found


def reaches(given, start, end):
    """Widen what is reached until nothing is new."""
    seen, before = {start}, set()
    while seen != before:
        before = set(seen)
        seen |= {arc.giving for arc in given if arc.asking in seen}
    return end in seen


def days_between(first, last):
    """Count Mondays to Fridays after the first day, one after another."""
    if last < first:
        return -days_between(last, first)
    days = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    return sum(day.isoweekday() <= 5 for day in days)


@settings(max_examples=400, deadline=None)
@given(graphs())
def test_every_loop_is_found_once_and_named(given):
    found = [(loop.initiatives, loop.dependencies) for loop in find_loops(given, most=10_000)]

    assert len(found) == len(set(found))
    assert set(found) == slow_loops(given)


@settings(max_examples=400, deadline=None)
@given(graphs(), NODES, NODES)
def test_an_ask_is_warned_of_exactly_when_it_closes_a_loop(given, asking, giving):
    if asking == giving:
        return
    loop = loop_closed_by(given, asking=asking, giving=giving)

    assert (loop is not None) == reaches(given, giving, asking)
    if loop is not None:
        assert loop.initiatives[:2] == (asking, giving)
        steps = zip(loop.initiatives[1:], (*loop.initiatives[2:], asking), strict=True)
        pairs = {(arc.asking, arc.giving): arc.dependency for arc in given}
        assert all(step in pairs for step in steps)


def test_loops_are_bounded():
    nodes = range(1, 11)
    arcs = [Arc(number, a, b) for number, (a, b) in enumerate(permutations(nodes, 2), start=1)]

    assert len(find_loops(arcs, most=100)) == 100


def test_a_loop_of_very_many_is_found_without_recursion():
    size = 5000
    arcs = [Arc(node, node, node % size + 1) for node in range(1, size + 1)]

    (loop,) = find_loops(arcs)
    assert len(loop.initiatives) == len(loop.dependencies) == size


def test_side_by_side_all_dependencies_are_named():
    (loop,) = find_loops([Arc(3, 1, 2), Arc(7, 2, 1), Arc(9, 1, 2)])

    assert (loop.initiatives, loop.dependencies) == ((1, 2), (3, 9, 7))


def slow_chains(links, initiative, target_on):
    """Walk every way up; a link is on a loop when its giver leads back to its asker."""
    known = arcs(links)
    free = [
        link
        for link in links
        if link.giving is None or not reaches(known, link.giving, link.asking)
    ]

    def walk(link, needed_on, ways):
        here = max(link.due_on, TODAY)
        slack = None if needed_on is None else days_between(here, needed_on)
        ways = [*ways, slack]
        yield [each for each in ways if each is not None], len(ways)
        for before in free:
            if link.giving is not None and before.asking == link.giving:
                yield from walk(before, here, ways)

    found = [way for link in free if link.asking == initiative for way in walk(link, target_on, [])]
    if not found:
        return 0, None
    longest = max(length for _, length in found)
    tightest = [min(slacks) for slacks, length in found if length == longest and slacks]
    return longest, min(tightest, default=None)


@settings(max_examples=500, deadline=None)
@given(linked(), NODES, st.sampled_from([None, TARGET]))
def test_the_chain_is_as_long_and_as_tight_as_the_slow_way_says(links, initiative, target_on):
    chain = critical_chain(
        links, initiative=initiative, target_on=target_on, on=TODAY, working_days=days_between
    )

    assert (len(chain.steps), chain.slack) == slow_chains(links, initiative, target_on)
    by_key = {link.dependency: link for link in links}
    followed = [by_key[step.dependency] for step in chain.steps]
    assert all(a.asking == b.giving for a, b in zip(followed, followed[1:], strict=False))
    assert not followed or followed[-1].asking == initiative


def test_slack_by_hand():
    links = [
        Link(1, 10, 20, date(2026, 12, 18)),
        Link(2, 20, 30, date(2026, 12, 14)),
        Link(3, 30, None, date(2026, 12, 16)),
        Link(4, 10, None, date(2026, 12, 30)),
    ]

    chain = critical_chain(
        links, initiative=10, target_on=TARGET, on=TODAY, working_days=days_between
    )

    assert [(step.dependency, step.slack) for step in chain.steps] == [(3, -2), (2, 4), (1, 9)]
    assert chain.slack == -2


def test_what_is_overdue_counts_as_coming_today():
    links = [Link(1, 10, None, TODAY - timedelta(days=30))]

    chain = critical_chain(
        links, initiative=10, target_on=TODAY + timedelta(days=7), on=TODAY,
        working_days=days_between,
    )  # fmt: skip

    assert chain.slack == 5
