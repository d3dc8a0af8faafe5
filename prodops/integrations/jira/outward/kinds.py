"""Each kind of write: how it is sent, and how to find out whether it was."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from prodops.integrations.jira import deliveries
from prodops.integrations.jira.client import JiraClient, Missing
from prodops.integrations.jira.models import JiraIssue, JiraVersion
from prodops.integrations.jira.outward import calls
from prodops.integrations.jira.paging import quoted
from prodops.integrations.models import OutwardWrite

Kind = OutwardWrite.Kind
PROPERTY = "prodops-hub"
NEWEST = 100  # of its own issues the account looks through when no label could be set
# Jira's search sees a new issue late. Only after this long is "not found" believed.
IN_DOUBT = {Kind.EPIC: timedelta(minutes=10)}


def send(client: JiraClient, write: OutwardWrite) -> dict[str, Any]:
    """Write it and return the id and key it got; raises Refused, NotDone or Unheard."""
    return SENDING[Kind(write.kind)](client, write)


def look(client: JiraClient, write: OutwardWrite) -> dict[str, Any] | None:
    """Return the id and key if Jira has it already; links and releases are simply sent again."""
    looking = LOOKING.get(Kind(write.kind))
    return looking(client, write) if looking else None


def keep(write: OutwardWrite, clock: Callable[[], datetime]) -> None:
    """Bring what was written into the hub's own copy now; the next sync would do it too."""
    keeping = KEEPING.get(Kind(write.kind))
    if keeping:
        keeping(write, clock)


def _send_epic(client: JiraClient, write: OutwardWrite) -> dict[str, Any]:
    properties = [{"key": PROPERTY, "value": {"write": write.key, "record": write.thread.key}}]
    prose = write.payload.get("prose", ["description"])
    made = calls.create_issue(client, write.payload["fields"], properties, prose)
    return _identity(made)


def _find_epic(client: JiraClient, write: OutwardWrite) -> dict[str, Any] | None:
    """Look by the label only this write sets, or by the property of the account's newest issues."""
    mark = write.payload.get("mark")
    if mark:
        ours = JiraIssue.objects.filter(connection=write.connection_id, labels__contains=[mark])
        for held in ours.order_by("pk")[:1]:
            return {"id": held.jira_id, "key": held.key}
        found = _search(client, f"labels = {quoted(mark)} ORDER BY created ASC", 1)
        return _identity(found[0]) if found else None
    project = quoted(write.payload["project"])
    jql = f"project = {project} AND reporter = currentUser() ORDER BY created DESC"
    summary = write.payload["fields"]["summary"]
    for issue in _search(client, jql, NEWEST):
        if (issue.get("fields") or {}).get("summary") == summary and _is_marked(
            client, issue, write
        ):
            return _identity(issue)
    return None


def _search(client: JiraClient, jql: str, size: int) -> list[dict[str, Any]]:
    page = client.search(jql, fields=["summary"], expand=None, size=size, at=None)
    return page.get("issues") or []


def _is_marked(client: JiraClient, issue: dict[str, Any], write: OutwardWrite) -> bool:
    try:
        held = client._get(f"issue/{issue['id']}/properties/{PROPERTY}")
    except Missing:
        return False
    return (held.get("value") or {}).get("write") == write.key


def _send_link(client: JiraClient, write: OutwardWrite) -> dict[str, Any]:
    """A link has an id of ours (`globalId`): writing it again changes it instead of adding one."""
    made = calls.post(client, f"issue/{write.target}/remotelink", write.payload["link"])
    return {"id": str(made.get("id", "")), "key": write.target}


def _send_version(client: JiraClient, write: OutwardWrite) -> dict[str, Any]:
    made = calls.post(client, "version", write.payload["version"])
    return {"id": str(made.get("id", "")), "name": str(made.get("name", ""))}


def _find_version(client: JiraClient, write: OutwardWrite) -> dict[str, Any] | None:
    """Names of versions are unique in their project, and this list is never stale."""
    versions = client._get(f"project/{write.payload['project']}/versions")
    name = write.payload["version"]["name"]
    for version in versions if isinstance(versions, list) else []:
        if version.get("name") == name:
            return {"id": str(version.get("id", "")), "name": name}
    return None


def _send_release(client: JiraClient, write: OutwardWrite) -> dict[str, Any]:
    calls.put(client, f"version/{write.payload['id']}", write.payload["version"])
    return {"id": write.payload["id"]}


def _keep_epic(write: OutwardWrite, clock: Callable[[], datetime]) -> None:
    work = deliveries.unrecorded_pass(write.connection, clock)
    work.client.attempts = 1
    deliveries.reread(work, write.answer["id"])


def _keep_version(write: OutwardWrite, clock: Callable[[], datetime]) -> None:
    asked = write.payload["version"]
    project = write.connection.jira_projects.filter(key=write.payload["project"]).first()
    JiraVersion.objects.get_or_create(
        connection=write.connection,
        jira_id=write.answer["id"],
        defaults={
            "project": project,
            "name": asked["name"],
            "description": asked.get("description", ""),
            "release_on": asked.get("releaseDate") or None,
        },
    )


def _keep_release(write: OutwardWrite, clock: Callable[[], datetime]) -> None:
    held = JiraVersion.objects.filter(connection=write.connection, jira_id=write.answer["id"])
    held.update(is_released=True, release_on=write.payload["version"].get("releaseDate"))


def _identity(issue: dict[str, Any]) -> dict[str, Any]:
    return {"id": str(issue.get("id", "")), "key": str(issue.get("key", ""))}


SENDING = {
    Kind.EPIC: _send_epic,
    Kind.RECORD_LINK: _send_link,
    Kind.NOTE_LINK: _send_link,
    Kind.VERSION: _send_version,
    Kind.RELEASE: _send_release,
}
LOOKING = {Kind.EPIC: _find_epic, Kind.VERSION: _find_version}
KEEPING = {
    Kind.EPIC: _keep_epic,
    Kind.VERSION: _keep_version,
    Kind.RELEASE: _keep_release,
}
