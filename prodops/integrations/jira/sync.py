"""Copying a Jira site into the hub: page by page, each in one transaction with the cursor."""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from contextlib import closing
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from prodops.integrations import runs
from prodops.integrations.jira import census, site
from prodops.integrations.jira.client import Forbidden, JiraClient, QueryRefused
from prodops.integrations.jira.directory import Directory
from prodops.integrations.jira.pages import refetch, write_page
from prodops.integrations.jira.paging import Page, issue_pages
from prodops.integrations.jira.work import Pass
from prodops.integrations.jira.writing import resolve_links, resolve_parents
from prodops.integrations.models import Connection, SyncRun

LOOK_BACK = timedelta(minutes=10)  # search sees a change late
QUIET = timedelta(hours=1)  # without changes the cursor follows Jira's clock at this distance
RETRIED = 200  # records set aside that one run tries again


def copy(
    run: SyncRun,
    *,
    client: JiraClient,
    clock: Callable[[], datetime],
    report: Callable[[SyncRun], None] = lambda run: None,
    deadline: datetime | None = None,
) -> None:
    """Do the run: changes since the cursor, or everything and then a census."""
    connection = run.connection
    work = Pass(run, client, clock, report, deadline, Directory(connection))
    work.aside = set(connection.skipped_records.unresolved().values_list("source_id", flat=True))
    work.step("Signing in")
    site.sign_in(connection, client)
    started = client.server_now
    work.fields = site.learn(work)
    projects = _read_issues(work)
    work.step("Trying again what was set aside")
    _retry(work)
    if work.is_full:
        census.take(work, projects)
    _settle(work, started)


def _read_issues(work: Pass) -> list[str]:
    """Read all pages; a project that refuses is left out with a warning. Return what was read."""
    projects = site.readable_projects(work)
    try:
        _read_pages(work, projects)
    except (Forbidden, QueryRefused):
        opened = site.opening_projects(work, projects)
        if opened == projects:
            raise
        projects = opened
        _read_pages(work, projects)
    _catch_up(work, projects)
    return projects


def _read_pages(work: Pass, projects: list[str]) -> None:
    pages = issue_pages(
        work.client, projects=projects, since=_since(work.run), fields=work.fields.asked
    )
    _write_pages(work, pages, "Reading issues", moves_cursor=True)


def _catch_up(work: Pass, projects: list[str]) -> None:
    """Read what changed in projects that were lost for a while and are back."""
    lost = work.run.connection.jira_projects.filter(key__in=projects, lost_since__isnull=False)
    for project in lost:
        since = project.lost_since - LOOK_BACK if project.lost_since else None
        pages = issue_pages(
            work.client, projects=[project.key], since=since, fields=work.fields.asked
        )
        _write_pages(work, pages, f"Catching up with {project.key}", moves_cursor=False)
        project.lost_since = None
        project.save(update_fields=["lost_since"])


def _write_pages(work: Pass, pages: Iterator[Page], doing: str, *, moves_cursor: bool) -> None:
    with closing(_ahead(work, pages)) as fetched:
        for page in fetched:
            write_page(work, page, moves_cursor=moves_cursor)
            work.step(f"{doing}, {work.run.fetched:,} so far")


def _retry(work: Pass) -> None:
    """Read again, one by one, what earlier runs could not."""
    earlier = work.run.connection.skipped_records.unresolved().order_by("-pk")
    for record in earlier.exclude(source_id__startswith="run ")[:RETRIED]:
        refetch(work, record.source_id)


def _since(run: SyncRun) -> datetime | None:
    """Return where to begin: a full run that was cut short goes on where it stopped."""
    if run.mode == SyncRun.Mode.INCREMENTAL:
        return run.cursor_before - LOOK_BACK if run.cursor_before else None
    earlier = run.connection.runs.filter(mode=run.mode).exclude(pk=run.pk)
    last = earlier.order_by("-started_at", "-pk").first()
    if last is None or last.status == SyncRun.Status.SUCCEEDED or not last.cursor_after:
        return None
    return last.cursor_after - LOOK_BACK


def _settle(work: Pass, started: datetime | None) -> None:
    """Join what arrived in the wrong order and let the cursor follow Jira's clock."""
    run = work.run
    with transaction.atomic():
        resolve_parents(run.connection_id, at=work.clock())
        resolve_links(run.connection_id)
        if started:
            Connection.objects.filter(pk=run.connection_id).update(
                cursor=Greatest(F("cursor"), started - QUIET)
            )
        work.save(step="Done")


def _ahead(work: Pass, pages: Iterator[Page]) -> Generator[Page, None, None]:
    """Fetch the next page in a thread while this one is written; show life while waiting."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        coming: Future[Page | None] = pool.submit(next, pages, None)
        try:
            while (page := _awaited(work, coming)) is not None:
                coming = pool.submit(next, pages, None)
                yield page
        finally:
            if not coming.done():
                work.client.stop()


def _awaited(work: Pass, coming: "Future[Page | None]") -> Page | None:
    while True:
        try:
            return coming.result(timeout=runs.BEAT.total_seconds())
        except TimeoutError:
            runs.beat(work.run, at=work.clock())
