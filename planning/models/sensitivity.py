"""How a ranking moves when a criterion counts more or less; nothing here asks the database."""

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from planning.formula import Gap, Node, Score, Values, names_in, scored
from planning.models.ranking import ranks

CHANGES = (-50, -25, -10, 10, 25, 50)
LEAST, MOST = -95, 300
RIVALS = 10
FINE = Decimal("0.1")


@dataclass(frozen=True, kw_only=True)
class Move:
    """What becomes of a ranking when one criterion counts `percent` more or less."""

    name: str
    percent: int
    moved: int
    farthest: int | None
    steps: int
    tau: float | None
    first: int | None


def ranked_with(
    tree: Node, rows: Mapping[int, Values], name: str = "", percent: Decimal | int = 0
) -> dict[int, Score]:
    """Return the outcome of each row with one criterion counting `percent` more or less."""
    score = scored(tree)
    return {pk: score(_scaled(values, name, percent)) for pk, values in rows.items()}


def moves(tree: Node, rows: Mapping[int, Values]) -> list[Move]:
    """Return a Move for each criterion of the formula and each of CHANGES."""
    base = ranked_with(tree, rows)
    return [
        _move(base, ranked_with(tree, rows, name, percent), name, percent)
        for name in names_in(tree)
        for percent in CHANGES
    ]


def _move(base: Mapping[int, Score], after: Mapping[int, Score], name: str, percent: int) -> Move:
    before, now = ranks(base), ranks(after)
    both = [pk for pk in before if pk in now]
    steps = {pk: now[pk] - before[pk] for pk in both if now[pk] != before[pk]}
    farthest = max(steps, key=lambda pk: (abs(steps[pk]), -pk), default=None)
    return Move(
        name=name,
        percent=percent,
        moved=len(steps),
        farthest=farthest,
        steps=steps[farthest] if farthest is not None else 0,
        tau=kendall_tau([before[pk] for pk in both], [now[pk] for pk in both]),
        first=min(now, key=lambda pk: (now[pk], before.get(pk, 0), pk), default=None),
    )


def kendall_tau(left: Sequence[int], right: Sequence[int]) -> float | None:
    """Return tau-b of two rankings of the same things: 1 alike, -1 reversed, ties counted.

    None for fewer than two things, or where one side puts all on one rank. Takes n log n.
    """
    pairs = _pairs(len(left))
    ties_left, ties_right = (sum(map(_pairs, Counter(one).values())) for one in (left, right))
    both = list(zip(left, right, strict=True))
    ties_both = sum(map(_pairs, Counter(both).values()))
    scale = sqrt((pairs - ties_left) * (pairs - ties_right))
    if not scale:
        return None
    discordant = _discordant(sorted(both))
    concordant = pairs - ties_left - ties_right + ties_both - discordant
    return (concordant - discordant) / scale


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def _discordant(both: Sequence[tuple[int, int]]) -> int:
    """Count the pairs that the two sides put the other way round; `both` is sorted."""
    seen: list[int] = []
    found = 0
    for _, right in both:
        found += len(seen) - bisect_right(seen, right)
        insort(seen, right)
    return found


def tipping_point(
    tree: Node, rows: Mapping[int, Values], name: str, *, only_first: bool = False
) -> Decimal | None:
    """Return the smallest change in percent, to a tenth, at which another comes first.

    Every row's value of the criterion changes alike or, with `only_first`, that of the first row
    alone. None when nothing from -95 to +300 does it. The ten best are looked at.
    """
    order = ranks(ranked_with(tree, rows))
    best = sorted(order, key=lambda pk: (order[pk], pk))[: RIVALS + 1]
    if len(best) < 2:
        return None
    near = {pk: rows[pk] for pk in best}
    is_overtaken = _overtaking(tree, near, best[0], name, only_first)
    tip = next((percent for percent in _outward() if is_overtaken(Decimal(percent))), None)
    return None if tip is None else _refined(is_overtaken, Decimal(tip))


def _overtaking(
    tree: Node, rows: Mapping[int, Values], first: int, name: str, only_first: bool
) -> Callable[[Decimal], bool]:
    """Return a function: does another row beat the first when the criterion changes so much?"""
    score = scored(tree)

    def is_overtaken(percent: Decimal) -> bool:
        leading = score(_scaled(rows[first], name, percent))
        others = (
            score(values if only_first else _scaled(values, name, percent))
            for pk, values in rows.items()
            if pk != first
        )
        if isinstance(leading, Gap):
            return False
        return any(not isinstance(one, Gap) and one > leading for one in others)

    return is_overtaken


def _outward() -> Iterator[int]:
    """Whole percents, the smallest change first."""
    for size in range(1, MOST + 1):
        yield size
        if -size >= LEAST:
            yield -size


def _refined(is_overtaken: Callable[[Decimal], bool], tip: Decimal) -> Decimal:
    """Go back from a whole percent in tenths, as long as it still tips."""
    step = FINE if tip > 0 else -FINE
    whole = tip - 1 if tip > 0 else tip + 1
    fine = (whole + step * count for count in range(1, 11))
    return next(percent for percent in fine if is_overtaken(percent))


def ranks_if(tree: Node, rows: Mapping[int, Values], pk: int) -> dict[str, list[int | None]]:
    """Return the rank of one row, were its own estimate off by each of CHANGES, by criterion.

    None where it has no score then. The others stay as they are.
    """
    score = scored(tree)
    outcomes = [score(values) for each, values in rows.items() if each != pk]
    others = sorted(one for one in outcomes if not isinstance(one, Gap))

    def rank(name: str, percent: int) -> int | None:
        own = score(_scaled(rows[pk], name, percent))
        if isinstance(own, Gap):
            return None
        return 1 + len(others) - bisect_right(others, own)

    return {
        name: [rank(name, percent) for percent in CHANGES]
        for name in names_in(tree)
        if rows[pk].get(name) is not None
    }


def _scaled(values: Values, name: str, percent: Decimal | int) -> Values:
    value = values.get(name)
    if not percent or value is None:
        return values
    return {**values, name: value * (100 + Decimal(percent)) / 100}
