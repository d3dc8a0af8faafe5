"""Support tickets as evidence: attached to requests, or made one; `quoting` puts them to themes."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from intake.models import (
    Backing,
    ProductRequest,
    RequestKind,
    SupportTicket,
    TicketLink,
)
from intake.services.merging import queue_up
from intake.services.states import Refusal, lock
from intake.services.submission import submit
from intake.services.voices import carry_voices
from prodops.audit import services as audit
from prodops.people.models import User


@transaction.atomic
def attach_tickets(
    *, tickets: Iterable[SupportTicket], product_request: ProductRequest, by: User, at: datetime
) -> int:
    """Make tickets evidence for a request, or for the one that lives on; return how many are new.

    The first ticket of an account brings its voice, unless the account has one there. Raises
    Refusal for spam.
    """
    queue_up()
    product_request.refresh_from_db(fields=["merged_into"])
    product_request = lock(product_request.living)
    if product_request.is_spam:
        raise Refusal(f"{product_request.key} was closed as spam. Choose another request.")
    attached = 0
    for ticket in sorted(tickets, key=lambda each: each.pk):
        link, is_new = TicketLink.objects.get_or_create(
            ticket=ticket, product_request=product_request, defaults={"at": at, "by": by}
        )
        if is_new:
            attached += 1
            _give_voice(link, at=at)
            _record(ticket, product_request, "attached", "attached", by=by, at=at)
    if attached:
        carry_voices(product_request)
    return attached


@transaction.atomic
def detach_ticket(*, link: TicketLink, by: User, at: datetime) -> None:
    """Take a ticket off a request; the voice it brought goes unless another ticket keeps it."""
    queue_up()
    product_request = lock(link.product_request)
    ticket, backing = link.ticket, link.backing
    link.delete()
    if backing is not None:
        others = TicketLink.objects.filter(
            product_request=product_request, ticket__account=ticket.account_id
        )
        heir = others.order_by("at", "pk").first()
        if heir is None:
            backing.delete()
            carry_voices(product_request)
        else:
            heir.backing = backing
            heir.save(update_fields=["backing"])
    _record(ticket, product_request, "detached", "detached", by=by, at=at)


@transaction.atomic
def request_of_ticket(
    *, ticket: SupportTicket, kind: RequestKind, title: str, body: str, by: User, at: datetime
) -> ProductRequest:
    """Ask for what a ticket asks for, in the name of whoever wrote it if the hub knows them.

    Raises Refusal when a request was made of it already.
    """
    SupportTicket.objects.select_for_update(of=("self",), no_key=True).get(pk=ticket.pk)
    number = f"{ticket.source}:{ticket.external_id}"[:120]
    source = ProductRequest.Source.SUPPORT
    known = ProductRequest.objects.filter(source=source, external_id=number).first()
    if known:
        raise Refusal(f"{known.key} was made of this ticket already.")
    product_request = submit(
        kind=kind,
        title=title,
        body=body,
        account=ticket.account,
        author=ticket.person or by,
        source=source,
        external_id=number,
        is_shared=False,
        by=by,
        at=at,
    )
    attach_tickets(tickets=[ticket], product_request=product_request, by=by, at=at)
    return product_request


def _give_voice(link: TicketLink, *, at: datetime) -> None:
    """Add the voice of the ticket's account, once an account."""
    ticket, product_request = link.ticket, link.product_request
    if ticket.account is None:
        return
    has_voice = Backing.objects.filter(product_request=product_request, account=ticket.account)
    if has_voice.exists():
        return
    link.backing = Backing.objects.create(
        product_request=product_request,
        person=ticket.person or link.by,
        account=ticket.account,
        note=f"Support ticket {ticket.external_id}"[:500],
        at=at,
    )
    link.save(update_fields=["backing"])


def _record(
    ticket: SupportTicket,
    product_request: ProductRequest,
    verb: str,
    words: str,
    *,
    by: User,
    at: datetime,
) -> None:
    """Tell both stories."""
    place = "to" if verb == "attached" else "from"
    for thread, name, what in (
        (ticket.thread, "ticket", f"{words} it {place} {product_request.key}"),
        (product_request.thread, "request", f"{words} the support ticket {ticket.key}"),
    ):
        audit.record(f"{name}.ticket_{verb}", thread=thread, summary=what, by=by, at=at)
