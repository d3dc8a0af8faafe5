"""Puts mail into the queue: a row for each address, a wake-up for a worker after the commit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from prodops.audit.models import Thread
from prodops.notifications import tasks
from prodops.notifications.models import Mail, MailBody
from prodops.notifications.services.replies import reference
from prodops.people.models import User


@dataclass(frozen=True)
class Address:
    """One mail to be: `key` is unique for ever, `unsubscribe_path` goes into List-Unsubscribe."""

    key: str
    to: str
    recipient: User | None = None
    unsubscribe_path: str = ""


@dataclass(frozen=True)
class About:
    """What mails are about: their thread, whether that is public, the mail they answer."""

    thread: Thread | None = None
    is_public: bool | None = None
    in_reply_to: str = ""


NOTHING = About()


@transaction.atomic
def queue_mail(
    *,
    key: str,
    to: str,
    subject: str,
    text: str,
    at: datetime,
    recipient: User | None = None,
    html: str = "",
    images: Mapping[str, str] | None = None,
    unsubscribe_path: str = "",
    about: About = NOTHING,
) -> Mail:
    """Queue one mail, and return its row; a key used before returns the first one, unchanged.

    `images` maps a content id, as in <img src="cid:trend">, to a PNG in base64.
    """
    if earlier := Mail.objects.filter(key=key).first():
        return earlier
    body = make_body(subject=subject, text=text, html=html, images=images)
    address = Address(key=key, to=to, recipient=recipient, unsubscribe_path=unsubscribe_path)
    if not queue_mails(body=body, addresses=[address], about=about, at=at):
        body.delete()  # somebody else was first, with words of their own
    return Mail.objects.get(key=key)


@transaction.atomic
def queue_mails(
    *, body: MailBody, addresses: Iterable[Address], at: datetime, about: About = NOTHING
) -> int:
    """Queue the same words to many people; return how many mails are new, not sent before."""
    rows = [
        Mail(
            key=address.key,
            to=address.to,
            recipient=address.recipient,
            unsubscribe_path=address.unsubscribe_path,
            body=body,
            thread=about.thread,
            reference=reference(address.key),
            in_reply_to=about.in_reply_to[:250],
            is_public=about.is_public,
            next_attempt_at=at,
            queued_at=at,
        )
        for address in addresses
    ]
    Mail.objects.bulk_create(rows, ignore_conflicts=True)
    new = Mail.objects.filter(body=body, key__in=[row.key for row in rows])
    queued = list(new.values_list("pk", flat=True))
    for pk in queued:
        tasks.deliver.delay_on_commit(pk)
    return len(queued)


def make_body(
    *, subject: str, text: str, html: str = "", images: Mapping[str, str] | None = None
) -> MailBody:
    """Keep what a mail says; a subject is one line of at most 300 characters."""
    return MailBody.objects.create(
        subject=" ".join(subject.split())[:300], text=text, html=html, images=dict(images or {})
    )
