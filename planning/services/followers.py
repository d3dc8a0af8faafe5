"""What changed in a week of the initiatives and objectives people follow, told once a week."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from planning.models import (
    CheckIn,
    Decision,
    Initiative,
    InitiativeDateChange,
    InitiativeStageChange,
    InitiativeUpdate,
    Objective,
    TruthCheck,
)
from planning.services.words import with_unit
from prodops.audit.models import Thread
from prodops.notifications.models import Kind, Notification
from prodops.notifications.services import notify
from prodops.people.models import Membership, User
from prodops.people.permissions import is_insider

SENT_AT = time(8)
SHOWN = 40
Lines = dict[int, list[str]]
"""Sentences about a record by the primary key of its thread."""


def send_followed(*, at: datetime) -> int:
    """Tell people of the last whole week of what they follow; return how many were told now.

    From Monday at eight in each one's own zone; run hourly. Who was missed gets it later in the
    week, nobody gets it twice, and a week in which nothing changed is told to nobody.
    """
    today = timezone.localdate(at, timezone.get_default_timezone())
    monday = today - timedelta(days=today.weekday() + 7)
    told = set(
        Notification.objects.filter(cause=_cause(monday)).values_list("recipient", flat=True)
    )
    lines = changes(monday)
    by_user = _by_follower(lines)
    people = User.objects.active().filter(pk__in=by_user.keys() - told).order_by("pk")
    due = [one for one in people if is_insider(one) and _is_due(one, monday, at)]
    return sum(_tell(user, by_user[user.pk], lines, monday, at=at) for user in due)


def changes(monday: date) -> Lines:
    """Return what changed from a Monday to its Sunday: status, stage, dates, forecast, decisions.

    Objectives have the check-ins of their key results.
    """
    first, after = (_midnight(monday + timedelta(days=days)) for days in (0, 7))
    week = {"at__gte": first, "at__lt": after}
    lines: Lines = defaultdict(list)
    for thread, words in [
        *_statuses(week),
        *_stages(week),
        *_dates(week),
        *_forecasts(monday),
        *_decided(first, after),
        *_check_ins(week),
    ]:
        lines[thread].append(words)
    return lines


def _statuses(week: dict[str, Any]) -> Iterable[tuple[int, str]]:
    """Yield the last report of each initiative in the week."""
    updates = InitiativeUpdate.objects.filter(**week).select_related("initiative")
    last = updates.order_by("initiative_id", "-at", "-pk").distinct("initiative_id")
    for one in last:
        text = one.text if len(one.text) <= 160 else f"{one.text[:159].rstrip()}…"
        yield one.initiative.thread_id, f"{one.get_status_display()}: {text}"


def _stages(week: dict[str, Any]) -> Iterable[tuple[int, str]]:
    moved = InitiativeStageChange.objects.filter(**week).exclude(from_stage="")
    for one in moved.select_related("initiative").order_by("at", "pk"):
        words = f"{one.get_from_stage_display()} → {one.get_to_stage_display()}"
        yield one.initiative.thread_id, words


def _dates(week: dict[str, Any]) -> Iterable[tuple[int, str]]:
    moved = InitiativeDateChange.objects.filter(**week).select_related("initiative")
    for one in moved.order_by("at", "pk"):
        why = f" ({one.get_reason_display().lower()})" if one.reason else ""
        yield one.initiative.thread_id, f"Target {_day(one.from_on)} → {_day(one.to_on)}{why}"


def _forecasts(monday: date) -> Iterable[tuple[int, str]]:
    """Yield by how much the forecast moved from the look of one week to that of the next."""
    looks = TruthCheck.objects.weekly().select_related("forecast", "initiative")
    before = {
        one.initiative_id: one.forecast.p85_on
        for one in looks.filter(checked_on__range=(monday, monday + timedelta(days=6)))
    }
    following = monday + timedelta(days=7)
    for one in looks.filter(checked_on__range=(following, following + timedelta(days=6))):
        old, new = before.get(one.initiative_id), one.forecast.p85_on
        if old and new and old != new:
            yield one.initiative.thread_id, f"Forecast (85 of 100) {_day(old)} → {_day(new)}"


def _decided(first: datetime, after: datetime) -> Iterable[tuple[int, str]]:
    decided = Decision.objects.filter(decided_at__gte=first, decided_at__lt=after)
    for one in decided.select_related("initiative").order_by("pk"):
        if one.initiative is not None:
            yield one.initiative.thread_id, f"Decided: {one.title} ({one.key})"


def _check_ins(week: dict[str, Any]) -> Iterable[tuple[int, str]]:
    rows = CheckIn.objects.filter(**week).select_related("key_result__objective")
    last = rows.order_by("key_result_id", "-at", "-pk").distinct("key_result_id")
    for one in last:
        unit = one.key_result.unit
        now = one.comment if one.value is None else f"now {with_unit(one.value, unit)}"
        words = f"{one.key_result}: {now[:160]}"
        yield one.key_result.objective.thread_id, words


def _by_follower(lines: Lines) -> dict[int, list[int]]:
    """Return the threads that changed by person: who follows, owns, or works in the team."""
    found: dict[int, dict[int, None]] = defaultdict(dict)
    following = Thread.followers.through.objects.filter(thread_id__in=lines)
    pairs = [
        *following.order_by("thread_id").values_list("user_id", "thread_id"),
        *_owners(Initiative.objects.all(), lines),
        *_owners(Objective.objects.all(), lines),
        *Membership.objects.filter(team__initiatives__thread__in=lines)
        .order_by("pk")
        .values_list("user_id", "team__initiatives__thread_id"),
    ]
    for user, thread in pairs:
        if thread in lines:
            found[user][thread] = None
    return {user: list(threads) for user, threads in found.items()}


def _owners(rows: QuerySet, lines: Lines) -> QuerySet:
    held = rows.filter(thread__in=lines).order_by("pk")
    return held.values_list("owner_id", "thread_id")


def _is_due(user: User, monday: date, at: datetime) -> bool:
    following = monday + timedelta(days=7)
    return at >= datetime.combine(following, SENT_AT, ZoneInfo(user.time_zone))


def _tell(user: User, threads: list[int], lines: Lines, monday: date, *, at: datetime) -> int:
    records = Thread.objects.filter(pk__in=threads[:SHOWN]).order_by("kind", "pk")
    told = [
        "\n".join([f"{one.key} {one.title}", *(f"– {words}" for words in lines[one.pk])])
        for one in records
    ]
    if len(threads) > SHOWN:
        told.append(f"and {len(threads) - SHOWN} more")
    count, sunday = len(threads), monday + timedelta(days=6)
    path, label = _way(records)
    return notify(
        [user],
        kind=Kind.FOLLOWED,
        cause=_cause(monday),
        title=f"{count} {'thing' if count == 1 else 'things'} you follow changed, "
        f"{monday:%-d %b} to {sunday:%-d %b %Y}",
        body="\n\n".join(told),
        path=path,
        action_label=label,
        at=at,
    )


def _way(records: Iterable[Thread]) -> tuple[str, str]:
    """Return where the one button leads, and its words: the only record, or the list of most."""
    first, *others = records
    if not others:
        return first.path, f"Open {first.key}"
    if all(one.key.startswith("OBJ-") for one in records):
        return reverse("planning:objectives"), "Open the objectives"
    return reverse("planning:initiatives"), "Open the initiatives"


def _cause(monday: date) -> str:
    return f"followed:{monday}"


def _midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time()), timezone.get_default_timezone())


def _day(on: date | None) -> str:
    return f"{on:%-d %b %Y}" if on else "no date"
