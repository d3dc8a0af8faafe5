"""The score of an initiative: a tab of its page."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from planning.models import Cycle, Initiative
from planning.models.sensitivity import CHANGES
from planning.services import initiative_scores as service
from planning.views.score_rows import cells_of, hidden_from
from prodops.people.permissions import can_plan, can_see_revenue


@require_GET
def score(request, pk):
    """Its score in one of its cycles, where each input is from, and the scores kept of it."""
    initiative = get_object_or_404(Initiative.objects.visible_to(request.user), pk=pk)
    visible = Cycle.objects.visible_to(request.user)
    cycles = list(service.cycles_of(initiative).filter(pk__in=visible))
    cycle = _chosen(request, cycles)
    context = {
        "initiative": initiative,
        "here": "score",
        "cycles": cycles,
        "cycle": cycle,
        "may_plan": can_plan(request.user),
        "may_edit": can_plan(request.user) and cycle is not None and not cycle.is_closed,
        "kept": service.kept_scores(initiative),
        "hides_kept": not can_see_revenue(request.user),
        **(_standing(request.user, initiative, cycle) if cycle else {}),
    }
    return render(request, "planning/scoring/initiative.html", context)


def _chosen(request, cycles):
    """Return the cycle the address names, else the newest that is not closed, else the newest."""
    named = [each for each in cycles if each.slug == request.GET.get("cycle")]
    still_open = [each for each in cycles if not each.is_closed]
    return next(iter([*named, *still_open, *cycles]), None)


def _standing(user, initiative, cycle):
    about = {"initiative": initiative, "cycle": cycle}
    place = service.place_of(**about)
    shown = {
        "place": place,
        "frozen": service.frozen_score(**about),
        "said": service.what_was_said(**about),
        "rounds": service.rounds_on(initiative, cycle),
        "changes": CHANGES,
    }
    if place:
        criteria = place.standing.criteria
        hidden = hidden_from(user, criteria)
        labels = {each.name: each.label for each in criteria}
        shown["cells"] = cells_of(place.standing, place.line, hidden, may_edit=False)
        shown["hides_score"] = bool(hidden)
        shown["ranks"] = [(labels[name], ranks) for name, ranks in place.ranks.items()]
    return shown
