"""From an accepted request to an initiative."""

from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from intake.models import ProductRequest
from planning import services
from planning.forms.adoption import LATER, AdoptionForm
from planning.models import Cycle
from planning.services.similar_decisions import similar_decisions
from planning.views.acts import done, form_page
from prodops.people.permissions import can_plan, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast


@require_http_methods(["GET", "POST"])
@require(can_plan)
def adopt(request, pk):
    rows = ProductRequest.objects.visible_to(request.user).select_related("thread")
    product_request = get_object_or_404(rows, pk=pk)
    cycle = Cycle.objects.current_quarter(timezone.localdate())
    form = AdoptionForm(
        sent(request),
        cycle=cycle,
        user=request.user,
        initial=_start(product_request, cycle, request.user),
    )

    def act():
        _adopt(product_request, by=request.user, at=timezone.now(), **form.cleaned_data)

    if request.method == "POST" and done(form, act):
        link = product_request.initiative_links.select_related("initiative").get()
        toast(request, f"{product_request.key} is part of {link.initiative.key} now.")
        return redirect(link.initiative)
    return _page(request, form, product_request)


def _page(request, form, product_request):
    return form_page(
        request,
        form,
        title="Adopt into an initiative",
        submit="Adopt request",
        about=None,
        product_request=product_request,
        held=product_request.initiative_links.select_related("initiative").first(),
        similar=_decided_before(request, product_request),
        template="planning/adoption.html",
    )


def _decided_before(request, product_request):
    body = f"{product_request.body} {product_request.why}"
    return similar_decisions(title=product_request.title, body=body, user=request.user)


def _start(product_request, cycle, user):
    """Return what the form proposes."""
    return {
        "into": "new",
        "title": product_request.title,
        "owner": product_request.owner_id or user.pk,
        "kind": "committed" if cycle else LATER,
    }


def _adopt(product_request, *, into, initiative, title, owner, **how):
    """Call the act that fits: into an initiative we have, or a new one."""
    if into == "existing":
        return services.adopt(product_request=product_request, initiative=initiative, **how)
    return services.adopt_as_new(product_request=product_request, title=title, owner=owner, **how)
