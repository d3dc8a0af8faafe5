"""The list of cycles, one cycle's plan, and the acts that change it."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from planning import services
from planning.forms.cycles import CycleForm, DropForm, PhaseForm, PlanForm
from planning.models import Commitment, Cycle, Initiative
from planning.views.acts import done, form_page
from planning.views.lists import CYCLES
from prodops.audit import timeline
from prodops.people.permissions import can_plan, can_run_operations, is_insider, require
from prodops.ui import lists
from prodops.ui.forms import sent
from prodops.ui.lists.state import page_number
from prodops.ui.toasts import toast

ROWS = 100
NEXT = {
    Cycle.Phase.DRAFT: ("planning", "Start planning", services.start_planning),
    Cycle.Phase.COMMITTED: ("active", "Start the cycle", services.start_cycle),
}
ACTS = {to: act for to, _, act in NEXT.values()}


def _find(request, pk):
    rows = Cycle.objects.visible_to(request.user).select_related("thread", "committed_by")
    return get_object_or_404(rows, pk=pk)


@require_GET
@require(is_insider)
def cycles(request):
    rows = Cycle.objects.visible_to(request.user).for_display()
    return lists.respond(
        request, CYCLES, rows, context={"may_operate": can_run_operations(request.user)}
    )


@require_GET
def cycle(request, pk):
    cycle = _find(request, pk)
    plan = list(cycle.commitments.visible_to(request.user).for_display())
    now = timezone.now()
    context = {
        "cycle": cycle,
        "here": "plan",
        **_shown(plan, request),
        "predictability": Commitment.objects.predictability(cycle, now),
        "value": Commitment.objects.business_value(cycle, now),
        "may_judge": _may_judge(request.user, cycle, plan),
        "elapsed": cycle.elapsed_share(timezone.localdate(now)),
        "next": NEXT.get(cycle.phase),
        "decisions": list(cycle.decisions.undecided().for_display()),
        "carried_count": sum(1 for each in plan if each.carried_from_id),
        "may_plan": can_plan(request.user),
        "may_operate": can_run_operations(request.user),
        "thread": cycle.thread,
        "timeline": timeline.build(cycle.thread, request.user, story=request.GET.get("story")),
    }
    return render(request, "planning/cycle.html", context)


def _shown(plan, request):
    """Return a page of the plan under its headings, each with how many it has in all."""
    groups = [
        ("Committed", [each for each in plan if each.is_promise]),
        ("Stretch", [each for each in plan if each.is_stretch]),
        ("Unplanned", [each for each in plan if each.is_late]),
        ("Dropped", [each for each in plan if each.is_dropped]),
    ]
    rows = [(title, each) for title, found in groups for each in found]
    page = Paginator(rows, ROWS).get_page(page_number(request.GET.get("page", "")))
    see_jira([each for _, each in page.object_list], request.user)
    return {
        "page": page,
        "groups": [
            (title, len(found), [each for its, each in page.object_list if its == title])
            for title, found in groups
            if any(its == title for its, _ in page.object_list)
        ],
    }


def see_jira(commitments, user):
    """Give commitments their initiatives as Jira sees them; one query."""
    shown = Initiative.objects.visible_to(user).with_progress().for_display()
    initiatives = shown.in_bulk([each.initiative_id for each in commitments])
    for commitment in commitments:
        commitment.initiative = initiatives[commitment.initiative_id]


def _may_judge(user, cycle, plan):
    """May this person say what any of the plan proved to be worth?"""
    valued = [each for each in plan if each.planned_value is not None and not each.is_dropped]
    mine = can_run_operations(user) or any(each.initiative.owner == user for each in valued)
    return cycle.is_judged and mine


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def new(request):
    form = CycleForm(sent(request))
    opened = []

    def act():
        opened.append(services.open_cycle(by=request.user, at=timezone.now(), **form.cleaned_data))

    if request.method == "POST" and done(form, act):
        toast(request, f"{opened[0]} is open in draft.")
        return redirect(opened[0])
    return form_page(request, form, title="New cycle", submit="Open cycle", about=None)


@require_POST
@require(can_run_operations)
def phase(request, pk):
    cycle = _find(request, pk)
    form = PhaseForm(request.POST)
    today = timezone.localdate()
    if form.is_valid() and form.must_ask(cycle, today):
        running = Cycle.objects.visible_to(request.user).filter(phase=Cycle.Phase.ACTIVE)
        days = (cycle.starts_on - today).days
        context = {"cycle": cycle, "days": days, "running": running.order_by("starts_on", "pk")}
        return render(request, "planning/start.html", context)

    def act():
        ACTS[form.cleaned_data["to"]](cycle=cycle, by=request.user, at=timezone.now())

    if done(form, act):
        toast(request, f"{cycle} is in the phase {cycle.get_phase_display()}.")
    else:
        toast(request, " ".join(form.errors.get("__all__", form.errors.get("to"))), tone="negative")
    return redirect(cycle)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def plan(request, pk):
    cycle = _find(request, pk)
    form = PlanForm(sent(request), cycle=cycle, user=request.user)

    def act():
        services.add_to_cycle(cycle=cycle, by=request.user, at=timezone.now(), **form.cleaned_data)

    if request.method == "POST" and done(form, act):
        toast(request, f"{form.cleaned_data['initiative'].key} is in the plan.")
        return redirect(cycle)
    return form_page(request, form, title="Add an initiative", submit="Add to plan", about=cycle)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def drop(request, pk):
    rows = Commitment.objects.visible_to(request.user).with_records()
    commitment = get_object_or_404(rows, pk=pk)
    form = DropForm(sent(request), commitment=commitment)

    def act():
        services.drop_from_cycle(
            commitment=commitment, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    if request.method == "POST" and done(form, act):
        toast(request, f"{commitment.initiative.key} left the plan for {commitment.cycle}.")
        return redirect(commitment.cycle)
    return form_page(
        request,
        form,
        title=f"Drop {commitment.initiative.key} {commitment.initiative.title}",
        submit="Drop from plan",
        about=commitment.cycle,
        tone="danger",
    )
