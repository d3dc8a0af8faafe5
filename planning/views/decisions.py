"""The list and the record of decisions, opening one and taking it."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from planning import services
from planning.forms.decisions import DecideForm, DecisionForm
from planning.models import Decision
from planning.views.acts import done, form_page
from planning.views.lists import DECISIONS
from prodops.audit import timeline
from prodops.people.permissions import can_plan, is_insider, require
from prodops.ui import lists
from prodops.ui.forms import sent
from prodops.ui.toasts import toast


def _find(request, pk):
    rows = Decision.objects.visible_to(request.user).select_related(
        "thread", "decider", "opened_by", "cycle__thread", "initiative__thread", "supersedes"
    )
    return get_object_or_404(rows, pk=pk)


@require_GET
@require(is_insider)
def decisions(request):
    rows = Decision.objects.visible_to(request.user).for_display()
    return lists.respond(request, DECISIONS, rows)


@require_GET
def decision(request, pk):
    decision = _find(request, pk)
    context = {
        "decision": decision,
        "options": list(decision.options.order_by("-is_chosen", "position")),
        "replacement": Decision.objects.filter(supersedes=decision).first(),
        "may_plan": can_plan(request.user),
        "thread": decision.thread,
        "timeline": timeline.build(decision.thread, request.user, story=request.GET.get("story")),
    }
    return render(request, "planning/decision.html", context)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def new(request):
    initial = {name: request.GET.get(name) for name in ("initiative", "cycle")}
    form = DecisionForm(sent(request), user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        decision = services.open_decision(by=request.user, at=timezone.now(), **form.cleaned_data)
        toast(request, f"{decision.key} is open.")
        return redirect(decision)
    return form_page(request, form, title="New decision", submit="Open decision", about=None)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def decide(request, pk):
    decision = _find(request, pk)
    form = DecideForm(sent(request), user=request.user)

    def act():
        services.decide(decision=decision, by=request.user, at=timezone.now(), **form.cleaned_data)

    if request.method == "POST" and done(form, act):
        toast(request, f"{decision.key} is decided.")
        return redirect(decision)
    return form_page(
        request,
        form,
        title="Decide",
        submit="Record decision",
        about=decision,
        template="planning/decide.html",
    )
