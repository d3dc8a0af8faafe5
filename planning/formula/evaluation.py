"""What a formula is worth for given values; what cannot be worked out says why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from planning.formula.tree import (
    Binary,
    Extreme,
    If,
    Name,
    Negative,
    Node,
    Not,
    Number,
    words,
)

DIGITS = 28
# No trap: a formula has no more than 400 parts of 15 digits, so no number leaves these bounds.
CONTEXT = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN, traps=[])
STEP, LIMIT = Decimal("0.0001"), Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class Gap:
    """No number: the criteria that are `missing`, or else the `problem` with those there are."""

    missing: frozenset[str] = frozenset()
    problem: str = ""

    def __str__(self) -> str:
        if self.missing:
            return f"Missing: {', '.join(sorted(self.missing))}"
        return self.problem

    def __or__(self, other: "Gap") -> "Gap":
        missing = self.missing | other.missing
        return Gap(missing, "" if missing else self.problem or other.problem)


Values = Mapping[str, Decimal | None]
Outcome = Decimal | bool | Gap
Score = Decimal | Gap
Compiled = Callable[[Values], Any]

ARITHMETIC = {"+": CONTEXT.add, "-": CONTEXT.subtract, "*": CONTEXT.multiply}
COMPARED: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    ">=": lambda left, right: left >= right,
    ">": lambda left, right: left > right,
}


def scored(node: Node) -> Callable[[Values], Score]:
    """Return a function from values to the score, rounded to four decimals, or to its Gap."""
    run = compiled(node)

    def score(values: Values) -> Score:
        outcome = run(values)
        if isinstance(outcome, Gap):
            return outcome
        if abs(outcome) >= LIMIT:
            return Gap(problem="The score is larger than anything to compare it with")
        return outcome.quantize(STEP, context=CONTEXT) + 0

    return score


def compiled(node: Node) -> Compiled:
    """Return a function from values to the outcome: a Decimal, a yes or no, or a Gap.

    Both sides of an operation are worked out, so that a Gap names everything missing; of an `if`
    only the side that counts, and of `and` and `or` the right side when the left leaves it open.
    """
    match node:
        case Number(value):
            return lambda values: value
        case Name(name):
            return _name(name)
        case Negative(of):
            return _one(compiled(of), CONTEXT.minus)
        case Not(of):
            return _one(compiled(of), lambda truth: not truth)
        case Binary("and" | "or" as sign, left, right):
            return _logic(sign == "or", compiled(left), compiled(right))
        case Binary("/", left, right):
            return _both(compiled(left), compiled(right), _division(right))
        case Binary(sign, left, right):
            combine = ARITHMETIC.get(sign) or COMPARED[sign]
            return _both(compiled(left), compiled(right), combine)
        case Extreme(which, parts):
            return _extreme(min if which == "min" else max, [compiled(each) for each in parts])
        case If(condition, then, other):
            return _choice(compiled(condition), compiled(then), compiled(other))
    raise TypeError(f"{node!r} is no part of a formula.")


def _name(name: str) -> Compiled:
    gap = Gap(frozenset([name]))

    def run(values: Values) -> Outcome:
        value = values.get(name)
        return gap if value is None else value

    return run


def _one(inner: Compiled, change: Callable) -> Compiled:
    def run(values: Values) -> Outcome:
        outcome = inner(values)
        return outcome if isinstance(outcome, Gap) else change(outcome)

    return run


def _both(left: Compiled, right: Compiled, combine: Callable) -> Compiled:
    def run(values: Values) -> Outcome:
        first, second = left(values), right(values)
        if isinstance(first, Gap):
            return first | second if isinstance(second, Gap) else first
        return second if isinstance(second, Gap) else combine(first, second)

    return run


def _division(divisor: Node) -> Callable:
    gap = Gap(problem=f"It divides by {words(divisor)[:80]}, which is 0")

    def divide(left: Decimal, right: Decimal) -> Outcome:
        return CONTEXT.divide(left, right) if right else gap

    return divide


def _logic(settles: bool, left: Compiled, right: Compiled) -> Compiled:
    def run(values: Values) -> Outcome:
        first = left(values)
        return first if isinstance(first, Gap) or first is settles else right(values)

    return run


def _extreme(choose: Callable, parts: list[Compiled]) -> Compiled:
    def run(values: Values) -> Outcome:
        outcomes = [part(values) for part in parts]
        gaps = [each for each in outcomes if isinstance(each, Gap)]
        return _union(gaps) if gaps else choose(outcomes)

    return run


def _union(gaps: list[Gap]) -> Gap:
    whole = gaps[0]
    for gap in gaps[1:]:
        whole |= gap
    return whole


def _choice(condition: Compiled, then: Compiled, other: Compiled) -> Compiled:
    def run(values: Values) -> Outcome:
        holds = condition(values)
        if isinstance(holds, Gap):
            return holds
        return then(values) if holds else other(values)

    return run
