"""Due dates in working days, and moving a launch."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import prefetch_related_objects

from launches.models import Launch, LaunchDateChange, LaunchItem
from launches.services.locking import lock_open
from launches.services.refusals import Refusal
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.business_time import Calendar, default_calendar
from prodops.people.models import User

MONTHS_OF = {Launch.Precision.MONTH: 1, Launch.Precision.QUARTER: 3}


def settled_on(on: date, precision: str) -> date:
    """Return the date a launch is counted from: a month or quarter counts from its last day."""
    months = MONTHS_OF.get(Launch.Precision(precision))
    if months is None:
        return on
    month = -(-on.month // months) * months
    return date(on.year, month, monthrange(on.year, month)[1])


def calendar_of(user: User | None) -> Calendar:
    """Return the calendar of the person's first team, the organisation's without one."""
    memberships = sorted(user.memberships.all(), key=lambda each: each.pk) if user else []
    return memberships[0].team.calendar() if memberships else default_calendar()


def due_on(*, launch_on: date, offset_days: int, owner: User | None) -> date:
    """Return the date `offset_days` working days of the owner's team from the launch."""
    return calendar_of(owner).add_working_days(launch_on, offset_days)


def with_calendars(owners: Iterable[User | None]) -> None:
    """Load what `calendar_of` reads for many people in two queries."""
    prefetch_related_objects([owner for owner in owners if owner], "memberships__team")


@transaction.atomic
def move_date(
    *, launch: Launch, to_on: date, reason: str, by: User, at: datetime, to_precision: str = "day"
) -> LaunchDateChange:
    """Give a launch another date; due dates of unsettled items follow, settled ones stay.

    Tells each owner whose due dates moved once. Raises NotOpen after launch or cancelling and
    Refusal without a reason or when the date stays.
    """
    lock_open(launch)
    to_on = settled_on(to_on, to_precision)
    _refuse_move(launch, to_on, to_precision, reason)
    before = launch.date_text
    change = LaunchDateChange.objects.create(
        launch=launch,
        from_on=launch.launch_on,
        from_precision=launch.date_precision,
        to_on=to_on,
        to_precision=to_precision,
        reason=reason,
        at=at,
        by=by,
    )
    launch.launch_on, launch.date_precision = to_on, to_precision
    launch.save(update_fields=["launch_on", "date_precision"])
    moved = _move_due_dates(launch)
    _record_move(change, before=before)
    _tell_owners(launch, moved, change=change, by=by, at=at)
    return change


def _refuse_move(launch: Launch, to_on: date, to_precision: str, reason: str) -> None:
    if not reason.strip():
        raise Refusal("Say why the date moves.", field="reason")
    if (to_on, to_precision) == (launch.launch_on, launch.date_precision):
        raise Refusal("That is the date it has now.", field="to_on")


def _record_move(change: LaunchDateChange, *, before: str) -> None:
    audit.record(
        "launch.moved",
        thread=change.launch.thread,
        summary="moved the launch",
        by=change.by,
        at=change.at,
        before=before,
        after=change.launch.date_text,
        detail=change.reason,
    )


def _move_due_dates(launch: Launch) -> list[LaunchItem]:
    """Return the items whose due date is another one now."""
    items = launch.items.unsettled().select_related("owner").select_for_update(of=("self",))
    items = list(items.order_by("pk"))
    with_calendars(item.owner for item in items)
    moved = []
    for item in items:
        due = due_on(launch_on=launch.launch_on, offset_days=item.offset_days, owner=item.owner)
        if due != item.due_on:
            item.due_on, item.reminded_at, item.escalated_at = due, None, None
            moved.append(item)
    LaunchItem.objects.bulk_update(moved, ["due_on", "reminded_at", "escalated_at"], batch_size=500)
    return moved


def _tell_owners(
    launch: Launch,
    moved: list[LaunchItem],
    *,
    change: LaunchDateChange,
    by: User,
    at: datetime,
) -> None:
    owners = {item.owner_id: item.owner for item in moved if item.owner}
    for pk, owner in owners.items():
        theirs = [item for item in moved if item.owner_id == pk]
        lines = [
            f"{item.title}: now due {item.due_on:%a} {item.due_on.day} {item.due_on:%b %Y}"
            for item in theirs
        ]
        notify(
            [owner],
            kind=Kind.LAUNCH,
            cause=f"launch-date:{change.pk}",
            title=f"{launch.key} moved to {launch.date_text}; {len(lines)} of your due dates",
            body="\n".join(lines),
            path=launch.thread.path,
            thread=launch.thread,
            action_label="Open the launch",
            by=by,
            at=at,
        )
