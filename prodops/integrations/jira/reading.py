"""Mapping a batch of payloads: which differ from what the hub has, and what they hold.

No database: this runs in a thread beside the writing. It asks Jira for histories that a page cut
short, and for issues that were gone and show again.
"""

import hashlib
from typing import Any, NamedTuple

from prodops.integrations.jira.changelog import whole_histories
from prodops.integrations.jira.client import JiraClient, Missing
from prodops.integrations.jira.fields import FieldMap
from prodops.integrations.jira.mapping import identity, read_changes, read_issue
from prodops.integrations.jira.paging import Page
from prodops.integrations.jira.payloads import Packed, line, pack
from prodops.integrations.jira.shapes import Issue, Person
from prodops.integrations.jira.values import Malformed, markdown
from prodops.integrations.jira.writing import PAGE, Found, Known

DENIED_AT_ONCE = 100


class Mapped(NamedTuple):
    """What is to be written, PAGE issues to each packed body; `readable` has every readable id."""

    found: list[Found]
    bodies: list[Packed | None]
    bad: list[tuple[Any, str]]
    readable: set[str]


def map_page(
    client: JiraClient,
    fields: FieldMap,
    page: Page,
    known: dict[str, Known],
    *,
    is_sure: bool = False,
) -> Mapped:
    """Map what is new or differs; `is_sure` unless a search, which may lag behind, showed it."""
    todo, bad, readable = _differing(page, fields, known)
    if not is_sure:
        gone = [jira_id for jira_id in todo if (ours := known.get(jira_id)) and ours.is_deleted]
        for jira_id in denied(client, gone):
            del todo[jira_id]
    found, unread = _with_changes(client, todo)
    bad += unread
    readable -= {identity(payload)[0] for payload, _ in bad}
    lines = [one.line for one in found]
    bodies = [pack(lines[start : start + PAGE]) for start in range(0, len(lines), PAGE)]
    return Mapped(found, bodies, bad, readable)


def denied(client: JiraClient, jira_ids: list[str]) -> set[str]:
    """Return those of the issues that Jira, asked for each by id, does not know."""
    if not client.is_cloud:
        return {jira_id for jira_id in jira_ids if not _exists(client, jira_id)}
    there: set[str] = set()
    for start in range(0, len(jira_ids), DENIED_AT_ONCE):
        batch = jira_ids[start : start + DENIED_AT_ONCE]
        there |= {str(one.get("id")) for one in client.bulk_issues(batch, fields=["updated"])}
    return set(jira_ids) - there


def _exists(client: JiraClient, jira_id: str) -> bool:
    try:
        client.issue(jira_id, fields=["updated"])
    except Missing:
        return False
    return True


class _Candidate(NamedTuple):
    issue: Issue
    payload: Any
    line: bytes
    seen: bytes


def _differing(
    page: Page, fields: FieldMap, known: dict[str, Known]
) -> tuple[dict[str, _Candidate], list[tuple[Any, str]], set[str]]:
    """Return by id what is new or differs, what cannot be read, and the ids of all that can be."""
    todo: dict[str, _Candidate] = {}
    bad: list[tuple[Any, str]] = []
    readable: set[str] = set()
    salt = hashlib.blake2b(repr(fields).encode(), digest_size=16).digest()
    for payload in page:
        jira_id = identity(payload)[0]
        ours, raw = known.get(jira_id), line(payload)
        seen = hashlib.blake2b(raw, digest_size=16, key=salt).digest()
        if ours and raw and ours.seen_hash == seen and not ours.is_deleted:
            readable.add(jira_id)
            continue
        try:
            issue = read_issue(payload, fields)
        except Malformed as reason:
            bad.append((payload, str(reason)))
            continue
        readable.add(jira_id)
        if _differs(issue, ours):
            todo[jira_id] = _Candidate(issue, payload, raw, seen)
    return todo, bad, readable


def _differs(issue: Issue, ours: Known | None) -> bool:
    """Nothing of it changed when the hash is the same and every history is here."""
    return (
        ours is None
        or ours.is_deleted
        or ours.content_hash != issue.content_hash
        or ours.change_count < issue.histories
    )


def _with_changes(
    client: JiraClient, todo: dict[str, _Candidate]
) -> tuple[list[Found], list[tuple[Any, str]]]:
    """Read the whole histories of these issues; return them and what could not be read."""
    cut = [
        jira_id
        for jira_id, (issue, payload, *_) in todo.items()
        if issue.histories > len(payload["changelog"]["histories"])
    ]
    whole = whole_histories(client, cut) if client.is_cloud else {}
    found: list[Found] = []
    bad: list[tuple[Any, str]] = []
    people: dict[str, Person | None] = {}
    for jira_id, (issue, payload, raw, seen) in todo.items():
        if jira_id in whole:
            payload["changelog"]["histories"] = whole[jira_id]
            raw = line(payload)
        histories = payload["changelog"]["histories"]
        if len(histories) < issue.histories:
            bad.append((payload, f"Jira gave {len(histories)} of {issue.histories} histories."))
            continue
        try:
            changes = read_changes(_once(histories), is_storable=_is_storable(raw), people=people)
            found.append(Found(issue, markdown(issue.description), changes, raw, seen))
        except Malformed as reason:
            bad.append((payload, str(reason)))
    return found, bad


def _once(histories: list[Any]) -> list[Any]:
    """Leave out what a changelog tells twice."""
    if len({str(_id_of(history)) for history in histories}) == len(histories):
        return histories
    return list({str(_id_of(history)): history for history in histories}.values())


def _id_of(history: Any) -> Any:
    return history.get("id") if isinstance(history, dict) else None


def _is_storable(raw: bytes) -> bool:
    """Say for sure that no text of a line holds what Postgres refuses: U+0000, lone surrogates."""
    if b"\\" not in raw:  # quickly seen, and so with half of all issues
        return bool(raw)
    return b"\\u" not in raw  # other letters are written as they are
