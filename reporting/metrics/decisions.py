"""Decisions: is what had to be decided on record, in time and whole (K14)?"""

from collections import defaultdict
from datetime import datetime
from enum import StrEnum
from statistics import median_low
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from planning.models import Decision, DecisionOption
from planning.models.decision import RATIONALE_LENGTH
from prodops.people.business_time import default_calendar
from prodops.people.models import Team
from reporting.metrics.evidence import Evidence, Link
from reporting.metrics.figure import HIDDEN_BELOW, Figure, ratio
from reporting.metrics.periods import Period

DAYS = 5


class Verdict(StrEnum):
    """What a key decision counts as; the last two are beside the ratio."""

    COMPLETE = "complete"
    LATE = "decided late"
    ONE_SIDED = "no alternatives"
    UNDECIDED = "not decided"
    NOT_DUE = "not due yet"
    REPLACING = "replaces a counted one"


ASIDE = {Verdict.NOT_DUE, Verdict.REPLACING}


class Judged(NamedTuple):
    """A key decision, what it counts as, business days to it, and whose it is."""

    decision: Decision
    verdict: Verdict
    days: int | None
    teams: frozenset[int]


def completeness(period: Period, at: datetime) -> dict[int | None, Figure]:
    """K14: key decisions of the month on record in five business days, whole, of all of them."""
    rows = judged(period, at)
    is_immature = any(one.verdict == Verdict.NOT_DUE for one in rows) or at < period.ends_at
    teams = {None, *(team for one in rows for team in one.teams)}
    return {
        team: _completeness([one for one in rows if team is None or team in one.teams], is_immature)
        for team in teams
    }


def judged(period: Period, at: datetime) -> list[Judged]:
    """Return the key decisions called for in the period, as known at `at`, each judged."""
    turned_down = DecisionOption.objects.filter(decision=OuterRef("pk"), is_chosen=False)
    rows = (
        Decision.objects.counted()
        .with_moment()
        .filter(
            owed_from_at__gte=period.starts_at,
            owed_from_at__lt=period.ends_at,
            owed_from_at__lte=at,
        )
        .annotate(
            has_alternatives=Exists(turned_down),
            replaces_counted=Q(event="")
            & Q(pk__in=Decision.objects.filter(supersedes__in=Decision.objects.counted())),
        )
        .select_related("decider", "initiative", "team")
        .prefetch_related("initiative__teams")
        .order_by("owed_from_at", "pk")
    )
    return [_judge(decision, at) for decision in rows]


def completeness_evidence(period: Period, at: datetime, team: Team | None) -> Evidence:
    """Return the key decisions of the month and what each counts as."""
    rows = [one for one in judged(period, at) if team is None or team.pk in one.teams]
    return Evidence(
        columns=(
            "Decision",
            "Title",
            "Called for by",
            "Since",
            "Decided",
            "Decider",
            "Business days",
        )
        + ("Counts as",),
        source=rows,
        cells=_cells,
        numeric={"Business days": 0},
    )


def _judge(decision: Decision, at: datetime) -> Judged:
    decided_at = decision.decided_at
    is_decided = decided_at is not None and decided_at <= at
    days = default_calendar().days_between(
        decision.owed_from_at, decided_at if is_decided and decided_at else at
    )
    return Judged(
        decision,
        _verdict(decision, is_decided, days),
        days if is_decided else None,
        _teams(decision),
    )


def _verdict(decision: Decision, is_decided: bool, days: int) -> Verdict:
    if decision.replaces_counted:
        return Verdict.REPLACING
    if not is_decided:
        return Verdict.UNDECIDED if days > DAYS else Verdict.NOT_DUE
    if days > DAYS:
        return Verdict.LATE
    is_whole = decision.decision and len(decision.rationale) >= RATIONALE_LENGTH
    return Verdict.COMPLETE if is_whole and decision.has_alternatives else Verdict.ONE_SIDED


def _teams(decision: Decision) -> frozenset[int]:
    own = {decision.team_id} if decision.team_id else set()
    of = decision.initiative.teams.all() if decision.initiative else ()
    return frozenset(own | {team.pk for team in of})


def _completeness(rows: list[Judged], is_immature: bool) -> Figure:
    count: dict[Verdict, int] = defaultdict(int)
    for one in rows:
        count[one.verdict] += 1
    days = [one.days for one in rows if one.days is not None and one.verdict not in ASIDE]
    return ratio(
        count[Verdict.COMPLETE],
        sum(number for verdict, number in count.items() if verdict not in ASIDE),
        excluded={"not_due": count[Verdict.NOT_DUE], "replacing": count[Verdict.REPLACING]},
        companions={
            "undecided": count[Verdict.UNDECIDED],
            "decided_late": count[Verdict.LATE],
            "one_sided": count[Verdict.ONE_SIDED],
            "days_to_decide": median_low(days) if len(days) >= HIDDEN_BELOW else None,
        },
        is_immature=is_immature,
    )


def _cells(one: Judged) -> tuple:
    decision = one.decision
    return (
        Link(decision.key, reverse("planning:decision", args=[decision.pk])),
        decision.title,
        decision.called_for_by,
        decision.owed_from_at,
        decision.decided_at,
        str(decision.decider or ""),
        one.days,
        str(one.verdict),
    )
