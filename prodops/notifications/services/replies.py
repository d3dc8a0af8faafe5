"""Mails people can answer: how they are named, and what an answer to one belongs to."""

import hashlib
import re
from dataclasses import dataclass

from prodops.audit.models import Thread
from prodops.notifications.models import Mail, ReplyAddress

OURS = re.compile(r"[0-9a-f]{40}")
ROOT = re.compile(r"thread-(\d{1,18})")


@dataclass(frozen=True)
class Answered:
    """What an answer refers to: a thread, and whether the mail it answers is public."""

    thread: Thread | None
    is_public: bool | None = None


def reference(key: str) -> str:
    """Return what the Message-ID of the mail with this key has before the @, for ever the same."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def root(thread_id: int) -> str:
    """Return the reference all mails about one record share, so that they are shown together."""
    return f"thread-{thread_id}"


def answered(message_ids: list[str]) -> Answered | None:
    """Return what mails with these Message-IDs were about, the latest named one of ours first.

    None when none of them is ours; a thread of None for one about several records.
    """
    ours = [each.partition("@")[0] for each in message_ids]
    found = {
        mail.reference: mail
        for mail in Mail.objects.filter(
            reference__in=[each for each in ours if OURS.fullmatch(each)]
        ).select_related("thread")
    }
    for each in ours:
        if each in found:
            return Answered(found[each].thread, found[each].is_public)
    roots = [int(match[1]) for each in ours if (match := ROOT.fullmatch(each))]
    thread = Thread.objects.filter(pk__in=roots[:1]).first()
    return Answered(thread) if thread else None


def set_reply_address(*, thread_kind: str, address: str) -> None:
    """Let answers about records of a kind go to `address`; an empty one ends that."""
    if not address:
        ReplyAddress.objects.filter(thread_kind=thread_kind).delete()
        return
    ReplyAddress.objects.update_or_create(thread_kind=thread_kind, defaults={"address": address})


def reply_address(thread: Thread | None) -> str:
    """Return where an answer about this record goes, "" when nobody would read it."""
    if thread is None:
        return ""
    found = ReplyAddress.objects.filter(thread_kind=thread.kind)
    return found.values_list("address", flat=True).first() or ""
