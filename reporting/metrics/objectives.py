"""Objectives: whether key results say where they stand, lately, and prove it (K13)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse

from planning.models import (
    CheckIn,
    EvidenceCheck,
    KeyResult,
    KeyResultChange,
    ObjectiveReopening,
)
from planning.models.check_in import CONFIRMED_AFTER
from prodops.people.models import Team
from reporting.metrics.evidence import Evidence, Link
from reporting.metrics.figure import Figure, ratio
from reporting.metrics.periods import Period

FRESH = timedelta(days=31)
PROVED = "proved"
LEFT_OUT = ("draft", "dropped")


class Proof(NamedTuple):
    """A key result at one moment: what it lacked, first thing first, or that it is proved.

    `value_at` is when it was last given a value in the 31 days before, `evidence` the newest link
    of these days.
    """

    key_result: KeyResult
    verdict: str
    is_measured: bool
    value_at: datetime | None
    is_evidenced: bool
    evidence: str


def evidence_quality(period: Period, at: datetime) -> dict[int | None, Figure]:
    """K13: key results with a full measure, a fresh value and evidence, of all active ones."""
    by_team: dict[int | None, list[Proof]] = defaultdict(list)
    by_team[None] = []
    for one in judged(period, at):
        for team in {None, one.key_result.objective.team_id}:
            by_team[team].append(one)
    return {team: _quality(rows) for team, rows in by_team.items()}


def judged(period: Period, at: datetime) -> list[Proof]:
    """Return the key results that were there at the end of the period, or now, each judged."""
    until = min(at, period.ends_at)
    lately = CheckIn.objects.filter(at__lt=until, at__gte=until - FRESH)
    checks = EvidenceCheck.objects.filter(at__lt=until).order_by("at", "pk")
    changes = KeyResultChange.objects.filter(at__lt=until).order_by("-at", "-pk")
    closed_then = ObjectiveReopening.objects.filter(
        objective=OuterRef("objective"), closed_at__lt=until, at__gte=until
    )
    valued = CheckIn.objects.filter(key_result=OuterRef("pk"), value__isnull=False, at__lt=until)
    rows = (
        KeyResult.objects.filter(created_at__lt=until)
        .filter(Q(objective__closed_at=None) | Q(objective__closed_at__gte=until))
        .filter(Q(objective__deleted_at=None) | Q(objective__deleted_at__gte=until))
        .exclude(Exists(closed_then))
        .annotate(had_value=Exists(valued))
        .select_related("objective", "objective__team", "owner")
        .prefetch_related(
            Prefetch("changes", changes),
            Prefetch("check_ins", lately.select_related("evidence").order_by("-at", "-pk")),
            Prefetch("check_ins__evidence__checks", checks),
        )
        .order_by("objective__title", "title", "pk")
    )
    return [_judge(one, until) for one in rows]


def proofs_evidence(period: Period, at: datetime, team: Team | None) -> Evidence:
    """Return the key results behind the figure and what each of them lacked."""
    rows = [
        one
        for one in judged(period, at)
        if team is None or one.key_result.objective.team_id == team.pk
    ]
    return Evidence(
        columns=("Key result", "Title", "Objective", "Team", "Owner", "Last value", "Evidence")
        + ("Counts as",),
        source=rows,
        cells=_cells,
    )


def is_good(checks: Iterable[EvidenceCheck]) -> bool:
    """Say whether a link holds, from its checks in order: reached once, and not broken since.

    Broken is what fails, and a day or more later fails again; one failure alone changes nothing.
    """
    holds, failed_since = False, None
    for one in checks:
        if one.is_good:
            holds, failed_since = True, None
            continue
        failed_since = failed_since or one.at
        holds = holds and one.at - failed_since < CONFIRMED_AFTER
    return holds


def _judge(key_result: KeyResult, until: datetime) -> Proof:
    reports = list(key_result.check_ins.all())
    valued = [one.at for one in reports if one.value is not None]
    links = [one.evidence for one in reports if hasattr(one, "evidence")]
    measure = next(iter(key_result.changes.all()), None)
    is_measured = measure is not None and None not in (measure.baseline, measure.target)
    is_measured = is_measured and bool(measure and measure.unit)
    is_evidenced = any(is_good(one.checks.all()) for one in links)
    return Proof(
        key_result,
        _verdict(key_result, until, is_measured, bool(valued), links, is_evidenced),
        is_measured,
        valued[0] if valued else None,
        is_evidenced,
        links[0].url if links else "",
    )


def _verdict(
    key_result: KeyResult,
    until: datetime,
    is_measured: bool,
    is_fresh: bool,
    links: list,
    is_evidenced: bool,
) -> str:
    objective = key_result.objective
    if objective.activated_at is None or objective.activated_at >= until:
        return "draft"
    if key_result.dropped_at is not None and key_result.dropped_at < until:
        return "dropped"
    if not is_measured:
        return "no baseline, target or unit"
    if not is_fresh:
        return "value too old" if getattr(key_result, "had_value", False) else "no value"
    if not links:
        return "no evidence"
    return PROVED if is_evidenced else "evidence not reachable"


def _quality(rows: list[Proof]) -> Figure:
    active = [one for one in rows if one.verdict not in LEFT_OUT]
    return ratio(
        sum(one.verdict == PROVED for one in active),
        len(active),
        excluded={name: sum(one.verdict == name for one in rows) for name in LEFT_OUT},
        companions={
            "measured": _share(one.is_measured for one in active),
            "fresh_value": _share(one.value_at is not None for one in active),
            "evidenced": _share(one.is_evidenced for one in active),
        },
    )


def _share(checks: Iterable[bool]) -> float | None:
    known = list(checks)
    return 100 * sum(known) / len(known) if known else None


def _cells(one: Proof) -> tuple:
    key_result = one.key_result
    objective = key_result.objective
    return (
        Link(key_result.key, reverse("planning:key-result", args=[key_result.pk])),
        key_result.title,
        Link(objective.title, reverse("planning:objective", args=[objective.pk])),
        objective.team.name if objective.team else "",
        key_result.owner.name,
        one.value_at,
        one.evidence,
        one.verdict,
    )
