"""Scenarios of a cycle: copy the plan, change it beside it, compare, adopt."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from planning import services
from planning.forms.scenarios import AdoptionForm, ItemForm, ScenarioForm
from planning.models import Initiative, Scenario, ScenarioItem
from planning.models.plan_picture import PlanPicture
from planning.services.comparison import lines, sides
from planning.services.priorities import priorities as prioritised
from planning.services.scenario_adoption import adopt_scenario
from planning.services.scenarios import (
    archive,
    copy_plan,
    differences,
    picture_of,
    pictures_of,
    place,
    take_out,
)
from planning.views.acts import done
from planning.views.capacity import may_write
from planning.views.grid_state import find_cycle
from planning.views.score_rows import hidden_from
from prodops.people.permissions import can_plan, can_run_operations, is_insider, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

MOST_COMPARED = 3
TAB = {"here": "scenarios", "here_label": "Scenarios"}


def _find(request, pk):
    rows = Scenario.objects.visible_to(request.user).select_related("cycle__thread", "made_by")
    return get_object_or_404(rows, pk=pk)


def _told(request):
    return {"by": request.user, "at": timezone.now()}


@require_http_methods(["GET", "POST"])
@require(is_insider)
def scenarios(request, pk):
    """The scenarios of a cycle; a post copies the plan into another."""
    cycle = find_cycle(request, pk)
    form = ScenarioForm(sent(request), cycle=cycle)
    if request.method == "POST":
        scenario = _copy(request, cycle, form)
        if scenario:
            toast(request, f"The scenario {scenario} is a copy; change it as you like.")
            return redirect(scenario)
    rows = cycle.scenarios.visible_to(request.user).for_display()
    may_copy = can_plan(request.user) and not cycle.is_committed
    context = {"cycle": cycle, "scenarios": rows, "form": form, "may_copy": may_copy, **TAB}
    status = 422 if form.errors else 200
    return render(request, "planning/scenarios/scenarios.html", context, status=status)


@require(can_plan)
def _copy(request, cycle, form):
    made = []

    def act():
        made.append(copy_plan(cycle=cycle, **form.cleaned_data, **_told(request)))

    return made[0] if done(form, act) else None


@require_GET
def scenario(request, pk):
    """One scenario: what is in it, what it differs in, and what can be changed."""
    return _page(request, _find(request, pk), ItemForm(user=request.user))


def _page(request, scenario, form):
    cycle = scenario.cycle
    items = list(scenario.items.select_related("initiative").order_by("initiative__title", "pk"))
    wanted = picture_of(cycle=cycle, scenario=scenario)
    context = {
        "cycle": cycle,
        "scenario": scenario,
        "items": [_shown(item, wanted) for item in items],
        "differences": differences(
            before=_before(scenario), after=wanted, is_next=scenario.is_open
        ),
        "form": form,
        "may_write": may_write(request.user, cycle, scenario) and not cycle.is_committed,
        "may_adopt": can_run_operations(request.user) and not cycle.is_committed,
        **TAB,
    }
    status = 422 if form.errors else 200
    return render(request, "planning/scenarios/scenario.html", context, status=status)


def _shown(item, wanted):
    """Return an item with its weeks, how it stands, and whether it ends in the cycle."""
    placed, ends_on = wanted.items[item.initiative_id], item.scenario.cycle.ends_on
    is_late = bool(placed.target_on and placed.target_on > ends_on)
    return item, wanted.weeks_of(item.initiative_id), placed, is_late


def _before(scenario):
    """A draft is compared with the plan, one that is over with the plan it was copied from."""
    if scenario.is_open:
        return picture_of(cycle=scenario.cycle)
    return PlanPicture.from_json(scenario.base)


@require_POST
@require(can_plan)
def items(request, pk):
    """Put an initiative into a scenario, or change how it stands there."""
    scenario = _find(request, pk)
    form = ItemForm(request.POST, user=request.user)
    if done(form, lambda: place(scenario=scenario, **form.cleaned_data)):
        toast(request, f"{form.cleaned_data['initiative'].key} is in {scenario}.")
        return redirect(scenario)
    return _page(request, scenario, form)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def item(request, pk):
    """Change the kind and the date of an initiative in a scenario."""
    rows = ScenarioItem.objects.select_related("scenario__cycle", "initiative")
    visible = Scenario.objects.visible_to(request.user)
    found = get_object_or_404(rows, pk=pk, scenario__in=visible)
    initial = {
        name: getattr(found, name)
        for name in ("initiative", "kind", "target_on", "target_precision")
    }
    form = ItemForm(sent(request), user=request.user, initial=initial)
    form.fields["initiative"].queryset = Initiative.objects.filter(pk=found.initiative_id)
    if request.method == "POST" and done(
        form, lambda: place(scenario=found.scenario, **form.cleaned_data)
    ):
        toast(request, f"{found.initiative.key} is changed in {found.scenario}.")
        return redirect(found.scenario)
    context = {"item": found, "cycle": found.scenario.cycle, "form": form, **TAB}
    status = 422 if form.errors else 200
    return render(request, "planning/scenarios/item.html", context, status=status)


@require_POST
@require(can_plan)
def item_removal(request, pk):
    rows = ScenarioItem.objects.select_related("scenario__cycle", "initiative")
    visible = Scenario.objects.visible_to(request.user)
    found = get_object_or_404(rows, pk=pk, scenario__in=visible)
    try:
        take_out(item=found)
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    else:
        toast(request, f"{found.initiative.key} left {found.scenario}.")
    return redirect(found.scenario)


@require_GET
@require(is_insider)
def comparison(request, pk):
    """The plan beside up to three scenarios."""
    cycle = find_cycle(request, pk)
    shown = _chosen(request, cycle)
    compared = sides(cycle=cycle, scenarios=shown["chosen"])
    context = {**shown, "side": "sums", "sides": compared, "lines": lines(compared)}
    return render(request, "planning/scenarios/comparison.html", context)


@require_GET
@require(is_insider)
def priorities(request, pk):
    """What the plan and up to three scenarios keep of the scores, and what they leave out."""
    cycle = find_cycle(request, pk)
    shown = _chosen(request, cycle)
    pictures = pictures_of(cycle=cycle, scenarios=shown["chosen"], teams=[])
    scored = prioritised(cycle=cycle, pictures=pictures)
    context = {**shown, "side": "priorities", "scored": scored}
    if scored:
        context["is_hidden"] = bool(hidden_from(request.user, scored.criteria))
        context["sides"] = list(zip([None, *shown["chosen"]], scored.plans, strict=True))
        context["may_adopt"] = can_run_operations(request.user) and not cycle.is_committed
    return render(request, "planning/scenarios/priorities.html", context)


def _chosen(request, cycle):
    """Return the scenarios the address names, and what every comparison shows."""
    asked = [text for text in request.GET.getlist("scenario") if text.isdecimal()]
    wanted = [int(text) for text in asked if len(text) < 10]
    rows = Scenario.objects.visible_to(request.user).filter(cycle=cycle)
    every = list(rows.order_by("-made_at", "-pk"))
    return {
        "cycle": cycle,
        "every": every,
        "chosen": [each for each in every if each.pk in wanted][:MOST_COMPARED],
        "left_out": len(wanted) > MOST_COMPARED,
        **TAB,
    }


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def adoption(request, pk):
    """Show what a scenario would change in the plan as it is now, and change it."""
    scenario = _find(request, pk)
    form = AdoptionForm(sent(request))

    def act():
        adopt_scenario(scenario=scenario, seen=form.cleaned_data["seen"], **_told(request))

    if request.method == "POST" and done(form, act):
        toast(request, f"{scenario} is the plan of {scenario.cycle} now.")
        return redirect(scenario.cycle)
    now = picture_of(cycle=scenario.cycle)
    wanted = picture_of(cycle=scenario.cycle, scenario=scenario)
    context = {
        "cycle": scenario.cycle, "scenario": scenario, "form": form, "mark": now.mark,
        "differences": differences(before=now, after=wanted, is_next=True),
        "since": differences(before=PlanPicture.from_json(scenario.base), after=now), **TAB,
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "planning/scenarios/adoption.html", context, status=status)


@require_POST
@require(can_plan)
def archival(request, pk):
    scenario = _find(request, pk)
    try:
        archive(scenario=scenario, **_told(request))
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    else:
        toast(request, f"The scenario {scenario} is laid aside.")
    return redirect(reverse("planning:scenarios", args=[scenario.cycle_id]))
