"""Writing one page of a search: what is new or changed, with its whole history."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from prodops.integrations import runs
from prodops.integrations.jira.changelog import whole_histories
from prodops.integrations.jira.client import Missing
from prodops.integrations.jira.fields import FieldMap
from prodops.integrations.jira.mapping import identity, read_changes, read_issue
from prodops.integrations.jira.paging import Page, newest
from prodops.integrations.jira.payloads import Packed, keep, pack
from prodops.integrations.jira.shapes import Change, Issue
from prodops.integrations.jira.values import Malformed
from prodops.integrations.jira.work import Pass
from prodops.integrations.jira.writing import Known, known_issues, write_issues
from prodops.integrations.models import Connection, SkippedRecord


def write_page(work: Pass, page: Page, *, moves_cursor: bool = True) -> None:
    """Write what is new or changed on a page, set aside what cannot be read, move the cursor."""
    run, at = work.run, work.clock()
    fresh = _unmet(work, page)
    issues, bad = _read(fresh, work.fields)
    known = known_issues(run.connection_id, list(issues))
    payloads = {identity(payload)[0]: payload for payload in fresh}
    todo = [issue for issue in issues.values() if _differs(issue, known.get(issue.jira_id))]
    found, unread = _with_changes(work, todo, payloads)
    bad += unread
    packed = pack(payloads[issue.jira_id] for issue, _ in found)
    with transaction.atomic():
        created, updated = _write(work, found, known, packed, at)
        _set_aside(work, bad, at)
        _unset_aside(work, set(issues) - {identity(payload)[0] for payload, _ in bad}, at)
        reached = _move_cursor(work, page) if moves_cursor else None
        work.save(
            fetched=run.fetched + len(fresh),
            created=run.created + created,
            updated=run.updated + updated,
            unchanged=run.unchanged + len(fresh) - created - updated - len(bad),
            skipped=run.skipped + len(bad),
            cursor_after=reached or run.cursor_after,
        )


def _write(
    work: Pass,
    found: list[tuple[Issue, list[Change]]],
    known: dict[str, Known],
    packed: Packed | None,
    at: datetime,
) -> tuple[int, int]:
    if not found:
        return 0, 0
    kept = keep(work.run.connection_id, packed, at=at)
    return write_issues(found, directory=work.directory, known=known, payload_id=kept, at=at)


def _unmet(work: Pass, page: Page) -> Page:
    """Leave out what the page before held already: pages overlap and sometimes repeat."""
    fresh, marks = {}, set()
    for payload in page:
        fields = payload.get("fields")
        updated = fields.get("updated") if isinstance(fields, dict) else None
        mark = (str(payload.get("id")), str(updated))
        marks.add(mark)
        if mark not in work.last_page:
            fresh[identity(payload)[0] or id(payload)] = payload
    work.last_page = marks
    return list(fresh.values())


def _read(page: Page, fields: FieldMap) -> tuple[dict[str, Issue], list[tuple[Any, str]]]:
    issues: dict[str, Issue] = {}
    bad: list[tuple[Any, str]] = []
    for payload in page:
        try:
            issue = read_issue(payload, fields)
        except Malformed as reason:
            bad.append((payload, str(reason)))
        else:
            issues[issue.jira_id] = issue
    return issues, bad


def _with_changes(
    work: Pass, todo: list[Issue], payloads: dict[str, Any]
) -> tuple[list[tuple[Issue, list[Change]]], list[tuple[Any, str]]]:
    """Read the whole histories of these issues; return them and what could not be read."""
    shown = {issue.jira_id: payloads[issue.jira_id]["changelog"]["histories"] for issue in todo}
    cut = [issue.jira_id for issue in todo if issue.histories > len(shown[issue.jira_id])]
    shown |= whole_histories(work.client, cut)
    found: list[tuple[Issue, list[Change]]] = []
    bad: list[tuple[Any, str]] = []
    for issue in todo:
        histories, payload = shown[issue.jira_id], payloads[issue.jira_id]
        payload["changelog"]["histories"] = histories
        if len(histories) < issue.histories:
            bad.append((payload, f"Jira gave {len(histories)} of {issue.histories} histories."))
            continue
        try:
            found.append((issue, read_changes(histories)))
        except Malformed as reason:
            bad.append((payload, str(reason)))
    return found, bad


def _differs(issue: Issue, known: Known | None) -> bool:
    """Nothing of it changed when the hash is the same and every history is here."""
    return (
        known is None
        or known.is_deleted
        or known.content_hash != issue.content_hash
        or known.change_count < issue.histories
    )


def _set_aside(work: Pass, bad: list[tuple[Any, str]], at: datetime) -> None:
    for payload, reason in bad:
        jira_id, key = identity(payload)
        runs.skip(work.run, source_id=jira_id, key=key, reason=reason, payload=payload, at=at)
        work.aside.add(jira_id)


def _unset_aside(work: Pass, readable: set[str], at: datetime) -> None:
    """What can be read now is no longer set aside."""
    if mended := work.aside & readable:
        SkippedRecord.objects.unresolved().filter(
            connection=work.run.connection_id, source_id__in=mended
        ).update(resolved_at=at)
        work.aside -= mended


def refetch(work: Pass, jira_id: str) -> bool:
    """Read one issue by its id; return whether there is one. A gone one is no longer set aside."""
    try:
        payload = work.client.issue(jira_id, fields=work.fields.asked, expand="changelog")
    except Missing:
        with transaction.atomic():
            _unset_aside(work, {jira_id}, work.clock())
            work.save()
        return False
    write_page(work, [payload], moves_cursor=False)
    return True


def _move_cursor(work: Pass, page: Page) -> datetime | None:
    """Return how far the page got us; a time in Jira's future must not carry the cursor away."""
    reached, now = newest(page, None), work.client.server_now
    if reached and now:
        reached = min(reached, now)
    if reached:
        Connection.objects.filter(pk=work.run.connection_id).update(
            cursor=Greatest(F("cursor"), reached)
        )
    return reached
