"""Reads a mailbox: each message becomes a row before the server hears that it was read.

Row and place are committed together, so a worker that dies at any point leaves nothing double and
nothing unread; what it had not put away, the next one does. A message the server will not hand
out, at which it breaks off again and again, or a very large one, becomes a row that is set aside:
nothing blocks the box.
"""

import uuid
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from prodops.integrations import episodes, secrets
from prodops.integrations.errors import SourceError
from prodops.integrations.mailbox import message
from prodops.integrations.mailbox.imap import BROKE_OFF, Box, MessageRefused, Size, open_box
from prodops.integrations.mailbox.models import InboundMail, Mailbox
from prodops.notifications.models import Kind
from prodops.notifications.services import notify

LEASE = timedelta(minutes=10)
AT_ONCE = 200
LARGEST = 40 << 20
HEAD = 64 << 10
LONGEST_PAUSE = timedelta(hours=2)
MOST_BREAKS = 5
OLDEST = timedelta(days=90)
State = InboundMail.State


class LostLease(Exception):
    """Another worker reads this mailbox now."""


def read(*, mailbox_id: int, clock: Callable[[], datetime]) -> int | None:
    """Read what is new; return how many messages that were, None when it was not ours to read."""
    mailbox = _claim(mailbox_id, clock())
    if mailbox is None:
        return None
    try:
        with open_box(**credentials(mailbox)) as box:
            count = _take(mailbox, box, clock)
    except LostLease:
        return None
    except SourceError as error:
        _failed(mailbox, str(error), at=clock(), is_final=error.is_final)
        return 0
    _succeeded(mailbox, at=clock())
    return count


def credentials(mailbox: Mailbox) -> dict[str, Any]:
    """Return what `open_box` asks for."""
    names = ("host", "port", "security", "username", "folder")
    return {
        "password": secrets.unseal(bytes(mailbox.sealed)),
        "allow_private": settings.ALLOW_PRIVATE_URLS,
        **{name: getattr(mailbox, name) for name in names},
    }


def _claim(mailbox_id: int, at: datetime) -> Mailbox | None:
    lease = uuid.uuid4()
    free = Q(lease_until=None) | Q(lease_until__lt=at)
    ours = Mailbox.objects.filter(free, pk=mailbox_id, is_active=True)
    if not ours.update(lease=lease, lease_until=at + LEASE):
        return None
    return Mailbox.objects.get(pk=mailbox_id)


def _take(mailbox: Mailbox, box: Box, clock: Callable[[], datetime]) -> int:
    """Keep each new message, then put away all that are kept."""
    since = mailbox.read_from_at
    if box.uid_validity != mailbox.uid_validity:  # the server counts anew; rows know what was here
        _hold(mailbox, at=clock(), uid_validity=box.uid_validity, last_uid=0)
    uids = box.uids(after=mailbox.last_uid, since=since)[:AT_ONCE]
    kept = sum(_keep(mailbox, box, uid, at=clock()) for uid in uids)
    is_moved = bool(mailbox.done_folder)
    left = box.left_over(up_to=mailbox.last_uid, since=since, only_unseen=not is_moved)
    box.put_away(left, mailbox.done_folder)
    return kept


def _keep(mailbox: Mailbox, box: Box, uid: int, *, at: datetime) -> bool:
    """Keep one message and the place in one transaction; return whether it is a new one."""
    size = _size(box, uid)
    is_new = False
    if not size.arrived_at or size.arrived_at >= mailbox.read_from_at:
        raw, why = _content(mailbox, box, uid, size.bytes)
        fields = {
            "size": size.bytes or len(raw),
            "arrived_at": _sane(size.arrived_at, at),
            **_row(mailbox, uid, raw, why, at),
        }
    else:
        fields = {}  # of the first day, but from before the mailbox was set up
    with transaction.atomic():
        if fields:
            is_new = _add(fields, at)
        _hold(mailbox, at=at, last_uid=uid)
    return is_new


def _size(box: Box, uid: int) -> Size:
    """Return what the server says of a message; nothing when it refuses, as its content tells."""
    try:
        return box.size(uid)
    except MessageRefused:
        return Size(0, None)


def _content(mailbox: Mailbox, box: Box, uid: int, size: int) -> tuple[bytes, str]:
    """Return a message and why it is set aside; only the head of one that is too large.

    One at which the server broke off for an hour is left to it, and the rest is read next time.
    """
    try:
        if size > LARGEST:
            megabytes = f"{size / (1 << 20):.0f} MB"
            return box.content(uid, most=HEAD), f"It is too large: {megabytes}, at most 40."
        return box.content(uid), ""
    except MessageRefused as refusal:
        return b"", str(refusal)
    except BROKE_OFF:
        if mailbox.failures < MOST_BREAKS:
            raise
        return b"", "The mail server broke off each time the hub asked for it; it lies there yet."


def _row(mailbox: Mailbox, uid: int, raw: bytes, why: str, at: datetime) -> dict[str, Any]:
    key, essence = message.identity(raw)
    if not raw:
        key = f"{mailbox.pk}-{mailbox.uid_validity}-{uid}@refused"
    sender, name, subject = message.headline(raw)
    return {
        "mailbox": mailbox,
        "key": key,
        "essence": essence,
        "raw": zlib.compress(raw, 6) if raw else b"",
        "read_at": at,
        "sender": sender,
        "sender_name": name,
        "subject": subject,
        **(_aside(why, at) if why else {}),
    }


def _add(fields: dict[str, Any], at: datetime) -> bool:
    """Add the row unless it is here; other words under a known Message-ID are set aside."""
    key = fields.pop("key")
    row, is_new = InboundMail.objects.get_or_create(key=key, defaults=fields)
    if is_new or row.essence == fields["essence"]:
        return is_new
    why = "Another mail had the same Message-ID; this one says something else."
    other = f"{key[:150]}#{fields['essence'][:40]}"
    return InboundMail.objects.get_or_create(key=other, defaults={**fields, **_aside(why, at)})[1]


def _aside(why: str, at: datetime) -> dict[str, Any]:
    return {"state": State.ASIDE, "reason": why, "settled_at": at}


def _sane(arrived: datetime | None, at: datetime) -> datetime:
    """Believe the server's clock within a quarter of a year, and not at all about the future."""
    if arrived is None or arrived > at or arrived < at - OLDEST:
        return at
    return arrived


def _hold(mailbox: Mailbox, *, at: datetime, **changes: Any) -> None:
    """Write the place and keep the lease; raise LostLease when it is another worker's."""
    ours = Mailbox.objects.filter(pk=mailbox.pk, lease=mailbox.lease)
    if not ours.update(lease_until=at + LEASE, **changes):
        raise LostLease
    for name, value in changes.items():
        setattr(mailbox, name, value)


@transaction.atomic
def _succeeded(mailbox: Mailbox, *, at: datetime) -> None:
    ours = Mailbox.objects.filter(pk=mailbox.pk, lease=mailbox.lease)
    mended = {"failures": 0, "failing_since": None, "failing_reason": "", "next_read_at": None}
    ours.update(last_read_at=at, lease_until=None, lease=None, **mended)
    if mailbox.failing_since:
        _tell(mailbox, "mended", f"The mailbox {mailbox} can be read again", "", at=at)


@transaction.atomic
def _failed(mailbox: Mailbox, reason: str, *, at: datetime, is_final: bool) -> None:
    """Try again after a growing pause; product ops hear of it once, when it begins."""
    failures = mailbox.failures + 1
    minutes = 2 ** min(failures, 7)
    pause = LONGEST_PAUSE if is_final else min(timedelta(minutes=minutes), LONGEST_PAUSE)
    Mailbox.objects.filter(pk=mailbox.pk, lease=mailbox.lease).update(
        failures=failures,
        failing_since=mailbox.failing_since or at,
        failing_reason=reason,
        next_read_at=at + pause,
        lease_until=None,
        lease=None,
    )
    if not mailbox.failing_since:
        _tell(mailbox, "failing", f"The mailbox {mailbox} cannot be read", reason, at=at)


def _tell(mailbox: Mailbox, what: str, title: str, body: str, *, at: datetime) -> None:
    notify(
        episodes.operators(),
        kind=Kind.SYNC,
        cause=f"mailbox-{what}:{mailbox.pk}:{at:%Y-%m-%dT%H:%M}",
        title=title,
        body=body,
        path=mailbox.get_absolute_url(),
        action_label="Look at the mailbox",
        at=at,
    )
