"""Mailboxes, messages as they come over the wire, and rows of mail."""

import hashlib
import itertools
import zlib
from datetime import UTC, datetime

from prodops.integrations import secrets
from prodops.integrations.mailbox import message
from prodops.integrations.mailbox.models import InboundMail, Mailbox

ARRIVED = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
NUMBERS = itertools.count(1)


def wire(text="", *, head="", **headers):
    """Return a message as bytes: `headers` by name with _ for -, a blank line, the text."""
    number = next(NUMBERS)
    told = {
        "From": "Sam Sales <sam@example.com>",
        "To": "requests@hub.example.com",
        "Subject": f"Mail number {number}",
        "Date": "Mon, 02 Nov 2026 10:30:00 +0100",
        "Message-ID": f"<{number}@mail.example.com>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"{name}: {value}" for name, value in told.items() if value is not None]
    content = "\n".join([*lines, *head.strip().splitlines(), "", text])
    return content.replace("\n", "\r\n").encode("utf-8", "surrogateescape")


def mailbox(**fields):
    """Make a mailbox that is read from long ago on."""
    number = next(NUMBERS)
    fields.setdefault("name", f"Mailbox {number}")
    fields.setdefault("address", f"requests{number}@hub.example.com")
    fields.setdefault("host", "imap.example.com")
    fields.setdefault("username", "requests")
    fields.setdefault("read_from_at", datetime(2026, 11, 1, tzinfo=UTC))
    sealed = secrets.seal(fields.pop("password", "correct horse"))
    return Mailbox.objects.create(sealed=sealed, key_id=secrets.key_id(), **fields)


def inbound(raw, *, box=None, at=ARRIVED, **fields):
    """Keep a message as if it had been read."""
    key, essence = message.identity(raw)
    sender, name, subject = message.headline(raw)
    fields.setdefault("key", key or hashlib.sha256(raw).hexdigest())
    return InboundMail.objects.create(
        mailbox=box or Mailbox.objects.first() or mailbox(),
        essence=essence,
        raw=zlib.compress(raw),
        size=len(raw),
        arrived_at=at,
        read_at=at,
        sender=sender,
        sender_name=name,
        subject=subject,
        **fields,
    )
