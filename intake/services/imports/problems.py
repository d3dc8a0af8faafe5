"""What is wrong in one place of a file."""

from collections.abc import Iterable
from typing import NamedTuple

from intake.models import Import, ImportProblem


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


def keep_problems(importing: Import, found: Iterable[Problem]) -> None:
    """Keep what is wrong with rows, to be shown with their file."""
    ImportProblem.objects.bulk_create(
        ImportProblem(
            importing=importing,
            line=each.line,
            column=each.column[:120],
            value=each.value.replace("\x00", "")[:200],
            what=each.what[:300],
            cure=each.cure[:300],
        )
        for each in found
    )
