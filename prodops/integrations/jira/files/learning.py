"""What a file must be read for as a whole before its lines can be understood."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from prodops.integrations.jira.fields import FieldMap, Found, Role, classified, field_map
from prodops.integrations.jira.files import csv_rows, json_rows
from prodops.integrations.jira.files.reading import (
    UNREADABLE,
    FileRefused,
    Problem,
    explained,
    is_json,
    opened,
)
from prodops.integrations.jira.models import JiraField
from prodops.integrations.models import Connection


@dataclass
class Source:
    """A file that can be read from its beginning again and again."""

    again: Callable[[], Iterator[bytes]]
    order: str = ""
    zone: ZoneInfo = ZoneInfo("UTC")
    is_json: bool = False
    fields: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def text(self) -> TextIO:
        return opened(self.again())


def fields_of(source: Source, connection: Connection) -> FieldMap:
    """Return what to read of each issue: what the connection reads, and what the file names."""
    known = FieldMap.from_json(connection.field_map) if connection.field_map else FieldMap()
    if connection.is_fed_by_files or not connection.field_map:
        known = field_map(connection)

    def joined(role: str, ids: tuple[str, ...]) -> tuple[str, ...]:
        named = [one.jira_id for one in source.fields if one.role == role]
        return tuple(dict.fromkeys([*named, *ids]))

    return replace(
        known,
        points=joined(Role.POINTS, known.points),
        sprints=joined(Role.SPRINT, known.sprints),
        epic_links=joined(Role.EPIC_LINK, known.epic_links),
        flags=joined(Role.FLAG, known.flags),
    )


def learn(source: Source, connection: Connection) -> None:
    """Find out from the whole file what the reading of each line needs."""
    try:
        with source.text() as stream:
            source.is_json = is_json(stream.read(4096))
        with source.text() as stream:
            if source.is_json:
                source.fields = _described(stream) if connection.is_fed_by_files else []
            else:
                source.fields = [Found(csv_rows.POINTS, "Story points of a CSV", "", Role.POINTS)]
                source.order = source.order or _order(stream)
    except UNREADABLE as error:
        raise explained(error, 1) from None
    if not source.is_json:
        source.notes.append(
            "A CSV has no history: the issues count, but no times between their statuses."
        )


def _order(stream: TextIO) -> str:
    order, is_needed = csv_rows.proven_order(stream)
    if is_needed and not order:
        what = "Its days may be read with the day or the month first."
        cure = "Say which: day first (dmy, 31/12/2026) or month first (mdy, 12/31/2026)."
        raise FileRefused(Problem(1, "Created", what, cure))
    return order


def _described(stream: TextIO) -> list[Found]:
    """Return the story points, sprints and epic links a search result names (`names`, `schema`)."""
    told: dict[str, dict[str, Any]] = {"names": {}, "schema": {}}

    def describe(name: str, value: Any) -> None:
        if name in told and isinstance(value, dict):
            told[name] |= value

    for _ in json_rows.rows(stream, describe):
        pass
    found = [
        classified({"id": jira_id, "name": name, "schema": told["schema"].get(jira_id)}, set())
        for jira_id, name in told["names"].items()
    ]
    return [one for one in found if one]


def keep_fields(source: Source, connection: Connection) -> None:
    """Give the fields a row, so that a later mapping of what is kept reads them too."""
    for one in source.fields:
        JiraField.objects.get_or_create(
            connection=connection, jira_id=one.jira_id, defaults=one.row()
        )
