"""The voice of customers in one week: a page, and a mail for whoever asked for it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from intake.models import Merge, ProductRequest, SupportTicket, Theme, ThemeQuote
from prodops.notifications import subscriptions
from prodops.notifications.models import Channel, Kind, Mail, Notification
from prodops.notifications.services import notify, queue_mail
from prodops.people.models import User
from prodops.people.permissions import can_see_revenue, is_insider
from prodops.ui.days import YEARS
from prodops.ui.mail import render_mail

SHOWN = 5
SENT_AT = time(8)


class Letter(TypedDict):
    """What `queue_mail` takes."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Week:
    """Monday to Sunday in the organisation's own time."""

    monday: date

    @classmethod
    def before(cls, on: date) -> "Week":
        """Return the last whole week before a day."""
        return cls(on - timedelta(days=on.weekday() + 7))

    @classmethod
    def parse(cls, slug: str) -> "Week":
        """Read "2026-W47"; raises ValueError for anything else, and for years out of reach."""
        year, sign, number = slug.partition("-W")
        is_written = sign and year.isdecimal() and number.isdecimal() and len(number) < 3
        if not is_written or int(year) not in YEARS:
            raise ValueError(f"{slug!r} is no week such as 2026-W47.")
        return cls(date.fromisocalendar(int(year), int(number), 1))

    @property
    def slug(self) -> str:
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02d}"

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @cached_property
    def bounds(self) -> tuple[datetime, datetime]:
        """Return the moments it begins and is over."""
        first, last = self.monday, self.monday + timedelta(days=7)
        zone = timezone.get_default_timezone()
        begins, ends = (
            timezone.make_aware(datetime.combine(on, time()), zone) for on in (first, last)
        )
        return begins, ends

    @property
    def path(self) -> str:
        return reverse("intake:week", args=[self.slug])

    def __str__(self) -> str:
        first, last = self.monday, self.sunday
        return f"{first.day} {first:%b} to {last.day} {last:%b %Y}"


@dataclass(frozen=True)
class Summary:
    """What one week brought; everything in it is for insiders, ARR apart.

    `asked` requests and `told` support tickets came in; the themes in `top` have a `count` of both.
    """

    week: Week
    asked: int
    told: int
    quoted: int
    top: list[Any]
    growing: list[Theme]
    urgent: list[ProductRequest]
    merged: int
    merges: list[Merge]

    @property
    def is_empty(self) -> bool:
        """Nothing was said, quoted or merged: such a week is not mailed."""
        return not (self.quoted or self.merged or self.top or self.urgent)

    @property
    def headline(self) -> str:
        if self.top:
            theme = self.top[0]
            return f"{theme} leads with {theme.count} new"
        return f"{self.quoted} quotes, {self.merged} duplicates merged"


def summarise(week: Week) -> Summary:
    """Read what a week brought to the themes, as things stood at its end or stand by now."""
    begins, ends = week.bounds
    asked = ProductRequest.objects.genuine().filter(submitted_at__gte=begins, submitted_at__lt=ends)
    told = SupportTicket.objects.filter(opened_at__gte=begins, opened_at__lt=ends)
    weighed = Theme.objects.in_use().with_standing(ends).select_related("owner", "group")
    came = weighed.with_count(begins, ends)
    urgent = asked.filter(Q(urgency=ProductRequest.Urgency.CRITICAL) | Q(priority="P0"))
    urgent = urgent.filter(merged_into=None).select_related("account", "owner", "team")
    merges = Merge.objects.filter(at__gte=begins, at__lt=ends, undone_at=None)
    return Summary(
        week=week,
        asked=asked.count(),
        told=told.count(),
        quoted=ThemeQuote.objects.live().filter(at__gte=begins, at__lt=ends).count(),
        top=list(came.filter(count__gt=0).order_by("-count", "pk")[:SHOWN]),
        growing=list(weighed.filter(growth__gt=0).order_by("-growth", "-recent", "name")[:SHOWN]),
        urgent=list(urgent.order_by("submitted_at", "pk")[: 2 * SHOWN]),
        merged=merges.count(),
        merges=list(merges.select_related("child", "parent").order_by("at", "pk")[:SHOWN]),
    )


def mail_of(summary: Summary, user: User) -> Letter:
    """Return subject, text and html of a week for one reader, ARR only if they may see it."""
    subject = f"The voice of customers, {summary.week}: {summary.headline}"
    context = {
        "summary": summary,
        "sees_revenue": can_see_revenue(user),
        "week_url": settings.SITE_URL + summary.week.path,
    }
    text, html = render_mail("mail/themes_week", subject=subject, context=context)
    return {"subject": subject, "text": text, "html": html}


def send_weeks(*, at: datetime) -> int:
    """Tell insiders of the last whole week, from Monday at eight in each one's own zone; how many.

    Who wants it at once gets the whole mail, the others a line in the hub and in their digest.
    Run hourly; who was missed, or asks for it later in the week, gets it then. A week in which
    nothing happened is told to nobody.
    """
    week = Week.before(timezone.localtime(at, timezone.get_default_timezone()).date())
    due = [each for each in _not_told(week) if _is_due(each, week, at)]
    summary = summarise(week) if due else None
    if summary is None or summary.is_empty:
        return 0
    channels = subscriptions.channels(due, Kind.THEMES)
    return sum(_send(summary, each, channels[each.pk], at=at) for each in due)


def _not_told(week: Week) -> list[User]:
    """Return the insiders who have neither mail nor line of a week."""
    lines = Notification.objects.filter(cause=_cause(week)).values("recipient")
    mails = Mail.objects.filter(key__startswith=f"{_cause(week)}:").values("recipient")
    people = User.objects.active().exclude(pk__in=lines).order_by("pk")
    told = set(mails.values_list("recipient", flat=True))
    return [each for each in people if is_insider(each) and each.pk not in told]


def _cause(week: Week) -> str:
    return f"themes:{week.slug}"


def _is_due(user: User, week: Week, at: datetime) -> bool:
    zone = ZoneInfo(user.time_zone)
    return at >= datetime.combine(week.monday + timedelta(days=7), SENT_AT, zone)


@transaction.atomic
def _send(summary: Summary, user: User, channel: str, *, at: datetime) -> int:
    """Send one person's; a second one has the same key or cause and changes nothing."""
    cause = _cause(summary.week)
    if channel != Channel.INSTANT:
        return notify(
            [user],
            kind=Kind.THEMES,
            cause=cause,
            title=f"The voice of customers, {summary.week}",
            body=f"{summary.headline}.",
            path=summary.week.path,
            action_label="Read the week",
            at=at,
        )
    queue_mail(
        key=f"{cause}:{user.pk}",
        to=user.email,
        recipient=user,
        unsubscribe_path=subscriptions.unsubscribe_path(user, Kind.THEMES),
        at=at,
        **mail_of(summary, user),
    )
    return 1
