"""Calendars: the sessions of a person's forums as iCalendar, at an address only they know."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from icalendar import Calendar, Event

from planning.models import CalendarFeed, Forum, ForumSession
from planning.models.calendar_feed import SHOWN, digest, new_secret
from prodops.people.models import User
from prodops.people.permissions import is_insider

BEHIND = timedelta(days=120)


@transaction.atomic
def make_feed(*, user: User, forum: Forum | None, at: datetime) -> tuple[CalendarFeed, str]:
    """Make an address for a person's calendar; return it and its secret, seen this once.

    The one they had for the same forums opens nothing any more.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    CalendarFeed.objects.working().filter(user=user, forum=forum).update(revoked_at=at)
    secret = new_secret()
    feed = CalendarFeed.objects.create(
        user=user, forum=forum, prefix=secret[:SHOWN], digest=digest(secret), created_at=at
    )
    return feed, secret


@transaction.atomic
def revoke_feed(*, feed: CalendarFeed, at: datetime) -> None:
    """Let an address open nothing any more; doing it twice changes nothing."""
    CalendarFeed.objects.working().filter(pk=feed.pk).update(revoked_at=at)


def sessions_of(feed: CalendarFeed, at: datetime) -> list[ForumSession]:
    """Return what the feed's person may see of its forums, four months back and all to come."""
    if not is_insider(feed.user):
        return []
    rows = ForumSession.objects.visible_to(feed.user).filter(starts_at__gt=at - BEHIND)
    rows = rows.filter(forum=feed.forum) if feed.forum else rows.of(feed.user)
    return list(rows.select_related("forum").order_by("starts_at", "pk").distinct())


def calendar_text(feed: CalendarFeed, at: datetime) -> bytes:
    """Return a feed as RFC 5545: title, time and address of each session, nothing else of it.

    Moments are in UTC, each session a component of its own: no rule is left to a calendar, and the
    clocks' changes are ours.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Prodops Hub//Forums//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    name = feed.forum.name if feed.forum else f"Forums · {settings.ORGANISATION_NAME}"
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for session in sessions_of(feed, at):
        calendar.add_component(_event(session))
    return calendar.to_ical()


def _event(session: ForumSession) -> Event:
    event = Event()
    address = f"{settings.SITE_URL}{session.get_absolute_url()}"
    host = settings.SITE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    event.add("uid", f"forum-session-{session.pk}@{host or 'hub'}")
    event.add("dtstamp", session.changed_at)
    event.add("last-modified", session.changed_at)
    event.add("sequence", session.sequence)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("summary", session.forum.name)
    event.add("url", address)
    is_cancelled = session.state == ForumSession.State.CANCELLED
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    return event
