"""Delivery: cycle time (K4) and throughput (T1), from the issue facts."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q

from prodops.integrations.jira.models import JiraProject
from prodops.people.models import Team
from reporting.metrics.evidence import Evidence, Link, select
from reporting.metrics.figure import HIDDEN_BELOW, Figure, counts
from reporting.metrics.periods import Period
from reporting.models import IssueFlow

DAY = 86_400

FINISHED = """
WITH done AS (
    SELECT team_id, reopened, abandoned_at,
           extract(epoch FROM finished_at - started_at)::float8 / 86400 AS cycle,
           extract(epoch FROM finished_at - created_at)::float8 / 86400 AS lead
    FROM reporting_issueflow
    WHERE ((finished_at >= %(start)s AND finished_at < %(end)s)
           OR (abandoned_at >= %(start)s AND abandoned_at < %(end)s))
      AND (deleted_at IS NULL OR deleted_at >= %(start)s)
      AND coalesce(finished_at, abandoned_at) <= %(at)s
)
SELECT team_id, grouping(team_id) = 1 AS is_organisation,
       count(lead) AS finished,
       count(cycle) AS timed,
       count(abandoned_at) AS abandoned,
       count(*) FILTER (WHERE lead IS NOT NULL AND reopened > 0) AS reopened,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY cycle) AS cycle_median,
       percentile_disc(0.85) WITHIN GROUP (ORDER BY cycle) AS cycle_p85,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY lead) AS lead_median,
       percentile_disc(0.85) WITHIN GROUP (ORDER BY lead) AS lead_p85
FROM done
GROUP BY GROUPING SETS ((), (team_id))
"""

TALLY = (
    "team_id",
    "is_organisation",
    "finished",
    "timed",
    "abandoned",
    "reopened",
    "cycle_median",
    "cycle_p85",
    "lead_median",
    "lead_p85",
)
BY_CLASS = """
SELECT team_id, grouping(team_id) = 1, service_class, count(*),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY cycle),
       percentile_disc(0.85) WITHIN GROUP (ORDER BY cycle)
FROM (
    SELECT team_id, service_class,
           extract(epoch FROM finished_at - started_at)::float8 / 86400 AS cycle
    FROM reporting_issueflow
    WHERE finished_at >= %(start)s AND finished_at < %(end)s AND finished_at <= %(at)s
      AND started_at IS NOT NULL
      AND (deleted_at IS NULL OR deleted_at >= %(start)s)
) timed
GROUP BY GROUPING SETS ((service_class), (team_id, service_class))
"""

RELEASED = """
WITH way_out AS (
    SELECT issue.id AS issue_id,
           CASE WHEN version.is_released
                THEN version.release_on::timestamp AT TIME ZONE %(zone)s END AS at
    FROM jira_jiraissue issue
    CROSS JOIN LATERAL unnest(issue.fix_version_ids) named (jira_id)
    JOIN jira_jiraversion version
        ON version.connection_id = issue.connection_id AND version.jira_id = named.jira_id
    WHERE version.gone_at IS NULL
      AND CASE WHEN version.is_released THEN version.release_on IS NOT NULL
               ELSE NOT version.is_archived END
    UNION ALL
    SELECT counted.issue_id, launch.launched_at
    FROM planning_initiative_issue counted
    JOIN launches_launchinitiative link ON link.initiative_id = counted.initiative_id
    JOIN launches_launch launch ON launch.id = link.launch_id
    WHERE launch.cancelled_at IS NULL
), release AS (
    SELECT issue_id, min(at) FILTER (WHERE at <= %(at)s AND at < %(end)s) AS at
    FROM way_out GROUP BY issue_id
), shipped AS (
    SELECT flow.team_id, flow.finished_at, flow.started_at, flow.created_at,
           release.issue_id IS NOT NULL AS has_way_out,
           CASE WHEN release.issue_id IS NULL THEN flow.finished_at
                WHEN release.at IS NOT NULL THEN greatest(release.at, flow.finished_at) END AS at
    FROM reporting_issueflow flow
    LEFT JOIN release ON release.issue_id = flow.issue_id
    WHERE flow.finished_at < %(end)s AND flow.finished_at <= %(at)s
      AND (flow.deleted_at IS NULL OR flow.deleted_at >= %(start)s)
), timed AS (
    SELECT team_id, has_way_out, at,
           extract(epoch FROM at - started_at)::float8 / 86400 AS cycle,
           extract(epoch FROM at - created_at)::float8 / 86400 AS lead
    FROM shipped
    WHERE at >= %(start)s OR (at IS NULL AND finished_at >= %(start)s)
)
SELECT team_id, grouping(team_id) = 1 AS is_organisation,
       count(at) AS shipped,
       count(cycle) AS timed,
       count(at) FILTER (WHERE has_way_out) AS by_release,
       count(*) FILTER (WHERE at IS NULL) AS unreleased,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY cycle) AS cycle_median,
       percentile_disc(0.85) WITHIN GROUP (ORDER BY cycle) AS cycle_p85,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY lead) AS lead_median
FROM timed
GROUP BY GROUPING SETS ((), (team_id))
"""

RELEASE = (
    "team_id",
    "is_organisation",
    "shipped",
    "timed",
    "by_release",
    "unreleased",
    "cycle_median",
    "cycle_p85",
    "lead_median",
)

NONE_FINISHED: dict[str, Any] = {"finished": 0, "timed": 0, "abandoned": 0, "reopened": 0}
NONE_RELEASED: dict[str, Any] = {"shipped": 0, "timed": 0, "by_release": 0, "unreleased": 0}


def cycle_time(period: Period, at: datetime) -> dict[int | None, Figure]:
    """K4: median elapsed days from start to finish; p85, lead times and releases beside it.

    The times to release are of what was released in the period: the later of the finish and the
    first release of a fix version or launch it belongs to, and the finish where it has neither.
    """
    finished, released = _finished(period, at), _released(period, at)
    by_class = _by_class(period, at)
    return {
        team: _cycle_time(
            finished.get(team, NONE_FINISHED), released.get(team, NONE_RELEASED), by_class[team]
        )
        for team in {*finished, *released}
    }


def throughput(period: Period, at: datetime) -> dict[int | None, Figure]:
    """T1: issues finished, and zero for a team that had issues and finished none.

    Before its first issue a team has no figure: a zero there would pull the limits down for ever.
    """
    tallies = _finished(period, at)
    begun = JiraProject.objects.filter(issues__created__lt=period.ends_at).exclude(team=None)
    had_issues = begun.values_list("team_id", flat=True).distinct()
    return {team: _throughput(tallies.get(team, NONE_FINISHED)) for team in {*tallies, *had_issues}}


def finished_evidence(period: Period, at: datetime, team: Team | None) -> Evidence:
    """Return the issues finished in the period: key, type, days from start and from creation."""
    finished = (
        IssueFlow.objects.for_team(team)
        .finished_between(period.starts_at, min(period.ends_at, at))
        .filter(Q(deleted_at=None) | Q(deleted_at__gte=period.starts_at))
    )
    return Evidence(
        columns=(
            "Issue",
            "Summary",
            "Type",
            "Class",
            "Team",
            "Started",
            "Finished",
            "Days",
            "Lead days",
        ),
        source=finished.for_display(),
        cells=_finished_cells,
        numeric={"Days": 2, "Lead days": 2},
    )


def _finished(period: Period, at: datetime) -> dict[int | None, dict[str, Any]]:
    return _by_team(FINISHED, TALLY, period, at)


def _released(period: Period, at: datetime) -> dict[int | None, dict[str, Any]]:
    return _by_team(RELEASED, RELEASE, period, at)


def _by_class(period: Period, at: datetime) -> dict[int | None, dict[str, float | None]]:
    """Return by team the number, median and p85 of the days of each class of service."""
    given = {"start": period.starts_at, "end": period.ends_at, "at": at}
    found: dict[int | None, dict[str, float | None]] = defaultdict(dict)
    for team, is_organisation, name, n, median, p85 in select(BY_CLASS, given):
        if is_organisation or team is not None:
            is_shown = n >= HIDDEN_BELOW
            found[team] |= {
                f"{name}_n": n,
                f"{name}_median": median if is_shown else None,
                f"{name}_p85": p85 if is_shown else None,
            }
    return found


def _by_team(
    statement: str, names: tuple[str, ...], period: Period, at: datetime
) -> dict[int | None, dict[str, Any]]:
    """Return a statement's rows by team; the organisation's, under None, has all issues."""
    given = {"start": period.starts_at, "end": period.ends_at, "at": at}
    rows = select(statement, {**given, "zone": settings.TIME_ZONE})
    named = [dict(zip(names, row, strict=True)) for row in rows]
    return {
        row["team_id"]: row for row in named if row["is_organisation"] or row["team_id"] is not None
    }


def _throughput(row: dict) -> Figure:
    return Figure(
        unit="items",
        value=row["finished"],
        numerator=row["finished"],
        n=row["finished"],
        excluded=counts({"abandoned": row["abandoned"]}),
        companions={"reopened": row["reopened"]},
    )


def _cycle_time(
    row: dict[str, Any], release: dict[str, Any], by_class: dict[str, float | None]
) -> Figure:
    timed, finished = row["timed"], row["finished"]
    note = "n/a (0 of 0)" if not timed else f"hidden: {timed} of {HIDDEN_BELOW} needed"
    return Figure(
        unit="days",
        value=_shown(row, "cycle_median", timed),
        numerator=timed,
        denominator=finished,
        n=timed,
        excluded=counts({"no_start": finished - timed, "abandoned": row["abandoned"]}),
        companions={
            "p85": _shown(row, "cycle_p85", timed),
            "lead_median": _shown(row, "lead_median", finished),
            "lead_p85": _shown(row, "lead_p85", finished),
            "reopened": row["reopened"],
            "shipped_median": _shown(release, "cycle_median", release["timed"]),
            "shipped_p85": _shown(release, "cycle_p85", release["timed"]),
            "shipped_lead_median": _shown(release, "lead_median", release["shipped"]),
            "shipped": release["shipped"],
            "by_release": release["by_release"],
            "unreleased": release["unreleased"],
            **by_class,
        },
        note="" if timed >= HIDDEN_BELOW else note,
    )


def _shown(row: dict[str, Any], name: str, n: int) -> float | None:
    """Return a percentile of `n` values, none of too few."""
    return row[name] if n >= HIDDEN_BELOW else None


def _finished_cells(flow: IssueFlow) -> tuple:
    issue = flow.issue
    return (
        Link(issue.key, issue.project.connection.browse_url(issue.key)),
        issue.summary,
        flow.issue_type.name,
        flow.get_service_class_display(),
        flow.team.name if flow.team else "",
        flow.started_at,
        flow.finished_at,
        _days(flow.started_at, flow.finished_at),
        _days(flow.created_at, flow.finished_at),
    )


def _days(start: datetime | None, end: datetime | None) -> float | None:
    if start is None or end is None:
        return None
    return round((end - start).total_seconds() / DAY, 2)
