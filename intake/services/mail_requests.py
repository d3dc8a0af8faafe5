"""Mails that ask for something new: the request, and the answers to who wrote."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from intake.models import ProductRequest, RequestKind
from intake.services.mail_answers import Outcome, keep_enclosures
from intake.services.submission import submit
from prodops.integrations.mailbox.message import Letter
from prodops.integrations.mailbox.models import InboundMail
from prodops.notifications.letters import absolute
from prodops.notifications.services import queue_mail
from prodops.notifications.services.mail import About
from prodops.people.models import User
from prodops.ui.mail import render_mail

LONGEST_TITLE = 300
State = InboundMail.State


def file(
    mail: InboundMail, letter: Letter, *, kind: RequestKind | None, person: User, at: datetime
) -> Outcome:
    """File a request as of when the mail came, and confirm it to its author."""
    kept, notes = keep_enclosures(mail, letter, person=person, at=at)
    made = submit(
        kind=kind or RequestKind.objects.filter(is_active=True).earliest("position", "pk"),
        title=_title(letter),
        body=letter.text,
        author=person,
        by=person,
        at=mail.arrived_at,
        source=ProductRequest.Source.EMAIL,
        attachments=kept,
    )
    _confirm(mail, made, notes, at=at)
    return Outcome(State.REQUEST, notes=notes, person=person, thread=made.thread)


def turn_away(mail: InboundMail, letter: Letter, *, at: datetime) -> None:
    """Tell somebody without an account how to get one, once a day at most."""
    subject = f"Your mail “{letter.title[:120]}” was not taken" if letter.title else "Your mail"
    context = {"address": letter.sender, "sign_in": absolute(reverse("account_login"))}
    text, html = render_mail("mail/mail_refused", subject=subject, context=context)
    queue_mail(
        key=f"mail-refused:{letter.sender}:{at:%Y-%m-%d}"[:200],
        to=letter.sender,
        subject=subject,
        text=text,
        html=html,
        at=at,
        about=About(in_reply_to=mail.key),
    )


def _title(letter: Letter) -> str:
    lines = (line.strip() for line in letter.text.splitlines())
    first = next(filter(None, lines), "")
    return (letter.title or first or "Request by mail")[:LONGEST_TITLE]


def _confirm(
    mail: InboundMail, made: ProductRequest, notes: tuple[str, ...], *, at: datetime
) -> None:
    subject = f"[{made.key}] {made.title}"
    due = made.answer_due_at.astimezone(ZoneInfo(made.author.time_zone))
    context = {
        "product_request": made,
        "due": f"{due:%A} {due.day} {due:%B}, {due:%H:%M}",
        "address": absolute(made.thread.path),
        "notes": notes,
    }
    text, html = render_mail("mail/mail_taken", subject=subject, context=context)
    queue_mail(
        key=f"mail-taken:{mail.pk}",
        to=made.author.email,
        recipient=made.author,
        subject=subject,
        text=text,
        html=html,
        at=at,
        about=About(made.thread, True, mail.key),
    )
