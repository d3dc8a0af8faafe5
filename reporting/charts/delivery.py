"""The delivery dashboard: cycle time, throughput, and the age of what is in progress."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from math import log10

from prodops.people.models import Team
from reporting.charts import drawing
from reporting.charts.drawing import Drawing, plural
from reporting.metrics.ageing import started
from reporting.metrics.statistics import percentile
from reporting.models import IssueFlow

POINTS = 1_500
WEEK = timedelta(days=7)
COMPARED_WEEKS = 12


def cycle_time(team: Team | None, at: datetime) -> Drawing:
    """Draw each finished issue at its finish and its days from start, with p50 and p85."""
    rows = _finished(team, at)
    columns = ["Week", "Finished", "Median, days", "85th percentile, days"]
    if not rows:
        return drawing.nothing("Nothing was finished in the last six months", columns)
    days = [row[3] for row in rows]
    half, most = percentile(days, 0.5), percentile(days, 0.85)
    figure = drawing.figure(
        [_dots(rows[-POINTS:])],
        x="Finished",
        y="Days from start to finish",
        xaxis={"type": "date"},
        showlegend=False,
        **_percentiles(days),
    )
    finding = f"Half the work takes {half:.1f} days or less, 85 % takes {most:.1f} or less"
    return Drawing(finding, figure, {"columns": columns, "rows": _by_week(rows)})


def throughput(team: Team | None, at: datetime) -> Drawing:
    """Draw the issues finished each week; the running week is hollow."""
    weeks, counts = _weekly(team, at)
    columns = ["Week", "Finished"]
    if not any(counts):
        return drawing.nothing("Nothing was finished in the last six months", columns)
    complete = counts[:-1]
    mean = sum(complete[-COMPARED_WEEKS:]) / COMPARED_WEEKS
    before = sum(complete[-2 * COMPARED_WEEKS : -COMPARED_WEEKS]) / COMPARED_WEEKS
    shape, note = drawing.level(mean, f"Mean of<br>12 weeks:<br>{mean:.1f}")
    figure = drawing.figure(
        [_bars(weeks, counts)],
        x="Week (the last one is still running)",
        y="Issues finished",
        xaxis={"type": "date"},
        shapes=[shape],
        annotations=[note],
        showlegend=False,
    )
    table = [[week.isoformat(), count] for week, count in zip(weeks, counts, strict=True)]
    return Drawing(_pace(mean, before), figure, {"columns": columns, "rows": table[::-1]})


def ageing(team: Team | None, at: datetime) -> Drawing:
    """Draw what is in progress by status and age, against the percentiles of finished work."""
    standing = [one for one in started(at) if team is None or one.team_id == team.pk]
    columns = ["Issue", "Summary", "Status", "Age, days", "Stalled"]
    if not standing:
        return drawing.nothing("Nothing is in progress", columns)
    flows = IssueFlow.objects.for_display().in_bulk([one.issue_id for one in standing])
    rows = [(one, flows[one.issue_id].issue) for one in standing]
    stalled = [row for row in rows if row[0].is_stalled]
    moving = [row for row in rows if not row[0].is_stalled]
    figure = drawing.figure(
        [
            _ages("In progress", moving, drawing.ACCENT, "circle"),
            _ages("Stalled", stalled, drawing.RED, "diamond"),
        ],
        x="Status",
        y="Days since it was started",
        xaxis={"categoryorder": "array", "categoryarray": _in_order(rows)},
        yaxis={"type": "log", "dtick": 1} if _spreads(standing) else {},
        **_percentiles([row[3] for row in _finished(team, at)]),
    )
    share = f"{len(stalled):,} of {plural(len(standing), 'issue')}"
    finding = f"{share} in progress are older than twice the normal"
    figure = _without_log_traps(figure)
    return Drawing(finding, figure, {"columns": columns, "rows": _oldest(rows[:50])})


def _percentiles(days: list[float]) -> dict[str, list]:
    """Return the lines of p50 and p85 as shapes and notes of a layout; none without days."""
    lines = [
        drawing.level(found, f"{label}: {found:.1f} d", dash=dash)
        for label, part, dash in (("Half", 0.5, "dot"), ("85 %", 0.85, "dash"))
        if (found := percentile(days, part)) is not None
    ]
    return {"shapes": [shape for shape, _ in lines], "annotations": [note for _, note in lines]}


def _dots(rows: list[tuple[str, str, datetime, float]]) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [row[2].isoformat() for row in rows],
        "y": [round(row[3], 2) for row in rows],
        "text": [f"{row[0]} · {row[1]}" for row in rows],
        "hovertemplate": "%{text}<br>%{y:.1f} days, finished %{x|%-d %b %Y}<extra></extra>",
        "marker": {"color": drawing.ACCENT, "size": 6, "opacity": 0.55},
    }


def _weekly(team: Team | None, at: datetime) -> tuple[list[date], list[int]]:
    """Return the last 26 Mondays, the running week's last, and what was finished in each week."""
    finished = IssueFlow.objects.for_team(team).finished_between(at - drawing.WINDOW, at)
    counted = Counter(
        drawing.week_of(moment) for moment in finished.values_list("finished_at", flat=True)
    )
    running = drawing.week_of(at)
    weeks = [running - WEEK * back for back in range(25, -1, -1)]
    return weeks, [counted[week] for week in weeks]


def _bars(weeks: list[date], counts: list[int]) -> dict:
    complete = len(weeks) - 1
    return {
        "type": "bar",
        "x": [week.isoformat() for week in weeks],
        "y": counts,
        "hovertemplate": "Week of %{x|%-d %b}: %{y} finished<extra></extra>",
        "marker": {
            "color": [drawing.TEAL] * complete + ["rgba(0,0,0,0)"],
            "line": {"color": drawing.TEAL, "width": [0] * complete + [1.5]},
        },
    }


def _oldest(rows) -> list[list]:
    return [
        [
            issue.key,
            issue.summary,
            _stands_in(issue),
            round(one.age, 1),
            "yes" if one.is_stalled else "",
        ]
        for one, issue in rows
    ]


def _finished(team: Team | None, at: datetime) -> list[tuple[str, str, datetime, float]]:
    """Return (key, type, finished at, days from start) of the window, oldest first."""
    found = (
        IssueFlow.objects.for_team(team)
        .finished_between(at - drawing.WINDOW, at)
        .exclude(started_at=None)
        .order_by("finished_at", "pk")
        .values_list("issue__key", "issue_type__name", "finished_at", "started_at")
    )
    return [
        (key, kind, done, (done - begun).total_seconds() / 86_400)
        for key, kind, done, begun in found
    ]


def _by_week(rows: list[tuple[str, str, datetime, float]]) -> list[list]:
    weeks: dict[date, list[float]] = defaultdict(list)
    for _, _, done, days in rows:
        weeks[drawing.week_of(done)].append(days)
    return [
        [
            week.isoformat(),
            len(days),
            round(percentile(days, 0.5) or 0, 1),
            round(percentile(days, 0.85) or 0, 1),
        ]
        for week, days in sorted(weeks.items(), reverse=True)
    ]


def _pace(mean: float, before: float) -> str:
    if round(mean, 1) == round(before, 1):
        return f"{mean:.1f} issues are finished a week, as in the twelve weeks before"
    way = "up" if mean > before else "down"
    return (
        f"{mean:.1f} issues are finished a week, {way} from {before:.1f} in the twelve weeks before"
    )


def _ages(name, rows, colour, symbol) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [_stands_in(issue) for _, issue in rows],
        "y": [round(one.age, 1) for one, _ in rows],
        "text": [f"{issue.key} · {issue.summary[:60]}" for _, issue in rows],
        "hovertemplate": "%{text}<br>%{y:.1f} days<extra></extra>",
        "marker": {"color": colour, "symbol": symbol, "size": 8, "opacity": 0.7},
    }


def _in_order(rows) -> list[str]:
    """Return the statuses, those before the start first."""
    places = {(issue.status.step != "queue", _stands_in(issue)) for _, issue in rows}
    return [name for _, name in sorted(places)]


def _stands_in(issue) -> str:
    """Return its status; of a past day's work that has ended since, that it has."""
    is_over = issue.status.step in {"finished", "abandoned"}
    return "Ended since" if is_over else issue.status.name


def _spreads(standing) -> bool:
    """Do a few very old issues squeeze all the others into one line?"""
    ages = [one.age for one in standing]
    return max(ages) > 8 * (percentile(ages, 0.5) or 1)


def _without_log_traps(figure: dict) -> dict:
    """Plotly wants the places of notes, unlike those of lines, as powers on a logarithmic axis."""
    layout = figure["layout"]
    if layout["yaxis"].get("type") == "log":
        layout["yaxis"].pop("rangemode", None)
        for note in layout["annotations"]:
            note["y"] = log10(max(note["y"], 0.01))
    return figure
