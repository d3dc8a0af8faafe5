"""Delivers queued mail: claims a row, talks to the server, writes down how it ended.

QUEUED → SENDING (a lease, a token) → SENT, FAILED or UNKNOWN. What the server put off, and what a
dead worker had not begun to hand over, goes back to QUEUED with growing pauses, six attempts in
about six hours. What may have been taken is UNKNOWN: only a person sends that again.
"""

import base64
import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from email.mime.image import MIMEImage
from email.utils import format_datetime
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError
from django.db.models import F

from prodops.notifications import letters, smtp, tasks
from prodops.notifications.models import Mail
from prodops.notifications.services.replies import reference, reply_address, root

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 6
MOST_WOKEN = 4  # workers that a sweep wakes; each takes one due mail after the other
LONGEST = timedelta(seconds=60)  # that one of them goes on
State = Mail.State


class LostLease(Exception):
    """Another worker has this mail now."""


def deliver(*, mail_id: int, at: datetime) -> Mail | None:
    """Try to deliver one mail; return it as it ended, or None when it wasn't ours to send."""
    mail = _claim(mail_id, at)
    if mail is None:
        return None
    try:
        message = compose(mail, handing_over=partial(_hand_over, mail, at))
        with get_connection() as server:
            server.send_messages([message])
    except LostLease:
        return None
    except smtp.Unheard as error:
        return _settle(mail, State.UNKNOWN, error=str(error))
    except smtp.Refused as error:
        return _settle(mail, State.FAILED, error=str(error))
    except (smtp.Delayed, OSError) as error:
        return _put_off(mail, at, error=str(error))
    except DatabaseError:
        raise
    except Exception as error:
        logger.exception("Mail %s met an error of our own.", mail.pk)
        mail.refresh_from_db(fields=["handed_over_at"])
        end = State.UNKNOWN if mail.handed_over_at else State.FAILED
        return _settle(mail, end, error=f"{type(error).__name__}: {error}")
    return _settle(mail, State.SENT, sent_at=at)


def deliver_due(*, clock: Callable[[], datetime]) -> int:
    """Try one due mail after the other, the longest due first, for a minute; return how many."""
    tried, until = 0, clock() + LONGEST
    while (at := clock()) < until:
        due = Mail.objects.due(at).order_by("next_attempt_at", "pk")
        mail_id = due.values_list("pk", flat=True).first()
        if mail_id is None:
            break
        deliver(mail_id=mail_id, at=at)
        tried += 1
    return tried


def sweep(*, at: datetime) -> int:
    """Settle what dead workers left, and wake workers for what is due; return how many woke.

    A message a mail would be one more each time for every mail that waits its turn: a queue that
    is longer than a sweep's interval would grow for ever.
    """
    dead = "The worker stopped"
    abandoned = Mail.objects.abandoned(at)
    abandoned.filter(handed_over_at__isnull=False).update(
        state=State.UNKNOWN, lease_until=None, error=f"{dead} after it handed the mail over."
    )
    # Asked again in each statement: a slow worker may hand its mail over between two of them.
    unsent = abandoned.filter(handed_over_at__isnull=True)
    unsent.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=State.FAILED, lease_until=None, token=None, error=f"{dead} in every attempt."
    )
    unsent.update(state=State.QUEUED, lease_until=None, token=None, next_attempt_at=at)
    due = Mail.objects.due(at).values_list("pk", flat=True)
    return len([tasks.deliver_due.delay_on_commit() for _ in due[:MOST_WOKEN]])


def resend(*, mail: Mail, at: datetime) -> bool:
    """Queue a failed or unknown mail again, because a person decided so; False if it is neither."""
    again = Mail.objects.filter(pk=mail.pk, state__in=[State.FAILED, State.UNKNOWN]).update(
        state=State.QUEUED,
        attempts=0,
        next_attempt_at=at,
        handed_over_at=None,
        token=None,
        lease_until=None,
    )
    if again:
        tasks.deliver.delay_on_commit(mail.pk)
    return bool(again)


def confirm(*, mail: Mail, at: datetime) -> bool:
    """Note that an unknown mail did arrive; False if it wasn't unknown."""
    unknown = Mail.objects.filter(pk=mail.pk, state=State.UNKNOWN)
    return bool(unknown.update(state=State.SENT, sent_at=at))


def compose(mail: Mail, *, handing_over: Callable[[], None] = smtp.at_once) -> smtp.Message:
    """Return the message of a mail, the same for every attempt: Date and Message-ID included."""
    message = smtp.Message(
        subject=mail.body.subject,
        body=mail.body.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.to],
        headers=_headers(mail),
    )
    if mail.body.html:
        message.attach_alternative(mail.body.html, "text/html")
    if mail.body.images:
        message.mixed_subtype = "related"
    for name, content in mail.body.images.items():
        image = MIMEImage(base64.b64decode(content), "png")
        image.add_header("Content-ID", f"<{name}>")
        image.add_header("Content-Disposition", "inline", filename=f"{name}.png")
        message.attach(image)
    message.handing_over = handing_over
    return message


def message_id(key: str) -> str:
    """Return the Message-ID of the mail with this key, for ever the same."""
    return _id(reference(key))


def _id(name):
    return f"<{name}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def _headers(mail):
    headers = {
        "Message-ID": message_id(mail.key),
        "Date": format_datetime(mail.queued_at),
        "Auto-Submitted": "auto-generated",
    }
    headers |= _threading(mail)
    if mail.unsubscribe_path:
        headers["List-Unsubscribe"] = f"<{letters.absolute(mail.unsubscribe_path)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _threading(mail):
    """Let mail programs show all mails about one record together, and answers find their way."""
    if mail.thread is None:
        return {}
    first = _id(root(mail.thread_id))
    answered = f"<{mail.in_reply_to}>" if mail.in_reply_to else first
    headers = {"In-Reply-To": answered, "References": " ".join(dict.fromkeys([first, answered]))}
    address = reply_address(mail.thread)
    return headers | ({"Reply-To": address} if address else {})


def _claim(mail_id, at):
    token = uuid.uuid4()
    claimed = (
        Mail.objects.due(at)
        .filter(pk=mail_id)
        .update(
            state=State.SENDING,
            token=token,
            lease_until=at + LEASE,
            attempts=F("attempts") + 1,
            handed_over_at=None,
        )
    )
    if not claimed:
        return None
    return Mail.objects.select_related("body", "thread").get(pk=mail_id)


def _hand_over(mail, at):
    """Commit that the message is about to go out, or stop if the lease is gone."""
    ours = Mail.objects.filter(pk=mail.pk, token=mail.token, state=State.SENDING)
    if not ours.update(handed_over_at=at):
        raise LostLease


def _settle(mail, state, *, error="", sent_at=None):
    """Write the end; a worker whose lease was swept as unknown still knows better."""
    Mail.objects.filter(pk=mail.pk, token=mail.token).update(
        state=state, error=error[:2000], sent_at=sent_at, lease_until=None
    )
    mail.refresh_from_db()
    return mail


def _put_off(mail, at, *, error):
    if mail.attempts >= MOST_ATTEMPTS:
        return _settle(mail, State.FAILED, error=error)
    pause = timedelta(minutes=4 ** (mail.attempts - 1))
    Mail.objects.filter(pk=mail.pk, token=mail.token).update(
        state=State.QUEUED,
        next_attempt_at=at + pause,
        lease_until=None,
        token=None,
        error=error[:2000],
        handed_over_at=None,
    )
    mail.refresh_from_db()
    return mail
