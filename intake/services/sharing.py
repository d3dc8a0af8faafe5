"""Letting somebody read a request along who neither asked for it nor backs it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from intake.models import ProductRequest, RequestShare
from intake.services.states import Refusal, lock
from intake.services.telling import tell
from intake.services.voices import carry_voices, let_go
from prodops.audit import services as audit
from prodops.people.models import User


@transaction.atomic
def share(*, product_request: ProductRequest, person: User, by: User, at: datetime) -> RequestShare:
    """Let `person` read the request, and tell them; what is internal stays internal.

    Raises Refusal for somebody who reads it already.
    """
    lock(product_request)
    if ProductRequest.objects.visible_to(person).filter(pk=product_request.pk).exists():
        raise Refusal(f"{person} can read {product_request.key} already.")
    let_go(product_request)
    made = RequestShare.objects.create(
        product_request=product_request, person=person, email=person.email, by=by, at=at
    )
    thread = product_request.thread
    audit.follow(thread=thread, users=[person])
    audit.record("request.shared", thread=thread, summary=f"shared it with {person}", by=by, at=at)
    tell(
        product_request,
        [person],
        cause=f"shared:{made.pk}",
        title=f"{by} shared {product_request.key} with you: {product_request.title}"[:300],
        by=by,
        at=at,
    )
    return made


@transaction.atomic
def share_by_address(
    *, product_request: ProductRequest, email: str, by: User, at: datetime
) -> RequestShare:
    """Let whoever signs in as `email` read the request; the row tells nobody whether anybody does.

    An address nobody has opens nothing, and who reads the request already is told nothing. Sharing
    again with an address somebody has by now lets them in. Raises Refusal for one's own.
    """
    lock(product_request)
    if email.casefold() == by.email.casefold():
        raise Refusal(f"You read {product_request.key} already.")
    person = User.objects.active().filter(email__iexact=email).first()
    let_go(product_request)
    shares = product_request.shares.filter(Q(email__iexact=email) | Q(person=person or -1))
    known = shares.order_by("pk").first()
    if known and (known.person or not person):
        return known
    shares.delete()
    if person and not ProductRequest.objects.visible_to(person).contains(product_request):
        return share(product_request=product_request, person=person, by=by, at=at)
    made = RequestShare.objects.create(
        product_request=product_request, person=person, email=email.lower(), by=by, at=at
    )
    thread, summary = product_request.thread, f"shared it with {made.email}"
    audit.record("request.shared", thread=thread, summary=summary, by=by, at=at)
    return made


@transaction.atomic
def show_to_colleagues(
    *, product_request: ProductRequest, is_shown: bool, by: User, at: datetime
) -> None:
    """Let those who ask for something similar see the title, and whoever backs it read it all.

    Voices from before, when the title alone was promised, open it from then on as well.
    """
    lock(product_request)
    if product_request.is_shared == is_shown:
        return
    product_request.is_shared = is_shown
    product_request.save(update_fields=["is_shared"])
    if is_shown:
        product_request.backings.filter(opens=False).update(opens=True)
        carry_voices(product_request)
    audit.record(
        "request.shown" if is_shown else "request.hidden",
        thread=product_request.thread,
        summary="shows it to colleagues" if is_shown else "no longer shows it to colleagues",
        by=by,
        at=at,
        is_public=True,
    )


@transaction.atomic
def unshare(*, share: RequestShare, by: User, at: datetime) -> None:
    """Let somebody no longer read along; their comments stay."""
    product_request = lock(share.product_request)
    whom, thread = share.person or share.email, product_request.thread
    is_own = share.person_id == by.pk
    share.delete()
    let_go(product_request)
    summary = "left it" if is_own else f"no longer shares it with {whom}"
    audit.record("request.unshared", thread=thread, summary=summary, by=by, at=at)
