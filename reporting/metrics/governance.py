"""Governance: can the Jira records be trusted (K16)?"""

from datetime import datetime
from typing import Any

from django.db.models import F

from prodops.people.models import Team
from reporting.metrics.evidence import Evidence, Link, select
from reporting.metrics.figure import Figure, counts, ratio
from reporting.metrics.periods import Period
from reporting.models import IssueFlow

CHECKS = {
    "type": "Type is one its project allows",
    "description": "Has a description",
    "assignee": "Has an assignee once started",
    "priority": "Has a priority",
    "parent": "Parent exists and is of a higher level",
    "fresh": "Open, and updated within 60 days",
    "resolution": "Has a resolution exactly when done",
    "children": "Done, with no open children",
    "estimate": "Has an estimate, where the project estimates",
}

CHECKED = """
WITH estimating AS MATERIALIZED (
    SELECT DISTINCT project_id FROM jira_jiraissue WHERE story_points IS NOT NULL
), unclosed AS MATERIALIZED (
    SELECT DISTINCT child.parent_id
    FROM jira_jiraissue child JOIN reporting_issueflow flow ON flow.issue_id = child.id
    WHERE child.parent_id IS NOT NULL AND flow.step IN ('queue', 'active')
      AND flow.deleted_at IS NULL
), checked AS (
    SELECT flow.issue_id, flow.team_id,
        CASE WHEN project.issue_type_ids IS NOT NULL
             THEN type.jira_id = ANY(project.issue_type_ids) END AS type,
        CASE WHEN type.level >= 0 THEN issue.description <> '' END AS description,
        CASE WHEN flow.started_at <= %(at)s AND type.level <= 0
             THEN issue.assignee_id IS NOT NULL END AS assignee,
        issue.priority <> '' AS priority,
        CASE WHEN type.level < 0 OR issue.parent_key <> ''
             THEN coalesce(parent.deleted_at IS NULL AND parent_type.level > type.level, false)
             END AS parent,
        CASE WHEN flow.step IN ('queue', 'active')
             THEN issue.updated >= %(at)s - interval '60 days' END AS fresh,
        CASE WHEN NOT project.is_team_managed
             THEN (issue.resolution <> '') = (status.category = 'done') END AS resolution,
        CASE WHEN status.category = 'done' AND type.level >= 0
             THEN unclosed.parent_id IS NULL END AS children,
        CASE WHEN type.level = 0 AND estimating.project_id IS NOT NULL
             THEN issue.story_points IS NOT NULL END AS estimate
    FROM reporting_issueflow flow
    JOIN jira_jiraissue issue ON issue.id = flow.issue_id
    JOIN jira_jirastatus status ON status.id = issue.status_id
    JOIN jira_jiraissuetype type ON type.id = flow.issue_type_id
    JOIN jira_jiraproject project ON project.id = issue.project_id
    LEFT JOIN jira_jiraissue parent ON parent.id = issue.parent_id
    LEFT JOIN jira_jiraissuetype parent_type ON parent_type.id = parent.issue_type_id
    LEFT JOIN estimating ON estimating.project_id = issue.project_id
    LEFT JOIN unclosed ON unclosed.parent_id = issue.id
    WHERE flow.created_at < %(end)s AND flow.created_at <= %(at)s
      AND (flow.finished_at IS NULL OR flow.finished_at >= %(start)s)
      AND (flow.abandoned_at IS NULL OR flow.abandoned_at >= %(start)s)
      AND (flow.deleted_at IS NULL OR flow.deleted_at >= %(start)s)
)
"""

TOTALS = (
    CHECKED
    + """
SELECT team_id, grouping(team_id) = 1, count(*),
       count(*) FILTER (WHERE type), count(type),
       count(*) FILTER (WHERE description), count(description),
       count(*) FILTER (WHERE assignee), count(assignee),
       count(*) FILTER (WHERE priority), count(priority),
       count(*) FILTER (WHERE parent), count(parent),
       count(*) FILTER (WHERE fresh), count(fresh),
       count(*) FILTER (WHERE resolution), count(resolution),
       count(*) FILTER (WHERE children), count(children),
       count(*) FILTER (WHERE estimate), count(estimate)
FROM checked GROUP BY GROUPING SETS ((), (team_id))
"""
)

FAILING = (
    CHECKED
    + """
SELECT issue_id, type, description, assignee, priority, parent, fresh, resolution, children,
       estimate
FROM checked
WHERE (%(team)s::bigint IS NULL OR team_id = %(team)s)
  AND NOT (coalesce(type, true) AND coalesce(description, true) AND coalesce(assignee, true)
           AND coalesce(priority, true) AND coalesce(parent, true) AND coalesce(fresh, true)
           AND coalesce(resolution, true) AND coalesce(children, true)
           AND coalesce(estimate, true))
ORDER BY issue_id
LIMIT 10000
"""
)


def data_quality(period: Period, at: datetime) -> dict[int | None, Figure]:
    """K16: checks passed of checks that apply, over issues open or finished in the period.

    Fields are read as they stand now: a figure of a past month is only right when it was
    computed then. The type is only checked where the project's types are known; elsewhere that
    check is left out and counted, one an issue.
    """
    rows = select(TOTALS, _given(period, at))
    return {
        row[0]: _quality(row[2], dict(zip(CHECKS, _pairs(row[3:]), strict=True)))
        for row in rows
        if row[1] or row[0] is not None
    }


def failing_evidence(period: Period, at: datetime, team: Team | None) -> Evidence:
    """Return the issues that fail a check, worst first; at most 10,000."""
    given = {**_given(period, at), "team": team.pk if team else None}
    failing = {row[0]: _failed(row[1:]) for row in select(FAILING, given)}
    worst = sorted(failing, key=lambda pk: (-len(failing[pk]), pk))
    flows = IssueFlow.objects.for_display().annotate(key=F("issue__key")).in_bulk(worst)
    return Evidence(
        columns=("Issue", "Summary", "Type", "Status", "Team", "Fails"),
        source=worst,
        cells=lambda pk: _failing_cells(flows[pk], failing[pk]),
    )


def _given(period: Period, at: datetime) -> dict[str, Any]:
    return {"start": period.starts_at, "end": period.ends_at, "at": min(at, period.ends_at)}


def _pairs(row: tuple[int, ...]) -> list[tuple[int, int]]:
    return list(zip(row[::2], row[1::2], strict=True))


def _quality(issues: int, checks: dict[str, tuple[int, int]]) -> Figure:
    passed = sum(part for part, _ in checks.values())
    applicable = sum(whole for _, whole in checks.values())
    type_unknown = issues - checks["type"][1]
    aside = issues * len(checks) - applicable - type_unknown
    return ratio(
        passed,
        applicable,
        excluded=counts({"not_applicable": aside, "type_unknown": type_unknown}),
        companions={
            "issues": issues,
            **{name: 100 * part / whole for name, (part, whole) in checks.items() if whole},
        },
    )


def _failed(results: tuple[bool | None, ...]) -> list[str]:
    return [
        label for label, passed in zip(CHECKS.values(), results, strict=True) if passed is False
    ]


def _failing_cells(flow: IssueFlow, failed: list[str]) -> tuple:
    issue = flow.issue
    return (
        Link(issue.key, issue.project.connection.browse_url(issue.key)),
        issue.summary,
        flow.issue_type.name,
        issue.status.name,
        flow.team.name if flow.team else "",
        "; ".join(failed),
    )
