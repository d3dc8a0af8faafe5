"""One reminder a person and working morning of theirs, naming all that is overdue."""

from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from planning.models import Action, Initiative, KeyResult, Milestone, Nudge
from planning.services.overdue import Overdue, overdue_of
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.business_time import Calendar, default_calendar
from prodops.people.models import Absence, Membership, User
from prodops.people.permissions import is_insider

MORNING = time(8)
LASTS = timedelta(hours=3)
SHOWN = 20


def send_nudges(*, at: datetime) -> int:
    """Remind whoever's working morning it is, and return how many were reminded now.

    Run hourly: a morning lasts from eight to eleven in the person's own zone. Twice at once, or
    again the same morning, changes nothing.
    """
    return sum(_nudge(user, at=at) for user in _possible() if is_their_morning(user, at=at))


def is_their_morning(user: User, *, at: datetime) -> bool:
    """Is it morning where the person is, on a day they work? Needs their memberships' teams."""
    calendar = calendar_of(user)
    local = at.astimezone(ZoneInfo(calendar.time_zone))
    begins = datetime.combine(local.date(), MORNING, local.tzinfo)
    return begins <= local < begins + LASTS and calendar.is_working_day(local.date())


def calendar_of(user: User) -> Calendar:
    """Return the person's zone and holidays, with the working days of their first team."""
    memberships = sorted(user.memberships.all(), key=lambda each: each.pk)
    team = memberships[0].team.calendar() if memberships else default_calendar()
    return Calendar(
        time_zone=user.time_zone,
        working_days=team.working_days,
        holiday_calendar=user.holiday_calendar or team.holiday_calendar,
    )


def _possible() -> list[User]:
    """Return those who may have something overdue, with the calendars of their teams."""
    ties = [
        model.objects.filter(**{field: OuterRef("pk")})
        for model, field in (
            (Membership, "user"),
            (Initiative, "owner"),
            (Milestone, "owner"),
            (KeyResult, "owner"),
            (Action, "owner"),
        )
    ]
    owned = reduce(or_, (Q(Exists(rows)) for rows in ties))
    people = User.objects.active().filter(owned).order_by("pk")
    people = people.prefetch_related("memberships__team")
    return [user for user in people if is_insider(user)]


def _is_away(user: User, on: date) -> bool:
    return Absence.objects.filter(user=user, share=100).touching(on, on).exists()


@transaction.atomic
def _nudge(user: User, *, at: datetime) -> int:
    on = at.astimezone(ZoneInfo(user.time_zone)).date()
    if _is_away(user, on) or Nudge.objects.filter(user=user, sent_on=on).exists():
        return 0
    items = overdue_of(user, at=at)
    if not items:
        return 0
    kept = {"sent_at": at, "items": [one.item for one in items]}
    _, is_new = Nudge.objects.get_or_create(user=user, sent_on=on, defaults=kept)
    if is_new:
        _tell(user, items, on, at=at)
    return int(is_new)


def _tell(user: User, items: list[Overdue], on: date, *, at: datetime) -> None:
    count = len(items)
    lines = [f"– {one.what}: {one.title} ({one.why})" for one in items[:SHOWN]]
    if count > SHOWN:
        lines.append(f"and {count - SHOWN} more")
    notify(
        [user],
        kind=Kind.NUDGE,
        cause=f"nudge:{on}",
        title=f"{count} {'thing waits' if count == 1 else 'things wait'} for you in planning",
        body="\n".join(lines),
        path=reverse("planning:overdue"),
        action_label="Go through them",
        at=at,
    )
