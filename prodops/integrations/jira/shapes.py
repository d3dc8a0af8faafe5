"""What the mapping makes of a payload, ready to be written."""

from datetime import date, datetime
from typing import Any, NamedTuple


class Named(NamedTuple):
    """Something an issue refers to: a project, a status or a type."""

    jira_id: str
    name: str
    extra: str | int = ""


class Person(NamedTuple):
    jira_id: str
    name: str
    email: str
    is_active: bool
    kind: str = "person"  # or app, or customer


class Link(NamedTuple):
    jira_id: str
    kind: str
    outward: str
    inward: str
    source_jira_id: str
    source_key: str
    target_jira_id: str
    target_key: str


class Change(NamedTuple):
    history_id: str
    position: int
    at: datetime
    author: Person | None
    field: str
    field_id: str
    from_id: str | None
    from_text: str | None
    to_id: str | None
    to_text: str | None


class Issue(NamedTuple):
    """One issue, without its histories; `histories` is how many Jira says there are."""

    jira_id: str
    key: str
    project: Named  # extra: key
    issue_type: Named  # extra: level
    status: Named  # extra: category key
    summary: str
    description: str | dict[str, Any]  # as sent; Markdown is made of it when it is written
    priority: str
    resolution: str
    assignee: Person | None
    reporter: Person | None
    parent_jira_id: str
    parent_key: str
    labels: list[str]
    components: list[str]
    fix_versions: list[str]
    fix_version_ids: list[str]
    sprints: list[str]
    sprint_ids: list[str]
    story_points: float | None
    is_flagged: bool
    due_on: date | None
    created: datetime
    updated: datetime
    resolved: datetime | None
    links: list[Link]
    histories: int
    content_hash: bytes = b""  # changes when anything above does; histories count by number
