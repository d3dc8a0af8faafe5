"""Who reads a request along."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from intake import services
from intake.forms import ShareForm
from intake.models import ProductRequest, RequestShare
from prodops.people.permissions import can_submit, can_triage, require
from prodops.ui.toasts import toast


@require_POST
@require(can_submit)
def share(request, pk):
    """Share with a colleague; only who asked, backs it or runs triage may."""
    product_request = get_object_or_404(ProductRequest.objects.visible_to(request.user), pk=pk)
    voices = product_request.backings.filter(person=request.user)
    if not may_share(product_request, request.user, voices):
        raise PermissionDenied("Only who asked, backs it or runs triage shares a request.")
    form = ShareForm(request.POST, by=request.user)
    if not form.is_valid():
        toast(request, next(iter(form.errors.values()))[0], tone="negative")
        return redirect("intake:request", pk)
    person = form.cleaned_data["person"]
    try:
        services.share(
            product_request=product_request, person=person, by=request.user, at=timezone.now()
        )
        toast(request, f"{person} can read {product_request.key} now, and knows it.")
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return redirect("intake:request", pk)


@require_POST
@require(can_submit)
def unshare(request, pk):
    """Take a share back: one's own, one that one gave, any of one's own request."""
    visible = ProductRequest.objects.visible_to(request.user).values("pk")
    shares = RequestShare.objects.filter(product_request__in=visible)
    found = get_object_or_404(shares.select_related("product_request", "person"), pk=pk)
    if not may_unshare(found, request.user):
        raise PermissionDenied("Only who shared it takes it back.")
    product_request = found.product_request
    services.unshare(share=found, by=request.user, at=timezone.now())
    toast(request, f"{found.person} no longer reads {product_request.key}.")
    stays = ProductRequest.objects.visible_to(request.user).filter(pk=product_request.pk)
    return redirect("intake:request", product_request.pk) if stays else redirect("intake:portal")


def sharing_of(product_request, user, voices):
    """Who reads along, as far as `user` may know it, and what they may do about it."""
    known = product_request.shares.in_force()
    shares = known.select_related("person", "by", "product_request")
    may = may_share(product_request, user, voices)
    shown = list((shares if may else shares.filter(person=user)).order_by("at", "pk"))
    for each in shown:
        each.may_end = may_unshare(each, user)
        each.ending = "Leave" if each.person_id == user.pk else "Stop sharing"
    return {
        "shares": shown,
        "may_share": may,
        "share_form": ShareForm(auto_id="share_%s") if may else None,
    }


def may_share(product_request, user, voices):
    """Who runs triage, asked for it, or is one of its `voices`."""
    return (
        can_triage(user)
        or product_request.author_id == user.pk
        or any(voice.person_id == user.pk for voice in voices)
    )


def may_unshare(found, user):
    mine = {found.by_id, found.person_id, found.product_request.author_id}
    return user.pk in mine or can_triage(user)
