"""Intake: time to triage (K7) and duplicates found (K8), by month of submission."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from intake.models import Merge, ProductRequest
from prodops.people.business_time import Calendar, default_calendar
from prodops.people.models import Team
from reporting.metrics.evidence import Evidence, Link
from reporting.metrics.figure import HIDDEN_BELOW, Figure, counts, ratio
from reporting.metrics.periods import Period
from reporting.metrics.statistics import kaplan_meier_median

IN_TIME_DAYS = 3
SETTLES_AFTER = timedelta(days=30)


class Waiting(NamedTuple):
    """A request's wait in business days, up to its triage or, still waiting, up to now."""

    product_request_id: int
    team_id: int | None
    days: int
    is_triaged: bool


def time_to_triage(period: Period, at: datetime) -> dict[int | None, Figure]:
    """K7: Kaplan–Meier median of the business days from submission to triage."""
    rows = waits(period, at)
    by_team: dict[int | None, list[Waiting]] = defaultdict(list)
    for row in rows:
        by_team[row.team_id].append(row)
    by_team[None] = rows
    spam, sorted_before = _spam(period, at), _sorted_before(period, at)
    return {
        team: _triage(found, {"spam": spam.get(team, 0), "imported": sorted_before.get(team, 0)})
        for team, found in by_team.items()
    }


def duplicates(period: Period, at: datetime) -> dict[int | None, Figure]:
    """K8: share of the month's requests merged into another; young cohorts are immature."""
    merged = Merge.objects.filter(
        Q(undone_at=None) | Q(undone_at__gt=at), child=OuterRef("pk"), at__lte=at
    )
    rows = list(
        _submitted(period, at)
        .annotate(is_merged=Exists(merged), was_suggested=Exists(merged.filter(was_suggested=True)))
        .values_list("team_id", "is_merged", "was_suggested")
    )
    is_immature = at < period.ends_at + SETTLES_AFTER
    spam = _spam(period, at)
    teams = {None, *(team for team, _, _ in rows)}
    return {
        team: _duplicates(
            [row[1:] for row in rows if team is None or row[0] == team],
            spam.get(team, 0),
            is_immature,
        )
        for team in teams
    }


def waits(period: Period, at: datetime) -> list[Waiting]:
    """Return the wait of each genuine request submitted in the period, as known at `at`.

    One that was imported waits from its import on, and not at all where it came sorted.
    """
    calendars = _calendars()
    imported_at = F("imported__importing__at")
    ours = Q(imported=None) | Q(imported__importing__at__lte=at) & (
        Q(triaged_at=None) | Q(triaged_at__gte=imported_at)
    )
    rows = _submitted(period, at).filter(ours)
    return [
        Waiting(
            pk,
            team,
            calendars(team).days_between(submitted, triaged if triaged and triaged <= at else at),
            bool(triaged and triaged <= at),
        )
        for pk, team, submitted, triaged in rows.values_list(
            "pk", "team_id", Coalesce(imported_at, "submitted_at"), "triaged_at"
        )
    ]


def triage_evidence(period: Period, at: datetime, team: Team | None) -> Evidence:
    """Return the requests of the month with their waits, longest first."""
    rows = [row for row in waits(period, at) if team is None or row.team_id == team.pk]
    rows.sort(key=lambda row: (-row.days, row.product_request_id))
    requests = _displayed(_submitted(period, at)).in_bulk([row.product_request_id for row in rows])
    return Evidence(
        columns=("Request", "Title", "Team", "Submitted", "Triaged", "Business days"),
        source=rows,
        cells=lambda row: _triage_cells(row, requests[row.product_request_id]),
        numeric={"Business days": 0},
    )


def duplicates_evidence(period: Period, at: datetime, team: Team | None) -> Evidence:
    """Return the requests of the month and what they were merged into."""
    requests = _displayed(_submitted(period, at))
    if team is not None:
        requests = requests.filter(team=team)
    return Evidence(
        columns=("Request", "Title", "Team", "Submitted", "Merged into"),
        source=requests.order_by("-merged_into", "-submitted_at", "pk"),
        cells=_duplicate_cells,
    )


def _submitted(period: Period, at: datetime) -> QuerySet[ProductRequest]:
    return ProductRequest.objects.genuine().filter(
        submitted_at__gte=period.starts_at, submitted_at__lt=period.ends_at, submitted_at__lte=at
    )


def _displayed(requests: QuerySet[ProductRequest]) -> QuerySet[ProductRequest]:
    return requests.select_related("team", "merged_into")


def _spam(period: Period, at: datetime) -> dict[int | None, int]:
    found: dict[int | None, int] = defaultdict(int)
    for team in ProductRequest.objects.filter(
        is_spam=True,
        submitted_at__gte=period.starts_at,
        submitted_at__lt=period.ends_at,
        submitted_at__lte=at,
    ).values_list("team_id", flat=True):
        found[None] += 1
        if team is not None:
            found[team] += 1
    return found


def _sorted_before(period: Period, at: datetime) -> dict[int | None, int]:
    """Count by team, None for all, what had been sorted elsewhere before it was imported."""
    found: dict[int | None, int] = defaultdict(int)
    rows = _submitted(period, at).filter(triaged_at__lt=F("imported__importing__at"))
    for team in rows.values_list("team_id", flat=True):
        found[None] += 1
        if team is not None:
            found[team] += 1
    return found


def _calendars():
    teams = {team.pk: team.calendar() for team in Team.objects.all()}
    fallback = default_calendar()

    @cache
    def calendar(team: int | None) -> Calendar:
        return teams.get(team, fallback) if team is not None else fallback

    return calendar


def _triage(rows: Iterable[Waiting], excluded: dict[str, int]) -> Figure:
    lives = [(row.days, row.is_triaged) for row in rows]
    triaged = [days for days, done in lives if done]
    judged = [(days, done) for days, done in lives if done or days > IN_TIME_DAYS]
    in_time = sum(done and days <= IN_TIME_DAYS for days, done in judged)
    median = kaplan_meier_median(lives)
    is_shown = len(lives) >= HIDDEN_BELOW
    longest = max((days for days, _ in lives), default=None)
    return Figure(
        unit="business_days",
        value=median if is_shown else None,
        numerator=len(triaged),
        denominator=len(lives),
        n=len(lives),
        excluded=counts(excluded),
        companions={
            "within_3_days": 100 * in_time / len(judged) if judged else None,
            "still_waiting": len(lives) - len(triaged),
        },
        low=longest if is_shown and median is None else None,
        note=_triage_note(len(lives), is_shown, median, longest),
    )


def _triage_note(n: int, is_shown: bool, median: float | None, longest: float | None) -> str:
    if not n:
        return "n/a (0 of 0)"
    if not is_shown:
        return f"hidden: {n} of {HIDDEN_BELOW} needed"
    return "" if median is not None else f"> {longest}: more than half still wait"


def _duplicates(rows: list[tuple[bool, bool]], spam: int, is_immature: bool) -> Figure:
    merged = sum(is_merged for is_merged, _ in rows)
    suggested = sum(was_suggested for _, was_suggested in rows)
    return ratio(
        merged,
        len(rows),
        excluded={"spam": spam},
        companions={"suggested": suggested, "found_by_hand": merged - suggested},
        is_immature=is_immature,
    )


def _link(product_request: ProductRequest) -> Link:
    return Link(product_request.key, reverse("intake:request", args=[product_request.pk]))


def _triage_cells(row: Waiting, product_request: ProductRequest) -> tuple:
    return (
        _link(product_request),
        product_request.title,
        product_request.team.name if product_request.team else "",
        product_request.submitted_at,
        product_request.triaged_at or "still waiting",
        row.days,
    )


def _duplicate_cells(product_request: ProductRequest) -> tuple:
    parent = product_request.merged_into
    return (
        _link(product_request),
        product_request.title,
        product_request.team.name if product_request.team else "",
        product_request.submitted_at,
        _link(parent) if parent else "",
    )
