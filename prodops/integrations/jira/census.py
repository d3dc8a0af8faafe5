"""Who is still there: every id and key of the source against every one of ours.

An issue is removed only when its project was counted to the end under a proved login and Jira,
asked for this very issue, knows it no more.
"""

from collections.abc import Iterable

from django.db import connection as database
from django.db import transaction

from prodops.integrations.jira.models import JiraIssue
from prodops.integrations.jira.pages import refetch, write_page
from prodops.integrations.jira.paging import issue_keys
from prodops.integrations.jira.reading import denied
from prodops.integrations.jira.work import Pass

AT_ONCE = 100


def take(work: Pass, projects: list[str]) -> None:
    """Count the projects, fetch what differs here, mark what is gone there, compare counts."""
    counted = _count(work, projects)
    work.client.myself()  # still signed in, so "not there" is the truth
    _fetch(work, _differing(), "Fetching issues the pages did not show")
    _remove_gone(work, projects)
    _name_old_statuses(work)
    counts = {key: [counted[key], here] for key, here in _alive(work, projects).items()}
    off = [
        f"{key}: Jira counts {a:,} issues, the hub {b:,}."
        for key, (a, b) in counts.items()
        if a != b
    ]
    work.warn(off)
    work.save(counts=counts, expected=sum(counted.values()))


def _count(work: Pass, projects: list[str]) -> dict[str, int]:
    """Put id and key of every issue of the source into a table of this database session."""
    counted: dict[str, set[str]] = {}
    with database.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS stage_census"
            " (connection_id bigint, project text, jira_id text, key text)"
        )
        cursor.execute("TRUNCATE stage_census")
        for project in projects:
            met = counted[project] = set()
            for page in issue_keys(work.client, project):
                fresh = [(jira_id, key) for jira_id, key in page if jira_id not in met]
                with cursor.copy("COPY stage_census FROM STDIN") as rows:
                    for jira_id, key in fresh:
                        rows.write_row((work.run.connection_id, project, jira_id, key))
                met |= {jira_id for jira_id, _ in fresh}
                work.step(f"Counting {project}, {len(met):,} issues")
        cursor.execute("ANALYZE stage_census")
    return {project: len(met) for project, met in counted.items()}


def _differing() -> list[str]:
    """Return the ids the hub lacks, took for gone, or has with another key."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT stage.jira_id FROM stage_census AS stage WHERE NOT EXISTS"
            " (SELECT FROM jira_jiraissue AS issue WHERE issue.connection_id = stage.connection_id"
            " AND issue.jira_id = stage.jira_id AND issue.deleted_at IS NULL"
            " AND stage.key IN (issue.key, ''))"
        )
        return [jira_id for (jira_id,) in cursor.fetchall()]


def _fetch(work: Pass, jira_ids: list[str], doing: str) -> None:
    """Read these issues by their ids, which is never stale; those not there are left alone."""
    for batch in _batches(jira_ids):
        work.step(doing)
        if work.client.is_cloud:
            write_page(
                work,
                work.client.bulk_issues(batch, fields=work.fields.asked, expand="changelog"),
            )
        else:
            for jira_id in batch:
                refetch(work, jira_id)


def _remove_gone(work: Pass, projects: list[str]) -> None:
    """Mark as deleted what the census lacks and Jira denies; what does exist is read again."""
    absent = _absent_there(work, projects)
    for batch in _batches(absent):
        work.step(f"Making sure that {len(absent):,} issues are gone")
        gone = denied(work.client, batch)
        at = work.clock()
        with transaction.atomic():
            removed = (
                JiraIssue.objects.alive()
                .filter(connection=work.run.connection_id, jira_id__in=gone)
                .update(deleted_at=at, synced_at=at)
            )
            work.save(deleted=work.run.deleted + removed)
        _fetch(work, sorted(set(batch) - gone), "Fetching issues that are elsewhere")


def _absent_there(work: Pass, projects: list[str]) -> list[str]:
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT issue.jira_id FROM jira_jiraissue AS issue"
            " JOIN jira_jiraproject AS project ON project.id = issue.project_id"
            " WHERE issue.connection_id = %s AND issue.deleted_at IS NULL AND project.key = ANY(%s)"
            " AND NOT EXISTS (SELECT FROM stage_census AS stage"
            " WHERE stage.jira_id = issue.jira_id)"
            " ORDER BY issue.id",
            [work.run.connection_id, projects],
        )
        return [jira_id for (jira_id,) in cursor.fetchall()]


def _batches(jira_ids: list[str]) -> Iterable[list[str]]:
    for start in range(0, len(jira_ids), AT_ONCE):
        yield jira_ids[start : start + AT_ONCE]


def _alive(work: Pass, projects: list[str]) -> dict[str, int]:
    alive = JiraIssue.objects.alive().filter(connection=work.run.connection_id)
    return {key: alive.filter(project__key=key).count() for key in projects}


def _name_old_statuses(work: Pass) -> None:
    """Give a row to statuses that only histories name; they left the site's list."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (named.id) named.id, named.name FROM jira_jirachange AS change"
            " JOIN jira_jiraissue AS issue ON issue.id = change.issue_id,"
            " LATERAL (VALUES (change.from_id, change.from_text), (change.to_id, change.to_text))"
            " AS named (id, name)"
            " WHERE change.field = 'status' AND issue.connection_id = %s AND named.id <> ''",
            [work.run.connection_id],
        )
        named = cursor.fetchall()
    work.directory.learn_old_statuses(named)
