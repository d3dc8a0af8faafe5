"""Walking through a search without losing or looping: rows move while we read, tokens lie."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from prodops.integrations.errors import SourceUnavailable
from prodops.integrations.jira.client import JiraClient, QueryRefused
from prodops.integrations.jira.mapping import identity
from prodops.integrations.jira.values import Malformed, read_moment

CLOUD_PAGE, DATACENTER_PAGE, ID_PAGE = 100, 250, 5000
LOOK_BACK = timedelta(minutes=10)  # search sees a change late
STALLS = 8
EMPTY_PAGES = 3  # until one that should not be is believed
Page = list[dict[str, Any]]


class Read(NamedTuple):
    """One page; all that changed before `reached` has been shown by now."""

    issues: Page
    reached: datetime | None


class Search(NamedTuple):
    """What to read: the issues of these projects (none: all) that changed since."""

    projects: list[str]
    since: datetime | None
    fields: list[str]
    reconcile: Sequence[str] = ()  # ids Cloud shows as they are, though its index may lag behind


class _Restart(Exception):
    """The way on is lost; begin again at the last mark."""


class _Mark:
    """How far a search, ordered by `updated`, has come for sure.

    A row is ordered by what the index knew but shown as it is, so one that was changed just now
    may stand anywhere. Rows changed since shortly before the search began move no mark.
    """

    def __init__(self, since: datetime | None, tail: datetime | None):
        self.at, self.tail = since, tail
        self._seen: set[tuple[str, datetime]] = set()

    def pass_by(self, page: Page) -> bool:
        """Take note of a page; return whether it showed anything new."""
        before, unseen = self.at, len(self._seen)
        for issue in page:
            updated = updated_of(issue)
            if updated is None:
                continue
            if self.tail is None or updated < self.tail:
                self.at = max(updated, self.at or updated)
            else:
                self._seen.add((str(issue.get("id")), updated))
        return self.at != before or len(self._seen) > unseen


def issue_pages(client: JiraClient, search: Search) -> Iterator[Read]:
    """Yield pages of issues changed since, oldest change first; an issue may come more than once.

    Changed issues move to the end while we read, so going on from the last `updated` seen (in
    milliseconds, which no time zone can shift) meets every one of them.
    """
    now = client.server_now
    mark, stalls = _Mark(search.since, now - LOOK_BACK if now else None), 0
    walk = _by_token if client.is_cloud else _by_mark
    while True:
        moved = False
        try:
            for page in walk(client, search, mark):
                moved = mark.pass_by(page) or moved
                yield Read(page, mark.at)
            return
        except _Restart:
            stalls = 0 if moved else stalls + 1
            if stalls >= STALLS:
                raise SourceUnavailable("Jira's pages do not move on.") from None


def _by_token(client: JiraClient, search: Search, mark: _Mark) -> Iterator[Page]:
    """Cloud: follow `nextPageToken` to its end; `isLast` may be missing and is not asked."""
    jql, token, seen = changed(search.projects, mark.at), None, set()
    ask, reconcile = partial(client.search, jql, fields=search.fields), search.reconcile
    while True:
        try:
            answer = ask(expand="changelog", size=CLOUD_PAGE, at=token, reconcile=reconcile)
        except QueryRefused:
            if token is not None:
                raise _Restart from None
            if not reconcile:
                raise
            reconcile = ()  # one of those issues may be gone
            continue
        yield issues_of(answer)
        token = answer.get("nextPageToken")
        if not token:
            return
        if token in seen:
            raise _Restart
        seen.add(token)


def _by_mark(client: JiraClient, search: Search, mark: _Mark) -> Iterator[Page]:
    """Data Center: an offset skips rows when others move away, so the time is the way on.

    Only where it cannot move, among rows of one time or changed just now, offsets serve: each page
    begins with the row that ended the one before, or the way is lost.
    """
    jql, offset, last = changed(search.projects, mark.at), 0, None
    while True:
        begun_at = mark.at
        size, fields = DATACENTER_PAGE, search.fields
        ask = partial(client.search, jql, fields=fields, expand="changelog", size=size)
        page, total = _rows_from(ask, offset)
        if last is not None and (not page or page[0].get("id") != last):
            raise _Restart
        yield page
        if offset + len(page) >= total or len(page) <= (last is not None):
            return
        if mark.at != begun_at:
            raise _Restart
        offset, last = offset + len(page) - 1, page[-1].get("id")


def _rows_from(ask: Callable[..., Any], offset: int) -> tuple[Page, int]:
    """Return a page of Data Center and how many rows there are.

    One that is empty though more rows are promised is asked for again; if it stays empty, the index
    counts issues that are gone, and this is the end.
    """
    page: Page = []
    total = 0
    for _ in range(EMPTY_PAGES):
        answer = ask(at=offset)
        page, total = issues_of(answer), int(answer.get("total") or 0)
        if page or offset >= total:
            break
    return page, total


def issue_keys(client: JiraClient, project: str) -> Iterator[list[tuple[str, str]]]:
    """Yield id and key of all issues of a project, some twice; an incomplete walk raises."""
    for _ in range(STALLS):
        try:
            yield from _all_keys(client, project)
            return
        except _Restart:
            continue
    raise SourceUnavailable(f"The count of {project} does not come to an end.")


def _all_keys(client: JiraClient, project: str) -> Iterator[list[tuple[str, str]]]:
    jql, at, seen = f"project = {quoted(project)} ORDER BY id ASC", None, set()
    ask = partial(client.search, jql, fields=["key"], expand=None, size=ID_PAGE)
    while True:
        try:
            if client.is_cloud:
                answer = ask(at=at)
                page, following = issues_of(answer), answer.get("nextPageToken")
            else:
                page, total = _rows_from(ask, at or 0)
                following = (at or 0) + len(page)
                following = following if page and following < total else None
        except QueryRefused:
            if at is None:
                raise
            raise _Restart from None
        yield [named for issue in page if (named := identity(issue))[0]]
        at = following
        if not at:
            return
        if at in seen:
            raise _Restart
        seen.add(at)


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


def updated_of(issue: dict[str, Any]) -> datetime | None:
    """Return when the issue changed, if that can be read."""
    fields = issue.get("fields")
    try:
        return read_moment(fields.get("updated") if isinstance(fields, dict) else None, "updated")
    except Malformed:
        return None


def issues_of(answer: Any) -> Page:
    """Return the issues of an answer; what is no object is left for the mapping to refuse."""
    issues = answer.get("issues") if isinstance(answer, dict) else None
    if not isinstance(issues, list):
        raise SourceUnavailable("Jira's answer to the search holds no list of issues.")
    return [issue if isinstance(issue, dict) else {"value": issue} for issue in issues]
