"""The list of dependencies, one of them, the form that asks, the matrix, and the tabs."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from planning.forms.dependencies import AskForm
from planning.models import Cycle, Dependency, Initiative
from planning.models.chains import arcs
from planning.models.loops import find_loops
from planning.services import dependencies as services
from planning.services.dependency_steps import Side, may_act
from planning.views.acts import done
from planning.views.dependency_acts import offered_to
from planning.views.dependency_lists import DEPENDENCIES
from planning.views.dependency_matrix import matrix_of
from planning.views.dependency_words import all_loops, chain_of, loop_of_ask, named
from prodops.audit import timeline
from prodops.people.models import Membership
from prodops.people.permissions import can_plan, is_insider, require
from prodops.ui import lists
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

MOST_ON_A_TAB = 200


@require_GET
@require(is_insider)
def dependencies(request):
    rows = Dependency.objects.visible_to(request.user).for_display()
    shown = {"today": timezone.localdate()}
    if request.GET.get("format") != "csv":
        shown |= all_loops(request.user)
    return lists.respond(request, DEPENDENCIES, rows, context=shown)


@require_GET
def dependency(request, pk):
    dependency = get_object_or_404(Dependency.objects.visible_to(request.user).for_display(), pk=pk)
    sides = {side for side in Side if may_act(request.user, dependency, side)}
    offers = list(dependency.offers.select_related("by").order_by("number"))
    context = {
        "dependency": dependency,
        "today": timezone.localdate(),
        "offers": offers,
        "acts": offered_to(dependency, sides),
        "seen": offers[-1].number,
        "moves": list(dependency.date_changes.select_related("by").order_by("at", "pk")),
        "thread": dependency.thread,
        "timeline": timeline.build(dependency.thread, request.user, story=request.GET.get("story")),
    }
    return render(request, "planning/dependencies/dependency.html", context)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def new(request):
    form = AskForm(sent(request), user=request.user, initial=_begun(request))
    asked = []

    def act():
        asked.append(services.ask(by=request.user, at=timezone.now(), **form.cleaned_data))

    loop = _loop_to_confirm(request, form)
    if request.method == "POST" and not loop and done(form, act):
        toast(request, f"{asked[0].key} is asked of {asked[0].giver}.")
        return redirect(asked[0])
    is_refused = bool(loop or form.errors)
    context = {"form": form, "loop": loop}
    return render(
        request, "planning/dependencies/ask.html", context, status=422 if is_refused else 200
    )


def _begun(request):
    """Return what the form starts from: the initiative of the address, and the team of both."""
    chosen = request.GET.get("initiative", "")
    if not chosen.isdecimal() or len(chosen) > 18:
        mine = Membership.objects.filter(user=request.user).order_by("pk").first()
        return {"asking_team": mine.team_id if mine else None}
    teams = Initiative.teams.through.objects.filter(initiative=chosen).order_by("pk")
    return {"initiative": chosen, "asking_team": teams.values_list("team", flat=True).first()}


def _loop_to_confirm(request, form):
    """Return the loop this ask would close, unless the person has read it and asks anyway."""
    if request.method != "POST" or not form.is_valid():
        return ""
    data = form.cleaned_data
    loop = loop_of_ask(data["initiative"], data["giving_initiative"])
    return "" if loop == request.POST.get("read_loop") else loop


@require_GET
@require(is_insider)
def matrix(request):
    rows = Dependency.objects.visible_to(request.user)
    context = matrix_of(rows, shown=request.GET.get("show", ""), on=timezone.localdate())
    context["may_plan"] = can_plan(request.user)
    return render(request, "planning/dependencies/matrix.html", context)


@require_GET
def of_initiative(request, pk):
    rows = Initiative.objects.visible_to(request.user).for_display()
    initiative = get_object_or_404(rows, pk=pk)
    on = timezone.localdate()
    links = Dependency.objects.visible_to(request.user).links()
    chain, steps = chain_of(initiative, links, on)
    around = [each for each in find_loops(arcs(links)) if initiative.pk in each.initiatives]
    mine = Dependency.objects.visible_to(request.user).of_initiatives([initiative.pk])
    every = list(mine.for_display()[:MOST_ON_A_TAB])
    context = {
        "initiative": initiative,
        "here": "dependencies",
        "today": on,
        "asked": [each for each in every if each.initiative_id == initiative.pk],
        "given": [each for each in every if each.giving_initiative_id == initiative.pk],
        "chain": chain,
        "steps": steps,
        "loops": named(around),
        "may_plan": can_plan(request.user) and not initiative.is_over,
    }
    return render(request, "planning/dependencies/of_initiative.html", context)


@require_GET
def of_cycle(request, pk):
    cycle = get_object_or_404(
        Cycle.objects.visible_to(request.user).select_related("thread"), pk=pk
    )
    planned = cycle.commitments.standing().values("initiative")
    rows = Dependency.objects.visible_to(request.user).of_initiatives(planned)
    every = list(rows.for_display()[: MOST_ON_A_TAB + 1])
    on = timezone.localdate()
    context = {
        "cycle": cycle,
        "here": "dependencies",
        "today": on,
        "rows": every[:MOST_ON_A_TAB],
        "has_more": len(every) > MOST_ON_A_TAB,
        "late_count": sum(each.is_late(on) for each in every),
        "open_count": sum(each.is_open for each in every),
        "may_plan": can_plan(request.user),
    }
    return render(request, "planning/dependencies/of_cycle.html", context)
