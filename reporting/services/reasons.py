"""What the records say about why a figure moved: teams' parts, and what happened in the month."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from launches.models import GoNoGo, Launch, LaunchDateChange
from planning.models import Commitment
from prodops.people.models import Team
from reporting import narrative
from reporting.metrics.periods import Period
from reporting.models import MetricValue
from reporting.readings import Reading

MOST = 5


def draft(reading: Reading) -> str:
    """Return the drafted reasons of a figure, empty when the records say nothing."""
    return narrative.why(_contributions(reading), _records(reading))


def _contributions(reading: Reading) -> list[narrative.Contribution]:
    """Split the change of a ratio among the teams, where the teams add up to the organisation."""
    if reading.change is None or reading.definition.unit != "percent":
        return []
    now, before = _by_team(reading, reading.period), _by_team(reading, reading.period.shifted(-1))
    names = dict(Team.objects.values_list("pk", "name"))
    parts = [
        narrative.Part(names[team], *now.get(team, (0, 0)), *before.get(team, (0, 0)))
        for team in sorted({*now, *before})
    ]
    assert reading.value is not None
    is_whole = sum(part.denominator for part in parts) == reading.value.denominator
    return narrative.contributions(parts) if is_whole else []


def _by_team(reading: Reading, period: Period) -> dict[int, tuple[float, float]]:
    values = MetricValue.objects.filter(
        definition__key=reading.definition.key, period_start=period.start, team__isnull=False
    )
    return {
        team: (numerator or 0, denominator or 0)
        for team, numerator, denominator in values.values_list("team", "numerator", "denominator")
    }


def _records(reading: Reading) -> list[tuple[str, str]]:
    """Return the month's records that bear on a KPI as (words, path), at most five."""
    start, end = reading.period.starts_at, reading.period.ends_at
    found: list[tuple[str, str]] = []
    if reading.definition.key == "K3":
        drops = Commitment.objects.filter(dropped_at__gte=start, dropped_at__lt=end)
        for drop in _first(drops.select_related("initiative"), "dropped_at"):
            found.append((f"{drop.initiative} was dropped", drop.initiative.get_absolute_url()))
    if reading.definition.key == "K9":
        found = _launch_records(start, end)
    return found[:MOST]


def _launch_records(start: datetime, end: datetime) -> list[tuple[str, str]]:
    stops = GoNoGo.objects.filter(
        decided_at__gte=start, decided_at__lt=end, decision=GoNoGo.Choice.NO_GO
    ).select_related("launch")
    slips = LaunchDateChange.objects.filter(at__gte=start, at__lt=end).select_related("launch")
    gone = Launch.objects.filter(cancelled_at__gte=start, cancelled_at__lt=end)
    told = [
        *((f"{one.launch} got a no-go", one.launch) for one in _first(stops, "decided_at")),
        *((f"{one.launch} moved to {one.to_on:%-d %b}", one.launch) for one in _first(slips, "at")),
        *((f"{one} was cancelled", one) for one in _first(gone, "cancelled_at")),
    ]
    return [(sentence, launch.get_absolute_url()) for sentence, launch in told]


def _first(rows: QuerySet[Any], moment: str) -> QuerySet[Any]:
    return rows.order_by(moment, "pk")[:MOST]
