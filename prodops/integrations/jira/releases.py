"""Versions, boards and sprints as Jira sends them; what has no id or name is passed over."""

import re
from datetime import date, datetime
from typing import Any, NamedTuple

from prodops.integrations.jira.models import JiraBoard, JiraSprint
from prodops.integrations.jira.values import (
    Malformed,
    read_day,
    read_moment_or_none,
    storable,
)

OLD_SPRINT = re.compile(
    r",(id|rapidViewId|state|name|goal|startDate|endDate|completeDate|activatedDate|sequence"
    r"|autoStartStop|synced|incompleteIssuesDestinationId)="
)


class Version(NamedTuple):
    jira_id: str
    name: str
    description: str
    is_released: bool
    is_archived: bool
    start_on: date | None
    release_on: date | None

    def row(self) -> dict[str, Any]:
        """Return the columns, for a table that has the id already."""
        return dict(zip(self._fields[1:], self[1:], strict=True)) | {"gone_at": None}


class Board(NamedTuple):
    jira_id: str
    name: str
    kind: str
    project_jira_id: str


class Sprint(NamedTuple):
    jira_id: str
    name: str
    state: str
    goal: str
    start_at: datetime | None
    end_at: datetime | None
    completed_at: datetime | None

    def row(self) -> dict[str, Any]:
        """Return the columns, for a table that has the id already."""
        return dict(zip(self._fields[1:], self[1:], strict=True)) | {"gone_at": None}


def read_version(value: Any) -> Version | None:
    """Read a version of a project's list or of an issue; a day that is none is left out."""
    named = _named(value)
    return named and storable(
        Version(
            *named,
            str(value.get("description") or ""),
            value.get("released") is True,
            value.get("archived") is True,
            _day(value.get("startDate")),
            _day(value.get("releaseDate")),
        )
    )


def read_board(value: Any) -> Board | None:
    named = _named(value)
    if not named:
        return None
    kind, location = str(value.get("type")), value.get("location")
    project = location.get("projectId") if isinstance(location, dict) else None
    known = kind if kind in JiraBoard.Kind.values else JiraBoard.Kind.SIMPLE.value
    return storable(Board(*named, known, str(project or "")[:40]))


def read_sprint(value: Any) -> Sprint | None:
    """Read a sprint: an object, or the words of a Java object from old Data Center."""
    value = read_old_sprint(value) if isinstance(value, str) else value
    named = _named(value)
    if not named:
        return None
    state = str(value.get("state") or "").lower()
    return storable(
        Sprint(
            *named,
            state if state in JiraSprint.State.values else JiraSprint.State.CLOSED.value,
            str(value.get("goal") or ""),
            _moment(value.get("startDate")),
            _moment(value.get("endDate")),
            _moment(value.get("completeDate")),
        )
    )


def read_old_sprint(text: str) -> dict[str, str]:
    """Split the words of a Java object: a name may hold commas, so known words divide it."""
    begin, end = text.find("["), text.rfind("]")
    parts = OLD_SPRINT.split(f",{text[begin + 1 : end]}") if -1 < begin < end else [""]
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return {name: value for name, value in pairs if value != "<null>"}


def _named(value: Any) -> tuple[str, str] | None:
    jira_id = value.get("id") if isinstance(value, dict) else None
    if not jira_id or not isinstance(jira_id, str | int) or isinstance(jira_id, bool):
        return None
    return str(jira_id)[:40], str(value.get("name") or jira_id)[:255]


def _day(value: Any) -> date | None:
    try:
        return read_day(value, "day")
    except Malformed:
        return None


def _moment(value: Any) -> datetime | None:
    try:
        return read_moment_or_none(value, "moment")
    except Malformed:
        return None
