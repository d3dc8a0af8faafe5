"""The objectives of a cycle as a tree, one objective, and the acts on it."""

from django import forms
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from planning.forms.objectives import CloseForm, ObjectiveForm, ReopenForm
from planning.models import Cycle, KeyResult, Objective
from planning.models.objective_tree import grow, roots
from planning.services import Refusal
from planning.services.objective_closing import close_objective
from planning.services.objective_taking_back import delete_draft, reopen_objective
from planning.services.objectives import (
    activate_objective,
    create_objective,
    edit_objective,
    edition,
)
from planning.views.acts import done, form_page, saved
from prodops.audit import timeline
from prodops.people.permissions import can_plan, can_run_operations, is_insider, require
from prodops.ui import lists
from prodops.ui.forms import sent
from prodops.ui.toasts import toast


def tree_of(cycle, user, at):
    """Return the branches below and in a cycle, by primary key: two queries."""
    objectives = Objective.objects.visible_to(user).within(cycle).for_display()
    held = (
        KeyResult.objects.visible_to(user)
        .standing()
        .filter(
            objective__cycle__starts_on__gte=cycle.starts_on,
            objective__cycle__ends_on__lte=cycle.ends_on,
        )
    )
    return grow(objectives, held.select_related("owner").order_by("title", "pk"), at)


def _find(request, pk):
    rows = Objective.objects.visible_to(request.user).for_display()
    rows = rows.select_related("cycle", "owner", "team", "parent", "thread", "closed_by")
    return get_object_or_404(rows, pk=pk)


def _top(found, cycle):
    """Return the branches a cycle's tree begins with: its own that hang below none of its own."""
    own = {pk: one for pk, one in found.items() if one.objective.cycle_id == cycle.pk}
    return roots(own)


def shown_tree(cycle, user, at):
    """Return what the tree of a cycle shows."""
    found = tree_of(cycle, user, at)
    return {"branches": _top(found, cycle), "count": len(found), "at": at}


@require_GET
@require(is_insider)
def objectives(request):
    """The tree of the cycle asked for, else of the present quarter, else of the newest cycle."""
    at = timezone.now()
    cycles = list(Cycle.objects.visible_to(request.user).order_by("-starts_on", "-pk"))
    asked = request.GET.get("cycle", "").replace("\x00", "")
    chosen = next((one for one in cycles if one.slug == asked), None)
    today = timezone.localdate(at)
    present = [one for one in cycles if one.starts_on <= today <= one.ends_on]
    quarters = [one for one in present if one.kind == Cycle.Kind.QUARTER]
    cycle = chosen or next(iter([*quarters, *present, *cycles]), None)
    context = {"cycles": cycles, "cycle": cycle, "may_plan": can_plan(request.user), "at": at}
    if cycle:
        context |= shown_tree(cycle, request.user, at)
    return render(request, "planning/objectives/objectives.html", context)


@require_GET
def cycle_objectives(request, pk):
    """The same tree as a tab of the cycle's page."""
    cycle = get_object_or_404(Cycle.objects.visible_to(request.user), pk=pk)
    context = {"cycle": cycle, "here": "objectives", "here_label": "Objectives"}
    context |= {"may_plan": can_plan(request.user)}
    context |= shown_tree(cycle, request.user, timezone.now())
    return render(request, "planning/objectives/cycle.html", context)


@require_GET
def objective(request, pk):
    objective, at = _find(request, pk), timezone.now()
    branch = tree_of(objective.cycle, request.user, at)[objective.pk]
    dropped = objective.key_results.exclude(dropped_at=None).select_related("owner")
    context = {
        "objective": objective,
        "branch": branch,
        "dropped": dropped.order_by("title", "pk"),
        "carried_to": Objective.objects.filter(carried_from=objective).first(),
        "carried_from": objective.carried_from,
        "reopenings": objective.reopenings.select_related("closed_by").order_by("-at", "-pk"),
        "may_reopen": objective.is_closed and can_run_operations(request.user),
        "at": at,
        "may_plan": can_plan(request.user),
        "thread": objective.thread,
        "timeline": timeline.build(objective.thread, request.user, story=request.GET.get("story")),
    }
    return render(request, "planning/objectives/objective.html", context)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def new(request):
    """Set an objective; `?cycle=` and `?parent=` begin the form with them."""
    started = {"owner": request.user.pk, "weight": 1}
    for name in ("cycle", "parent"):
        started[name] = lists.key_of(request.GET.get(name, ""))
    form = ObjectiveForm(sent(request), user=request.user, initial=started)
    made = []

    def act():
        told = {"by": request.user, "at": timezone.now()}
        made.append(create_objective(**form.cleaned_data, **told))

    if request.method == "POST" and done(form, act):
        toast(request, f"{made[0].key} is a draft. Say next how one will see that it is reached.")
        return redirect(made[0])
    template = "planning/objectives/form.html"
    shown = {"title": "New objective", "submit": "Set objective", "about": None}
    return form_page(request, form, template=template, **shown)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def edit(request, pk):
    objective = _find(request, pk)
    fields = ("title", "why", "owner", "team", "parent", "weight")
    initial = {name: getattr(objective, name) for name in fields}
    initial["seen"] = edition(objective)
    form = ObjectiveForm(sent(request), user=request.user, objective=objective, initial=initial)

    def act():
        told = {"by": request.user, "at": timezone.now()}
        edit_objective(objective=objective, **form.cleaned_data, **told)

    if request.method == "POST" and saved(form, act, lambda: edition(objective)):
        toast(request, f"Saved {objective.key}.")
        return redirect(objective)
    template = "planning/objectives/form.html"
    return form_page(request, form, template=template, title="Edit", submit="Save", about=objective)


@require_POST
@require(can_plan)
def activation(request, pk):
    objective = _find(request, pk)
    try:
        activate_objective(objective=objective, by=request.user, at=timezone.now())
    except Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    else:
        toast(request, f"{objective.key} is active: its key results are reported on from now.")
    return redirect(objective)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def closing(request, pk):
    """Grade it, say what came of it, and go on with it elsewhere."""
    objective, at = _find(request, pk), timezone.now()
    branch = tree_of(objective.cycle, request.user, at)[objective.pk]
    initial = {"key_results": [one.pk for one in _unreached(branch)]}
    if branch.standing.progress is not None:
        initial["grade"] = f"{branch.standing.progress:.2f}"
    form = CloseForm(sent(request), objective=objective, user=request.user, initial=initial)

    def act():
        close_objective(objective=objective, by=request.user, at=at, **form.cleaned_data)

    if request.method == "POST" and done(form, act):
        toast(request, f"Closed {objective.key} with {objective.grade:.2f}.")
        return redirect(objective)
    template = "planning/objectives/close.html"
    shown = {"title": "Close", "submit": "Close objective", "about": objective}
    return form_page(request, form, template=template, branch=branch, **shown)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def removal(request, pk):
    """Delete a draft nobody has begun with."""
    objective = _find(request, pk)
    form = forms.Form(sent(request))

    def act():
        delete_draft(objective=objective, by=request.user, at=timezone.now())

    if request.method == "POST" and done(form, act):
        toast(request, f"Deleted {objective.key} {objective.title}.")
        return redirect("planning:cycle-objectives", objective.cycle_id)
    shown = {"title": "Delete", "submit": "Delete draft", "about": objective, "tone": "danger"}
    held = objective.key_results.standing().order_by("title", "pk")
    template = "planning/objectives/delete.html"
    return form_page(request, form, template=template, key_results=held, **shown)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def reopening(request, pk):
    """Go on with an objective that was closed too early."""
    objective = _find(request, pk)
    form = ReopenForm(sent(request))

    def act():
        told = {"by": request.user, "at": timezone.now()}
        reopen_objective(objective=objective, **form.cleaned_data, **told)

    if request.method == "POST" and done(form, act):
        toast(request, f"{objective.key} is open again.")
        return redirect(objective)
    template = "planning/objectives/form.html"
    shown = {"title": "Reopen", "submit": "Reopen objective", "about": objective}
    return form_page(request, form, template=template, **shown)


def _unreached(branch):
    return [one for one in branch.key_results if (one.standing.raw or 0) < 1]
