"""Launches: readiness at the moment of going live (K9)."""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from django.db.models import Prefetch
from django.urls import reverse

from launches.models import Launch, LaunchItem
from prodops.people.models import Team
from reporting.metrics.evidence import Evidence, Link
from reporting.metrics.figure import Figure, ratio
from reporting.metrics.periods import Period

SET_ASIDE = {"waived": "waived", "not_applicable": "not applicable"}


class Readiness(NamedTuple):
    """One required item of a launch, judged at the moment the launch went live."""

    launch: Launch
    item: LaunchItem
    verdict: str


def readiness(period: Period, at: datetime) -> dict[int | None, Figure]:
    """K9: required items complete at go-live, of those that applied, over the month's launches."""
    by_team: dict[int | None, list[Readiness]] = defaultdict(list)
    by_team[None] = []
    for one in judged(period, at):
        teams = {team.pk for work in one.launch.initiatives.all() for team in work.teams.all()}
        for team in {None, *teams}:
            by_team[team].append(one)
    return {team: _readiness(rows) for team, rows in by_team.items()}


def judged(period: Period, at: datetime) -> list[Readiness]:
    """Return the required items of the launches that went live in the period, each judged then."""
    items = (
        LaunchItem.objects.filter(is_required=True)
        .as_of_launch()
        .select_related("sign_off", "function")
        .order_by("function__name", "pk")
    )
    launched = (
        Launch.objects.filter(
            launched_at__gte=period.starts_at,
            launched_at__lt=period.ends_at,
            launched_at__lte=at,
            cancelled_at=None,
        )
        .prefetch_related(Prefetch("items", items), "initiatives__teams")
        .order_by("launched_at", "pk")
    )
    return [
        Readiness(launch, item, _verdict(launch, item))
        for launch in launched
        for item in launch.items.all()
    ]


def readiness_evidence(period: Period, at: datetime, team: Team | None) -> Evidence:
    """Return the required items of the month's launches and how each was judged."""
    rows = [
        one
        for one in judged(period, at)
        if team is None or any(team in work.teams.all() for work in one.launch.initiatives.all())
    ]
    return Evidence(
        columns=("Launch", "Title", "Item", "Function", "Went live", "Completed", "Counts as"),
        source=rows,
        cells=_cells,
    )


def _verdict(launch: Launch, item: LaunchItem) -> str:
    """Judge an item as it stood at go-live: by its history, which no later change can touch.

    The database lets nothing be done without the evidence and the approval it asks for.
    """
    then = getattr(item, "state_at_launch", None)
    if then is None:
        return _verdict_without_history(launch, item)
    if then in SET_ASIDE:
        return SET_ASIDE[then]
    if then == LaunchItem.State.DONE:
        return "complete"
    return "late" if item.completed_at else "incomplete"


def _verdict_without_history(launch: Launch, item: LaunchItem) -> str:
    """Judge an item that was brought in without its changes, by what it says now."""
    went_live, completed_at = launch.launched_at, item.completed_at
    if item.state in SET_ASIDE:
        return SET_ASIDE[item.state]
    if went_live is None or completed_at is None:
        return "incomplete"
    if completed_at > went_live:
        return "late"
    if item.needs_sign_off and not _is_approved(item, went_live):
        return "not approved"
    return "complete"


def _is_approved(item: LaunchItem, moment: datetime) -> bool:
    sign_off = getattr(item, "sign_off", None)
    return sign_off is not None and sign_off.is_approved and sign_off.decided_at <= moment


def _readiness(rows: list[Readiness]) -> Figure:
    applicable = [one for one in rows if one.verdict not in SET_ASIDE.values()]
    complete = [one for one in applicable if one.verdict == "complete"]
    launches = {one.launch.pk for one in applicable}
    unready = {one.launch.pk for one in applicable if one.verdict != "complete"}
    whole = 100 * len(launches - unready) / len(launches) if launches else None
    return ratio(
        len(complete),
        len(applicable),
        excluded={
            "waived": sum(one.verdict == "waived" for one in rows),
            "not_applicable": sum(one.verdict == "not applicable" for one in rows),
        },
        companions={
            "launches": len({one.launch.pk for one in rows}),
            "fully_ready_launches": whole,
            "late": sum(one.verdict == "late" for one in applicable),
        },
    )


def _cells(one: Readiness) -> tuple:
    return (
        Link(one.launch.key, reverse("launches:launch", args=[one.launch.pk])),
        one.launch.title,
        one.item.title,
        one.item.function.name,
        one.launch.launched_at,
        one.item.completed_at,
        one.verdict,
    )
