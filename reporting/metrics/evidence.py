"""The rows a figure was computed from, as a table that leads to the records."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet


class Link(NamedTuple):
    """A cell that leads somewhere; `url` may be empty."""

    label: str
    url: str

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Column names, the rows' source, and how one of them becomes the cells of a table row.

    `numeric` gives columns of numbers their decimals; None shows as many as there are.
    """

    columns: tuple[str, ...]
    source: QuerySet[Any] | Sequence[Any]
    cells: Callable[[Any], tuple[Any, ...]]
    numeric: Mapping[str, int | None] = field(default_factory=dict)


def select(statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run one statement of a metric and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()
