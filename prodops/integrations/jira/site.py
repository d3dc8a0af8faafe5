"""Getting to know a site at the start of a run: account, directory, custom fields, projects."""

from datetime import UTC, datetime, timedelta
from typing import Any

from prodops.integrations.errors import SourceError
from prodops.integrations.jira import lists
from prodops.integrations.jira.client import Forbidden, JiraClient, QueryRefused
from prodops.integrations.jira.fields import FieldMap, field_map, unsettled
from prodops.integrations.jira.mapping import read_issue_type, read_project, read_status
from prodops.integrations.jira.models import JiraProject
from prodops.integrations.jira.paging import quoted
from prodops.integrations.jira.values import Malformed
from prodops.integrations.jira.work import Pass
from prodops.integrations.models import Connection

LISTS_LAST = timedelta(hours=1)
READ_AT = "read_at"


def sign_in(connection: Connection, client: JiraClient) -> dict[str, Any]:
    """Prove the login; without it, empty answers would look like an empty site."""
    account = client.myself()
    zone = str(account.get("timeZone") or "")[:64]
    if zone != connection.account_time_zone:
        Connection.objects.filter(pk=connection.pk).update(account_time_zone=zone)
    return account


def learn(work: Pass) -> FieldMap:
    """Return which fields to read; a full run reads the site's lists anew, others now and then."""
    connection, client, known = work.run.connection, work.client, work.run.connection.field_map
    if work.is_full or not known:
        work.step("Reading fields, statuses and types")
        work.directory.learn_statuses(_readable(client.statuses(), read_status))
        work.directory.learn_types(_readable(client.issue_types(), read_issue_type))
        _learn_projects(work)
        lists.read_all(work)
    elif work.clock() - _read_at(known) > LISTS_LAST:
        lists.look_again(work)
    else:
        return FieldMap.from_json(known)
    found = field_map(connection)
    if found != FieldMap.from_json(known):
        connection.project_passes.all().delete()  # what it has read of was read by other fields
    kept = found.as_json() | {READ_AT: work.clock().isoformat()}
    Connection.objects.filter(pk=connection.pk).update(field_map=kept)
    _warn_of_choices(work)
    return found


def _learn_projects(work: Pass) -> None:
    listed = work.client.projects()
    work.directory.learn_projects(_readable(listed, read_project))
    team_managed = {
        str(project.get("id"))
        for project in listed
        if isinstance(project, dict) and project.get("style") == "next-gen"
    }
    work.directory.mark_projects("is_team_managed", team_managed)


def _read_at(known: dict[str, Any]) -> datetime:
    """Return when the lists were read; long ago when that is not known."""
    try:
        return datetime.fromisoformat(known[READ_AT])
    except (KeyError, TypeError, ValueError):
        return datetime(1970, 1, 1, tzinfo=UTC)


def _warn_of_choices(work: Pass) -> None:
    """Say so when nobody but a person can tell which field holds the story points."""
    if alike := unsettled(work.run.connection):
        names = ", ".join(str(one) for one in alike)
        work.warn(
            [
                f"{len(alike)} fields may hold story points: {names}. No board estimates in one of"
                " them; choose one on the connection's page. Until then no points are read."
            ]
        )


def readable_projects(work: Pass) -> list[str]:
    """Return the keys to read, sorted; empty means no limit. What went missing is a warning."""
    wanted = work.run.connection.projects
    if not wanted and not work.counts:
        return []
    work.step("Reading projects")
    listed = _readable(work.client.projects(), read_project)
    if work.counts:
        work.directory.learn_projects(listed)
    visible = {str(project.extra) for project in listed}
    return note_lost(work, sorted(visible & set(wanted or visible)))


def opening_projects(work: Pass, projects: list[str]) -> list[str]:
    """Ask each project by itself: one that is listed may still refuse to be searched."""
    keys = projects or sorted(
        str(project.extra) for project in _readable(work.client.projects(), read_project)
    )
    return note_lost(work, [key for key in keys if _opens(work.client, key)])


def _opens(client: JiraClient, key: str) -> bool:
    jql = f"project = {quoted(key)} ORDER BY id ASC"
    try:
        client.search(jql, fields=["id"], expand=None, size=1, at=None)
    except (Forbidden, QueryRefused):
        return False
    return True


def note_lost(work: Pass, readable: list[str]) -> list[str]:
    """Return the keys, after saying which of those we knew or were told to read are lost.

    A lost project keeps its issues; what it changed meanwhile is read when it is back.
    """
    connection = work.run.connection
    known = {project.key: project for project in connection.jira_projects.all()}
    lost = sorted(set(connection.projects or known) - set(readable))
    if not readable:
        raise SourceError("The account can read none of the projects.")
    newly = [known[key].pk for key in lost if key in known and not known[key].lost_since]
    # Named projects are looked for in each run, all there are only in those that count.
    since = work.run.cursor_before if connection.projects else cursor_of_last_count(work)
    JiraProject.objects.filter(pk__in=newly).update(lost_since=since)
    work.warn(
        [
            f"{key} cannot be read: the account lost access to it, or it is gone."
            " What the hub has of it is kept as it was."
            for key in lost
        ]
    )
    return readable


def cursor_of_last_count(work: Pass) -> datetime | None:
    """Return the cursor, in Jira's time, when the last run began that counted every issue."""
    counted = work.run.connection.runs.counting().exclude(pk=work.run.pk)
    last = counted.filter(cursor_before__isnull=False).order_by("-started_at", "-pk").first()
    return last.cursor_before if last else None


def _readable(values: Any, read: Any) -> list[Any]:
    """Map a list of the directory; a broken entry is left to the issues that name it."""
    found = []
    for value in values if isinstance(values, list) else []:
        try:
            found.append(read(value))
        except Malformed:
            continue
    return found
