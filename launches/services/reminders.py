"""Reminding owners before an item is due, telling the launch's owner when it is late; once each."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from launches.models import LaunchItem
from launches.services.dates import calendar_of, with_calendars
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User

REMIND_WORKING_DAYS_AHEAD = 2
LOOK_AHEAD = timedelta(days=14)


@transaction.atomic
def remind(*, at: datetime) -> tuple[int, int]:
    """Send what is due now; return how many owners' items were reminded of and escalated.

    A reminder goes out two working days of the owner before the due date, an escalation to the
    launch's owner once a required item is late. Each item says that it was sent, so a second run
    sends nothing.
    """
    today = timezone.localdate(at)
    items = _open_items().filter(reminded_at=None, due_on__range=(today, today + LOOK_AHEAD))
    items = list(items.exclude(owner=None))
    with_calendars(item.owner for item in items)
    soon = [item for item in items if today >= remind_on(item)]
    late = list(_open_items().filter(escalated_at=None, is_required=True, due_on__lt=today))
    for item in soon:
        _remind_owner(item, at=at)
    for item in late:
        _escalate(item, today, at=at)
    LaunchItem.objects.filter(pk__in=[item.pk for item in soon]).update(reminded_at=at)
    LaunchItem.objects.filter(pk__in=[item.pk for item in late]).update(escalated_at=at)
    return len(soon), len(late)


def remind_on(item: LaunchItem) -> date:
    """Return the day the owner is reminded, in working days of their team."""
    return calendar_of(item.owner).add_working_days(item.due_on, -REMIND_WORKING_DAYS_AHEAD)


def _open_items():
    items = LaunchItem.objects.of_open_launches().unsettled().order_by("pk")
    return items.select_related("owner", "launch__owner", "launch__thread").select_for_update(
        of=("self",), skip_locked=True, no_key=True
    )


def _remind_owner(item: LaunchItem, *, at: datetime) -> None:
    _tell(item, [item.owner], "reminder", f"Due {_day(item.due_on)}: {item.title}", at=at)


def _escalate(item: LaunchItem, today: date, *, at: datetime) -> None:
    days = (today - item.due_on).days
    late = f"{days} {'day' if days == 1 else 'days'} late"
    title = f"{late}: {item.title}, with {item.owner or 'nobody'}"
    _tell(item, {item.launch.owner, item.owner}, "escalation", title, at=at)


def _tell(item: LaunchItem, people, what: str, title: str, *, at: datetime) -> None:
    launch = item.launch
    notify(
        [person for person in people if isinstance(person, User)],
        kind=Kind.ASSIGNMENT,
        cause=f"item:{item.pk}:{what}:{item.due_on}",
        title=title[:300],
        body=f"For {launch.key} {launch.title}, {launch.date_text}.",
        path=f"{launch.thread.path}#item-{item.pk}",
        thread=launch.thread,
        action_label="Open the item",
        at=at,
    )


def _day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b}"
