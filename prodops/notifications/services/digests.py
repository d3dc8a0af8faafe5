"""The daily digest: at eight in the recipient's own zone, one mail a person and day."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction

from prodops.audit.models import Comment, Thread
from prodops.notifications import letters, subscriptions
from prodops.notifications.models import Channel, Mail, Notification
from prodops.notifications.services import mail
from prodops.people.models import User
from prodops.people.permissions import is_insider

DIGEST_AT = time(8)


def send_digests(*, at: datetime) -> int:
    """Queue the digests that are due at `at`, and return how many.

    Run hourly. Late runs catch up: until midnight, and with what came before eight only.
    """
    waiting = Notification.objects.awaiting_digest(at).values("recipient")
    people = User.objects.active().filter(pk__in=waiting).order_by("pk")
    return sum(_send_digest(user, at=at) for user in people)


@transaction.atomic
def _send_digest(user: User, *, at: datetime) -> int:
    local = at.astimezone(ZoneInfo(user.time_zone))
    due = datetime.combine(local.date(), DIGEST_AT, local.tzinfo)
    key = f"digest:{user.pk}:{local.date()}"
    if at < due or Mail.objects.filter(key=key).exists():
        return 0
    notifications = _contents(user, before=due)
    if not notifications:
        return 0
    mail.queue_mail(
        key=key,
        to=user.email,
        recipient=user,
        unsubscribe_path=subscriptions.unsubscribe_path(user, subscriptions.DIGEST),
        at=at,
        **letters.digest(user, notifications),
    )
    taken = Notification.objects.filter(pk__in=[each.pk for each in notifications])
    taken.update(in_digest_at=at)
    return 1


def _contents(user: User, *, before: datetime) -> list[Notification]:
    """What waited for the digest and is still unread, still wanted and still theirs to see."""
    choices = subscriptions.choices_of(user)
    unwanted = [kind for kind, channel in choices.items() if channel == Channel.OFF]
    waiting = user.notifications.awaiting_digest(before).exclude(kind__in=unwanted)
    if not is_insider(user):
        waiting = waiting.filter(thread__in=Thread.objects.visible_to(user)) | waiting.filter(
            thread=None
        )
    found = list(waiting.select_related("thread", "by").order_by("at", "pk"))
    return found if is_insider(user) else _said_aloud(found)


def _said_aloud(notifications: list[Notification]) -> list[Notification]:
    """Leave out internal words, which somebody who left the product team was told of before."""
    spoken = {each: _comment_of(each) for each in notifications}
    internal = Comment.objects.filter(pk__in=filter(None, spoken.values()), is_public=False)
    hidden = set(internal.values_list("pk", flat=True))
    return [each for each, comment in spoken.items() if comment not in hidden]


def _comment_of(notification: Notification) -> int | None:
    """Return the key of the comment that was the cause, None where something else was."""
    cause, _, key = notification.cause.partition(":")
    return int(key) if cause in {"comment", "mention"} and key.isdecimal() else None
