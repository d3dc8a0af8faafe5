"""What a site lists beside its issues: fields, versions, boards, sprints, accounts, archives."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from prodops.integrations.jira.client import Forbidden, JiraClient, Missing, QueryRefused
from prodops.integrations.jira.fields import classified
from prodops.integrations.jira.mapping import read_issue_type
from prodops.integrations.jira.models import JiraProject
from prodops.integrations.jira.releases import read_board, read_sprint, read_version
from prodops.integrations.jira.values import Malformed, read_person
from prodops.integrations.jira.work import Pass

AGILE = "/rest/agile/1.0"
MOST_PAGES = 400
MOST_BOARDS = 300
BUSY = timedelta(days=30)  # an hourly look goes to the projects where something happened
MOST_BUSY = 60
REFUSALS = (Forbidden, Missing, QueryRefused)


def every(client: JiraClient, path: str, *, size: int = 50, **params: Any) -> Iterator[Any]:
    """Yield all entries of a paged list, which may be an object with `values` or a bare list."""
    start, last = 0, None
    for _ in range(MOST_PAGES):
        query = urlencode({**params, "startAt": start, "maxResults": size})
        answer = client.call("GET", f"{path}?{query}")
        values = answer.get("values") if isinstance(answer, dict) else answer
        if not isinstance(values, list) or not values or values == last:
            return
        yield from values
        start, last = start + len(values), values
        if isinstance(answer, dict) and (answer.get("isLast") or start >= _total(answer)):
            return


def _total(answer: dict[str, Any]) -> int:
    total = answer.get("total")
    return total if isinstance(total, int) else 10**9


def api(client: JiraClient, path: str) -> str:
    return f"/rest/api/{3 if client.is_cloud else 2}/{path}"


def read_all(work: Pass) -> None:
    """Read every list; what is not there any more is marked so where a list came whole."""
    at, directory = work.clock(), work.directory
    projects = _readable_projects(work)
    boards = _boards(work, at, set(projects))
    estimated = {str(row["estimation_field"]) for row in directory.boards.values.values()}
    found = [classified(entry, estimated) for entry in work.client.fields()]
    directory.fields.write({one.jira_id: one.row() for one in found if one}, gone_at=at)
    _sprints(work, boards, at)
    _versions(work, projects, at)
    _accounts(work)
    _archived(work)


def look_again(work: Pass) -> None:
    """Read what changes while no issue does: versions of busy projects, their running sprints."""
    connection = work.run.connection
    since = work.clock() - BUSY
    busy = JiraProject.objects.filter(
        connection=connection, lost_since=None, is_archived=False, issues__updated__gte=since
    ).distinct()
    projects = dict(busy.order_by("pk").values_list("jira_id", "key")[:MOST_BUSY])
    _versions(work, projects, None)
    boards = connection.jira_boards.filter(gone_at=None, project__jira_id__in=projects)
    _sprints(work, list(boards.exclude(kind="kanban").values_list("jira_id", flat=True)), None)


def read_types(work: Pass, keys: list[str]) -> None:
    """Read what the issues of each project may be; where Jira does not say, what is known stays."""
    found: dict[str, list[str]] = {}
    for key in keys:
        work.step(f"Reading types of {key}")
        try:
            answer = work.client.call("GET", api(work.client, f"project/{quote(key)}"))
        except REFUSALS:
            continue
        if isinstance(answer, dict) and (ids := _type_ids(answer.get("issueTypes"))):
            found[str(answer.get("id"))] = ids
    work.directory.allow_types(found)


def _type_ids(listed: Any) -> list[str]:
    """Return the ids of a project's types in order; none when one of them cannot be read."""
    try:
        return sorted(read_issue_type(entry).jira_id for entry in listed or ())
    except (Malformed, TypeError):
        return []


def _readable_projects(work: Pass) -> dict[str, str]:
    """Return the projects to read: id → key."""
    wanted = set(work.run.connection.projects)
    rows = JiraProject.objects.filter(connection=work.run.connection, is_archived=False)
    return {
        jira_id: key
        for jira_id, key in rows.order_by("key").values_list("jira_id", "key")
        if not wanted or key in wanted
    }


def _boards(work: Pass, at: datetime, projects: set[str]) -> list[str]:
    """Read the boards of our projects with what they estimate in; return those with sprints."""
    work.step("Reading boards")
    rows: dict[str, dict[str, Any]] = {}
    try:
        for entry in every(work.client, f"{AGILE}/board"):
            if (board := read_board(entry)) and board.project_jira_id in (*projects, ""):
                rows[board.jira_id] = {
                    "name": board.name,
                    "kind": board.kind,
                    "project_id": work.directory.projects.ids.get(board.project_jira_id),
                    "estimation_field": _estimation(work.client, board.jira_id, board.kind),
                    "gone_at": None,
                }
            if len(rows) >= MOST_BOARDS:
                break
    except REFUSALS:
        return []  # a site without Jira Software has no boards
    work.directory.boards.write(rows, gone_at=at)
    return [jira_id for jira_id, row in rows.items() if row["kind"] != "kanban"]


def _estimation(client: JiraClient, board_id: str, kind: str) -> str:
    if kind == "kanban":
        return ""
    try:
        answer = client.board_configuration(board_id)
    except REFUSALS:
        return ""
    estimation = answer.get("estimation") if isinstance(answer, dict) else None
    field = estimation.get("field") if isinstance(estimation, dict) else None
    return str(field.get("fieldId") or "")[:80] if isinstance(field, dict) else ""


def _sprints(work: Pass, boards: list[str], gone_at: datetime | None) -> None:
    """Read the sprints of the boards, each once; without `gone_at` only those not closed yet."""
    states = "active,closed,future" if gone_at else "active,future"
    rows: dict[str, dict[str, Any]] = {}
    shown: dict[str, set[str]] = {}
    for board_id in boards:
        work.step("Reading sprints")
        try:
            entries = list(every(work.client, f"{AGILE}/board/{board_id}/sprint", state=states))
        except REFUSALS:
            continue  # this board has none
        found = [sprint for sprint in map(read_sprint, entries) if sprint]
        rows |= {sprint.jira_id: sprint.row() for sprint in found}
        shown[board_id] = {sprint.jira_id for sprint in found}
    if not gone_at:
        rows |= _just_closed(work, rows, boards)
    work.directory.sprints.write(rows, gone_at=gone_at if boards else None)
    if gone_at:
        work.directory.show_sprints(shown)


def _just_closed(work: Pass, open_now: dict[str, Any], boards: list[str]) -> dict[str, Any]:
    """Read again the sprints that were open on these boards and are not any more."""
    was_open = work.run.connection.jira_sprints.filter(
        boards__jira_id__in=boards, gone_at=None
    ).exclude(state="closed")
    found = {}
    for jira_id in was_open.exclude(jira_id__in=open_now).values_list("jira_id", flat=True):
        try:
            sprint = read_sprint(work.client.call("GET", f"{AGILE}/sprint/{quote(jira_id)}"))
        except REFUSALS:
            continue
        if sprint:
            found[sprint.jira_id] = sprint.row()
    return found


def _versions(work: Pass, projects: dict[str, str], gone_at: datetime | None) -> None:
    """Read the versions of the projects; a project that refuses keeps those it had."""
    rows: dict[str, dict[str, Any]] = {}
    ids, is_whole = work.directory.projects.ids, True
    for jira_id, key in projects.items():
        work.step(f"Reading versions of {key}")
        try:
            listed = work.client.call("GET", api(work.client, f"project/{quote(key)}/versions"))
        except REFUSALS:
            is_whole = False
            continue
        for entry in listed if isinstance(listed, list) else []:
            if version := read_version(entry):
                owner = ids.get(str(entry.get("projectId")), ids.get(jira_id))
                rows[version.jira_id] = version.row() | {"project_id": owner}
    work.directory.versions.write(rows, gone_at=gone_at if is_whole else None)


def _accounts(work: Pass) -> None:
    """Refresh the accounts we know: who was deactivated since changes no issue by leaving."""
    client = work.client
    path = "users/search" if client.is_cloud else "user/search"
    params = {} if client.is_cloud else {"username": ".", "includeInactive": "true"}
    work.step("Reading accounts")
    found = []
    try:
        for entry in every(client, api(client, path), size=200, **params):
            person = _person(entry)
            if person and person.jira_id in work.directory.users.ids:
                found.append(person)
    except REFUSALS:
        return  # the account may not browse users
    work.directory.learn_people(found)


def _person(entry: Any) -> Any:
    try:
        return read_person(entry, "account")
    except Malformed:
        return None


def _archived(work: Pass) -> None:
    """Note which projects are archived or managed by their team."""
    client = work.client
    path = "project/search" if client.is_cloud else "project"
    params = {"status": "archived"} if client.is_cloud else {"includeArchived": "true"}
    try:
        if client.is_cloud:
            listed = list(every(client, api(client, path), size=100, **params))
        else:
            listed = client.call("GET", f"{api(client, path)}?{urlencode(params)}")
    except REFUSALS:
        return
    archived = {
        str(entry.get("id"))
        for entry in listed
        if isinstance(entry, dict) and (client.is_cloud or entry.get("archived"))
    }
    work.directory.mark_projects("is_archived", archived)
