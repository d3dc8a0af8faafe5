"""What waits for my word, and giving it."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from launches import services
from launches.forms.readiness import VerdictForm
from launches.models import SignOff
from launches.views.acts import add_refusal
from prodops.people.permissions import can_launch, is_insider, require
from prodops.ui.toasts import toast

RECENT = 10


@require_GET
@require(is_insider)
def sign_offs(request):
    return _queue(request)


@require_POST
@require(can_launch)
def sign_off(request, pk):
    sign_off = get_object_or_404(SignOff.objects.visible_to(request.user).for_display(), pk=pk)
    if not services.is_member(request.user, sign_off.item.function):
        raise PermissionDenied(f"Only a member of {sign_off.item.function} can sign this off.")
    form = VerdictForm(request.POST, sign_off=sign_off)
    if form.is_valid():
        try:
            services.decide_sign_off(
                sign_off=sign_off, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.Refusal as refusal:
            add_refusal(form, refusal)
    if form.errors:
        return _queue(request, form=form, open_pk=sign_off.pk, status=422)
    toast(request, f"{sign_off.get_verdict_display()}: {sign_off.item.title}.")
    return _queue(request) if request.htmx else redirect("launches:sign_offs")


def _queue(request, *, form=None, open_pk=None, status=200):
    mine = SignOff.objects.visible_to(request.user).for_functions_of(request.user)
    waiting = list(mine.pending().for_display())
    for sign_off in waiting:
        bound = form if sign_off.pk == open_pk else None
        sign_off.form = bound or VerdictForm(sign_off=sign_off)
    decided = SignOff.objects.visible_to(request.user).filter(decided_by=request.user)
    context = {
        "waiting": waiting,
        "recent": decided.for_display().order_by("-decided_at", "-pk")[:RECENT],
        "today": timezone.localdate(),
        "is_member": request.user.functions.exists(),
        "gone": form if form and open_pk not in {each.pk for each in waiting} else None,
    }
    template = "launches/_sign_offs.html" if request.htmx else "launches/sign_offs.html"
    return render(request, template, context, status=status)
