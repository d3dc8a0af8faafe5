"""One key result with its history, and the acts on it; the list of all."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from planning.forms.objectives import DropForm, KeyResultForm
from planning.models import KeyResult, Objective
from planning.services.key_results import (
    add_key_result,
    drop_key_result,
    edit_key_result,
    edition,
)
from planning.services.measuring import counted_issues, metric_of
from planning.sparkline import history
from planning.views.acts import done, form_page, saved
from planning.views.objective_lists import KEY_RESULTS
from prodops.people.permissions import can_plan, is_insider, require
from prodops.ui import lists
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

FORM = "planning/objectives/form.html"
SHOWN_ISSUES, SHOWN_CHECK_INS = 20, 50


def find(request, pk):
    """Return a key result this person may see, with its objective and thread."""
    rows = KeyResult.objects.visible_to(request.user).for_display()
    rows = rows.select_related(
        "objective__cycle", "objective__team", "objective__thread", "owner", "dropped_by"
    )
    return get_object_or_404(rows, pk=pk)


@require_GET
@require(is_insider)
def key_results(request):
    at = timezone.now()
    rows = KeyResult.objects.visible_to(request.user).standing().with_reached().for_display()
    rows = rows.annotate(is_overdue=Q(check_in_due_at__lte=at, objective__state="active"))
    context = {"may_plan": can_plan(request.user), "at": at}
    return lists.respond(request, KEY_RESULTS, rows, context=context)


@require_GET
def key_result(request, pk):
    key_result, user = find(request, pk), request.user
    reports = key_result.check_ins.select_related("by", "evidence").order_by("-at", "-pk")
    newest = list(reports[:SHOWN_CHECK_INS])
    issues = counted_issues(key_result)
    context = {
        "key_result": key_result,
        "objective": key_result.objective,
        "reports": newest,
        "line": history(key_result, reversed(newest)),
        "links": key_result.initiative_links.select_related("initiative").order_by("at", "pk"),
        "changes": key_result.changes.select_related("by").order_by("-at", "-pk"),
        "issues": None if issues is None else list(issues[:SHOWN_ISSUES]),
        "issue_count": None if issues is None else issues.count(),
        "metric": metric_of(key_result) if key_result.source == "metric" else None,
        "at": timezone.now(),
        "may_plan": can_plan(user),
        "may_report": key_result.may_be_reported_by(user) and key_result.objective.is_active,
    }
    return render(request, "planning/objectives/key_result.html", context)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def new(request, pk):
    """Add a key result to an objective."""
    objective = get_object_or_404(Objective.objects.visible_to(request.user), pk=pk)
    started = {"owner": objective.owner_id, "cadence_days": 14, "weight": 1}
    form = KeyResultForm(sent(request), initial=started)

    def act():
        told = {"by": request.user, "at": timezone.now()}
        add_key_result(objective=objective, measure=form.measure(), **told)

    if request.method == "POST" and done(form, act):
        toast(request, "The key result is there.")
        return redirect(objective)
    shown = {"title": "New key result", "submit": "Add key result", "about": objective}
    return form_page(request, form, template=FORM, **shown)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def edit(request, pk):
    key_result = find(request, pk)
    initial = {name: getattr(key_result, name) for name in KeyResultForm.base_fields}
    initial["seen"] = edition(key_result)
    asks_why = key_result.objective.is_active
    form = KeyResultForm(sent(request), is_edit=True, asks_why=asks_why, initial=initial)

    def act():
        data = form.cleaned_data
        told = {"reason": data.get("reason", ""), "by": request.user, "at": timezone.now()}
        told |= {"measure": form.measure(), "seen": data["seen"]}
        edit_key_result(key_result=key_result, **told)

    if request.method == "POST" and saved(form, act, lambda: edition(key_result)):
        toast(request, f"Saved {key_result.key}.")
        return redirect(key_result)
    shown = {"title": "Edit", "submit": "Save", "about": key_result}
    return form_page(request, form, template=FORM, **shown)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def removal(request, pk):
    key_result = find(request, pk)
    form = DropForm(sent(request))

    def act():
        told = {"reason": form.cleaned_data["reason"], "by": request.user, "at": timezone.now()}
        drop_key_result(key_result=key_result, **told)

    if request.method == "POST" and done(form, act):
        toast(request, f"Dropped {key_result.key}.")
        return redirect(key_result.objective)
    shown = {"title": "Drop", "submit": "Drop key result", "about": key_result, "tone": "danger"}
    return form_page(request, form, template=FORM, **shown)


def refuse_stranger(key_result, user):
    """403 for whoever neither plans nor owns it."""
    if not key_result.may_be_reported_by(user):
        raise PermissionDenied("may_be_reported_by")
