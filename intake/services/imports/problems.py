"""What is wrong in one place of a file."""

from typing import NamedTuple


class Problem(NamedTuple):
    """What is wrong, where, and what to do about it."""

    line: int
    column: str
    value: str
    what: str
    cure: str = ""

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", {self.column}" if self.column else "")
        return f"{place}: {self.what} {self.cure}".strip()


class Wrong(ValueError):
    """A cell cannot be read; `what` is wrong with it, and `cure` says what to do."""

    def __init__(self, what: str, cure: str = ""):
        super().__init__(what)
        self.what, self.cure = what, cure


class FileRefused(Exception):
    """Nothing can be done with the file as a whole; the message says why and what to do."""
