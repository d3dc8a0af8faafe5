"""The critical chain of an initiative: the longest row of things it waits for, with its slack."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from graphlib import TopologicalSorter
from typing import NamedTuple

from planning.models.loops import Arc, knots

WorkingDays = Callable[[date, date], int]


class Link(NamedTuple):
    """Initiative `asking` waits for a dependency due on a day; `giving` may be no initiative."""

    dependency: int
    asking: int
    giving: int | None
    due_on: date


class Step(NamedTuple):
    """One dependency of a chain: its date, when what follows needs it, working days between.

    `needed_on` and `slack` are None at the end of a chain whose initiative has no date.
    """

    dependency: int
    due_on: date
    needed_on: date | None
    slack: int | None


@dataclass(frozen=True)
class Chain:
    """What has to come in turn, the first to come first; `slack` is that of the tightest step.

    `is_knotted` says that links on a loop were left out: a loop has no beginning to wait for.
    """

    steps: tuple[Step, ...]
    is_knotted: bool = False

    @property
    def slack(self) -> int | None:
        known = [step.slack for step in self.steps if step.slack is not None]
        return min(known, default=None)


@dataclass(frozen=True)
class _Best:
    """The best way up from one link: how long, how tight, and the link before it."""

    link: Link
    length: int
    tightest: float
    before: "_Best | None"


def critical_chain(
    links: Iterable[Link],
    *,
    initiative: int,
    target_on: date | None,
    on: date,
    working_days: WorkingDays,
) -> Chain:
    """Return the longest chain of links that leads to `initiative`; of several the tightest.

    Slack is `working_days(its date, the date what follows needs it)`, below zero when it comes
    too late. What is overdue counts as coming on `on`, the day of today.
    """
    links = list(links)
    free, is_knotted = without_loops(links)
    best = _best_of_each(free, on, working_days)
    last = [
        (each, _slack(each.link, target_on, on, working_days)) for each in best.get(initiative, ())
    ]
    if not last:
        return Chain((), is_knotted)
    chosen = min(last, key=lambda pair: _rank(pair[0], _tight(pair[1], pair[0].tightest)))[0]
    return Chain(_steps(chosen, target_on, on, working_days), is_knotted)


def without_loops(links: list[Link]) -> tuple[list[Link], bool]:
    """Return the links that are on no loop, and whether any was left out."""
    graph: dict[int, list[int]] = defaultdict(list)
    for link in links:
        if link.giving is not None:
            graph[link.asking].append(link.giving)
    knot_of = {node: number for number, knot in enumerate(knots(graph)) for node in knot}
    free = [
        link
        for link in links
        if link.giving is None
        or link.asking not in knot_of
        or knot_of[link.asking] != knot_of.get(link.giving)
    ]
    return free, len(free) < len(links)


def arcs(links: Iterable[Link]) -> list[Arc]:
    """Return the links between two initiatives, as `find_loops` takes them."""
    return [
        Arc(link.dependency, link.asking, link.giving) for link in links if link.giving is not None
    ]


def _best_of_each(links: list[Link], on: date, working_days: WorkingDays) -> dict[int, list[_Best]]:
    """Return initiative → the best way up from each link it waits for."""
    asked: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        asked[link.asking].append(link)
    order = TopologicalSorter(
        {asking: [link.giving for link in rows if link.giving] for asking, rows in asked.items()}
    )
    best: dict[int, list[_Best]] = {}
    for node in order.static_order():
        best[node] = [
            _best(link, best.get(link.giving or 0, []), on, working_days)
            for link in asked.get(node, ())
        ]
    return best


def _best(link: Link, before: list[_Best], on: date, working_days: WorkingDays) -> _Best:
    needed_on = max(link.due_on, on)
    found = [
        (each, _tight(_slack(each.link, needed_on, on, working_days), each.tightest))
        for each in before
    ]
    if not found:
        return _Best(link, 1, float("inf"), None)
    chosen, tightest = min(found, key=lambda pair: _rank(*pair))
    return _Best(link, chosen.length + 1, tightest, chosen)


def _rank(best: _Best, tightest: float) -> tuple[int, float, int]:
    """Longest first, then the tightest, then the oldest."""
    return -best.length, tightest, best.link.dependency


def _tight(slack: int | None, tightest: float) -> float:
    return tightest if slack is None else min(slack, tightest)


def _slack(link: Link, needed_on: date | None, on: date, working_days: WorkingDays) -> int | None:
    return None if needed_on is None else working_days(max(link.due_on, on), needed_on)


def _steps(
    best: _Best, target_on: date | None, on: date, working_days: WorkingDays
) -> tuple[Step, ...]:
    steps, at, needed_on = [], best, target_on
    while at is not None:
        slack = _slack(at.link, needed_on, on, working_days)
        steps.append(Step(at.link.dependency, at.link.due_on, needed_on, slack))
        at, needed_on = at.before, max(at.link.due_on, on)
    return tuple(reversed(steps))
