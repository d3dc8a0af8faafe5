"""Acts on mailboxes: set up, try, switch, and where answers to mails go."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from prodops.audit.models import Thread
from prodops.integrations import secrets
from prodops.integrations.mailbox import tasks
from prodops.integrations.mailbox.imap import open_box
from prodops.integrations.mailbox.models import InboundMail, Mailbox
from prodops.notifications.services import set_reply_address

KEPT_FOR_DAYS = 90


@transaction.atomic
def save_mailbox(
    *, mailbox: Mailbox | None = None, password: str = "", at: datetime, **fields: Any
) -> Mailbox:
    """Set up or change a mailbox; an empty password keeps the one there is.

    Another folder or account is read from now on; what lay there before is left alone.
    """
    is_new = mailbox is None
    mailbox = mailbox or Mailbox(read_from_at=at)
    is_elsewhere = any(
        getattr(mailbox, name) != fields.get(name, getattr(mailbox, name))
        for name in ("host", "username", "folder")
    )
    for name, value in fields.items():
        setattr(mailbox, name, value)
    if password:
        mailbox.sealed, mailbox.key_id = secrets.seal(password), secrets.key_id()
    if is_elsewhere and not is_new:
        mailbox.uid_validity, mailbox.last_uid, mailbox.read_from_at = None, 0, at
    mailbox.failures, mailbox.next_read_at = 0, None
    mailbox.save()
    _say_where_answers_go()
    tasks.read_mailbox.delay_on_commit(mailbox.pk)
    return mailbox


@transaction.atomic
def switch_mailbox(*, mailbox: Mailbox, is_active: bool) -> None:
    mailbox.is_active = is_active
    mailbox.save(update_fields=["is_active"])
    _say_where_answers_go()


def read_now(*, mailbox: Mailbox) -> None:
    """Let a worker read it at once, also one that is paused after failures."""
    Mailbox.objects.filter(pk=mailbox.pk).update(next_read_at=None)
    tasks.read_mailbox.delay_on_commit(mailbox.pk)


def test_mailbox(
    *, host: str, port: int, security: str, username: str, password: str, folder: str
) -> str:
    """Sign in and open the folder; return a sentence. Raises SourceError with the reason."""
    with open_box(
        host=host,
        port=port,
        security=security,
        username=username,
        password=password,
        folder=folder,
        allow_private=settings.ALLOW_PRIVATE_URLS,
    ):
        return f"Signed in as {username}; the folder {folder} can be read."


def password_of(mailbox: Mailbox) -> str:
    return secrets.unseal(bytes(mailbox.sealed))


def forget_old_mail(*, before: datetime) -> int:
    """Empty messages settled long ago, and drop the names; what became of them stays written."""
    done = [InboundMail.State.REQUEST, InboundMail.State.REPLY, InboundMail.State.IGNORED]
    old = InboundMail.objects.filter(settled_at__lt=before, state__in=done)
    return old.exclude(raw=b"").update(raw=b"", sender_name="")


def _say_where_answers_go() -> None:
    first = Mailbox.objects.filter(is_active=True).order_by("pk").first()
    set_reply_address(thread_kind=Thread.REQUEST, address=first.address if first else "")
