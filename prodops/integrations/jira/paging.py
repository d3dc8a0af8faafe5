"""Walking through a search without losing or looping: rows move while we read, tokens lie."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from prodops.integrations.errors import SourceUnavailable
from prodops.integrations.jira.client import JiraClient, QueryRefused
from prodops.integrations.jira.values import Malformed, read_moment

CLOUD_PAGE, DATACENTER_PAGE, ID_PAGE = 100, 250, 5000
STALLS = 5
Page = list[dict[str, Any]]


class _Restart(Exception):
    """The token is of no use any more; go on from the last `updated` seen."""


def issue_pages(
    client: JiraClient, *, projects: list[str], since: datetime | None, fields: list[str]
) -> Iterator[Page]:
    """Yield pages of issues changed since, oldest change first; an issue may come more than once.

    Changed issues move to the end while we read, so going on from the last `updated` seen (in
    milliseconds, which no time zone can shift) meets every one of them.
    """
    mark, stalls = since, 0
    walk = _by_token if client.is_cloud else _by_mark
    while True:
        reached = mark
        try:
            for page in walk(client, changed(projects, mark), fields):
                reached = newest(page, reached)
                yield page
            return
        except _Restart:
            stalls = 0 if reached != mark else stalls + 1
            if stalls >= STALLS:
                raise SourceUnavailable("Jira's pages do not move on.") from None
            mark = reached


def _by_token(client: JiraClient, jql: str, fields: list[str]) -> Iterator[Page]:
    """Cloud: follow `nextPageToken` to its end; `isLast` may be missing and is not asked."""
    token, seen = None, set()
    while True:
        try:
            answer = client.search(
                jql, fields=fields, expand="changelog", size=CLOUD_PAGE, at=token
            )
        except QueryRefused:
            if token is None:
                raise
            raise _Restart from None
        yield issues_of(answer)
        token = answer.get("nextPageToken")
        if not token:
            return
        if token in seen:
            raise _Restart
        seen.add(token)


def _by_mark(client: JiraClient, jql: str, fields: list[str]) -> Iterator[Page]:
    """Data Center: an offset would skip rows when others move, so it serves only equal times."""
    offset = 0
    while True:
        answer = client.search(
            jql, fields=fields, expand="changelog", size=DATACENTER_PAGE, at=offset
        )
        page = issues_of(answer)
        yield page
        if not page or offset + len(page) >= int(answer.get("total") or 0):
            return
        if newest(page[-1:], None) != newest(page[:1], None):
            raise _Restart
        offset += len(page)


def issue_ids(client: JiraClient, project: str) -> Iterator[list[str]]:
    """Yield the ids of all issues of a project, for the census; an incomplete one raises."""
    jql, at, seen = f"project = {quoted(project)} ORDER BY id ASC", None, set()
    while True:
        answer = client.search(jql, fields=["id"], expand=None, size=ID_PAGE, at=at)
        ids = [str(issue["id"]) for issue in issues_of(answer) if issue.get("id")]
        yield ids
        if client.is_cloud:
            at = answer.get("nextPageToken")
            if at in seen:
                raise SourceUnavailable(f"The census of {project} goes in circles.")
            seen.add(at)
        else:
            at = (at or 0) + len(ids) if ids else None
            at = at if at and at < int(answer.get("total") or 0) else None
        if not at:
            return


def changed(projects: list[str], since: datetime | None) -> str:
    """Return the JQL; without an upper bound, or what changes meanwhile would be missed."""
    parts = [f"project in ({', '.join(quoted(key) for key in projects)})"] if projects else []
    if since is not None:
        parts.append(f"updated >= {milliseconds(since)}")
    elif not projects:
        parts.append('updated >= "1970/01/02"')  # Cloud refuses a search without any bound
    return f"{' AND '.join(parts)} ORDER BY updated ASC, id ASC"


def milliseconds(at: datetime) -> int:
    """Return the time as JQL takes it exactly, rounded down."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def quoted(key: str) -> str:
    """Quote a project key; some are words of the query language."""
    return '"' + key.replace("\\", "").replace('"', "") + '"'


def newest(page: Page, reached: datetime | None) -> datetime | None:
    """Return the latest readable `updated` of the page, or `reached` if that is later."""
    for issue in page:
        fields = issue.get("fields")
        try:
            at = read_moment(fields.get("updated") if isinstance(fields, dict) else None, "updated")
        except Malformed:
            continue
        reached = at if reached is None or at > reached else reached
    return reached


def issues_of(answer: Any) -> Page:
    """Return the issues of an answer; what is no object is left for the mapping to refuse."""
    issues = answer.get("issues") if isinstance(answer, dict) else None
    if not isinstance(issues, list):
        raise SourceUnavailable("Jira's answer to the search holds no list of issues.")
    return [issue if isinstance(issue, dict) else {"value": issue} for issue in issues]
