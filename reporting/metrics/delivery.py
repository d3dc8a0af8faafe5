"""Delivery: cycle time (K4), stalled work (K5) and throughput (T1), from the issue facts."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from prodops.integrations.jira.models import JiraProject
from prodops.people.models import Team
from reporting.metrics.evidence import Evidence, Link, select
from reporting.metrics.figure import HIDDEN_BELOW, Figure, counts, ratio
from reporting.metrics.periods import Period
from reporting.models import IssueFlow

DAY = 86_400
ENOUGH_FOR_NORMAL = 10
STALLED_AT = 2.0

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
)
SELECT standing.issue_id, standing.team_id,
       extract(epoch FROM %(at)s - standing.started_at)::float8 / 86400 AS age,
       CASE WHEN team_normal.recent >= %(enough)s THEN team_normal.p50_recent
            WHEN team_normal.half_year >= %(enough)s THEN team_normal.p50_half_year
            WHEN normal.half_year >= %(enough)s THEN normal.p50 END AS normal,
       CASE WHEN team_normal.recent >= %(enough)s THEN 'team, 90 days'
            WHEN team_normal.half_year >= %(enough)s THEN 'team, 180 days'
            WHEN normal.half_year >= %(enough)s THEN 'organisation, 180 days'
            ELSE 'too few finished' END AS basis
FROM standing
LEFT JOIN team_normal ON team_normal.type = standing.type
    AND team_normal.team_id IS NOT DISTINCT FROM standing.team_id
LEFT JOIN normal ON normal.type = standing.type
WHERE standing.step IN ('queue', 'active')
ORDER BY age DESC, standing.issue_id
"""


class Standing(NamedTuple):
    """An issue that was started and not finished: its age and its kind's normal, in days."""

    issue_id: int
    team_id: int | None
    age: float
    normal: float | None
    basis: str

    @property
    def is_stalled(self) -> bool:
        return self.normal is not None and self.age > STALLED_AT * self.normal


def cycle_time(period: Period, at: datetime) -> dict[int | None, Figure]:
    """K4: median elapsed days from start to finish; p85 and lead times beside it."""
    return {team: _cycle_time(row) for team, row in _finished(period, at).items()}


def throughput(period: Period, at: datetime) -> dict[int | None, Figure]:
    """T1: issues finished, and zero for a team that had issues and finished none.

    Before its first issue a team has no figure: a zero there would pull the limits down for ever.
    """
    tallies = _finished(period, at)
    nothing = {"finished": 0, "abandoned": 0, "reopened": 0}
    begun = JiraProject.objects.filter(issues__created__lt=period.ends_at).exclude(team=None)
    had_issues = begun.values_list("team_id", flat=True).distinct()
    return {team: _throughput(tallies.get(team, nothing)) for team in {*tallies, *had_issues}}


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


def finished_evidence(period: Period, at: datetime, team: Team | None) -> Evidence:
    """Return the issues finished in the period: key, type, days from start and from creation."""
    finished = (
        IssueFlow.objects.for_team(team)
        .finished_between(period.starts_at, min(period.ends_at, at))
        .filter(Q(deleted_at=None) | Q(deleted_at__gte=period.starts_at))
    )
    return Evidence(
        columns=("Issue", "Summary", "Type", "Team", "Started", "Finished", "Days", "Lead days"),
        source=finished.for_display(),
        cells=_finished_cells,
        numeric=frozenset({"Days", "Lead days"}),
    )


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
        ),
        source=rows,
        cells=lambda one: _standing_cells(one, flows[one.issue_id]),
        numeric=frozenset({"Age, days", "Normal, days"}),
    )


def _finished(period: Period, at: datetime) -> dict[int | None, dict]:
    given = {"start": period.starts_at, "end": period.ends_at, "at": at}
    rows = [dict(zip(TALLY, row, strict=True)) for row in select(FINISHED, given)]
    return {
        row["team_id"]: row for row in rows if row["is_organisation"] or row["team_id"] is not None
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


def _cycle_time(row: dict) -> Figure:
    timed, finished = row["timed"], row["finished"]
    note = "n/a (0 of 0)" if not timed else f"hidden: {timed} of {HIDDEN_BELOW} needed"
    is_shown, lead_shown = timed >= HIDDEN_BELOW, finished >= HIDDEN_BELOW
    return Figure(
        unit="days",
        value=row["cycle_median"] if is_shown else None,
        numerator=timed,
        denominator=finished,
        n=timed,
        excluded=counts({"no_start": finished - timed, "abandoned": row["abandoned"]}),
        companions={
            "p85": row["cycle_p85"] if is_shown else None,
            "lead_median": row["lead_median"] if lead_shown else None,
            "lead_p85": row["lead_p85"] if lead_shown else None,
            "reopened": row["reopened"],
        },
        note="" if is_shown else note,
    )


def _stalled(rows: Iterable[Standing]) -> Figure:
    rows = list(rows)
    judged = [one for one in rows if one.normal is not None]
    return ratio(
        sum(one.is_stalled for one in judged),
        len(judged),
        excluded={"no_normal": len(rows) - len(judged)},
        companions={"in_progress": len(rows)},
    )


def _finished_cells(flow: IssueFlow) -> tuple:
    issue = flow.issue
    return (
        Link(issue.key, issue.project.connection.browse_url(issue.key)),
        issue.summary,
        flow.issue_type.name,
        flow.team.name if flow.team else "",
        flow.started_at,
        flow.finished_at,
        _days(flow.started_at, flow.finished_at),
        _days(flow.created_at, flow.finished_at),
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
    )


def _days(start: datetime | None, end: datetime | None) -> float | None:
    if start is None or end is None:
        return None
    return round((end - start).total_seconds() / DAY, 2)
