"""The parts a formula is made of, and how they are written."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal


@dataclass(frozen=True, slots=True)
class Name:
    """A criterion's value."""

    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    of: "Node"


@dataclass(frozen=True, slots=True)
class Not:
    of: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    """Two parts and the sign between them: + - * / < <= = != >= > and or."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Extreme:
    """The least or the greatest of its parts; `which` is "min" or "max"."""

    which: str
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class If:
    condition: "Node"
    then: "Node"
    other: "Node"


Node = Number | Name | Negative | Not | Binary | Extreme | If

ARITHMETIC = {"+", "-", "*", "/"}
COMPARISONS = {"<", "<=", "=", "!=", ">=", ">"}
LOGIC = {"and", "or"}
# How tightly each sign binds; a comparison stands between two sums and never beside another one.
BINDS = {"or": 1, "and": 2, **dict.fromkeys(COMPARISONS, 4), "+": 5, "-": 5, "*": 6, "/": 6}
NOT_BINDS, NEGATIVE_BINDS, TIGHTEST = 3, 7, 8


def is_truth(node: Node) -> bool:
    """Is it a yes or no, not a number?"""
    return isinstance(node, Not) or (isinstance(node, Binary) and node.sign not in ARITHMETIC)


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Negative(of) | Not(of):
            return (of,)
        case Binary(_, left, right):
            return (left, right)
        case Extreme(_, parts):
            return parts
        case If(condition, then, other):
            return (condition, then, other)
    return ()


def names_in(node: Node) -> tuple[str, ...]:
    """Return the criteria a formula uses, each once, in the order they appear."""
    return tuple(dict.fromkeys(each.name for each in _walk(node) if isinstance(each, Name)))


def _walk(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(children(one)))


def words(node: Node) -> str:
    """Write a formula with as few brackets as it needs; parsing it gives the same tree."""
    return _written(node, 0)


def _written(node: Node, least: int) -> str:
    """Write a part; in brackets when it binds less tightly than `least`."""
    binds, text = TIGHTEST, ""
    match node:
        case Number(value):
            text = f"{value:f}"
        case Name(name):
            text = name
        case Negative(of):
            binds, text = NEGATIVE_BINDS, f"-{_written(of, NEGATIVE_BINDS)}"
        case Not(of):
            binds, text = NOT_BINDS, f"not {_written(of, NOT_BINDS)}"
        case Binary(sign, left, right):
            binds = BINDS[sign]
            beside = binds + (sign in COMPARISONS)
            text = f"{_written(left, beside)} {sign} {_written(right, binds + 1)}"
        case Extreme(which, parts):
            text = f"{which}({', '.join(_written(part, 0) for part in parts)})"
        case If(condition, then, other):
            parts = (condition, then, other)
            text = f"if({', '.join(_written(part, 0) for part in parts)})"
    return text if binds >= least else f"({text})"
