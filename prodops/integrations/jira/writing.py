"""Writing issues: COPY into staging tables, then one merge each. Callers hold the transaction.

Statements go together where they can: while other threads read, after each answer this one waits
its turn, and that took longer than most statements do.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from django.db import connection as database

from prodops.integrations.jira.directory import Directory
from prodops.integrations.jira.shapes import Change, Issue
from prodops.integrations.jira.statements import (
    CHANGE,
    COMMIT_SOON,
    DROP_LINKS,
    ISSUE,
    KEEP_OLD_KEYS_OF_MOVES,
    KNOWN,
    LINK,
    LOCK,
    MERGE_CHANGES,
    MERGE_ISSUES,
    MERGE_LINKS,
    RESOLVE_LINKS,
    RESOLVE_PARENTS,
    TELL_PLANNER,
    names,
)

PAGE = 100  # issues whose payloads are kept together


class Known(NamedTuple):
    """What we hold of an issue."""

    content_hash: bytes
    seen_hash: bytes
    change_count: int
    is_deleted: bool


class Found(NamedTuple):
    """An issue to be written: with its whole history, the line it came in and the hash of that."""

    issue: Issue
    description: str
    changes: list[Change]
    line: bytes
    seen: bytes


def known_issues(connection_id: int, jira_ids: Sequence[str]) -> dict[str, Known]:
    """Return what we hold of these issues, by Jira id."""
    with database.cursor() as cursor:
        cursor.execute(KNOWN, [connection_id, list(jira_ids)])
        return {jira_id: Known(*values) for jira_id, *values in cursor.fetchall()}


def lock(connection_id: int) -> None:
    """Let no other run of the connection write until this transaction ends."""
    with database.cursor() as cursor:
        cursor.execute(LOCK.format(connection=int(connection_id)))


def begin(connection_id: int) -> None:
    """As `lock`, and let the end not wait for the disk; it is whole or not there in any case."""
    with database.cursor() as cursor:
        cursor.execute(f"{COMMIT_SOON}; {LOCK.format(connection=int(connection_id))}")


def write_issues(
    found: Sequence[Found],
    *,
    directory: Directory,
    payload_ids: Sequence[int | None] = (),
    at: datetime,
) -> tuple[int, int]:
    """Write new and changed issues with changes, links and old keys; return (created, updated).

    An issue older than the copy we hold (search lags behind) is left alone. Of `payload_ids` each
    belongs to PAGE issues.
    """
    connection_id = directory.connection.pk
    authors = {change.author for one in found for change in one.changes}
    directory.learn([one.issue for one in found], authors)
    rows = (
        issue_row(one, directory, payload_ids[place // PAGE] if payload_ids else None, at)
        for place, one in enumerate(found)
    )
    with database.cursor() as cursor:
        stage(cursor, "stage_issue", ISSUE, rows)
        cursor.execute(MERGE_ISSUES)
        written = {jira_id: (pk, is_new) for pk, jira_id, is_new in cursor.fetchall()}
        kept = [(written[one.issue.jira_id][0], one) for one in found if _is_in(one, written)]
        _write_changes(cursor, kept, {pk for pk, is_new in written.values() if is_new}, directory)
        _write_links(cursor, connection_id, [one.issue for _, one in kept])
    created = sum(is_new for _, is_new in written.values())
    return created, len(written) - created


def tell_planner() -> None:
    """Let Postgres look at the tables at 1,000, 10,000, 100,000 … new issues.

    It may hold them for empty still, from before a first run, and would then look for each parent
    in every row; its own look comes a minute late and never within a statement.
    """
    with database.cursor() as cursor:
        cursor.execute(TELL_PLANNER)


def resolve_parents(connection_id: int, *, at: datetime) -> int:
    """Point issues at parents that came after them."""
    with database.cursor() as cursor:
        cursor.execute(RESOLVE_PARENTS, {"connection": connection_id, "at": at})
        return cursor.rowcount


def resolve_links(connection_id: int) -> None:
    """Point links at issues that arrived after them."""
    with database.cursor() as cursor:
        for end in ("source", "target"):
            cursor.execute(RESOLVE_LINKS.format(end=end), {"connection": connection_id})


def _is_in(one: Found, written: dict[str, Any]) -> bool:
    return one.issue.jira_id in written


def issue_row(found: Found, directory: Directory, payload_id: int | None, at: datetime) -> tuple:
    """Return the columns of ISSUE."""
    issue = found.issue
    *times, synced = spelled([issue.created, issue.updated, issue.resolved, at])
    return (
        directory.connection.pk,
        issue.jira_id,
        issue.key,
        *_named_rows(issue, directory),
        issue.summary,
        found.description,
        issue.priority[:80],
        issue.resolution[:120],
        issue.parent_jira_id,
        issue.parent_key,
        *_arrays(issue),
        issue.story_points,
        issue.is_flagged,
        issue.due_on,
        *times,
        len({change.history_id for change in found.changes}),
        issue.content_hash,
        found.seen,
        payload_id,
        synced,
    )


def _arrays(issue: Issue) -> tuple[str, ...]:
    return (
        array(issue.labels),
        array(issue.components),
        array(issue.fix_versions),
        array(issue.fix_version_ids),
        array(issue.sprints),
        array(issue.sprint_ids),
    )


def array(values: list[str]) -> str:
    """Write a list of texts as Postgres reads it; by hand, for most are empty."""
    if not values:
        return "{}"
    escaped = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in escaped) + "}"


def _named_rows(issue: Issue, directory: Directory) -> Iterable[int | None]:
    """Return the rows of its project, type, status, assignee and reporter."""
    users = directory.users.ids
    return (
        directory.projects.ids[issue.project.jira_id],
        directory.types.ids[issue.issue_type.jira_id],
        directory.statuses.ids[issue.status.jira_id],
        users[issue.assignee.jira_id] if issue.assignee else None,
        users[issue.reporter.jira_id] if issue.reporter else None,
    )


def _write_changes(
    cursor: Any, kept: list[tuple[int, Found]], new: set[int], directory: Directory
) -> None:
    """Add the changes that are not here yet; those of new issues need no look and no staging."""
    added = [(pk, found) for pk, found in kept if pk in new]
    grown = [(pk, found) for pk, found in kept if pk not in new]
    if added:
        _copy(cursor, f"jira_jirachange ({names(CHANGE)})", change_rows(added, directory))
    if grown:
        stage(cursor, "stage_change", CHANGE, change_rows(grown, directory))
        cursor.execute(MERGE_CHANGES)
    moves = [
        (pk, change.from_text[:60])
        for pk, found in kept
        for change in found.changes
        if change.field == "Key" and change.from_text
    ]
    if moves:
        cursor.execute(KEEP_OLD_KEYS_OF_MOVES, [[pk for pk, _ in moves], [key for _, key in moves]])


def change_rows(kept: Iterable[tuple[int, Found]], directory: Directory) -> Iterable[tuple]:
    """Yield the columns of CHANGE for each item."""
    users = directory.users.ids
    for pk, found in kept:
        times = spelled([change.at for change in found.changes])
        for change, at in zip(found.changes, times, strict=True):
            author = users[change.author.jira_id] if change.author else None
            yield (pk, *change[:2], at, author, *change[4:])


def spelled(times: list[datetime | None]) -> list[str | None]:
    """Write times as Postgres reads them, in a tenth of the time the driver takes."""
    return orjson.loads(orjson.dumps(times))


def _write_links(cursor: Any, connection_id: int, issues: list[Issue]) -> None:
    """Keep each link once; the issue it starts from says whether it is still there.

    The other end has a say only where the start is out of our sight: an end may not show it.
    """
    links = {link.jira_id: link for issue in issues for link in issue.links}
    ends = {"connection": connection_id, "issues": [issue.jira_id for issue in issues]}
    cursor.execute(DROP_LINKS, ends | {"links": list(links)})
    if links:
        stage(cursor, "stage_link", LINK, [(connection_id, *link) for link in links.values()])
        cursor.execute(MERGE_LINKS)


def stage(cursor: Any, table: str, columns: dict[str, str], rows: Iterable[tuple]) -> None:
    """Fill a staging table of this database session; it empties itself at the commit."""
    shape = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    made = f"CREATE TEMP TABLE IF NOT EXISTS {table} ({shape}) ON COMMIT DELETE ROWS"
    emptied = f"DELETE FROM {table}"  # noqa: S608 - unlike TRUNCATE it makes no new files
    cursor.execute(f"{made}; {emptied}")
    _copy(cursor, table, rows)


def _copy(cursor: Any, table: str, rows: Iterable[tuple]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
