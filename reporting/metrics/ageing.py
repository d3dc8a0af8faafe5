"""Ageing: the share of started work that is stalled (K5), and how long it was blocked."""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from prodops.people.models import Team
from reporting.metrics.evidence import Evidence, Link, select
from reporting.metrics.figure import Figure, ratio
from reporting.metrics.periods import Period
from reporting.models import IssueFlow

ENOUGH_FOR_NORMAL = 10
STALLED_AT = 2.0
BLOCKED_DAYS = 5.0

STARTED = """
WITH standing AS (
    SELECT flow.issue_id, flow.team_id, type.name AS type, flow.started_at,
           stay.step, stay.entered_at
    FROM reporting_issueflow flow
    JOIN jira_jiraissuetype type ON type.id = flow.issue_type_id
    JOIN reporting_flowstep stay ON stay.issue_id = flow.issue_id
        AND stay.entered_at <= %(at)s AND (stay.left_at IS NULL OR stay.left_at > %(at)s)
    WHERE flow.started_at <= %(at)s
      AND (flow.finished_at IS NULL OR flow.finished_at > %(at)s - interval '180 days')
      AND (flow.deleted_at IS NULL OR flow.deleted_at > %(at)s)
), finished AS (
    SELECT team_id, type, entered_at >= %(at)s - interval '90 days' AS is_recent,
           extract(epoch FROM entered_at - started_at)::float8 / 86400 AS days
    FROM standing
    WHERE step = 'finished' AND entered_at >= %(at)s - interval '180 days'
), team_normal AS (
    SELECT team_id, type, count(*) FILTER (WHERE is_recent) AS recent, count(*) AS half_year,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE is_recent) AS p50_recent,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY days) AS p50_half_year
    FROM finished GROUP BY team_id, type
), normal AS (
    SELECT type, count(*) AS half_year, percentile_disc(0.5) WITHIN GROUP (ORDER BY days) AS p50
    FROM finished GROUP BY type
), blocked AS (
    SELECT block.issue_id,
           sum(extract(epoch FROM least(block.freed_at, %(at)s)
                                  - greatest(block.blocked_at, standing.started_at)))::float8
               / 86400 AS days,
           bool_or(block.freed_at IS NULL OR block.freed_at > %(at)s) AS is_on
    FROM standing
    JOIN reporting_flowblock block ON block.issue_id = standing.issue_id
        AND block.blocked_at <= %(at)s
        AND (block.freed_at IS NULL OR block.freed_at > standing.started_at)
    WHERE standing.step IN ('queue', 'active')
    GROUP BY block.issue_id
)
SELECT standing.issue_id, standing.team_id,
       extract(epoch FROM %(at)s - standing.started_at)::float8 / 86400 AS age,
       CASE WHEN team_normal.recent >= %(enough)s THEN team_normal.p50_recent
            WHEN team_normal.half_year >= %(enough)s THEN team_normal.p50_half_year
            WHEN normal.half_year >= %(enough)s THEN normal.p50 END AS normal,
       CASE WHEN team_normal.recent >= %(enough)s THEN 'team, 90 days'
            WHEN team_normal.half_year >= %(enough)s THEN 'team, 180 days'
            WHEN normal.half_year >= %(enough)s THEN 'organisation, 180 days'
            ELSE 'too few finished' END AS basis,
       coalesce(block.days, 0), coalesce(block.is_on, false)
FROM standing
LEFT JOIN team_normal ON team_normal.type = standing.type
    AND team_normal.team_id IS NOT DISTINCT FROM standing.team_id
LEFT JOIN normal ON normal.type = standing.type
LEFT JOIN blocked block ON block.issue_id = standing.issue_id
WHERE standing.step IN ('queue', 'active')
ORDER BY age DESC, standing.issue_id
"""


class Standing(NamedTuple):
    """An issue that was started and not finished: its age and its kind's normal, in days.

    `blocked` is the sum of the days since its start in which it was flagged or stood blocked.
    """

    issue_id: int
    team_id: int | None
    age: float
    normal: float | None
    basis: str
    blocked: float
    is_blocked: bool

    @property
    def is_stalled(self) -> bool:
        return self.normal is not None and self.age > STALLED_AT * self.normal

    @property
    def is_blocked_long(self) -> bool:
        return self.blocked > BLOCKED_DAYS


def stalled(period: Period, at: datetime) -> dict[int | None, Figure]:
    """K5: share of started work older than twice its normal, when the period ends or at `at`."""
    moment = min(at, period.ends_at)
    by_team: dict[int | None, list[Standing]] = defaultdict(list)
    everything = started(moment)
    for standing in everything:
        by_team[standing.team_id].append(standing)
    by_team[None] = everything
    return {team: _stalled(rows) for team, rows in by_team.items()}


def started(at: datetime) -> list[Standing]:
    """Return what was started and not finished at `at`, oldest first, each with its normal."""
    rows = select(STARTED, {"at": at, "enough": ENOUGH_FOR_NORMAL})
    return [Standing(*row) for row in rows]


def stalled_evidence(period: Period, at: datetime, team: Team | None) -> Evidence:
    """Return the started issues of the moment, oldest first, with their normal."""
    moment = min(at, period.ends_at)
    rows = [one for one in started(moment) if team is None or one.team_id == team.pk]
    flows = IssueFlow.objects.for_display().in_bulk([one.issue_id for one in rows])
    return Evidence(
        columns=(
            "Issue",
            "Summary",
            "Type",
            "Team",
            "Age, days",
            "Normal, days",
            "Against",
            "Stalled",
            "Blocked, days",
        ),
        source=rows,
        cells=lambda one: _standing_cells(one, flows[one.issue_id]),
        numeric={"Age, days": 1, "Normal, days": 1, "Blocked, days": 1},
    )


def _stalled(rows: list[Standing]) -> Figure:
    judged = [one for one in rows if one.normal is not None]
    blocked_long = sum(one.is_blocked_long for one in rows)
    return ratio(
        sum(one.is_stalled for one in judged),
        len(judged),
        excluded={"no_normal": len(rows) - len(judged)},
        companions={
            "in_progress": len(rows),
            "blocked_now": sum(one.is_blocked for one in rows),
            "blocked_long": 100 * blocked_long / len(rows) if rows else None,
        },
    )


def _standing_cells(one: Standing, flow: IssueFlow) -> tuple:
    issue = flow.issue
    return (
        Link(issue.key, issue.project.connection.browse_url(issue.key)),
        issue.summary,
        flow.issue_type.name,
        flow.team.name if flow.team else "",
        round(one.age, 1),
        None if one.normal is None else round(one.normal, 1),
        one.basis,
        "Stalled" if one.is_stalled else "",
        round(one.blocked, 1) or None,
    )
