"""Copying a Jira site into the hub: everything, what changed, or what is gone."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from prodops.integrations.errors import SourceBusy, SourceUnavailable
from prodops.integrations.jira import census, lists, site
from prodops.integrations.jira.client import Forbidden, JiraClient, QueryRefused
from prodops.integrations.jira.directory import Directory
from prodops.integrations.jira.fetching import Source
from prodops.integrations.jira.models import JiraIssue, JiraProject
from prodops.integrations.jira.pages import read_all, refetch
from prodops.integrations.jira.paging import LOOK_BACK, Search
from prodops.integrations.jira.payloads import forget_unused
from prodops.integrations.jira.work import Pass
from prodops.integrations.jira.writing import resolve_links, resolve_parents
from prodops.integrations.models import Connection, ProjectPass, SyncRun

Mode = SyncRun.Mode
WIDTH = 4  # projects read at once by a full pass
RETRIED = 200  # records set aside that one run tries again
GIVEN_UP = 3  # of them that Jira fails to show; each has cost many tries
RECONCILED = 50  # issues Cloud is asked to show as they are, whatever its index knows


def copy(
    run: SyncRun,
    *,
    client: JiraClient,
    clock: Callable[[], datetime],
    report: Callable[[SyncRun], None] = lambda run: None,
    deadline: datetime | None = None,
) -> None:
    """Do the run: everything, what is gone or moved, or the changes since the cursor."""
    connection = run.connection
    work = Pass(run, client, clock, report, deadline, Directory(connection))
    work.aside = set(connection.skipped_records.unresolved().values_list("source_id", flat=True))
    work.step("Signing in")
    site.sign_in(connection, client)
    started = client.server_now or clock()
    work.fields = site.learn(work)
    projects = site.readable_projects(work)
    if work.counts:
        lists.read_types(work, projects)
    if work.is_full:
        projects = _read_everything(work, projects, started)
    else:
        projects = _read_changes(work, projects)
    work.step("Trying again what was set aside")
    _retry(work)
    if work.counts:
        census.take(work, projects)
    _settle(work, started)


def _read_everything(work: Pass, projects: list[str], started: datetime) -> list[str]:
    """Read each project to its end, some at once; return those that opened.

    From now on incremental runs read what changes, beside this one, which may take hours.
    """
    connection = work.run.connection
    if Connection.objects.filter(pk=connection.pk, cursor=None).update(cursor=started):
        work.save(cursor_before=started)
    refused: dict[str, BaseException] = {}
    passes = _begin(connection, projects, started)
    sources = [_whole(work, one, refused) for one in passes.filter(finished_at=None)]
    read_all(work, sources, doing="Reading issues", width=WIDTH)
    begun = passes.values_list("started_at", flat=True).first() or started
    if begun < started:
        _read_since(work, [key for key in projects if key not in refused], begun, refused)
    if refused and len(refused) == len(projects):
        raise next(iter(refused.values()))
    opened = [key for key in projects if key not in refused]
    site.note_lost(work, opened)
    found_again = connection.jira_projects.filter(key__in=opened)
    found_again.exclude(lost_since=None).update(lost_since=None)
    return opened


def _read_since(
    work: Pass, keys: list[str], begun: datetime, refused: dict[str, BaseException]
) -> None:
    """Read what changed since a pass began that earlier runs have read a part of."""
    sources = [
        Source(
            Search([key], begun - LOOK_BACK, work.fields.asked),
            refused=partial(refused.__setitem__, key),
        )
        for key in keys
    ]
    read_all(work, sources, doing="Reading what changed meanwhile", width=WIDTH)


def _begin(connection: Connection, keys: list[str], started: datetime) -> QuerySet[ProjectPass]:
    """Return the projects of a pass that was cut short, with those it lacks, or of a new one."""
    ProjectPass.objects.bulk_create(
        [ProjectPass(connection=connection, key=key, started_at=started) for key in keys],
        ignore_conflicts=True,
    )
    return connection.project_passes.filter(key__in=keys).order_by("started_at", "key")


def _whole(work: Pass, one: ProjectPass, refused: dict[str, BaseException]) -> Source:
    """Return the source of one project in a full pass; a refusal leaves it to a later one."""
    rows = ProjectPass.objects.filter(pk=one.pk)
    return Source(
        Search([one.key], one.cursor, work.fields.asked),
        reached=lambda at: rows.update(cursor=at),
        ended=lambda: rows.update(finished_at=work.clock()),
        refused=lambda error: refused.update({one.key: error}),
    )


def _read_changes(work: Pass, projects: list[str]) -> list[str]:
    """Read what changed; a project that refuses is left out with a warning. Return what was read.

    A run that counts looks back to the last count, for what search showed too late.
    """
    connection = work.run.connection
    since = site.cursor_of_last_count(work) if work.counts else work.run.cursor_before
    fresh = JiraIssue.objects.alive().filter(connection=connection).order_by("-updated")
    reconcile = list(fresh.values_list("jira_id", flat=True)[:RECONCILED])

    def source(keys: list[str]) -> Source:
        fields = work.fields.asked
        search = Search(keys, since - LOOK_BACK if since else None, fields, reconcile)
        return Source(search, reached=lambda at: _move_cursor(connection.pk, at))

    try:
        read_all(work, [source(projects)], doing="Reading changes")
    except (Forbidden, QueryRefused):
        opened = site.opening_projects(work, projects)
        if opened == projects:
            raise
        projects = opened
        read_all(work, [source(projects)], doing="Reading changes")
    _catch_up(work, projects)
    return projects


def _catch_up(work: Pass, projects: list[str]) -> None:
    """Read what changed in projects that were lost for a while and are back."""
    lost = work.run.connection.jira_projects.filter(key__in=projects, lost_since__isnull=False)
    for project in lost:
        since = project.lost_since - LOOK_BACK if project.lost_since else None
        found_again = JiraProject.objects.filter(pk=project.pk)
        source = Source(
            Search([project.key], since, work.fields.asked),
            ended=partial(found_again.update, lost_since=None),
        )
        read_all(work, [source], doing=f"Catching up with {project.key}")


def _retry(work: Pass) -> None:
    """Read again, one by one, what earlier runs could not; those that waited longest come first.

    One that Jira fails to show stays set aside with a warning; after a few the rest waits too.
    """
    failures: list[str] = []
    earlier = work.run.connection.skipped_records.unresolved().named().order_by("at", "pk")
    for record in earlier[:RETRIED]:
        try:
            refetch(work, record.source_id)
        except SourceBusy:
            raise
        except (SourceUnavailable, Forbidden) as error:
            failures.append(f"{record.key or record.source_id} stays set aside: {error}")
            if len(failures) == GIVEN_UP:
                break
    work.warn(failures)


def _settle(work: Pass, started: datetime) -> None:
    """Join what arrived in the wrong order; all that changed before `started` is here."""
    run = work.run
    with transaction.atomic():
        resolve_parents(run.connection_id, at=work.clock())
        resolve_links(run.connection_id)
        forget_unused(run.connection_id)
        _move_cursor(run.connection_id, started)
        if work.is_full:
            run.connection.project_passes.all().delete()
        work.save(step="Done")


def _move_cursor(connection_id: int, at: datetime) -> None:
    """The cursor never goes back."""
    Connection.objects.filter(pk=connection_id).update(cursor=Greatest(F("cursor"), at))
