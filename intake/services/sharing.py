"""Letting somebody read a request along who neither asked for it nor backs it."""

from datetime import datetime

from django.db import transaction

from intake.models import ProductRequest, RequestShare
from intake.services.states import Refusal, lock
from intake.services.telling import tell
from intake.services.voices import let_go
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
    made = RequestShare.objects.create(product_request=product_request, person=person, by=by, at=at)
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
def unshare(*, share: RequestShare, by: User, at: datetime) -> None:
    """Let somebody no longer read along; their comments stay."""
    product_request = lock(share.product_request)
    person, thread = share.person, product_request.thread
    share.delete()
    let_go(product_request)
    summary = "left it" if person == by else f"no longer shares it with {person}"
    audit.record("request.unshared", thread=thread, summary=summary, by=by, at=at)
