"""Who reads a request along."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from intake import services
from intake.forms import ShareForm, ShowingForm
from intake.models import ProductRequest, RequestShare
from prodops.people.permissions import can_submit, can_triage, is_insider, require
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
    try:
        toast(request, _share(product_request, by=request.user, **form.cleaned_data))
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return redirect("intake:request", pk)


@require_POST
@require(can_submit)
def show(request, pk):
    """Show a request to colleagues who ask for something similar, or no longer; its author may."""
    own = ProductRequest.objects.filter(author=request.user)
    product_request = get_object_or_404(own, pk=pk)
    form = ShowingForm(request.POST)
    is_shown = form.is_valid() and form.cleaned_data["is_shown"]
    services.show_to_colleagues(
        product_request=product_request, is_shown=is_shown, by=request.user, at=timezone.now()
    )
    words = "see its title now" if is_shown else "no longer see it"
    toast(request, f"Colleagues who ask for something similar {words}.")
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
    whom = called(found, request.user)
    toast(request, f"{whom} no longer reads {product_request.key}.")
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
        each.whom = called(each, user)
        each.ending = "Leave" if each.person_id == user.pk else "Stop sharing"
    return {
        "shares": shown,
        "may_share": may,
        "share_form": ShareForm(auto_id="share_%s") if may else None,
        **_showing(product_request, user),
    }


def _showing(product_request, user):
    """Whether its author may show it to colleagues, and whom it would let in of those before."""
    may_show = product_request.author_id == user.pk
    kept_out = product_request.backings.filter(opens=False)
    is_hidden = may_show and not product_request.is_shared
    return {"may_show": may_show, "kept_out": kept_out.count() if is_hidden else 0}


def called(found, user):
    """Who a share is with, as `user` may know it: to requesters the address somebody typed."""
    if is_insider(user) or found.person_id == user.pk or can_triage(found.by):
        return found.person or found.email
    return found.email


def may_share(product_request, user, voices):
    """Who runs triage, asked for it, or is one of its `voices`."""
    return (
        can_triage(user)
        or product_request.author_id == user.pk
        or any(voice.person_id == user.pk for voice in voices)
    )


def _share(product_request, *, email, by, person=None):
    """Share, and return what to say: the same to a requester, whether somebody has the address."""
    told = {"product_request": product_request, "by": by, "at": timezone.now()}
    if person:
        services.share(person=person, **told)
        return f"{person} can read {product_request.key} now, and knows it."
    services.share_by_address(email=email, **told)
    return f"If somebody signs in here as {email}, they can read {product_request.key} now."


def may_unshare(found, user):
    mine = {found.by_id, found.person_id, found.product_request.author_id}
    return user.pk in mine or can_triage(user)
