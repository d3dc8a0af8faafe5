"""Reading an export into a connection: checked as a whole first, then written page by page.

What is refused is refused before anything is written. Writing is the same as after a sync, so a
worker that dies half way is followed by one that writes the rest and changes nothing else.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection as database
from django.db import transaction

from prodops.integrations.jira.directory import Directory
from prodops.integrations.jira.fields import FieldMap
from prodops.integrations.jira.files import csv_rows, json_rows
from prodops.integrations.jira.files.learning import Source, fields_of, keep_fields, learn
from prodops.integrations.jira.files.reading import (
    UNREADABLE,
    FileRefused,
    Problem,
    Row,
    explained,
)
from prodops.integrations.jira.mapping import identity, read_releases
from prodops.integrations.jira.models import JiraIssue
from prodops.integrations.jira.payloads import keep, parsed
from prodops.integrations.jira.reading import Mapped, map_page
from prodops.integrations.jira.writing import (
    Known,
    known_issues,
    lock,
    resolve_links,
    resolve_parents,
    write_issues,
)
from prodops.integrations.models import Connection

AT_ONCE = 500
SHOWN = 200  # problems kept; the rest is only counted


class Offline(NamedTuple):
    """Stands where the client is: a file answers no questions."""

    is_cloud: bool = False


@dataclass
class Outcome:
    """What the file holds, as counts; `problems` are the first of what is wrong with it."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, problem: Problem) -> None:
        self.refused += 1
        if len(self.problems) < SHOWN:
            self.problems.append(problem)


def check(source: Source, connection: Connection, report: Callable[[Outcome], None]) -> Outcome:
    """Read the whole file and say what importing it would do; nothing is written."""
    outcome = Outcome()
    try:
        learn(source, connection)
        fields = fields_of(source, connection)
        names = csv_rows.Names(Directory(connection))
        seen: set[str] = set()
        met: dict[str, str] = {}
        for page in _pages(source, names):
            _check_page(_apart(page, met), connection, fields, outcome, seen)
            report(outcome)
    except FileRefused as refusal:
        outcome.refuse(refusal.problem)
    outcome.notes = source.notes
    if not outcome.read and not outcome.problems:
        outcome.refuse(Problem(1, "", "The file holds no issue.", "Export at least one."))
    return outcome


def write(
    source: Source,
    connection: Connection,
    report: Callable[[Outcome], None],
    *,
    clock: Callable[[], datetime],
) -> Outcome:
    """Write a file that was checked; each page is one transaction with `report`."""
    outcome, at = Outcome(notes=source.notes), clock()
    fields, directory = fields_of(source, connection), Directory(connection)
    keep_fields(source, connection)
    for page in _pages(source, csv_rows.Names(directory)):
        payloads = [row.payload for row in page]
        with transaction.atomic():
            lock(connection.pk)
            mapped = _mapped(payloads, connection, fields)
            created, updated = _write_page(mapped, connection, directory, fields, clock())
            outcome.read += len(page)
            outcome.created += created
            outcome.updated += updated
            outcome.unchanged += len(page) - created - updated
            report(outcome)
    with transaction.atomic():
        resolve_parents(connection.pk, at=at)
        _resolve_named_links(connection.pk)
        resolve_links(connection.pk)
    return outcome


def _pages(source: Source, names: csv_rows.Names) -> Iterator[list[Row]]:
    reading = csv_rows.Reading(source.order, source.zone, names)
    with source.text() as stream:
        found = json_rows.rows(stream) if source.is_json else csv_rows.rows(stream, reading)
        line = 1
        while True:
            try:
                page = list(islice(found, AT_ONCE))
            except UNREADABLE as error:
                raise explained(error, line) from None
            if not page:
                return
            line = page[-1].line
            yield page


def _apart(page: list[Row], met: dict[str, str]) -> Iterator[Row]:
    """Refuse a key that stood before with another id: one of the two would be lost in silence."""
    for row in page:
        jira_id, key = identity(row.payload)
        other = key and jira_id and met.setdefault(key, jira_id)
        if other and other != jira_id and not row.problem:
            what = f"{key} is number {jira_id} here and {other} in a line before."
            cure = "Leave one of the two out."
            yield row._replace(problem=Problem(row.line, "Issue key", what, cure))
        else:
            yield row


def _check_page(
    page: Iterable[Row],
    connection: Connection,
    fields: FieldMap,
    outcome: Outcome,
    seen: set[str],
) -> None:
    """Count what a page would do, and note what cannot be read with its line."""
    good, places = [], {}
    for row in page:
        outcome.read += 1
        if row.problem:
            outcome.refuse(row.problem)
        else:
            good.append(row.payload)
            places[id(row.payload)] = row.line
    known = known_issues(connection.pk, _ids(good))
    mapped = _mapped(good, connection, fields, known)
    for payload, reason in mapped.bad:
        what = f"{identity(payload)[1] or 'An issue'}: {reason}"
        cure = "Mend it in Jira and export again, or leave it out."
        outcome.refuse(Problem(places[id(payload)], "", what, cure))
    ids = [one.issue.jira_id for one in mapped.found]
    older = _older(connection, {one.issue.jira_id: one.issue.updated for one in mapped.found})
    new = {jira_id for jira_id in ids if jira_id not in known and jira_id not in seen}
    outcome.created += len(new)
    outcome.updated += len([i for i in ids if i in known and i not in older])
    seen |= new
    outcome.unchanged = outcome.read - outcome.created - outcome.updated - outcome.refused


def _older(connection: Connection, found: dict[str, datetime]) -> set[str]:
    """Return those the hub has in a newer state than the file: they are left alone."""
    ours = JiraIssue.objects.alive().filter(connection=connection, jira_id__in=found)
    return {i for i, updated in ours.values_list("jira_id", "updated") if updated > found[i]}


def _mapped(
    payloads: list[Any],
    connection: Connection,
    fields: FieldMap,
    known: dict[str, Known] | None = None,
) -> Mapped:
    if known is None:
        known = known_issues(connection.pk, _ids(payloads))
    return map_page(Offline(), fields, payloads, known, is_sure=True)  # type: ignore[arg-type]


def _ids(payloads: list[Any]) -> list[str]:
    return [jira_id for payload in payloads if (jira_id := identity(payload)[0])]


def _write_page(
    mapped: Mapped,
    connection: Connection,
    directory: Directory,
    fields: FieldMap,
    at: datetime,
) -> tuple[int, int]:
    if not mapped.found:
        return 0, 0
    kept = keep(connection.pk, mapped.bodies, at=at)
    counts = write_issues(mapped.found, directory=directory, payload_ids=kept, at=at)
    for one in mapped.found:
        if not directory.knows_releases(one.issue):
            directory.name_releases(one.issue, *read_releases(parsed(one.line), fields))
    return counts


def _resolve_named_links(connection_id: int) -> None:
    """Give the ends a CSV only names by key their ids."""
    with database.cursor() as cursor:
        for end in ("source", "target"):
            cursor.execute(
                f"UPDATE jira_jiralink AS link SET {end}_jira_id = issue.jira_id"  # noqa: S608
                f" FROM jira_jiraissue AS issue WHERE link.connection_id = %s"
                f" AND link.{end}_jira_id = '' AND issue.connection_id = link.connection_id"
                f" AND issue.key = link.{end}_key AND issue.deleted_at IS NULL",
                [connection_id],
            )
