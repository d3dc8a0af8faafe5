"""The investment mix of a cycle: wanted, planned, done."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from planning.forms.investment import CategoriesForm, TargetsForm
from planning.models import Initiative
from planning.services.investment import classify, mix, set_targets
from planning.views.acts import done
from planning.views.grid_state import find_cycle, find_scenario
from prodops.people.permissions import can_plan, can_run_operations, is_insider, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

TAB = {"here": "mix", "here_label": "Investment mix"}


@require_GET
@require(is_insider)
def investment(request, pk):
    cycle = find_cycle(request, pk)
    scenario = find_scenario(request, cycle)
    context = {
        "cycle": cycle,
        "scenario": scenario,
        "mix": mix(cycle=cycle, scenario=scenario),
        "may_target": can_run_operations(request.user) and not cycle.is_closed,
        "may_classify": can_plan(request.user),
        **TAB,
    }
    return render(request, "planning/investment/mix.html", context)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def targets(request, pk):
    """How much of the cycle is meant for each kind of work."""
    cycle = find_cycle(request, pk)
    form = TargetsForm(sent(request), cycle=cycle)
    told = {"by": request.user, "at": timezone.now()}
    if request.method == "POST" and done(
        form, lambda: set_targets(cycle=cycle, shares=form.shares(), **told)
    ):
        toast(request, f"The mix wanted in {cycle} is saved.")
        return redirect(reverse("planning:mix", args=[pk]))
    context = {"cycle": cycle, "form": form, **TAB}
    status = 422 if form.errors else 200
    return render(request, "planning/investment/targets.html", context, status=status)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def categories(request, pk):
    """Which kind of work each initiative of the plan is."""
    cycle = find_cycle(request, pk)
    plan = Initiative.objects.visible_to(request.user).in_cycle(cycle)
    rows = plan.select_related("investment__category", "thread").order_by("title", "pk")
    form = CategoriesForm(sent(request), initiatives=rows)
    told = {"by": request.user, "at": timezone.now()}
    if request.method == "POST" and done(form, lambda: classify(wishes=form.wishes(), **told)):
        toast(request, f"The categories of {cycle} are saved.")
        return redirect(reverse("planning:mix", args=[pk]))
    context = {"cycle": cycle, "form": form, **TAB}
    status = 422 if form.errors else 200
    return render(request, "planning/investment/categories.html", context, status=status)
