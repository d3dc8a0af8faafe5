"""Loops among initiatives that wait for each other, by name: all of them, up to a bound.

Tarjan's strongly connected components say which initiatives are on a loop at all; Johnson's
algorithm lists the loops of each. Neither recurses, and each loop costs about one walk over its
component, so that the bound on their number is a bound on the time.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

MOST = 100
Graph = dict[int, list[int]]


class Arc(NamedTuple):
    """Initiative `asking` waits for `giving` by one dependency."""

    dependency: int
    asking: int
    giving: int


@dataclass(frozen=True)
class Loop:
    """Initiatives that wait for each other in turn, and the dependencies by which they do.

    Each initiative waits for the next and the last for the first; where two wait by several
    dependencies, all of them stand here.
    """

    initiatives: tuple[int, ...]
    dependencies: tuple[int, ...]


def find_loops(arcs: Iterable[Arc], most: int = MOST) -> list[Loop]:
    """Return the loops, each once and beginning at its lowest initiative; at most `most`."""
    graph, between = _graph(arcs)
    return [_loop(path, between) for path in islice(_elementary(graph), most)]


def loop_closed_by(arcs: Iterable[Arc], *, asking: int, giving: int) -> Loop | None:
    """Return the shortest loop that `asking` waiting for `giving` would close, None without.

    It begins with `asking`; the new dependency itself has no number yet and is not among those
    listed.
    """
    graph, between = _graph(arcs)
    came_from, waiting = {giving: giving}, deque([giving])
    while waiting:
        node = waiting.popleft()
        if node == asking:
            return _loop_back(asking, giving, came_from, between)
        for following in graph.get(node, ()):
            if following not in came_from:
                came_from[following] = node
                waiting.append(following)
    return None


def knots(graph: Graph) -> list[set[int]]:
    """Return the strongly connected components of two or more nodes."""
    numbers: dict[int, int] = {}
    lowest: dict[int, int] = {}
    open_nodes: list[int] = []
    found: list[set[int]] = []
    settled: set[int] = set()
    for root in sorted(graph):
        walk = [(root, iter(graph[root]))] if root not in numbers else []
        while walk:
            node, following = walk[-1]
            if node not in numbers:
                numbers[node] = lowest[node] = len(numbers)
                open_nodes.append(node)
            after = next(following, None)
            if after is None:
                walk.pop()
                _settle(node, walk, numbers, lowest, open_nodes, settled, found)
            elif after not in numbers:
                walk.append((after, iter(graph.get(after, ()))))
            elif after not in settled:
                lowest[node] = min(lowest[node], numbers[after])
    return [knot for knot in found if len(knot) > 1]


def _settle(node, walk, numbers, lowest, open_nodes, settled, found) -> None:
    """Hand the lowest number reached to the node before, and close a component at its root."""
    if walk:
        before = walk[-1][0]
        lowest[before] = min(lowest[before], lowest[node])
    if lowest[node] != numbers[node]:
        return
    knot = set()
    while node not in knot:
        knot.add(open_nodes.pop())
    settled |= knot
    found.append(knot)


def _graph(arcs: Iterable[Arc]) -> tuple[Graph, dict[tuple[int, int], list[int]]]:
    between: dict[tuple[int, int], list[int]] = defaultdict(list)
    for arc in arcs:
        between[arc.asking, arc.giving].append(arc.dependency)
    graph: Graph = defaultdict(list)
    for asking, giving in sorted(between):
        graph[asking].append(giving)
    return graph, between


def _elementary(graph: Graph) -> Iterator[tuple[int, ...]]:
    waiting = sorted(knots(graph), key=min, reverse=True)
    while waiting:
        knot = waiting.pop()
        start = min(knot)
        inner = {node: [to for to in graph[node] if to in knot] for node in knot}
        yield from _through(start, inner)
        rest = {node: [to for to in inner[node] if to != start] for node in knot - {start}}
        waiting += sorted(knots(rest), key=min, reverse=True)


def _through(start: int, graph: Graph) -> Iterator[tuple[int, ...]]:
    """Yield the elementary circuits through `start` of a strongly connected graph (Johnson)."""
    path, blocked, closed = [start], {start}, set()
    blocks: dict[int, set[int]] = defaultdict(set)
    walk = [(start, graph[start][::-1])]
    while walk:
        node, following = walk[-1]
        if following:
            after = following.pop()
            if after == start:
                yield tuple(path)
                closed.update(path)
            elif after not in blocked:
                path.append(after)
                walk.append((after, graph[after][::-1]))
                closed.discard(after)
                blocked.add(after)
            continue
        if node in closed:
            _unblock(node, blocked, blocks)
        else:
            for after in graph[node]:
                blocks[after].add(node)
        walk.pop()
        path.pop()


def _unblock(node: int, blocked: set[int], blocks: dict[int, set[int]]) -> None:
    waiting = {node}
    while waiting:
        each = waiting.pop()
        if each in blocked:
            blocked.remove(each)
            waiting |= blocks.pop(each, set())


def _loop(path: tuple[int, ...], between: dict[tuple[int, int], list[int]]) -> Loop:
    steps = zip(path, (*path[1:], path[0]), strict=True)
    return Loop(path, tuple(number for step in steps for number in between[step]))


def _loop_back(asking, giving, came_from, between) -> Loop:
    path = [asking]
    while path[-1] != giving:
        path.append(came_from[path[-1]])
    path = [asking, *path[:0:-1]]
    steps = zip(path[1:], (*path[2:], asking), strict=True)
    return Loop(tuple(path), tuple(number for step in steps for number in between[step]))
