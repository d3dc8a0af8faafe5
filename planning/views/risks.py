"""The risks of an initiative: a tab of its page."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from planning.forms.risks import CloseRiskForm, RiskForm
from planning.models import Initiative, Risk
from planning.services import Refusal
from planning.services.risks import add_risk, close_risk, edit_risk, reopen_risk
from planning.views.acts import done, form_page
from prodops.people.permissions import can_plan, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

FIELDS = ("title", "likelihood", "impact", "response", "owner")


def _find(request, pk):
    rows = Risk.objects.visible_to(request.user).select_related("initiative__thread", "owner")
    return get_object_or_404(rows, pk=pk)


def _told(request):
    return {"by": request.user, "at": timezone.now()}


@require_http_methods(["GET", "POST"])
def risks(request, pk):
    """What may go wrong with an initiative; a post names one more."""
    rows = Initiative.objects.visible_to(request.user).select_related("thread", "owner")
    initiative = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        return _add(request, initiative)
    return _page(request, initiative, RiskForm(initial={"owner": initiative.owner}))


@require(can_plan)
def _add(request, initiative):
    form = RiskForm(sent(request))
    if done(form, lambda: add_risk(initiative=initiative, **form.cleaned_data, **_told(request))):
        toast(request, f"{initiative.key} has one more risk to watch.")
        return redirect("planning:risks", initiative.pk)
    return _page(request, initiative, form)


def _page(request, initiative, form):
    context = {
        "initiative": initiative,
        "here": "risks",
        "risks": initiative.risks.visible_to(request.user).for_display(),
        "form": form,
        "may_plan": can_plan(request.user),
        "may_add": can_plan(request.user) and not initiative.is_over,
    }
    status = 422 if form.errors else 200
    return render(request, "planning/risks/risks.html", context, status=status)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def edit(request, pk):
    risk = _find(request, pk)
    form = RiskForm(sent(request), initial={name: getattr(risk, name) for name in FIELDS})
    if request.method == "POST" and done(
        form, lambda: edit_risk(risk=risk, **form.cleaned_data, **_told(request))
    ):
        toast(request, "The risk is changed.")
        return redirect(risk)
    return _form(request, risk, form, title="Change the risk", submit="Save")


@require_http_methods(["GET", "POST"])
@require(can_plan)
def closing(request, pk):
    risk = _find(request, pk)
    form = CloseRiskForm(sent(request))
    if request.method == "POST" and done(
        form, lambda: close_risk(risk=risk, **form.cleaned_data, **_told(request))
    ):
        toast(request, "The risk is closed.")
        return redirect(risk)
    return _form(request, risk, form, title=f"Close “{risk}”", submit="Close the risk")


def _form(request, risk, form, **words):
    return form_page(request, form, about=risk.initiative, **words)


@require_POST
@require(can_plan)
def reopening(request, pk):
    risk = _find(request, pk)
    try:
        reopen_risk(risk=risk, **_told(request))
    except Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    else:
        toast(request, "The risk is open again.")
    return redirect(risk)
