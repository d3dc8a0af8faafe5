"""Business value of a cycle's plan: what it is to be worth, and what it proved to be worth."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from planning import services
from planning.forms.values import ActualValuesForm, PlannedValuesForm
from planning.models import Cycle
from planning.views.acts import done, form_page
from prodops.people.permissions import can_plan, can_run_operations, is_insider, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast


@require_http_methods(["GET", "POST"])
@require(can_plan)
def planned_values(request, pk):
    """Say what each initiative is to be worth; after the commit with a reason."""
    cycle = get_object_or_404(Cycle.objects.visible_to(request.user), pk=pk)
    plan = cycle.commitments.visible_to(request.user).valuable().for_display()
    form = PlannedValuesForm(sent(request), cycle=cycle, commitments=plan)

    def act():
        services.plan_values(values=form.wishes(), **form.why(), **_told(request, cycle))

    return _answer(request, form, cycle, act, title="Planned business value")


@require_http_methods(["GET", "POST"])
@require(is_insider)
def actual_values(request, pk):
    """Say what each initiative proved to be worth: product ops of all, owners of their own."""
    cycle = get_object_or_404(Cycle.objects.visible_to(request.user), pk=pk)
    mine = cycle.commitments.judgeable_by(request.user).for_display()
    form = ActualValuesForm(sent(request), commitments=mine)
    if not (form.commitments or can_run_operations(request.user)):
        raise PermissionDenied("judgeable_by")

    def act():
        services.judge_values(values=form.wishes(), **_told(request, cycle))

    return _answer(request, form, cycle, act, title="Actual business value")


def _told(request, cycle):
    return {"cycle": cycle, "by": request.user, "at": timezone.now()}


def _answer(request, form, cycle, act, *, title):
    if request.method == "POST" and done(form, act):
        toast(request, f"{title} of {cycle} is saved.")
        return redirect(cycle)
    context = {"title": title, "submit": "Save the values", "about": cycle}
    return form_page(request, form, template="planning/values.html", **context)
