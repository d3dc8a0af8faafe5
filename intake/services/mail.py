"""What becomes of a mail: a request, an answer, nothing, or something for a person to look at.

Each mail is taken in by one transaction, which also says what became of it. Whatever goes wrong
with one, it is set aside with the reason and the others go on.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F

from intake.models import MailPolicy
from intake.services import mail_answers, mail_requests
from intake.services.mail_answers import Outcome
from intake.services.mail_doubts import doubt, nobodys
from prodops.integrations.mailbox import message
from prodops.integrations.mailbox.message import Letter, Unreadable
from prodops.integrations.mailbox.models import InboundMail
from prodops.people.models import User

logger = logging.getLogger(__name__)

AT_ONCE = 100
MOST_ATTEMPTS = 3
MOST_AN_HOUR = 30
State = InboundMail.State
Strangers = MailPolicy.Strangers


@dataclass(frozen=True)
class _Case:
    """One mail as it is looked at, and whether a person said that it is to be taken in."""

    mail: InboundMail
    letter: Letter
    is_forced: bool
    at: datetime


def take_in_waiting(*, at: datetime) -> int:
    """Take in every mail that waits; return how many that were."""
    waiting = InboundMail.objects.waiting().values_list("pk", flat=True)[:AT_ONCE]
    return sum(take_in(mail_id=pk, at=at) for pk in list(waiting))


def take_in(*, mail_id: int, at: datetime, is_forced: bool = False) -> bool:
    """Take in one mail unless another worker does; return whether it was settled here."""
    if not _begin(mail_id, at):
        return False
    try:
        with transaction.atomic():
            held = InboundMail.objects.select_for_update(of=("self",), skip_locked=True)
            mail = held.select_related("mailbox").filter(pk=mail_id, state=State.WAITING).first()
            if mail is None:
                return False
            _settle(mail, _decide(mail, is_forced=is_forced, at=at), at=at)
    except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
        raise  # not this mail's fault, unless it happens at it three times
    except Exception as error:
        logger.exception("Mail %s met an error of our own.", mail_id)
        _set_aside(mail_id, f"The hub met an error of its own ({type(error).__name__}).", at=at)
    return True


@transaction.atomic
def try_mail_again(*, mail: InboundMail, is_forced: bool, by: User, at: datetime) -> InboundMail:
    """Take a mail in once more because a person said so; forced, whoever it seems to be from.

    One that made a request or an answer already stays as it is.
    """
    again = InboundMail.objects.filter(pk=mail.pk, state__in=[State.ASIDE, State.IGNORED])
    waiting = {"state": State.WAITING, "settled_at": None, "attempts": 0, "reason": ""}
    if again.exclude(raw=b"").update(settled_by=by, **waiting):
        take_in(mail_id=mail.pk, at=at, is_forced=is_forced)
    mail.refresh_from_db()
    return mail


def ignore_mail(*, mail: InboundMail, by: User, at: datetime) -> None:
    """Put a mail away that was set aside."""
    aside = InboundMail.objects.filter(pk=mail.pk, state=State.ASIDE)
    aside.update(state=State.IGNORED, settled_by=by, settled_at=at)


@transaction.atomic
def welcome_sender(*, mail: InboundMail, by: User, at: datetime) -> InboundMail:
    """Make an account for who wrote a mail, as a requester, and take the mail in.

    Without a password: they sign in after a reset, or never and only write mails.
    """
    if not User.objects.filter(email__iexact=mail.sender).exists():
        name = mail.sender_name or mail.sender.partition("@")[0]
        User.objects.create_user(mail.sender, name=name[:120], role=User.Role.REQUESTER)
    return try_mail_again(mail=mail, is_forced=True, by=by, at=at)


def _begin(mail_id: int, at: datetime) -> bool:
    """Count the attempt before it is made; a mail that killed three workers is set aside."""
    waiting = InboundMail.objects.filter(pk=mail_id, state=State.WAITING)
    if waiting.filter(attempts__lt=MOST_ATTEMPTS).update(attempts=F("attempts") + 1):
        return True
    if waiting.exists():
        _set_aside(mail_id, "Three workers were lost at it; the server's log may say why.", at=at)
    return False


def _set_aside(mail_id: int, reason: str, *, at: datetime) -> None:
    waiting = InboundMail.objects.filter(pk=mail_id, state=State.WAITING)
    waiting.update(state=State.ASIDE, reason=reason, settled_at=at)


def _settle(mail: InboundMail, outcome: Outcome, *, at: datetime) -> None:
    mail.state, mail.reason, mail.notes = outcome.state, outcome.reason, "\n".join(outcome.notes)
    mail.person, mail.thread, mail.comment = outcome.person, outcome.thread, outcome.comment
    mail.settled_at = at
    fields = ["state", "reason", "notes", "person", "thread", "comment", "settled_at"]
    mail.save(update_fields=fields)


def _decide(mail: InboundMail, *, is_forced: bool, at: datetime) -> Outcome:
    try:
        letter = message.read(mail.content)
    except Unreadable as error:
        return Outcome(State.ASIDE, str(error))
    if not is_forced:
        if why := nobodys(mail, letter):
            return Outcome(State.IGNORED, why)
        if why := doubt(mail.mailbox, letter) or _flood(mail, at):
            return Outcome(State.ASIDE, why)
    return _from_a_person(_Case(mail, letter, is_forced, at))


def _from_a_person(case: _Case) -> Outcome:
    mail, letter = case.mail, case.letter
    person = User.objects.active().filter(email__iexact=letter.sender).first()
    policy = MailPolicy.objects.filter(mailbox=mail.mailbox).select_related("kind").first()
    if person is None:
        return _stranger(case, policy.strangers if policy else Strangers.ANSWER)
    if found := mail_answers.find(letter):
        return mail_answers.add(mail, letter, found, person=person, at=case.at)
    if not (letter.text or letter.title or letter.enclosures):
        return Outcome(State.IGNORED, "It says nothing.", person=person)
    kind = policy.kind if policy else None
    return mail_requests.file(mail, letter, kind=kind, person=person, at=case.at)


def _stranger(case: _Case, policy: str) -> Outcome:
    """Somebody without an account: nothing of theirs goes further by itself."""
    sender = case.letter.sender
    if not sender:
        return Outcome(State.ASIDE, "It does not say who sent it.")
    if policy == Strangers.HOLD or case.is_forced:
        return Outcome(State.ASIDE, f"Nobody with an account writes as {sender}.")
    if policy == Strangers.IGNORE:
        return Outcome(State.IGNORED, f"Nobody with an account writes as {sender}.")
    mail_requests.turn_away(case.mail, case.letter, at=case.at)
    return Outcome(
        State.IGNORED, f"Nobody with an account writes as {sender}; they were told how to get one."
    )


def _flood(mail: InboundMail, at: datetime) -> str:
    """Two machines that answer each other are stopped here, whatever their headers say."""
    recent = InboundMail.objects.filter(sender=mail.sender, read_at__gt=at - timedelta(hours=1))
    made = recent.filter(state__in=[State.REQUEST, State.REPLY]).count()
    if mail.sender and made >= MOST_AN_HOUR:
        return f"More than {MOST_AN_HOUR} mails came from {mail.sender} within an hour."
    return ""
