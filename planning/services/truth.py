"""The truth check: keep what Jira says, forecast the rest, and ask about what disagrees."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from planning.models import Forecast, Initiative, InitiativePause, TruthCheck
from planning.models.forecast import dates_of
from planning.models.simulation import HORIZON_DAYS, chance_within, simulate
from planning.models.truth_check import Seen, derive, judge, tolerated_until
from planning.models.truth_facts import TruthFacts
from planning.services import truth_tasks
from planning.services.records import lock

KEPT_DAYS = 28
A_MOMENT = timedelta(minutes=5)


@transaction.atomic
def keep_check(*, initiative: Initiative, facts: TruthFacts, at: datetime) -> TruthCheck:
    """Keep what a look at Jira found, with its forecast, and open or close the owner's task.

    The first look of a week is kept for good, as K1 and the calibration count it; later ones of a
    day take each other's place. Of two workers at once the second keeps what the first found.
    """
    lock(initiative)
    found = _found_today(initiative, facts, at)
    check = found or keep_look(initiative=initiative, facts=facts, at=at)
    truth_tasks.settle(check=check, at=at)
    return check


def keep_look(*, initiative: Initiative, facts: TruthFacts, at: datetime) -> TruthCheck:
    """Keep a look at Jira with its forecast, judged by the report that `initiative` holds."""
    on = _day(at)
    is_weekly = not _is_counted(initiative, on)
    forecast, _ = Forecast.objects.update_or_create(
        initiative=initiative,
        made_on=on,
        is_weekly=is_weekly,
        defaults=_forecast(initiative, facts, on, at),
    )
    check, _ = TruthCheck.objects.update_or_create(
        initiative=initiative,
        checked_on=on,
        is_weekly=is_weekly,
        defaults={"forecast": forecast, **_verdict(initiative, facts, forecast, at)},
    )
    return check


@transaction.atomic
def check_again(*, initiative: Initiative, at: datetime) -> TruthCheck | None:
    """Judge the last look at Jira anew, after a person changed the report, target or pause.

    The first look of a week keeps what it found; where nothing was looked at yet nothing happens.
    """
    last = initiative.truth_checks.for_display().first()
    if last is None:
        return None
    last.initiative = initiative
    seen = seen_in(last)
    derived = derive(seen, initiative.target_on, on=_day(at))
    last.derived, last.status = derived, initiative.status
    last.verdict = _judged(initiative, seen, derived, at)
    if not last.is_weekly:
        last.save(update_fields=["derived", "status", "verdict"])
    truth_tasks.settle(check=last, at=at)
    return last


def latest(initiative: Initiative, *, on: date) -> TruthCheck | None:
    """Return the last look, judged on a day against the target of now, which it may not know."""
    last = initiative.truth_checks.for_display().first()
    if last is not None:
        last.derived = derive(seen_in(last), initiative.target_on, on=on)
        initiative.last_derived = last.derived
    return last


def seen_in(check: TruthCheck) -> Seen:
    """Return what a kept look rests its verdict on."""
    forecast = check.forecast
    return Seen(
        remaining=check.issues_total - check.issues_done,
        total=check.issues_total,
        is_forecast="no_throughput" not in forecast.gaps,
        p50_on=forecast.p50_on,
        p85_on=forecast.p85_on,
    )


def forget_old(*, at: datetime) -> int:
    """Delete the daily looks of more than four weeks ago; the weekly ones stay."""
    before = timezone.localdate(at) - timedelta(days=KEPT_DAYS)
    old = TruthCheck.objects.filter(is_weekly=False, checked_on__lt=before)
    with transaction.atomic():
        deleted, _ = old.delete()
        Forecast.objects.filter(is_weekly=False, made_on__lt=before, truth_check=None).delete()
    return deleted


def _found_today(initiative: Initiative, facts: TruthFacts, at: datetime) -> TruthCheck | None:
    """Return the last look of today where it is minutes old and found the same."""
    on = _day(at)
    last = initiative.truth_checks.for_display().first()
    if last is None or last.checked_on != on or at - last.checked_at > A_MOMENT:
        return None
    before = (last.synced_at, last.issues_total, last.issues_done, last.target_on)
    now = (facts.synced_at, facts.total, facts.done, initiative.target_on)
    is_same = before == now and last.status == initiative.status
    return last if is_same else None


def _is_counted(initiative: Initiative, on: date) -> bool:
    """Is there a look of this week already?"""
    monday = on - timedelta(days=on.weekday())
    looks = initiative.truth_checks.weekly().filter(checked_on__gte=monday, checked_on__lte=on)
    return looks.exists()


def _forecast(initiative: Initiative, facts: TruthFacts, on: date, at: datetime) -> dict:
    seed = initiative.pk * 1_000_003 + on.toordinal()
    paces = [pace for pace in facts.paces if pace.remaining]
    gaps = dict(facts.gaps)
    made: dict[str, Any] = {"p50_on": None, "p85_on": None, "p95_on": None, "chance": None}
    if facts.remaining and all(pace.is_known for pace in paces):
        days = simulate(paces, seed=seed)
        made |= dates_of(days, on)._asdict()
        if initiative.target_on:
            left = (tolerated_until(initiative.target_on) - on).days
            made["chance"] = chance_within(days, left)
        if days[-1] > HORIZON_DAYS:
            gaps["far"] = ""
    return {
        "made_at": at,
        "seed": seed,
        "paces": [pace.as_row() for pace in paces],
        "remaining": facts.remaining,
        "gaps": gaps,
        **made,
    }


def _verdict(initiative: Initiative, facts: TruthFacts, forecast: Forecast, at: datetime) -> dict:
    seen = Seen(
        remaining=facts.remaining,
        total=facts.total,
        is_forecast="no_throughput" not in forecast.gaps,
        p50_on=forecast.p50_on,
        p85_on=forecast.p85_on,
    )
    derived = derive(seen, initiative.target_on, on=_day(at))
    return {
        "checked_at": at,
        "status": initiative.status,
        "status_at": initiative.status_at,
        "target_on": initiative.target_on,
        "derived": derived,
        "verdict": _judged(initiative, seen, derived, at),
        "issues_total": facts.total,
        "issues_done": facts.done,
        "issues_started": facts.started,
        "last_moved_at": facts.last_moved_at,
        "synced_at": facts.synced_at,
        "standing": facts.standing,
        "scope": facts.scope,
    }


def _judged(initiative: Initiative, seen: Seen, derived: str, at: datetime) -> TruthCheck.Verdict:
    on = _day(at)
    return judge(
        seen=seen,
        derived=derived,
        status=initiative.status,
        status_at=initiative.status_at,
        target_on=initiative.target_on,
        is_paused=InitiativePause.objects.on(on).filter(initiative=initiative).exists(),
        at=at,
    )


def _day(at: datetime) -> date:
    return timezone.localdate(at, timezone.get_default_timezone())
