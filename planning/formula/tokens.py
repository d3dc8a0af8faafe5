"""A formula as a row of tokens, each with the place it begins at."""

import re
from typing import NamedTuple

LONGEST = 2000
MOST_TOKENS = 400
KEYWORDS = {"min", "max", "if", "and", "or", "not"}
TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:\d+(?:\.\d*)?|\.\d+))"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign><=|>=|!=|==|[-+*/(),<>=×÷−≤≥≠·])",
    re.ASCII,
)
LONGEST_NUMBER = 15
ALIKE = {"×": "*", "·": "*", "÷": "/", "−": "-", "≤": "<=", "≥": ">=", "≠": "!=", "==": "="}


class FormulaError(ValueError):
    """What is wrong with a formula, at which character, and what was expected there."""

    def __init__(self, text: str, at: int, problem: str):
        self.text, self.at, self.problem = text, at, problem
        super().__init__(f"{problem} (character {at + 1})")

    @property
    def pointer(self) -> str:
        """The line it is in, and below it a caret at the character."""
        start = self.text.rfind("\n", 0, self.at) + 1
        line = self.text[start:].split("\n", 1)[0]
        return f"{line}\n{' ' * (self.at - start)}^"


class Token(NamedTuple):
    """`kind` is "number", "name", "end", or the sign or keyword itself."""

    kind: str
    text: str
    at: int

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else f"“{self.text}”"


def tokens(text: str) -> list[Token]:
    """Cut a formula into tokens, an "end" last. Raises FormulaError."""
    if len(text) > LONGEST:
        raise FormulaError(text, LONGEST, f"A formula has {LONGEST:,} characters at most.")
    found, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise FormulaError(text, at, f"“{text[at]}” means nothing in a formula.")
        if match.lastgroup != "space":
            found.append(_token(text, match, at))
        if len(found) > MOST_TOKENS:
            raise FormulaError(text, at, f"A formula has {MOST_TOKENS} parts at most.")
        at = match.end()
    return [*found, Token("end", "", len(text.rstrip()))]


def _token(text: str, match: re.Match, at: int) -> Token:
    part = match.group()
    if match.lastgroup == "number":
        if len(part) > LONGEST_NUMBER:
            raise FormulaError(text, at, f"A number has {LONGEST_NUMBER} digits at most.")
        return Token("number", part, at)
    if match.lastgroup == "name":
        part = part.lower()
        return Token(part if part in KEYWORDS else "name", part, at)
    return Token(ALIKE.get(part, part), part, at)
