"""Tells people what happened: in the hub always, by mail as each of them chose."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from prodops.audit.models import Thread
from prodops.notifications import letters, subscriptions
from prodops.notifications.models import Channel, Kind, Notification
from prodops.notifications.services.mail import About, Address, make_body, queue_mails
from prodops.notifications.services.replies import reply_address
from prodops.people.models import User
from prodops.people.permissions import is_insider


@transaction.atomic
def notify(
    recipients: Iterable[User | None],
    *,
    kind: Kind,
    cause: str,
    title: str,
    path: str,
    at: datetime,
    thread: Thread | None = None,
    body: str = "",
    action_label: str = "",
    by: User | None = None,
    is_public: bool | None = None,
) -> int:
    """Tell each recipient once for a `cause`; return how many were told now.

    Never the person who acted, never somebody inactive or who may not see `thread`. Those who
    chose to hear of `kind` at once get a mail after the commit, the others the daily digest.
    `is_public` says whether what is told is public; an answer to the mail then is as well.
    """
    people = _not_told_of(cause, _who_may_know(recipients, thread=thread, by=by))
    if not people:
        return 0
    channels = subscriptions.channels(people, kind)
    rows = [
        Notification(
            recipient=user,
            kind=kind,
            cause=cause,
            thread=thread,
            title=title[:300],
            body=body,
            path=path,
            action_label=action_label[:60],
            by=by,
            channel=channels[user.pk],
            at=at,
        )
        for user in people
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    instant = [row for row in rows if row.channel == Channel.INSTANT]
    _mail(instant, about=About(thread, is_public), at=at)
    return len(rows)


def _who_may_know(
    recipients: Iterable[User | None], *, thread: Thread | None, by: User | None
) -> list[User]:
    by_pk = {user.pk: user for user in recipients if user is not None and user.is_active}
    if by is not None:
        by_pk.pop(by.pk, None)
    outside = [user.pk for user in by_pk.values() if not is_insider(user)]
    if thread is not None and outside:
        sees = Thread.objects.filter(pk=thread.pk, kind=Thread.REQUEST, followers__in=outside)
        allowed = set(sees.values_list("followers", flat=True))
        by_pk = {pk: user for pk, user in by_pk.items() if pk not in outside or pk in allowed}
    return list(by_pk.values())


def _not_told_of(cause: str, people: list[User]) -> list[User]:
    told = Notification.objects.filter(cause=cause, recipient__in=people)
    told_before = set(told.values_list("recipient_id", flat=True))
    return [user for user in people if user.pk not in told_before]


def _mail(notifications: list[Notification], *, about: About, at: datetime) -> None:
    if not notifications:
        return
    one = notifications[0]
    body = make_body(**letters.instant(one, may_answer=bool(reply_address(about.thread))))
    addresses = [
        Address(
            key=f"notification:{row.recipient_id}:{row.cause}",
            to=row.recipient.email,
            recipient=row.recipient,
            unsubscribe_path=subscriptions.unsubscribe_path(row.recipient, row.kind),
        )
        for row in notifications
    ]
    if not queue_mails(body=body, addresses=addresses, about=about, at=at):
        body.delete()
