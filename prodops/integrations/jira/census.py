"""Who is still there: after a full pass, every id of the source against every id of ours.

An issue is removed only when its project was counted to the end under a proved login and Jira,
asked for this very issue, knows it no more.
"""

from django.db import connection as database
from django.db import transaction

from prodops.integrations.jira.client import JiraClient, Missing
from prodops.integrations.jira.models import JiraIssue
from prodops.integrations.jira.pages import refetch
from prodops.integrations.jira.paging import issue_ids
from prodops.integrations.jira.work import Pass

AT_ONCE = 100


def take(work: Pass, projects: list[str]) -> None:
    """Count the projects, fetch what is missing here, mark what is gone there, compare counts."""
    counted = _count(work, projects)
    work.client.myself()  # still signed in, so "not there" is the truth
    for jira_id in _missing_here():
        work.step("Fetching issues the pages did not show")
        refetch(work, jira_id)
    _remove_gone(work, projects)
    _name_old_statuses(work)
    counts = {key: [counted[key], here] for key, here in _alive(work, projects).items()}
    off = [
        f"{key}: Jira counts {a:,} issues, the hub {b:,}."
        for key, (a, b) in counts.items()
        if a != b
    ]
    work.save(
        counts=counts,
        expected=sum(counted.values()),
        warnings=[*work.run.warnings, *off],
    )


def _count(work: Pass, projects: list[str]) -> dict[str, int]:
    """Put every id the source has into a table of this database session."""
    counted = {}
    with database.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS stage_census (connection_id bigint, jira_id text)"
        )
        cursor.execute("TRUNCATE stage_census")
        for key in projects:
            counted[key] = 0
            for ids in issue_ids(work.client, key):
                with cursor.copy("COPY stage_census FROM STDIN") as rows:
                    for jira_id in ids:
                        rows.write_row((work.run.connection_id, jira_id))
                counted[key] += len(ids)
                work.step(f"Counting {key}, {counted[key]:,} issues")
        cursor.execute("ANALYZE stage_census")
    return counted


def _missing_here() -> list[str]:
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT stage.jira_id FROM stage_census AS stage WHERE NOT EXISTS"
            " (SELECT FROM jira_jiraissue AS issue WHERE issue.connection_id = stage.connection_id"
            " AND issue.jira_id = stage.jira_id AND issue.deleted_at IS NULL)"
        )
        return [jira_id for (jira_id,) in cursor.fetchall()]


def _remove_gone(work: Pass, projects: list[str]) -> None:
    """Mark as deleted what the census lacks and Jira denies; what does exist is read again."""
    absent = _absent_there(work, projects)
    for start in range(0, len(absent), AT_ONCE):
        batch = absent[start : start + AT_ONCE]
        work.step(f"Making sure that {len(absent):,} issues are gone")
        gone = _denied(work.client, batch)
        at = work.clock()
        with transaction.atomic():
            removed = (
                JiraIssue.objects.alive()
                .filter(connection=work.run.connection_id, jira_id__in=gone)
                .update(deleted_at=at, synced_at=at)
            )
            work.save(deleted=work.run.deleted + removed)
        for jira_id in set(batch) - gone:
            refetch(work, jira_id)


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


def _denied(client: JiraClient, jira_ids: list[str]) -> set[str]:
    """Return those of the issues that Jira, asked for each by id, does not know."""
    if client.is_cloud:
        known = client.bulk_issues(jira_ids, fields=["updated"])
        return set(jira_ids) - {str(issue.get("id")) for issue in known}
    return {jira_id for jira_id in jira_ids if not _exists(client, jira_id)}


def _exists(client: JiraClient, jira_id: str) -> bool:
    try:
        client.issue(jira_id, fields=["updated"])
    except Missing:
        return False
    return True


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
