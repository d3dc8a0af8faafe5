"""Which fields to ask for: found by what they are, never by a fixed custom-field number."""

import re
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from prodops.integrations.jira.models import JiraBoard, JiraField
from prodops.integrations.models import Connection

ALWAYS = [
    "summary",
    "description",
    "status",
    "issuetype",
    "project",
    "priority",
    "resolution",
    "resolutiondate",
    "assignee",
    "reporter",
    "created",
    "updated",
    "duedate",
    "labels",
    "components",
    "fixVersions",
    "parent",
    "epic",
    "issuelinks",
    "flagged",
    "sprint",
    "closedSprints",
]
Role = JiraField.Role
SOFTWARE = "com.pyxis.greenhopper.jira:"
TEAM_POINTS = SOFTWARE + "jsw-story-points"
BY_SCHEMA = {
    TEAM_POINTS: Role.POINTS,
    SOFTWARE + "gh-sprint": Role.SPRINT,
    SOFTWARE + "gh-epic-link": Role.EPIC_LINK,
}
POINT_NAMES = {"story points", "story point estimate"}
LIKE_POINTS = re.compile(r"point|estimat|\bsize\b|effort", re.I)
BOXES = re.compile(r"multicheckboxes$")


@dataclass(frozen=True)
class FieldMap:
    """Ids of the fields that are read; of points, the first that is set counts.

    `board_points` gives the projects whose boards say what they estimate in: there only that is
    read. `others` are asked for as well, so that a later choice among them needs no fetch.
    """

    points: tuple[str, ...] = ()
    sprints: tuple[str, ...] = ()
    epic_links: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    board_points: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def asked(self) -> list[str]:
        custom = (*self.points, *self.others, *self.sprints, *self.epic_links, *self.flags)
        return list(dict.fromkeys([*ALWAYS, *custom]))

    def points_of(self, project_key: str) -> tuple[str, ...]:
        return self.board_points.get(project_key, self.points)

    def as_json(self) -> dict[str, Any]:
        kept = {name: list(ids) for name, ids in asdict(self).items() if name != "board_points"}
        return kept | {"board_points": {key: list(ids) for key, ids in self.board_points.items()}}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "FieldMap":
        names = ("points", "sprints", "epic_links", "flags", "others")
        boards = kept.get("board_points") or {}
        return cls(
            **{name: tuple(kept.get(name) or ()) for name in names},
            board_points={key: tuple(ids) for key, ids in sorted(boards.items())},
        )


class Found(NamedTuple):
    """A field that has a role here."""

    jira_id: str
    name: str
    schema: str
    role: str

    def row(self) -> dict[str, Any]:
        """Return the columns, for a table that has the id already."""
        return dict(zip(self._fields[1:], self[1:], strict=True)) | {"gone_at": None}


def classified(described: Any, estimated_in: set[str]) -> Found | None:
    """Say what a field of `GET /field` is to us, if anything; boards estimate in `estimated_in`."""
    if not isinstance(described, dict) or not described.get("id"):
        return None
    jira_id, name = str(described["id"])[:80], str(described.get("name") or "")[:255]
    schema = described.get("schema")
    schema = schema if isinstance(schema, dict) else {}
    custom = str(schema.get("custom") or "")[:255]
    role: str | None = BY_SCHEMA.get(custom)
    if role is None and custom and schema.get("type") == "number":
        role = Role.POINTS if jira_id in estimated_in or LIKE_POINTS.search(name) else None
    told = {name.lower(), str(described.get("untranslatedName") or "").lower()}
    if role is None and BOXES.search(custom) and "flagged" in told:
        role = Role.FLAG
    return Found(jira_id, name, custom, role) if role else None


def field_map(connection: Connection) -> FieldMap:
    """Return what to read, from the fields and boards known and what an administrator chose."""
    by_role: dict[str, list[JiraField]] = defaultdict(list)
    for known in JiraField.objects.filter(connection=connection, gone_at=None).order_by(
        "-is_chosen", "jira_id"
    ):
        by_role[known.role].append(known)
    points = by_role[Role.POINTS]
    boards = _estimates(connection, {known.jira_id for known in points})
    ordered = _points(points, boards)
    return FieldMap(
        points=ordered,
        others=tuple(known.jira_id for known in points if known.jira_id not in ordered),
        board_points={key: tuple(dict.fromkeys(ids)) for key, ids in sorted(boards.items()) if key},
        sprints=tuple(known.jira_id for known in by_role[Role.SPRINT]),
        epic_links=tuple(known.jira_id for known in by_role[Role.EPIC_LINK]),
        flags=tuple(known.jira_id for known in by_role[Role.FLAG]),
    )


def _estimates(connection: Connection, known: set[str]) -> dict[str, list[str]]:
    """Return project key → fields its boards estimate in; boards of no project come under ''."""
    boards = JiraBoard.objects.filter(connection=connection, gone_at=None)
    found: dict[str, list[str]] = defaultdict(list)
    for key, jira_id in boards.order_by("pk").values_list("project__key", "estimation_field"):
        if jira_id in known:
            found[key or ""].append(jira_id)
    return dict(found)


def _points(points: list[JiraField], boards: dict[str, list[str]]) -> tuple[str, ...]:
    """Return the order for projects whose boards say nothing; none of several alike is guessed."""
    of_teams = [known.jira_id for known in points if known.schema == TEAM_POINTS]
    chosen = [known.jira_id for known in points if known.is_chosen]
    in_use = [jira_id for ids in boards.values() for jira_id in ids]
    named = [known.jira_id for known in alike(points)]
    first = chosen or in_use or (named if len(named) == 1 else [])
    return tuple(dict.fromkeys([*first, *of_teams]))


def alike(points: list[JiraField]) -> list[JiraField]:
    """Return the company-wide fields that are called as story points are."""
    return [
        known
        for known in points
        if known.schema != TEAM_POINTS and known.name.strip().lower() in POINT_NAMES
    ]


def unsettled(connection: Connection) -> list[JiraField]:
    """Return the fields among which a person must choose: alike, and no board uses any."""
    rows = JiraField.objects.filter(connection=connection, gone_at=None, role=Role.POINTS)
    points = list(rows.order_by("jira_id"))
    named = alike(points)
    is_settled = any(known.is_chosen for known in points) or _estimates(
        connection, {known.jira_id for known in points}
    )
    return [] if is_settled or len(named) < 2 else named
