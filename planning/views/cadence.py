"""Let an initiative rest and take it up again; say how often initiatives are reported on."""

from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from planning.forms.truth import CadenceForm, DefaultCadenceForm, PauseForm
from planning.models import Initiative
from planning.services import cadence as service
from planning.views.acts import done, form_page
from prodops.people.permissions import can_plan, can_run_operations, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast


def _find(request, pk):
    rows = Initiative.objects.visible_to(request.user).select_related("thread", "owner")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def pause(request, pk):
    initiative, form = _find(request, pk), PauseForm(sent(request))

    def act():
        told = {"by": request.user, "at": timezone.now()}
        service.pause(initiative=initiative, **told, **form.cleaned_data)

    if request.method == "POST" and done(form, act):
        toast(request, f"{initiative.key} rests; nobody is reminded of it.")
        return redirect("planning:truth", pk=pk)
    return form_page(request, form, title="Let it rest", submit="Let it rest", about=initiative)


@require_POST
@require(can_plan)
def resumption(request, pk):
    initiative = _find(request, pk)
    service.resume(initiative=initiative, by=request.user, at=timezone.now())
    toast(request, f"{initiative.key} goes on.")
    return redirect("planning:truth", pk=pk)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def cadence(request, pk):
    initiative = _find(request, pk)
    own = initiative.cadences.first()
    form = CadenceForm(sent(request), initial={"days": own.days if own else None})

    def act():
        told = {"by": request.user, "at": timezone.now()}
        service.set_cadence(initiative=initiative, **told, **form.cleaned_data)

    if request.method == "POST" and done(form, act):
        toast(request, f"Saved the cadence of {initiative.key}.")
        return redirect("planning:truth", pk=pk)
    return form_page(request, form, title="Cadence", submit="Save", about=initiative)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def default_cadence(request):
    form = DefaultCadenceForm(sent(request), initial={"days": service.days_of_all()})

    def act():
        service.set_cadence(
            initiative=None, days=form.cleaned_data["days"], by=request.user, at=timezone.now()
        )

    if request.method == "POST" and done(form, act):
        toast(request, "Saved the cadence of all initiatives.")
        return redirect("planning:initiatives")
    return form_page(request, form, title="Cadence of all initiatives", submit="Save", about=None)
