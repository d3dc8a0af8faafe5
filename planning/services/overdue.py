"""Everything of planning that is overdue for a person, of whatever kind, the oldest first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from planning.models import (
    Action,
    Cadence,
    Dependency,
    Initiative,
    InitiativePause,
    KeyResult,
    Milestone,
    Snooze,
    TruthTask,
)
from planning.services.cadence import days_of_all
from prodops.people.models import User

ANSWER_DAYS = 3


@dataclass(frozen=True)
class Overdue:
    """One thing a person has to do: `kind` and `pk` name it, `path` is where it is done."""

    kind: str
    pk: int
    title: str
    why: str
    due_on: date
    path: str
    what: str

    @property
    def item(self) -> str:
        return f"{self.kind}:{self.pk}"


def overdue_of(user: User, *, at: datetime) -> list[Overdue]:
    """Return what is overdue for a person at `at` on their own calendar, the oldest first.

    What rests and what they put off is left out.
    """
    on = timezone.localdate(at, ZoneInfo(user.time_zone))
    snoozed = set(Snooze.objects.filter(user=user, until_on__gt=on).values_list("item", flat=True))
    found = [one for kind in KINDS.values() for one in kind(user, on, at)]
    kept = [one for one in found if one.item not in snoozed]
    return sorted(kept, key=lambda one: (one.due_on, one.kind, one.pk))


@transaction.atomic
def snooze(*, user: User, item: str, on: date) -> Snooze:
    """Put one thing off until the day after `on`."""
    until = {"until_on": on + timedelta(days=1)}
    kept, _ = Snooze.objects.update_or_create(user=user, item=item, defaults=until)
    return kept


def late_updates(user: User, on: date, at: datetime) -> Iterator[Overdue]:
    """Yield initiatives under way whose last report is older than their cadence.

    What is yet to start is asked for once it has run that long.
    """
    of_all = days_of_all()
    own = dict(Cadence.objects.filter(initiative__owner=user).values_list("initiative_id", "days"))
    for one in _awake(user, on).order_by("pk"):
        days = own.get(one.pk, of_all)
        since = timezone.localdate(one.status_at or one.created_at)
        due_on = max(since, one.start_on or since) + timedelta(days=days)
        if due_on < on:
            said = "no update yet" if one.status_at is None else f"last update {_day(since)}"
            why = f"{said}, wanted every {days} days"
            title = f"{one.key} {one.title}"
            yield Overdue(
                "update", one.pk, title, why, due_on, f"{one.get_absolute_url()}report/", "Update"
            )


def unanswered_truth(user: User, on: date, at: datetime) -> Iterator[Overdue]:
    """Yield reports to confirm or correct, from the day after they were asked for."""
    for task in TruthTask.objects.waiting_for(user).for_display():
        initiative, due_on = task.initiative, timezone.localdate(task.opened_at)
        if due_on < on:
            why = f"reported {_low(task.get_reported_display())}, from Jira "
            why += _low(task.get_derived_display())
            path = f"{initiative.get_absolute_url()}truth/answer/"
            title = f"{initiative.key} {initiative.title}"
            yield Overdue("truth", task.pk, title, why, due_on, path, "Confirm or correct")


def late_milestones(user: User, on: date, at: datetime) -> Iterator[Overdue]:
    rows = Milestone.objects.overdue(on).waiting_for(user).select_related("cycle")
    for one in rows.order_by("due_on", "pk"):
        path = f"{one.cycle.get_absolute_url()}milestones/"
        yield Overdue(
            "milestone", one.pk, str(one), f"{one.cycle}, due {_day(one.due_on)}", one.due_on, path,
            "Milestone",
        )  # fmt: skip


def late_check_ins(user: User, on: date, at: datetime) -> Iterator[Overdue]:
    rows = KeyResult.objects.overdue(at).filter(owner=user).select_related("objective")
    for one in rows.order_by("check_in_due_at", "pk"):
        due_on = timezone.localdate(one.check_in_due_at)
        if due_on < on:
            path = f"{one.get_absolute_url()}check-in/"
            why = f"check-in due {_day(due_on)}, for {one.objective}"
            yield Overdue("check_in", one.pk, f"{one.key} {one}", why, due_on, path, "Check-in")


def late_actions(user: User, on: date, at: datetime) -> Iterator[Overdue]:
    for one in Action.objects.overdue(on).waiting_for(user).order_by("due_on", "pk"):
        yield Overdue(
            "action", one.pk, f"{one.key} {one}", f"due {_day(one.due_on)}", one.due_on,
            one.get_absolute_url(), "Action",
        )  # fmt: skip


def late_dependencies(user: User, on: date, at: datetime) -> Iterator[Overdue]:
    """Yield what was asked or offered some days ago and has no answer of this person's."""
    rows = Dependency.objects.waiting_for(user).with_due().distinct()
    for one in rows.order_by("asked_at", "pk"):
        due_on = timezone.localdate(one.asked_at) + timedelta(days=ANSWER_DAYS)
        if due_on < on:
            why = f"{_low(one.get_state_display())}, waits for your answer; needed by "
            why += _day(one.needed_by_on)
            path = one.get_absolute_url()
            yield Overdue("dependency", one.pk, f"{one.key} {one}", why, due_on, path, "Dependency")


def late_deliveries(user: User, on: date, at: datetime) -> Iterator[Overdue]:
    """Yield what this person's side promised for a day that is over, out of work that goes on."""
    resting = InitiativePause.objects.on(on).values("initiative")
    rows = Dependency.objects.owed_by(user, on).exclude(giving_initiative__in=resting).distinct()
    for one in rows.order_by("committed_on", "pk"):
        due_on = one.due_on
        why = f"promised for {_day(due_on)}: deliver it, or say when it comes"
        path = one.get_absolute_url()
        yield Overdue("delivery", one.pk, f"{one.key} {one}", why, due_on, path, "Delivery")


KINDS: dict[str, Callable[[User, date, datetime], Iterator[Overdue]]] = {
    "truth": unanswered_truth,
    "update": late_updates,
    "milestone": late_milestones,
    "check_in": late_check_ins,
    "action": late_actions,
    "dependency": late_dependencies,
    "delivery": late_deliveries,
}


def _awake(user: User, on: date):
    """Return the person's initiatives that are under way and do not rest."""
    resting = InitiativePause.objects.on(on).filter(initiative=OuterRef("pk"))
    rows = Initiative.objects.unfinished().exclude(stage=Initiative.Stage.IDEA)
    return rows.filter(~Exists(resting), owner=user)


def _day(on: date) -> str:
    return f"{on:%-d %b %Y}"


def _low(words: str) -> str:
    return words[:1].lower() + words[1:]
