"""From an issue as Jira sends it to rows: pure functions, no database and no clock.

What cannot be read raises Malformed with the reason; what is merely odd is cleaned.
"""

import hashlib
import math
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from prodops.integrations.jira.fields import FieldMap
from prodops.integrations.jira.releases import (
    Sprint,
    Version,
    read_old_sprint,
    read_sprint,
    read_version,
)
from prodops.integrations.jira.shapes import Change, Issue, Link, Named, Person
from prodops.integrations.jira.values import (
    UNSTORABLE,
    Malformed,
    as_text,
    cleaned,
    read_day,
    read_ids,
    read_moment,
    read_moment_or_none,
    read_name,
    read_names,
    read_person,
    read_prose,
    read_string,
    read_strings,
    setting_aside,
    storable,
)

MOST_ITEMS = 32_000  # of one history
SPRINT_FIELDS = ("sprint", "closedSprints")


# What is read as it stands: our name, Jira's name, and what reads it.
PLAIN: dict[str, tuple[str, Callable[[Any, str], Any]]] = {
    "summary": ("summary", read_string),
    "description": ("description", read_prose),
    "priority": ("priority", read_name),
    "resolution": ("resolution", read_name),
    "assignee": ("assignee", read_person),
    "reporter": ("reporter", read_person),
    "labels": ("labels", read_strings),
    "components": ("components", read_names),
    "fix_versions": ("fixVersions", read_names),
    "fix_version_ids": ("fixVersions", read_ids),
    "due_on": ("duedate", read_day),
    "created": ("created", read_moment),
    "updated": ("updated", read_moment),
    "resolved": ("resolutiondate", read_moment_or_none),
}


def read_issue(payload: Any, fields: FieldMap) -> Issue:
    """Return the issue of a search page, cleaned of what Postgres cannot hold."""
    with setting_aside("The issue"):
        return _read_issue(payload, fields)


def _read_issue(payload: Any, fields: FieldMap) -> Issue:
    values, jira_id, key = _envelope(payload)
    parent_id, parent_key = _parent(values, fields)
    sprints = _sprints(values, fields)
    project = read_project(values.get("project"))
    issue = Issue(
        jira_id=jira_id,
        key=key,
        project=project,
        issue_type=read_issue_type(values.get("issuetype")),
        status=read_status(values.get("status")),
        **{ours: read(values.get(theirs), theirs) for ours, (theirs, read) in PLAIN.items()},
        parent_jira_id=parent_id,
        parent_key=parent_key,
        sprints=list(sprints.values()),
        sprint_ids=list(sprints),
        story_points=_points(values, fields, str(project.extra)),
        is_flagged=_flagged(values, fields),
        links=list(_links(values.get("issuelinks"), jira_id, key)),
        histories=_history_count(payload.get("changelog")),
    )
    issue, packed = cleaned(issue)
    return Issue._make((*issue[:-1], hashlib.sha1(packed, usedforsecurity=False).digest()))


def _envelope(payload: Any) -> tuple[dict[str, Any], str, str]:
    """Return the fields, id and key every issue has."""
    if not isinstance(payload, dict):
        raise Malformed("The issue is not an object.")
    values = payload.get("fields")
    if not isinstance(values, dict):
        raise Malformed("fields is missing or not an object.")
    jira_id, key = identity(payload)
    if not jira_id or not key:
        raise Malformed("id or key is missing.")
    return values, jira_id, key


def read_releases(payload: Any, fields: FieldMap) -> tuple[list[Version], list[Sprint]]:
    """Return the versions and sprints that a readable issue names, with what it says of them."""
    values = payload["fields"]
    versions = values.get("fixVersions") or []
    sprints = [part for name in (*fields.sprints, *SPRINT_FIELDS) for part in _parts(values, name)]
    return (
        [version for version in map(read_version, versions) if version],
        [sprint for sprint in map(read_sprint, sprints) if sprint],
    )


def _parts(values: dict[str, Any], name: str) -> list[Any]:
    value = values.get(name)
    return value if isinstance(value, list) else [value]


def read_changes(
    histories: list[Any],
    *,
    is_storable: bool = False,
    people: dict[str, Person | None] | None = None,
) -> list[Change]:
    """Return each item of each history; one without items is kept as a change of no field.

    `is_storable` says that Postgres can hold every text of it, which takes time to find out.
    `people` holds the authors read from other issues of the page.
    """
    changes: list[Change] = []
    people = {} if people is None else people
    for history in histories:
        if not isinstance(history, dict) or not history.get("id"):
            raise Malformed("A history has no id.")
        history_id = str(history["id"])[:40]
        at = read_moment(history.get("created"), "created of a history")
        author = _author(history.get("author"), people)
        items = history.get("items") or [{}]
        if not isinstance(items, list) or len(items) > MOST_ITEMS:
            raise Malformed(f"items of history {history_id} is not a list that can be kept.")
        for position, item in enumerate(items):
            if not isinstance(item, dict):
                raise Malformed(f"An item of history {history_id} is not an object.")
            changes.append(_change(item, history_id, position, at, author))
    return changes if is_storable else storable(changes)


def _author(value: Any, people: dict[str, Person | None]) -> Person | None:
    """Read who made a history; most histories are by few people."""
    named = value.get("accountId") if isinstance(value, dict) else None
    if not isinstance(named, str):
        return read_person(value, "author of a history")
    if named not in people:
        people[named] = read_person(value, "author of a history")
    return people[named]


def _change(
    item: dict[str, Any], history_id: str, position: int, at: datetime, author: Person | None
) -> Change:
    get = item.get
    return Change(
        history_id,
        position,
        at,
        author,
        str(get("field") or "")[:255],
        str(get("fieldId") or "")[:255],
        as_text(get("from")),
        as_text(get("fromString")),
        as_text(get("to")),
        as_text(get("toString")),
    )


def identity(payload: Any) -> tuple[str, str]:
    """Return id and key of a payload, however broken; empty where there is none."""
    if not isinstance(payload, dict):
        return "", ""
    jira_id, key = payload.get("id"), payload.get("key")
    return (
        UNSTORABLE.sub("", str(jira_id))[:40] if isinstance(jira_id, (str, int)) else "",
        UNSTORABLE.sub("", key)[:60] if isinstance(key, str) else "",
    )


def read_status(value: Any) -> Named:
    """Return a status with its category key: new, indeterminate, done or undefined."""
    category = value.get("statusCategory") if isinstance(value, dict) else None
    key = category.get("key") if isinstance(category, dict) else None
    return _named(value, "status", key if isinstance(key, str) else "undefined")


def read_issue_type(value: Any) -> Named:
    """Return a type with its level: 1 epic, 0 issue, -1 sub-task; Data Center names no levels."""
    if not isinstance(value, dict):
        raise Malformed("issuetype is missing.")
    level = value.get("hierarchyLevel")
    if not isinstance(level, int):
        is_epic = value.get("name") == "Epic" or value.get("description") == "gh.issue.epic.desc"
        level = -1 if value.get("subtask") else int(is_epic)
    return _named(value, "issuetype", max(-1, min(level, 9)))


def read_project(value: Any) -> Named:
    """Return a project with its key."""
    if not isinstance(value, dict) or not isinstance(value.get("key"), str):
        raise Malformed("project is missing.")
    return _named(value, "project", value["key"][:40])


def _named(value: Any, where: str, extra: str | int) -> Named:
    if not isinstance(value, dict) or not value.get("id"):
        raise Malformed(f"{where} is missing or has no id.")
    return Named(str(value["id"])[:40], str(value.get("name") or value["id"])[:255], extra)


def _parent(values: dict[str, Any], fields: FieldMap) -> tuple[str, str]:
    """Return id and key of the parent or epic; an epic link knows only the key."""
    for name in ("parent", "epic"):
        value = values.get(name)
        if isinstance(value, dict) and (value.get("id") or value.get("key")):
            return str(value.get("id") or "")[:40], str(value.get("key") or "")[:60]
    for field_id in fields.epic_links:
        if isinstance(values.get(field_id), str):
            return "", values[field_id][:60]
    return "", ""


def _points(values: dict[str, Any], fields: FieldMap, project: str) -> float | None:
    for field_id in fields.points_of(project):
        value = values.get(field_id)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    return None


def _sprints(values: dict[str, Any], fields: FieldMap) -> dict[str, str]:
    """Return the sprints it was ever in, id → name; the agile API tells the present one apart."""
    found: dict[str, str] = {}
    for field_id in (*fields.sprints, *SPRINT_FIELDS):
        for sprint in _parts(values, field_id):
            if isinstance(sprint, dict):
                jira_id, name = sprint.get("id"), sprint.get("name")
            elif isinstance(sprint, str):
                old = read_old_sprint(sprint)
                jira_id, name = old.get("id"), old.get("name")
            else:
                continue
            if jira_id and isinstance(name, str) and name:
                found[str(jira_id)[:40]] = name
    return found


def _flagged(values: dict[str, Any], fields: FieldMap) -> bool:
    """Say whether somebody raised the flag: a ticked box, whatever its words."""
    return values.get("flagged") is True or any(bool(values.get(name)) for name in fields.flags)


def _links(value: Any, jira_id: str, key: str) -> Iterator[Link]:
    """Yield each link by its outward end: "A blocks B" has source A, whichever of them tells."""
    if value is not None and not isinstance(value, list):
        raise Malformed("issuelinks is not a list.")
    for link in value or []:
        kind = link.get("type") if isinstance(link, dict) else None
        if not isinstance(kind, dict) or not link.get("id"):
            raise Malformed("A link has no id or type.")
        ours, names = (
            (jira_id, key),
            [str(kind.get(k) or "") for k in ("name", "outward", "inward")],
        )
        named = (str(link["id"])[:40], names[0][:80], names[1][:120], names[2][:120])
        if isinstance(link.get("outwardIssue"), dict):
            yield Link(*named, *ours, *identity(link["outwardIssue"]))
        elif isinstance(link.get("inwardIssue"), dict):
            yield Link(*named, *identity(link["inwardIssue"]), *ours)


def _history_count(changelog: Any) -> int:
    """Return how many histories Jira says there are; the list beside it may be cut."""
    if not isinstance(changelog, dict):
        raise Malformed("changelog is missing.")
    histories, total = changelog.get("histories"), changelog.get("total")
    if not isinstance(histories, list):
        raise Malformed("changelog.histories is not a list.")
    return max(total if isinstance(total, int) else 0, len(histories))
