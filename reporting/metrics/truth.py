"""Planning: do reports say what Jira says (K1), and do forecasts hold what they say."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import F, Min, Q
from django.urls import reverse
from django.utils import timezone

from planning.models import TruthCheck
from planning.models.truth_check import tolerated_until
from prodops.people.models import Team
from reporting.metrics.evidence import Evidence, Link
from reporting.metrics.figure import Figure, ratio
from reporting.metrics.periods import Period

WEEKS_AHEAD = 4
Verdict = TruthCheck.Verdict
LEFT_OUT = {Verdict.UNRATED: "unrated", Verdict.PAUSED: "paused"}


class Look(NamedTuple):
    """A weekly look at one initiative, and the teams it counts for."""

    check: TruthCheck
    teams: frozenset[int]


class Outcome(NamedTuple):
    """What was said of an initiative, and when its work was really done; None is not yet."""

    said: TruthCheck
    teams: frozenset[int]
    done_on: date | None

    @property
    def is_kept(self) -> bool:
        """Was it done by the target it had then, within the tolerance?"""
        target_on = self.said.target_on
        if self.done_on is None or target_on is None:
            return False
        return self.done_on <= tolerated_until(target_on)

    @property
    def is_within(self) -> bool:
        """Was it done by the day by which 85 of 100 runs were?"""
        p85_on = self.said.forecast.p85_on
        return self.done_on is not None and p85_on is not None and self.done_on <= p85_on


def accuracy(period: Period, at: datetime) -> dict[int | None, Figure]:
    """K1: weekly looks at which report and Jira agreed, of all that could be rated."""
    looks = looked(period, at)
    due = outcomes(period, at)
    ended = forecast_outcomes(period, at)
    held = [one.teams for one in looks] + [one.teams for one in [*due, *ended]]
    teams: set[int | None] = {None, *(team for each in held for team in each)}
    return {
        team: _accuracy(
            [one.check for one in looks if team is None or team in one.teams],
            [one for one in due if team is None or team in one.teams],
            [one for one in ended if team is None or team in one.teams],
        )
        for team in teams
    }


def looked(period: Period, at: datetime) -> list[Look]:
    """Return the first look of each week in the period, by day and initiative."""
    checks = (
        TruthCheck.objects.weekly()
        .filter(checked_on__gte=period.start, checked_on__lt=period.end, checked_at__lte=at)
        .select_related("initiative")
        .prefetch_related("initiative__teams")
        .order_by("checked_on", "initiative_id", "pk")
    )
    return [Look(check, _teams(check)) for check in checks]


def outcomes(period: Period, at: datetime) -> list[Outcome]:
    """Return what was reported four weeks before targets that came due in the period.

    A target is due when its tolerance is over; the look is the weekly one of 22 to 28 days before
    the target that it had then.
    """
    end = min(period.end, timezone.localdate(at, timezone.get_default_timezone()))
    margin = timedelta(days=31)
    said = _said().filter(
        target_on__gte=period.start - margin,
        target_on__lt=end,
        checked_on__gt=F("target_on") - timedelta(days=7 * WEEKS_AHEAD + 1),
        checked_on__lte=F("target_on") - timedelta(days=7 * (WEEKS_AHEAD - 1) + 1),
    )
    due = [one for one in said if period.start <= _overdue_on(one.target_on) < end]
    return _with_ends(due, at)


def forecast_outcomes(period: Period, at: datetime) -> list[Outcome]:
    """Return the weekly forecasts of all work that came to its end in the period."""
    said = _said().filter(checked_at__lte=at, forecast__p85_on__isnull=False)
    ends = _ends(said.values("initiative"), at)
    ended = {pk for pk, on in ends.items() if period.start <= on < period.end}
    rows = said.filter(initiative__in=ended)
    return [
        Outcome(one, _teams(one), ends[one.initiative_id])
        for one in rows
        if one.checked_on < ends[one.initiative_id]
    ]


def looks_evidence(period: Period, at: datetime, team: Team | None) -> Evidence:
    """Return each weekly look of the period and what it counts as."""
    looks = [one for one in looked(period, at) if team is None or team.pk in one.teams]
    return Evidence(
        columns=(
            "Initiative",
            "Title",
            "Looked at",
            "Reported",
            "Last report",
            "From Jira",
            "Target",
            "Counts as",
        ),
        source=looks,
        cells=_look_cells,
    )


def _said():
    return (
        TruthCheck.objects.weekly()
        .select_related("forecast", "initiative")
        .prefetch_related("initiative__teams")
        .order_by("checked_on", "initiative_id", "pk")
    )


def _teams(check: TruthCheck) -> frozenset[int]:
    return frozenset(team.pk for team in check.initiative.teams.all())


def _overdue_on(target_on: date) -> date:
    """Return the first day on which the tolerance of a target is over."""
    return tolerated_until(target_on) + timedelta(days=1)


def _with_ends(said: Iterable[TruthCheck], at: datetime) -> list[Outcome]:
    rows = list(said)
    ends = _ends({one.initiative_id for one in rows}, at)
    return [Outcome(one, _teams(one), ends.get(one.initiative_id)) for one in rows]


def _ends(initiatives, at: datetime) -> dict[int, date]:
    """Return on which day the work of each was done: seen so by a look, or said so by a person."""
    looks = TruthCheck.objects.filter(
        initiative__in=initiatives, checked_at__lte=at, issues_total__gt=0
    ).values("initiative")
    seen = looks.annotate(
        on=Min("checked_on", filter=Q(issues_done=F("issues_total"))),
        said_at=Min("initiative__finished_at", filter=Q(initiative__finished_at__lte=at)),
    )
    zone = timezone.get_default_timezone()
    found = {}
    for row in seen:
        said_on = row["said_at"] and timezone.localdate(row["said_at"], zone)
        days = [on for on in (row["on"], said_on) if on]
        if days:
            found[row["initiative"]] = min(days)
    return found


def _accuracy(checks: list[TruthCheck], due: list[Outcome], ended: list[Outcome]) -> Figure:
    rated = [one for one in checks if one.is_rated]
    excluded = {
        name: sum(one.verdict == verdict for one in checks) for verdict, name in LEFT_OUT.items()
    }
    beside = {
        f"accuracy_{verdict}": sum(one.verdict == verdict for one in rated)
        for verdict in (Verdict.STALE, Verdict.DIFFERS, Verdict.UNREPORTED, Verdict.NO_DATE)
    }
    return ratio(
        sum(one.verdict == Verdict.ACCURATE for one in rated),
        len(rated),
        excluded=excluded,
        companions={**beside, **_calibration(due), **_forecasts(ended)},
    )


def _calibration(due: list[Outcome]) -> dict[str, float | None]:
    """Return how the reports of four weeks before the target came out, and the Brier score."""
    confident = [one for one in due if one.said.status == "on_track"]
    said = [(one.said.forecast.chance, one.is_kept) for one in due]
    return {
        "on_track_reports": len(confident),
        "on_track_kept": _percent([one.is_kept for one in confident]),
        "brier": _mean([100 * (odds - kept) ** 2 for odds, kept in said if odds is not None]),
    }


def _forecasts(ended: list[Outcome]) -> dict[str, float | None]:
    return {
        "forecasts_ended": len(ended),
        "within_p85": _percent([one.is_within for one in ended]),
    }


def _percent(flags: list[bool]) -> float | None:
    return 100 * sum(flags) / len(flags) if flags else None


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _look_cells(one: Look) -> tuple:
    check = one.check
    initiative = check.initiative
    return (
        Link(initiative.key, reverse("planning:truth", args=[initiative.pk])),
        initiative.title,
        check.checked_on,
        check.get_status_display(),
        check.status_at,
        check.get_derived_display() if check.derived != "unknown" else "Cannot tell",
        check.target_on,
        check.get_verdict_display(),
    )
