"""The outcome tree: objectives, their key results, what moves them, and what launches it."""

from collections import defaultdict

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from launches.models import Launch
from planning.models import Cycle, Initiative, InitiativeKeyResult
from planning.models.objective_tree import roots
from planning.views.objectives import tree_of
from prodops.people.permissions import is_insider, require


@require_GET
@require(is_insider)
def outcomes(request):
    """The tree of the cycle asked for, else of the present quarter, else of the newest cycle."""
    at = timezone.now()
    cycles = list(Cycle.objects.visible_to(request.user).order_by("-starts_on", "-pk"))
    asked = request.GET.get("cycle", "").replace("\x00", "")
    today = timezone.localdate(at)
    cycle = next((one for one in cycles if one.slug == asked), None) or _present(cycles, today)
    context = {
        "cycles": cycles,
        "cycle": cycle,
        **(_tree(cycle, request.user, at) if cycle else {}),
    }
    return render(request, "launches/outcomes.html", context)


def _present(cycles, on):
    running = [one for one in cycles if one.starts_on <= on <= one.ends_on]
    quarters = [one for one in running if one.kind == Cycle.Kind.QUARTER]
    return next(iter(quarters or running or cycles), None)


def _tree(cycle, user, at):
    found = tree_of(cycle, user, at)
    results = [one.pk for branch in found.values() for one in branch.key_results]
    moving = defaultdict(list)
    links = InitiativeKeyResult.objects.filter(key_result__in=results).select_related(
        "initiative__owner"
    )
    for link in links.order_by("initiative__title", "pk"):
        moving[link.key_result_id].append(link.initiative)
    planned = _planned(cycle, user)
    named = {one.pk for group in moving.values() for one in group}
    launches = _launches(user, named | {one.pk for one in planned})
    return {
        "branches": [_branch(one, moving, launches) for one in roots(found)],
        "unaimed": [_work(one, launches) for one in planned if one.pk not in named],
    }


def _planned(cycle, user):
    rows = Initiative.objects.visible_to(user).in_cycle(cycle).select_related("owner")
    return list(rows.order_by("title", "pk").distinct())


def _launches(user, initiatives):
    """Return the launches of some initiatives, in the order of their dates."""
    found = defaultdict(list)
    seen = Launch.objects.visible_to(user).exclude(stage=Launch.Stage.CANCELLED)
    links = Launch.initiatives.through.objects.filter(
        initiative__in=initiatives, launch__in=seen
    ).select_related("launch")
    for link in links.order_by("launch__launch_on", "pk"):
        found[link.initiative_id].append(link.launch)
    return found


def _branch(branch, moving, launches):
    return {
        "objective": branch.objective,
        "standing": branch.standing,
        "results": [
            {"result": one, "work": [_work(each, launches) for each in moving[one.pk]]}
            for one in branch.key_results
        ],
        "branches": [_branch(one, moving, launches) for one in branch.branches],
    }


def _work(initiative, launches):
    return {"initiative": initiative, "launches": launches[initiative.pk]}
