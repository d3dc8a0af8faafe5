"""Mapping again what is stored, without asking Jira: after a choice of field, or a better mapping.

Each page of payloads is mapped, put into staging tables and compared there: only rows that differ
are written, and only those of issues that no run has written from newer payloads meanwhile.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from prodops.integrations import runs
from prodops.integrations.jira.directory import Directory
from prodops.integrations.jira.fields import FieldMap, field_map
from prodops.integrations.jira.mapping import identity, read_changes, read_issue
from prodops.integrations.jira.models import JiraIssue, JiraPayload
from prodops.integrations.jira.payloads import read
from prodops.integrations.jira.statements import CHANGE, ISSUE, LINK, names
from prodops.integrations.jira.values import Malformed, markdown
from prodops.integrations.jira.writing import (
    Found,
    change_rows,
    issue_row,
    lock,
    resolve_parents,
    stage,
)
from prodops.integrations.models import Connection, SyncRun
from prodops.people.models import User

# What the payload does not decide: who and when it was read, and what only grows.
LEFT_ALONE = {"connection_id", "jira_id", "change_count", "seen_hash", "payload_id", "synced_at"}
COMPARED = [name for name in ISSUE if name not in LEFT_ALONE]
TEXTS = ["at", "author_id", "field", "field_id", "from_id", "from_text", "to_id", "to_text"]
WORDS = ["kind", "outward", "inward"]


def remap(
    *,
    connection: Connection,
    project: str = "",
    by: User | None = None,
    clock: Callable[[], datetime] = timezone.now,
    report: Callable[[SyncRun], None] = lambda run: None,
) -> tuple[SyncRun, dict[str, Any]]:
    """Map everything stored again, or one project, by what is read now; return run and counts.

    Raises AlreadyRunning. A sync may go on beside it: what that writes is left as it is.
    """
    trigger = SyncRun.Trigger.PERSON if by else SyncRun.Trigger.COMMAND
    counts: dict[str, Any] = {}
    with runs.open_run(
        connection=connection, trigger=trigger, mode=SyncRun.Mode.REMAP, clock=clock, by=by
    ) as run:
        counts = _mapped_again(run, project, clock, report)
    run.refresh_from_db()
    return run, counts


def _mapped_again(
    run: SyncRun,
    project: str,
    clock: Callable[[], datetime],
    report: Callable[[SyncRun], None],
) -> dict[str, Any]:
    connection = run.connection
    fields = _fields(connection)
    directory = Directory(connection)
    issues = JiraIssue.objects.filter(connection=connection)
    issues = issues.filter(project__key=project) if project else issues
    counts: dict[str, Any] = {"read": 0, "changed": 0, "histories": 0, "unreadable": []}
    for pk in _pages(issues):
        wanted = set(issues.filter(payload=pk).values_list("jira_id", flat=True))
        found, bad = _mapped(JiraPayload.objects.get(pk=pk), wanted, fields)
        with transaction.atomic():
            lock(connection.pk)
            changed, histories = _write(pk, found, directory, clock())
            counts["read"] += len(found)
            counts["changed"] += changed
            counts["histories"] += histories
            counts["unreadable"] += bad
            _save(run, counts, clock())
        report(run)
    if counts["changed"]:
        resolve_parents(connection.pk, at=clock())
    without = issues.filter(payload=None).count()
    return counts | {"unchanged": counts["read"] - counts["changed"], "without_payload": without}


def _pages(issues: Any) -> list[int]:
    rows = issues.filter(payload__isnull=False).order_by("payload")
    return list(rows.values_list("payload", flat=True).distinct())


def _fields(connection: Connection) -> FieldMap:
    """Return what is read by today's choices, and keep it for the next run."""
    fields = field_map(connection)
    kept = connection.field_map | fields.as_json()
    if kept != connection.field_map:
        Connection.objects.filter(pk=connection.pk).update(field_map=kept)
    return fields


def _mapped(
    page: JiraPayload, wanted: set[str], fields: FieldMap
) -> tuple[list[Found], list[dict[str, str]]]:
    """Read the issues of a page that were last written from it."""
    found: list[Found] = []
    bad: list[dict[str, str]] = []
    for payload in read(page.body):
        jira_id, key = identity(payload)
        if jira_id not in wanted:
            continue
        try:
            issue = read_issue(payload, fields)
            changes = read_changes(payload["changelog"]["histories"])
        except Malformed as reason:
            bad.append({"key": key, "reason": str(reason)})
        else:
            found.append(Found(issue, markdown(issue.description), changes, b"", b""))
    return found, bad


def _write(page: int, found: list[Found], directory: Directory, at: datetime) -> tuple[int, int]:
    """Write what differs; return how many issues and how many items of histories that were."""
    authors = {change.author for one in found for change in one.changes}
    directory.learn([one.issue for one in found], authors, refresh=False)
    with database.cursor() as cursor:
        stage(cursor, "stage_issue", ISSUE, (issue_row(one, directory, page, at) for one in found))
        cursor.execute(TAKE_ISSUES, {"page": page, "at": at})
        changed = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(PRESENT, {"page": page})
        here = dict(cursor.fetchall())
        kept = [(here[one.issue.jira_id], one) for one in found if one.issue.jira_id in here]
        stage(cursor, "stage_change", CHANGE, change_rows(kept, directory))
        cursor.execute("ANALYZE stage_change")  # else the whole table may be read for each page
        cursor.execute(TAKE_CHANGES)
        items = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(ADD_CHANGES)
        items += [pk for (pk,) in cursor.fetchall()]
        links = [link for _, one in kept for link in one.issue.links]
        connection_id = directory.connection.pk
        stage(cursor, "stage_link", LINK, ((connection_id, *link) for link in links))
        cursor.execute(TAKE_LINKS)
    others = set(items) - set(changed)
    JiraIssue.objects.filter(pk__in=others).update(synced_at=at)
    return len(changed) + len(others), len(items)


def _save(run: SyncRun, counts: dict[str, Any], at: datetime) -> None:
    runs.save(
        run,
        at=at,
        fetched=counts["read"] + len(counts["unreadable"]),
        updated=counts["changed"],
        unchanged=counts["read"] - counts["changed"],
        skipped=len(counts["unreadable"]),
        step=f"Mapping again, {counts['read']:,} so far",
    )


def _row(table: str, columns: list[str]) -> str:
    return ", ".join(f'{table}."{name}"' for name in columns)


def _set(columns: list[str]) -> str:
    return ", ".join(f'"{name}" = stage."{name}"' for name in columns)


TAKE_ISSUES = f"""
UPDATE jira_jiraissue AS issue SET {_set(COMPARED)}, synced_at = %(at)s,
    parent_id = CASE WHEN (issue.parent_jira_id, issue.parent_key)
        = (stage.parent_jira_id, stage.parent_key) THEN issue.parent_id END
FROM stage_issue AS stage
WHERE issue.connection_id = stage.connection_id AND issue.jira_id = stage.jira_id
    AND issue.payload_id = %(page)s
    AND ({_row("issue", COMPARED)}) IS DISTINCT FROM ({_row("stage", COMPARED)})
RETURNING issue.id
"""  # noqa: S608 - built from the names above
PRESENT = """
SELECT issue.jira_id, issue.id FROM jira_jiraissue AS issue JOIN stage_issue AS stage
    ON issue.connection_id = stage.connection_id AND issue.jira_id = stage.jira_id
WHERE issue.payload_id = %(page)s
"""
TAKE_CHANGES = f"""
UPDATE jira_jirachange AS change SET {_set(TEXTS)} FROM stage_change AS stage
WHERE change.issue_id = stage.issue_id AND change.history_id = stage.history_id
    AND change.position = stage.position
    AND ({_row("change", TEXTS)}) IS DISTINCT FROM ({_row("stage", TEXTS)})
RETURNING change.issue_id
"""  # noqa: S608
ADD_CHANGES = f"""
INSERT INTO jira_jirachange ({names(CHANGE)}) SELECT {names(CHANGE)} FROM stage_change
ON CONFLICT (issue_id, history_id, position) DO NOTHING RETURNING issue_id
"""  # noqa: S608
TAKE_LINKS = f"""
UPDATE jira_jiralink AS link SET {_set(WORDS)} FROM stage_link AS stage
WHERE link.connection_id = stage.connection_id AND link.jira_id = stage.jira_id
    AND ({_row("link", WORDS)}) IS DISTINCT FROM ({_row("stage", WORDS)})
"""  # noqa: S608
