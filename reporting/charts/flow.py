"""Cumulative flow: how much stood in each step, day by day."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.conf import settings

from prodops.people.models import Team
from reporting.charts import drawing
from reporting.charts.drawing import Drawing
from reporting.metrics.evidence import select

DELTAS = """
WITH stay AS (
    SELECT stay.step, stay.entered_at, least(stay.left_at, flow.deleted_at) AS left_at
    FROM reporting_flowstep stay
    JOIN reporting_issueflow flow ON flow.issue_id = stay.issue_id
    WHERE (%(team)s::bigint IS NULL OR flow.team_id = %(team)s)
      AND (flow.deleted_at IS NULL OR stay.entered_at < flow.deleted_at)
      AND stay.step <> 'abandoned'
), delta AS (
    SELECT step, entered_at AS at, 1 AS change FROM stay
    UNION ALL
    SELECT step, left_at, -1 FROM stay WHERE left_at IS NOT NULL
)
SELECT greatest((at AT TIME ZONE %(zone)s)::date, %(first)s), step, sum(change)
FROM delta
WHERE at <= %(at)s
GROUP BY 1, 2
"""

STEPS = (
    ("finished", "Finished", "rgba(31,158,143,0.75)"),
    ("active", "Started", "rgba(79,124,255,0.75)"),
    ("queue", "Not started", "rgba(139,147,167,0.45)"),
)


def cumulative_flow(team: Team | None, at: datetime) -> Drawing:
    """Draw the issues in each step at the end of every day; finished ones since the first day."""
    columns = ["Day", "Not started", "Started", "Finished since the first day"]
    last = drawing.local_day(at)
    days = [last - drawing.WINDOW + timedelta(days=number) for number in range(183)]
    counts = _counts(team, at, days)
    if not any(counts["active"]) and not any(counts["queue"]) and not any(counts["finished"]):
        return drawing.nothing("There are no issues in Jira yet", columns)
    base = counts["finished"][0]
    counts["finished"] = [count - base for count in counts["finished"]]
    traces = [_band(days, counts[step], name, colour) for step, name, colour in STEPS]
    figure = drawing.figure(traces, x="Day", y="Issues", xaxis={"type": "date"}, hovermode="x")
    rows = [
        [day.isoformat(), counts["queue"][n], counts["active"][n], counts["finished"][n]]
        for n, day in enumerate(days)
    ]
    weekly = rows[::-7]
    return Drawing(_finding(counts), figure, {"columns": columns, "rows": weekly})


def _band(days: list[date], counts: list[int], name: str, colour: str) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [day.isoformat() for day in days],
        "y": counts,
        "stackgroup": "flow",
        "line": {"width": 0, "shape": "hv"},
        "fillcolor": colour,
        "hovertemplate": f"%{{x|%-d %b %Y}}: %{{y}} {name.lower()}<extra></extra>",
    }


def _counts(team: Team | None, at: datetime, days: list[date]) -> dict[str, list[int]]:
    given = {"team": team.pk if team else None, "at": at, "first": days[0]}
    deltas: dict[str, dict[date, int]] = defaultdict(dict)
    for day, step, change in select(DELTAS, {**given, "zone": settings.TIME_ZONE}):
        deltas[step][day] = int(change)
    counts: dict[str, list[int]] = {}
    for step, _, _ in STEPS:
        standing, counts[step] = 0, []
        for day in days:
            standing += deltas[step].get(day, 0)
            counts[step].append(standing)
    return counts


def _finding(counts: dict[str, list[int]]) -> str:
    before, now = counts["active"][0], counts["active"][-1]
    finished = counts["finished"][-1]
    if before == now:
        moved = f"Started work stands at {now:,}, as six months ago"
    else:
        way = "grew" if now > before else "fell"
        moved = f"Started work {way} from {before:,} to {now:,} in six months"
    return f"{moved}, while {finished:,} were finished"
