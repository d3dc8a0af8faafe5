"""Planning: delivery predictability (K3) of the cycle that ends in, or runs through, the month."""

from datetime import datetime
from typing import NamedTuple

from django.urls import reverse

from planning.models import Commitment, Cycle
from prodops.people.business_time import default_calendar
from prodops.people.models import Team
from reporting.metrics.evidence import Evidence, Link
from reporting.metrics.figure import Figure, ratio
from reporting.metrics.periods import Period, midnight

GRACE_DAYS = 3


class Promise(NamedTuple):
    """A commitment of the cycle, judged: one word for what became of it."""

    commitment: Commitment
    verdict: str
    teams: frozenset[int]


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
    committed = Cycle.objects.exclude(committed_at=None).order_by("kind", "-starts_on", "pk")
    quarters = committed.filter(kind=Cycle.Kind.QUARTER)
    for cycles in (quarters, committed):
        last_day = period.shifted(1).start
        ending = cycles.filter(ends_on__gte=period.start, ends_on__lt=last_day).first()
        running = cycles.filter(starts_on__lt=last_day, ends_on__gte=last_day).first()
        if ending or running:
            return ending or running
    return None


def judged(cycle: Cycle, period: Period, at: datetime) -> list[Promise]:
    """Return every commitment of the cycle with its verdict at the end of the period or at `at`.

    Promised are the committed ones that stood when the cycle was three business days old.
    """
    until = min(at, period.ends_at, cycle.closes_at)
    freeze = midnight(default_calendar().add_working_days(cycle.starts_on, GRACE_DAYS))
    commitments = (
        cycle.commitments.filter(added_at__lt=until)
        .select_related("initiative", "cycle", "drop_decision")
        .prefetch_related("initiative__teams")
        .order_by("initiative__title", "pk")
    )
    return [
        Promise(
            one,
            _verdict(one, cycle, freeze, until),
            frozenset(team.pk for team in one.initiative.teams.all()),
        )
        for one in commitments
    ]


def promises_evidence(period: Period, at: datetime, team: Team | None) -> Evidence:
    """Return the commitments of the cycle and what became of each."""
    cycle = cycle_of(period)
    promises = judged(cycle, period, at) if cycle else []
    return Evidence(
        columns=("Initiative", "Title", "Cycle", "Kind", "Added", "Delivered", "Counts as"),
        source=[one for one in promises if _is_of(one, team.pk if team else None)],
        cells=_promise_cells,
    )


def _verdict(one: Commitment, cycle: Cycle, freeze: datetime, until: datetime) -> str:
    delivered = one.finished_at is not None and one.finished_at < until
    dropped_at = one.dropped_at if one.dropped_at and one.dropped_at < until else None
    if one.kind != Commitment.Kind.COMMITTED:
        return "stretch, delivered" if delivered else "stretch"
    if one.added_at >= freeze:
        return "unplanned, delivered" if delivered else "unplanned"
    if dropped_at and dropped_at < freeze:
        return "withdrawn"
    if dropped_at and _was_decided(one, cycle):
        return "descoped"
    if delivered:
        return "delivered"
    return "dropped" if dropped_at else "not delivered"


def _was_decided(one: Commitment, cycle: Cycle) -> bool:
    """Was it removed by a decision taken before the middle of the cycle?"""
    decided_at = one.drop_decision.decided_at if one.drop_decision else None
    return decided_at is not None and decided_at < cycle.turns_at


def _predictability(promises: list[Promise], is_immature: bool) -> Figure:
    tally = {
        verdict: sum(one.verdict == verdict for one in promises)
        for verdict in {one.verdict for one in promises}
    }
    delivered = tally.get("delivered", 0)
    promised = delivered + tally.get("dropped", 0) + tally.get("not delivered", 0)
    unplanned = [one for one in promises if one.verdict.startswith("unplanned")]
    stretch = [one for one in promises if one.verdict.startswith("stretch")]
    return ratio(
        delivered,
        promised,
        excluded={
            "descoped": tally.get("descoped", 0),
            "withdrawn": tally.get("withdrawn", 0),
            "unplanned": len(unplanned),
            "stretch": len(stretch),
        },
        companions={
            "unplanned_delivered": tally.get("unplanned, delivered", 0),
            "stretch_delivered": tally.get("stretch, delivered", 0),
            "dropped": tally.get("dropped", 0),
        },
        is_immature=is_immature,
    )


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
        promise.verdict,
    )
