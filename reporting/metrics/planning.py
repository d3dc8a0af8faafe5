"""Planning: delivery predictability (K3) of the cycle that ends in, or runs through, the month."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from planning.models import Commitment, Cycle, Verdict, Worth, tally, total_value
from prodops.people.models import Team
from reporting.metrics.evidence import Evidence, Link, select
from reporting.metrics.figure import Figure, ratio
from reporting.metrics.periods import Period

POINTS = """
SELECT counted.initiative_id, sum(issue.story_points),
       coalesce(sum(issue.story_points) FILTER (WHERE stay.step = 'finished'), 0)
FROM (
    SELECT DISTINCT initiative_id, issue_id FROM planning_initiative_issue
    WHERE initiative_id = ANY(%(initiatives)s)
) counted
JOIN jira_jiraissue issue ON issue.id = counted.issue_id
JOIN reporting_flowstep stay ON stay.issue_id = counted.issue_id
    AND stay.entered_at < %(until)s AND (stay.left_at IS NULL OR stay.left_at >= %(until)s)
WHERE issue.story_points IS NOT NULL
GROUP BY counted.initiative_id
"""


class Points(NamedTuple):
    """Story points of an initiative's issues: all of them, and those finished by then."""

    promised: float
    finished: float


class Promise(NamedTuple):
    """A commitment of the cycle, judged: what it counts as, its teams, its points if estimated.

    `worth` is its business value; None while the cycle goes on, for it is judged at the end.
    """

    commitment: Commitment
    verdict: Verdict
    teams: frozenset[int]
    points: Points | None
    worth: Worth | None


def predictability(period: Period, at: datetime) -> dict[int | None, Figure]:
    """K3: committed initiatives delivered before the cycle's end, of all committed.

    A cycle that runs on behind the period gives an immature figure: what it has delivered so far.
    """
    cycle = cycle_of(period)
    promises = judged(cycle, period, at) if cycle else []
    is_immature = cycle is not None and min(at, period.ends_at) < cycle.closes_at
    teams = {None, *(team for promise in promises for team in promise.teams)}
    return {
        team: _predictability([one for one in promises if _is_of(one, team)], is_immature)
        for team in teams
    }


def cycle_of(period: Period) -> Cycle | None:
    """Return the committed cycle that ends in the period, else the one running at its end."""
    return cycle_among(Cycle.objects.exclude(committed_at=None), period)


def cycle_among(candidates: QuerySet[Cycle], period: Period) -> Cycle | None:
    """Return the cycle that ends in the period, else the one running at its end; quarters first."""
    ordered = candidates.order_by("kind", "-starts_on", "pk")
    quarters = ordered.filter(kind=Cycle.Kind.QUARTER)
    for cycles in (quarters, ordered):
        last_day = period.shifted(1).start
        ending = cycles.filter(ends_on__gte=period.start, ends_on__lt=last_day).first()
        running = cycles.filter(starts_on__lt=last_day, ends_on__gte=last_day).first()
        if ending or running:
            return ending or running
    return None


def judged(cycle: Cycle, period: Period, at: datetime) -> list[Promise]:
    """Return every commitment of the cycle with its verdict at the end of the period or at `at`."""
    until = min(at, period.ends_at, cycle.closes_at)
    commitments = (
        cycle.commitments.planned_by(until)
        .select_related("initiative")
        .prefetch_related("initiative__teams")
        .order_by("initiative__title", "pk")
    )
    points = _points([one.initiative_id for one in commitments], until)
    is_ending = cycle.ends_on < period.end
    return [
        Promise(
            one,
            one.verdict_at(until),
            frozenset(team.pk for team in one.initiative.teams.all()),
            points.get(one.initiative_id),
            one.worth_at(until) if is_ending else None,
        )
        for one in commitments
    ]


def promises_evidence(period: Period, at: datetime, team: Team | None) -> Evidence:
    """Return the commitments of the cycle and what became of each."""
    cycle = cycle_of(period)
    promises = judged(cycle, period, at) if cycle else []
    return Evidence(
        columns=(
            "Initiative",
            "Title",
            "Cycle",
            "Kind",
            "Added",
            "Delivered",
            "Counts as",
            "Points",
            "Points finished",
            "Value planned",
            "Value reached",
        ),
        source=[one for one in promises if _is_of(one, team.pk if team else None)],
        cells=_promise_cells,
        numeric=dict.fromkeys(
            ("Points", "Points finished", "Value planned", "Value reached"), None
        ),
    )


def _points(initiatives: list[int], until: datetime) -> dict[int, Points]:
    """Return the points of every initiative that has an estimated issue."""
    rows = select(POINTS, {"initiatives": initiatives, "until": until})
    return {initiative: Points(promised, finished) for initiative, promised, finished in rows}


def _predictability(promises: list[Promise], is_immature: bool) -> Figure:
    counted = tally(one.verdict for one in promises)
    return ratio(
        counted.delivered,
        counted.promised,
        excluded={
            "descoped": counted.descoped,
            "withdrawn": counted.withdrawn,
            "unplanned": counted.unplanned,
            "stretch": counted.stretch,
        },
        companions={
            "unplanned_delivered": counted.unplanned_delivered,
            "stretch_delivered": counted.stretch_delivered,
            "dropped": counted.dropped,
            **_in_points([one for one in promises if one.verdict.is_promised]),
            **_in_value([one.worth for one in promises if one.worth is not None]),
        },
        is_immature=is_immature,
    )


def _in_points(promised: list[Promise]) -> dict[str, float | None]:
    """Return the same ratio in story points; no points, no ratio, and the reason is a count."""
    known = [one.points for one in promised if one.points is not None]
    whole, done = sum(one.promised for one in known), sum(one.finished for one in known)
    return {
        "points_share": 100 * done / whole if whole else None,
        "points_promised": whole,
        "points_finished": done,
        "unestimated": len(promised) - len(known),
    }


def _in_value(worths: list[Worth]) -> dict[str, float | None]:
    """Return SAFe's ratio of business value, nothing at all where nobody gave values."""
    value = total_value(worths)
    if not value.is_used:
        return {}
    return {
        "value_share": None if value.share is None else 100 * value.share,
        "value_reached": value.actual,
        "value_planned": value.planned,
        "unvalued": value.unvalued,
    }


def _is_of(promise: Promise, team: int | None) -> bool:
    return team is None or team in promise.teams


def _promise_cells(promise: Promise) -> tuple:
    one = promise.commitment
    initiative = one.initiative
    return (
        Link(initiative.key, reverse("planning:initiative", args=[initiative.pk])),
        initiative.title,
        one.cycle.name,
        one.get_kind_display(),
        one.added_at,
        one.finished_at,
        str(promise.verdict),
        promise.points.promised if promise.points else None,
        promise.points.finished if promise.points else None,
        promise.worth.planned if promise.worth else one.planned_value,
        promise.worth.actual if promise.worth else None,
    )
