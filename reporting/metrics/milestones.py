"""Planning on time (K2): milestones of the cycle that ends in, or runs through, the month."""

from datetime import datetime
from typing import NamedTuple

from django.urls import reverse

from planning.models import Cycle, Kept, Milestone, tally_milestones
from prodops.people.models import Team
from reporting.metrics.evidence import Evidence, Link
from reporting.metrics.figure import ORGANISATION, Figure, ratio
from reporting.metrics.periods import Period
from reporting.metrics.planning import cycle_among


class JudgedMilestone(NamedTuple):
    """A milestone of the cycle, and what it counts as."""

    milestone: Milestone
    kept: Kept


def punctuality(period: Period, at: datetime) -> dict[int | None, Figure]:
    """K2: milestones reached by the date set at the kick-off, of all that were due by then.

    Milestones belong to no team. A cycle that runs on behind the period gives an immature figure.
    """
    cycle = milestone_cycle(period)
    if cycle is None:
        return {ORGANISATION: ratio(0, 0)}
    until = _until(cycle, period, at)
    counted = tally_milestones(_milestones(cycle, until), until)
    figure = ratio(
        counted.on_time,
        counted.due,
        excluded={
            "not_due": counted.not_due,
            "cancelled": counted.cancelled,
            "after_end": counted.after_end,
        },
        companions={"replanned": counted.replanned},
        is_immature=until < cycle.closes_at,
    )
    return {ORGANISATION: figure}


def milestone_cycle(period: Period) -> Cycle | None:
    """Return the cycle with milestones that ends in the period, else the one running at its end."""
    return cycle_among(Cycle.objects.filter(milestones__isnull=False).distinct(), period)


def milestones_evidence(period: Period, at: datetime, team: Team | None) -> Evidence:
    """Return the milestones of the cycle and what each counts as; a team has none."""
    cycle = milestone_cycle(period) if team is None else None
    return Evidence(
        columns=(
            "Milestone",
            "Cycle",
            "Owner",
            "First due",
            "Due",
            "Reached",
            "Counts as",
        ),
        source=_judged(cycle, _until(cycle, period, at)) if cycle else [],
        cells=_cells,
    )


def _until(cycle: Cycle, period: Period, at: datetime) -> datetime:
    return min(at, period.ends_at, cycle.closes_at)


def _milestones(cycle: Cycle, until: datetime):
    rows = cycle.milestones.filter(added_at__lt=until).with_changes()
    return rows.select_related("owner").order_by("baseline_on", "pk")


def _judged(cycle: Cycle, until: datetime) -> list[JudgedMilestone]:
    return [JudgedMilestone(one, one.kept_at(until)) for one in _milestones(cycle, until)]


def _cells(judged: JudgedMilestone) -> tuple:
    one = judged.milestone
    return (
        Link(one.title, reverse("planning:milestones", args=[one.cycle_id])),
        one.cycle.name,
        one.owner.name,
        one.baseline_on,
        one.due_on,
        one.done_at,
        str(judged.kept),
    )
