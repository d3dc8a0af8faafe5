"""Getting to know a site at the start of a run: account, directory, custom fields, projects."""

from typing import Any

from prodops.integrations.errors import SourceError
from prodops.integrations.jira.client import Forbidden, JiraClient, QueryRefused
from prodops.integrations.jira.fields import FieldMap, field_map
from prodops.integrations.jira.mapping import read_issue_type, read_project, read_status
from prodops.integrations.jira.models import JiraProject
from prodops.integrations.jira.paging import quoted
from prodops.integrations.jira.values import Malformed
from prodops.integrations.jira.work import Pass
from prodops.integrations.models import Connection

BOARDS = 20


def sign_in(connection: Connection, client: JiraClient) -> dict[str, Any]:
    """Prove the login; without it, empty answers would look like an empty site."""
    account = client.myself()
    zone = str(account.get("timeZone") or "")[:64]
    if zone != connection.account_time_zone:
        Connection.objects.filter(pk=connection.pk).update(account_time_zone=zone)
    return account


def learn(work: Pass) -> FieldMap:
    """Return which custom fields to read; a full run refreshes them and the directory."""
    connection, client = work.run.connection, work.client
    if not work.is_full and connection.field_map:
        return FieldMap.from_json(connection.field_map)
    work.step("Reading fields, statuses and types")
    found = field_map(client.fields(), estimation_fields(client))
    Connection.objects.filter(pk=connection.pk).update(field_map=found.as_json())
    work.directory.learn_statuses(_readable(client.statuses(), read_status))
    work.directory.learn_types(_readable(client.issue_types(), read_issue_type))
    return found


def estimation_fields(client: JiraClient) -> list[str]:
    """Return the fields that boards estimate in: of several "Story Points" the one in use."""
    found: list[str] = []
    try:
        for board in (client.boards(0).get("values") or [])[:BOARDS]:
            if board.get("type") == "scrum":
                estimation = client.board_configuration(board["id"]).get("estimation") or {}
                found.append(str((estimation.get("field") or {}).get("fieldId") or ""))
    except (Forbidden, QueryRefused):
        pass  # a site without Jira Software has no boards
    return [field_id for field_id in dict.fromkeys(found) if field_id]


def readable_projects(work: Pass) -> list[str]:
    """Return the keys to read, sorted; empty means no limit. What went missing is a warning."""
    wanted = work.run.connection.projects
    if not wanted and not work.is_full:
        return []
    work.step("Reading projects")
    listed = _readable(work.client.projects(), read_project)
    if work.is_full:
        work.directory.learn_projects(listed)
    visible = {str(project.extra) for project in listed}
    return _warned(work, sorted(visible & set(wanted or visible)))


def opening_projects(work: Pass, projects: list[str]) -> list[str]:
    """Ask each project by itself: one that is listed may still refuse to be searched."""
    keys = projects or sorted(
        str(project.extra) for project in _readable(work.client.projects(), read_project)
    )
    return _warned(work, [key for key in keys if _opens(work.client, key)])


def _opens(client: JiraClient, key: str) -> bool:
    jql = f"project = {quoted(key)} ORDER BY id ASC"
    try:
        client.search(jql, fields=["id"], expand=None, size=1, at=None)
    except (Forbidden, QueryRefused):
        return False
    return True


def _warned(work: Pass, readable: list[str]) -> list[str]:
    """Return the keys, after saying which of those we knew or were told to read are lost."""
    known = {project.key: project for project in work.run.connection.jira_projects.all()}
    lost = sorted(set(work.run.connection.projects or known) - set(readable))
    if not readable:
        raise SourceError("The account can read none of the projects.")
    newly = [known[key].pk for key in lost if key in known and not known[key].lost_since]
    JiraProject.objects.filter(pk__in=newly).update(lost_since=work.run.cursor_before)
    work.save(
        warnings=[
            f"{key} cannot be read: the account lost access to it, or it is gone."
            " What the hub has of it is kept as it was."
            for key in lost
        ]
    )
    return readable


def _readable(values: Any, read: Any) -> list[Any]:
    """Map a list of the directory; a broken entry is left to the issues that name it."""
    found = []
    for value in values if isinstance(values, list) else []:
        try:
            found.append(read(value))
        except Malformed:
            continue
    return found
