"""Adding one's voice to a request, and taking it back."""

from django.db import transaction
from django.utils import timezone
from ninja import Path, Router

from intake import services
from intake.api.finding import account_of, one_of
from intake.api.shapes import NewVoice, VoiceShape
from intake.api.showing import named
from intake.models import Backing, ProductRequest
from prodops.people.api.building import WRITES
from prodops.people.api.problems import Problem
from prodops.people.permissions import can_submit, require

router = Router(tags=["Voices"])
ADDRESS = "/requests/{int:pk}/backing/"


@router.put(ADDRESS, response=VoiceShape, summary="Back a request", **WRITES)
@require(can_submit)
def back_request(request, pk: Path[int], voice: NewVoice):
    """Stand behind a request you may read, for a customer or for yourself.

    Doing it again changes the voice. What others asked for is suggested and backed in the portal.
    """
    backable = ProductRequest.objects.backable_by(request.user)
    product_request = one_of(backable.select_related("merged_into"), pk)
    try:
        backing = services.back(
            product_request=product_request,
            person=request.user,
            account=account_of(voice.account),
            importance=voice.importance,
            note=voice.note,
            by=request.user,
            at=timezone.now(),
        )
    except services.Refusal as refusal:
        raise Problem(409, str(refusal)) from None
    return {
        "request": backing.product_request_id,
        "account": named(backing.account),
        "importance": backing.importance,
        "note": backing.note,
        "at": backing.at,
    }


@router.delete(ADDRESS, response={204: None}, summary="Take your voices back", **WRITES)
@require(can_submit)
def unback_request(request, pk: Path[int]):
    """Take back your own voices for a request; who asked for it keeps theirs."""
    one_of(ProductRequest.objects.visible_to(request.user), pk)
    voices = Backing.objects.filter(product_request=pk, person=request.user)
    try:
        with transaction.atomic():
            for backing in voices.select_related("product_request__thread"):
                services.withdraw(backing=backing, by=request.user, at=timezone.now())
    except services.Refusal as refusal:
        raise Problem(409, str(refusal)) from None
