"""From the text of a formula to its tree, or to what is wrong with it and where."""

from collections.abc import Collection
from decimal import Decimal
from difflib import get_close_matches

from planning.formula.tokens import FormulaError, Token, tokens
from planning.formula.tree import (
    ARITHMETIC,
    BINDS,
    COMPARISONS,
    NEGATIVE_BINDS,
    NOT_BINDS,
    Binary,
    Extreme,
    If,
    Name,
    Negative,
    Node,
    Not,
    Number,
    is_truth,
)

DEEPEST = 40
OPERAND = "a number, a criterion or “(”"
NOT_A_NUMBER = "A number is expected here, this is a yes or no."
NOT_A_TRUTH = "A comparison is expected here, such as reach > 10; this is a number."


def parse(text: str, names: Collection[str] | None = None) -> Node:
    """Read a formula that gives a number. Raises FormulaError at the first thing wrong.

    `names` are the criteria it may use; None lets it use any.
    """
    return _Parser(text, names).formula()


class _Parser:
    """Reads by how tightly signs bind (Pratt); every nesting counts towards DEEPEST."""

    def __init__(self, text: str, names: Collection[str] | None):
        self.text, self.names = text, names
        self.tokens = tokens(text)
        self.place = self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def formula(self) -> Node:
        if self.token.kind == "end":
            raise self._error("Write a formula, such as reach * impact / effort.")
        node = self._number(0)
        if self.token.kind == ")":
            raise self._error("This “)” closes nothing.")
        if self.token.kind != "end":
            raise self._error(f"Expected an operator such as + or *, found {self.token}.")
        return node

    def _number(self, least: int) -> Node:
        return self._typed(least, False, NOT_A_NUMBER)

    def _truth(self, least: int) -> Node:
        return self._typed(least, True, NOT_A_TRUTH)

    def _typed(self, least: int, wanted: bool, problem: str) -> Node:
        start = self.token
        node = self._expression(least)
        if is_truth(node) is not wanted:
            raise FormulaError(self.text, start.at, problem)
        return node

    def _expression(self, least: int) -> Node:
        """Read an operand and every sign after it that binds tighter than `least`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._error(f"This is nested more than {DEEPEST} times.")
        start = self.token
        left = self._operand()
        while BINDS.get(self.token.kind, 0) > least:
            left = self._joined(left, start)
            if left.sign in COMPARISONS and self.token.kind in COMPARISONS:
                raise self._error("Compare two things at a time; join comparisons by “and”.")
        self.depth -= 1
        return left

    def _joined(self, left: Node, start: Token) -> Binary:
        """Read a sign and what stands right of it; `left` began at `start`."""
        sign = self._next().kind
        wants_truth = sign not in ARITHMETIC | COMPARISONS
        if is_truth(left) is not wants_truth:
            problem = NOT_A_TRUTH if wants_truth else NOT_A_NUMBER
            raise FormulaError(self.text, start.at, problem)
        right = self._truth(BINDS[sign]) if wants_truth else self._number(BINDS[sign])
        return Binary(sign, left, right)

    def _operand(self) -> Node:
        token = self._next()
        match token.kind:
            case "number":
                return Number(Decimal(token.text))
            case "name":
                return self._name(token)
            case "(":
                node = self._expression(0)
                self._expect(")", "an operator or “)”")
                return node
            case "-":
                return Negative(self._number(NEGATIVE_BINDS - 1))
            case "not":
                return Not(self._truth(NOT_BINDS - 1))
            case "min" | "max":
                return Extreme(token.kind, self._parts())
            case "if":
                return self._choice()
        self.place -= 1
        raise self._error(f"Expected {OPERAND}, found {token}.")

    def _name(self, token: Token) -> Name:
        if self.token.kind == "(":
            problem = f"There is no function “{token.text}”; there are min, max and if."
            raise FormulaError(self.text, token.at, problem)
        if self.names is not None and token.text not in self.names:
            near = get_close_matches(token.text, list(self.names), 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            problem = f"There is no criterion “{token.text}”.{hint}"
            raise FormulaError(self.text, token.at, problem)
        return Name(token.text)

    def _parts(self) -> tuple[Node, ...]:
        self._expect("(", "“(”")
        parts = [self._number(0)]
        while self.token.kind == ",":
            self._next()
            parts.append(self._number(0))
        self._expect(")", "“,” or “)”")
        return tuple(parts)

    def _choice(self) -> If:
        self._expect("(", "“(”")
        condition = self._truth(0)
        self._expect(",", "“,” and what counts if so")
        then = self._number(0)
        self._expect(",", "“,” and what counts otherwise")
        other = self._number(0)
        self._expect(")", "“)”")
        return If(condition, then, other)

    def _next(self) -> Token:
        token = self.token
        self.place = min(self.place + 1, len(self.tokens) - 1)
        return token

    def _expect(self, kind: str, wanted: str) -> None:
        if self.token.kind != kind:
            raise self._error(f"Expected {wanted}, found {self.token}.")
        self._next()

    def _error(self, problem: str) -> FormulaError:
        return FormulaError(self.text, self.token.at, problem)
