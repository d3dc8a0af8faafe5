"""Issues out of Jira's CSV export, each as the API would have sent it.

A CSV has names where the API has ids: what the connection knows by that name keeps its id, the rest
gets one made of the name. It has no history.
"""

import csv
import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple, TextIO
from zoneinfo import ZoneInfo

from prodops.integrations.jira.directory import Directory
from prodops.integrations.jira.files import days
from prodops.integrations.jira.files.csv_columns import Columns, columns, delimiter_of
from prodops.integrations.jira.files.reading import LARGEST_RECORD, FileRefused, Problem, Row

POINTS = "csv-story-points"
CATEGORIES = {"to do": "new", "in progress": "indeterminate", "done": "done"}
USUAL = {
    "new": {"to do", "open", "backlog", "new", "reopened", "selected for development"},
    "indeterminate": {"in progress", "in review", "in development", "testing", "review"},
    "done": {"done", "closed", "resolved", "released"},
}
MOMENTS = ("created", "updated", "resolved", "due")


class Wrong(Exception):
    """A value of one line cannot be read."""

    def __init__(self, column: str, what: str, cure: str):
        super().__init__(what)
        self.column, self.what, self.cure = column, what, cure


class Reading(NamedTuple):
    """How a file is read: the order of day and month, the zone of its times, known names."""

    order: str
    zone: ZoneInfo
    names: "Names"


class Names:
    """Ids by name, as the connection knows them."""

    def __init__(self, directory: Directory):
        self.directory = directory
        self.projects = self._by(directory.projects, "key")
        self.types = self._by(directory.types)
        self.statuses = self._by(directory.statuses)
        self.users = self._by(directory.users)
        self.sprints = self._by(directory.sprints)
        self.versions = {
            (row["project_id"], row["name"]): jira_id
            for jira_id, row in directory.versions.values.items()
        }

    def _by(self, table: Any, column: str = "name") -> dict[str, str]:
        return {row[column]: jira_id for jira_id, row in reversed(table.values.items())}

    def version(self, project: str, name: str) -> str:
        known = self.versions.get((self.directory.projects.ids.get(project), name))
        return known or made_up(project, name)


def made_up(*names: str) -> str:
    """Return an id of at most 40 characters for what the file only names."""
    text = ":".join(names)
    short = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:10]
    return f"csv:{text}" if len(text) <= 36 else f"csv:{text[:25]}:{short}"


def lines(stream: TextIO) -> Iterator[tuple[int, list[str]]]:
    """Yield each line of the table with the number of its first line in the file."""
    csv.field_size_limit(LARGEST_RECORD)
    first = stream.readline()
    delimiter = delimiter_of(first)
    begun = 0

    def again() -> Iterator[str]:
        yield first
        yield from stream

    reader = csv.reader(again(), delimiter=delimiter, strict=True)
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cure = "A quotation mark is missing or too many: export the file again."
            raise FileRefused(Problem(begun + 1, "", f"{error}.", cure)) from None
        yield begun + 1, values
        begun = reader.line_num


def proven_order(stream: TextIO) -> tuple[str, bool]:
    """Read the whole file and say which order of day and month it proves, and if it needs one."""
    table = lines(stream)
    found = columns(next(table, (1, []))[1])
    orders, needs = set(), False
    for _, values in table:
        if len(values) == len(found.names):
            for text in (found.one(values, ours) for ours in MOMENTS):
                needs = needs or days.is_numeric(text)
                orders.add(days.order_of(text))
    orders.discard("")
    return (orders.pop() if len(orders) == 1 else ""), needs


def rows(stream: TextIO, reading: Reading) -> Iterator[Row]:
    """Yield each issue, or what is wrong with its line."""
    table = lines(stream)
    found = columns(next(table, (1, []))[1])
    for number, values in table:
        if not any(values):
            continue
        if len(values) != len(found.names):
            what = f"The line has {len(values)} columns, the first line {len(found.names)}."
            yield Row(number, None, Problem(number, "", what, "Export the file again."))
            continue
        try:
            yield Row(number, payload(found, values, reading))
        except Wrong as wrong:
            problem = Problem(number, wrong.column, wrong.what, wrong.cure)
            yield Row(number, None, problem)


def payload(found: Columns, line: list[str], reading: Reading) -> dict[str, Any]:
    """Return one line as an issue of the API."""
    key = _needed(found, line, "key")
    project = _project(found, line, reading.names, key)
    fields = {
        "summary": _needed(found, line, "summary"),
        "description": found.one(line, "description"),
        "project": project,
        "issuetype": _type(found, line, reading.names),
        "status": _status(found, line, reading.names),
        "labels": [word for value in found.all(line, "labels") for word in value.split()],
        "components": [{"name": name} for name in found.all(line, "components")],
        "flagged": bool(found.one(line, "flagged")),
        "issuelinks": list(_links(found, line, key)),
        **_releases(found, line, reading.names, project["id"]),
        **_moments(found, line, reading),
        **_people(found, line, reading.names),
        **_rest(found, line),
    }
    history = {"total": 0, "histories": []}
    return {"id": _needed(found, line, "id"), "key": key, "fields": fields, "changelog": history}


def _project(found: Columns, line: list[str], names: Names, key: str) -> dict[str, Any]:
    project = found.one(line, "project_key") or key.rpartition("-")[0]
    return {
        "id": names.projects.get(project) or made_up(project),
        "key": project,
        "name": found.one(line, "project_name") or project,
    }


def _releases(found: Columns, line: list[str], names: Names, project: str) -> dict[str, Any]:
    """Return versions and sprints, each once."""
    return {
        "fixVersions": [
            {"id": names.version(project, name), "name": name}
            for name in dict.fromkeys(found.all(line, "versions"))
        ],
        "sprint": [
            {"id": names.sprints.get(name) or made_up(name), "name": name}
            for name in dict.fromkeys(found.all(line, "sprints"))
        ],
    }


def _needed(found: Columns, line: list[str], ours: str) -> str:
    value = found.one(line, ours)
    if not value:
        raise Wrong(found.name_of(ours), "It is empty.", "Fill it in, or leave the line out.")
    return value


def _type(found: Columns, line: list[str], names: Names) -> dict[str, Any]:
    name = _needed(found, line, "type")
    known = names.types.get(name)
    if known:
        level = names.directory.types.values[known]["level"]
        return {"id": known, "name": name, "hierarchyLevel": level}
    is_below = name.lower().replace("-", "") == "subtask"
    return {"id": made_up(name), "name": name, "subtask": is_below}


def _status(found: Columns, line: list[str], names: Names) -> dict[str, Any]:
    """Return the status; without a category of its own it gets the usual one of its name."""
    name = _needed(found, line, "status")
    known = names.statuses.get(name)
    told = CATEGORIES.get(found.one(line, "category").lower(), "")
    if known:
        told = names.directory.statuses.values[known]["category"]
    usual = next((key for key, usual in USUAL.items() if name.lower() in usual), "undefined")
    return {
        "id": known or made_up(name),
        "name": name,
        "statusCategory": {"key": told or usual},
    }


def _moments(found: Columns, line: list[str], reading: Reading) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for ours, theirs in zip(
        MOMENTS, ("created", "updated", "resolutiondate", "duedate"), strict=True
    ):
        text = _needed(found, line, ours) if ours in MOMENTS[:2] else found.one(line, ours)
        if not text:
            continue
        try:
            moment = days.read_moment(text, order=reading.order, zone=reading.zone)
        except days.NoMoment as reason:
            cure = "Say how the file writes its days, or mend the line."
            raise Wrong(found.name_of(ours), str(reason), cure) from None
        local = moment.astimezone(reading.zone).date().isoformat()
        values[theirs] = local if ours == "due" else moment.isoformat()
    return values


def _people(found: Columns, line: list[str], names: Names) -> dict[str, Any]:
    people: dict[str, Any] = {}
    for ours in ("assignee", "reporter"):
        name, jira_id = found.one(line, ours), found.one(line, f"{ours}_id")
        if name or jira_id:
            known = jira_id or names.users.get(name) or made_up(name)
            people[ours] = {"accountId": known, "displayName": name or jira_id}
    return people


def _rest(found: Columns, line: list[str]) -> dict[str, Any]:
    priority, resolution = found.one(line, "priority"), found.one(line, "resolution")
    points, parent = found.one(line, "points"), found.one(line, "parent_id")
    values: dict[str, Any] = {
        "priority": {"name": priority} if priority else None,
        "resolution": {"name": resolution} if resolution not in {"", "Unresolved"} else None,
    }
    keys = [key for key in found.all(line, "parent_key") if not key.isdigit()]
    if parent or keys:
        values["parent"] = {"id": parent, "key": keys[0] if keys else ""}
    if points:
        try:
            values[POINTS] = float(points.replace(",", "."))
        except ValueError:
            what = f"“{points[:40]}” is no number."
            raise Wrong(found.name_of("points"), what, "Mend the number.") from None
    return values


def _links(found: Columns, line: list[str], key: str) -> Iterator[dict[str, Any]]:
    """Yield the links; both ends of one give it the same id."""
    for place, direction, kind in found.links:
        other = line[place].strip()
        if other:
            ends = (key, other) if direction == "outward" else (other, key)
            words = kind.lower()
            yield {
                "id": made_up(kind, *ends),
                "type": {"name": kind, "outward": words, "inward": f"inward of {words}"},
                f"{direction}Issue": {"key": other},
            }
