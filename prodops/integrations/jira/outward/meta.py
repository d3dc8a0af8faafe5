"""What Jira wants to know before it creates an issue: asked from its create metadata."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.cache import cache

from prodops.integrations import services
from prodops.integrations.errors import SourceError
from prodops.integrations.jira.client import JiraClient, Missing
from prodops.integrations.jira.mapping import read_issue_type
from prodops.integrations.jira.models import JiraProject
from prodops.integrations.jira.values import Malformed
from prodops.integrations.secrets import SecretUnreadable

KEPT = 300  # seconds
PATIENCE = (3, 10)  # seconds to connect, and to wait for an answer
EPIC_NAME = "com.pyxis.greenhopper.jira:gh-epic-label"
TEXT_AREA = "com.atlassian.jira.plugin.system.customfieldtypes:textarea"
# Filled by the hub, by Jira itself, or asked for under a name of our own.
ASKED_ELSEWHERE = {"project", "issuetype", "summary", "description", "labels", "reporter"}


@dataclass(frozen=True)
class Field:
    """One field to ask a person for; `options` are (id, name) of what Jira allows."""

    jira_id: str
    name: str
    kind: str  # text paragraph number date moment choice choices words user
    options: list[tuple[str, str]] = field(default_factory=list)
    is_epic_name: bool = False

    def as_jira(self, value: Any) -> Any:
        """Return a cleaned value in the shape Jira takes."""
        if self.kind in {"choice", "user"}:
            return {"id" if self.kind == "choice" else "accountId": value}
        if self.kind == "choices":
            return [{"id": each} for each in value]
        if self.kind == "words":
            return str(value).split()
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%dT%H:%M:%S.000%z")
        return value.isoformat() if isinstance(value, date) else value

    def in_words(self, value: Any) -> str:
        """Return the value as a person reads it in the preview."""
        names = dict(self.options)
        many = value if isinstance(value, list) else [value]
        return ", ".join(str(names.get(str(each), each)) for each in many)


@dataclass(frozen=True)
class CreateForm:
    """What creating an issue in a project takes."""

    types: list[tuple[str, str]]
    type_id: str
    fields: list[Field]
    unfillable: list[str]
    takes_labels: bool
    is_known: bool  # False: this Jira does not tell which fields it wants


def create_form(project: JiraProject, type_id: str = "") -> CreateForm:
    """Ask Jira, or the answer of the last five minutes; raises SourceError when it fails us."""
    place = f"jira-create:{project.pk}:{type_id}"
    known = cache.get(place)
    if known is None:
        known = _asked(project, type_id)
        cache.set(place, known, KEPT)
    return known


def _asked(project: JiraProject, type_id: str) -> CreateForm:
    try:
        client = services.jira_client(project.connection)
    except SecretUnreadable as error:
        raise SourceError(str(error)) from None
    client.attempts, client._jira._session.timeout = 2, PATIENCE  # somebody waits for the page
    types, is_known = _types(client, project.key)
    chosen = type_id if type_id in dict(types) else (types[0][0] if types else "")
    wanted = _fields(client, project.key, chosen) if is_known and chosen else []
    shown: list[Field] = []
    unfillable: list[str] = []
    for entry in wanted:
        name = str(entry.get("name") or _id(entry))
        if _id(entry) in ASKED_ELSEWHERE or not _is_needed(entry):
            continue
        found = _readable(entry, name, is_cloud=client.is_cloud)
        shown, unfillable = (shown + [found], unfillable) if found else (shown, [*unfillable, name])
    takes_labels = not is_known or any(_id(entry) == "labels" for entry in wanted)
    return CreateForm(types, chosen, shown, unfillable, takes_labels, is_known)


def _types(client: JiraClient, project: str) -> tuple[list[tuple[str, str]], bool]:
    """Return the types to offer, epics before all else, and whether Jira tells their fields."""
    try:
        answer = client._get(f"issue/createmeta/{project}/issuetypes", {"maxResults": 200})
        listed, is_known = _listed(answer, "issueTypes"), True
    except Missing:
        listed, is_known = _listed(client._get(f"project/{project}"), "issueTypes"), False
    found = []
    for entry in listed:
        try:
            found.append(read_issue_type(entry))
        except Malformed:
            continue
    epics = [each for each in found if int(each.extra) >= 1]
    offered = epics or [each for each in found if int(each.extra) == 0]
    return [(each.jira_id, each.name) for each in offered], is_known


def _fields(client: JiraClient, project: str, type_id: str) -> list[dict[str, Any]]:
    answer = client._get(f"issue/createmeta/{project}/issuetypes/{type_id}", {"maxResults": 200})
    return [entry for entry in _listed(answer, "fields") if isinstance(entry, dict)]


def _listed(answer: Any, name: str) -> list[Any]:
    """Cloud calls the list by what it holds, Data Center "values"."""
    found = (answer.get(name) or answer.get("values")) if isinstance(answer, dict) else None
    return found if isinstance(found, list) else []


def _id(entry: dict[str, Any]) -> str:
    return str(entry.get("fieldId") or entry.get("key") or "")


def _is_needed(entry: dict[str, Any]) -> bool:
    return bool(entry.get("required")) and not entry.get("hasDefaultValue")


def _readable(entry: dict[str, Any], name: str, *, is_cloud: bool) -> Field | None:
    """Return how to ask for it; None for a kind of field the hub cannot fill in."""
    schema = entry.get("schema") or {}
    kind, items, custom = (str(schema.get(part, "")) for part in ("type", "items", "custom"))
    options = list(_options(entry.get("allowedValues")))
    is_text = kind in {"string", "any"} and not options
    if is_text:
        shape = "paragraph" if custom == TEXT_AREA or _id(entry) == "environment" else "text"
        return Field(_id(entry), name, shape, is_epic_name=custom == EPIC_NAME)
    plain = {"number": "number", "date": "date", "datetime": "moment"}
    if kind in plain:
        return Field(_id(entry), name, plain[kind])
    if kind == "array":
        if options:
            return Field(_id(entry), name, "choices", options)
        return Field(_id(entry), name, "words") if items == "string" else None
    if options:
        return Field(_id(entry), name, "choice", options)
    return Field(_id(entry), name, "user") if kind == "user" and is_cloud else None


def _options(allowed: Any) -> Iterable[tuple[str, str]]:
    for option in allowed if isinstance(allowed, list) else []:
        if isinstance(option, dict) and option.get("id"):
            name = option.get("value") or option.get("name") or option["id"]
            yield str(option["id"]), str(name)
