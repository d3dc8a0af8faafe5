"""Mails that answer something: found by their references or their mark, added to the record."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction

from intake.models import Attachment, ProductRequest
from intake.models.attachment import MOST_AT_ONCE
from intake.services.attachments import attach, keep_files
from intake.services.states import Refusal
from intake.services.triage import resume
from prodops.audit.models import Comment, Thread
from prodops.audit.services import TooManyComments
from prodops.integrations.mailbox.message import Letter
from prodops.integrations.mailbox.models import InboundMail
from prodops.notifications.services import say
from prodops.notifications.services.replies import Answered, answered
from prodops.people.models import User
from prodops.people.permissions import is_insider
from prodops.ui.files import FileRefused

MARK = re.compile(r"\[REQ-(\d{1,18})\]", re.IGNORECASE)
KEY = re.compile(r"\bREQ-(\d{1,18})\b", re.IGNORECASE)
State = InboundMail.State


@dataclass(frozen=True)
class Outcome:
    """What became of one mail."""

    state: str
    reason: str = ""
    notes: tuple[str, ...] = ()
    person: User | None = None
    thread: Thread | None = None
    comment: Comment | None = None


def find(letter: Letter) -> Answered | None:
    """Return what a mail answers: one of our mails, an earlier mail to us, or a marked request."""
    found = answered(list(letter.answers_to))
    if found:
        return found
    earlier = InboundMail.objects.filter(key__in=letter.answers_to, thread__isnull=False)
    if latest := earlier.select_related("thread").order_by("-pk").first():
        return Answered(latest.thread)
    key = MARK.search(letter.subject) or (letter.is_reply and KEY.search(letter.subject))
    if not key:
        return None
    thread = Thread.objects.filter(kind=Thread.REQUEST, key=f"REQ-{int(key[1])}").first()
    return Answered(thread) if thread else None


def add(
    mail: InboundMail, letter: Letter, found: Answered, *, person: User, at: datetime
) -> Outcome:
    """Add an answer to the record it belongs to; set it aside where its writer may not see that."""
    thread = found.thread
    if thread is None:
        return Outcome(
            State.ASIDE, "It answers a mail about several records at once.", person=person
        )
    if not (letter.text or letter.enclosures):
        return Outcome(State.IGNORED, "It adds nothing to what it answers.", person=person)
    visible = ProductRequest.objects.visible_to(person).select_related("merged_into", "thread")
    product_request = visible.filter(thread=thread).first()
    try:
        if product_request:
            with transaction.atomic():
                return _to_request(mail, letter, product_request, found, person=person, at=at)
        if thread.kind != Thread.REQUEST and Thread.objects.visible_to(person).filter(pk=thread.pk):
            comment = say(thread=thread, body=letter.text, is_public=False, by=person, at=at)
            return Outcome(State.REPLY, person=person, thread=thread, comment=comment)
    except (Refusal, TooManyComments) as refusal:
        return Outcome(State.ASIDE, str(refusal), person=person)
    return Outcome(State.ASIDE, f"It answers {thread.key}, which {person} may not see.", (), person)


def keep_enclosures(
    mail: InboundMail, letter: Letter, *, person: User, at: datetime
) -> tuple[list[Attachment], tuple[str, ...]]:
    """Keep the files of a mail under the limits of all files; return them and what was left out."""
    kept: list[Attachment] = []
    notes = []
    for enclosure in letter.enclosures:
        name = enclosure.name[:100]
        if len(kept) == MOST_AT_ONCE:
            notes.append(f"{name} was left out: {MOST_AT_ONCE} files of a mail are kept.")
            continue
        file = ContentFile(enclosure.content, name=enclosure.name)
        try:
            kept += keep_files(files=[file], by=person, at=at, mail=mail)
        except FileRefused as refusal:
            notes.append(f"{name} was left out. {refusal}")
    return kept, tuple(notes)


def _to_request(
    mail: InboundMail,
    letter: Letter,
    product_request: ProductRequest,
    found: Answered,
    *,
    person: User,
    at: datetime,
) -> Outcome:
    """Answer a question that waits, as the portal does; else comment, where it lives on."""
    living = _living(product_request, person)
    is_own = ProductRequest.objects.of(person).filter(pk=living.pk).exists()
    is_public = _is_public(found, person, is_own=is_own)
    kept, notes = keep_enclosures(mail, letter, person=person, at=at)
    text = letter.text or "Sent files."
    comment = None
    if living.state == ProductRequest.State.WAITING and is_own and is_public:
        resume(product_request=living, answer=text, by=person, at=at)
    else:
        comment = say(thread=living.thread, body=text, is_public=is_public, by=person, at=at)
    give = partial(attach, product_request=living, attachments=kept, by=person, at=at)
    try:
        give(is_public=is_public, comment=comment)
    except Refusal as refusal:  # the words are there, whatever becomes of the files
        notes += (f"Its files were left out. {refusal}",)
    return Outcome(State.REPLY, notes=notes, person=person, thread=living.thread, comment=comment)


def _living(product_request: ProductRequest, person: User) -> ProductRequest:
    if product_request.merged_into_id is None:
        return product_request
    visible = ProductRequest.objects.visible_to(person).select_related("thread")
    return visible.filter(pk=product_request.merged_into_id).first() or product_request


def _is_public(found: Answered, person: User, *, is_own: bool) -> bool:
    """An answer is as public as what it answers; where that is unknown, for the team alone.

    A requester's words are public always, and so are those of an insider about their own request.
    """
    if not is_insider(person):
        return True
    return is_own if found.is_public is None else found.is_public
