"""What became of the scores and the capacity of a committed plan."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from planning.models import Cycle
from planning.services import since_commit


def _committed(request, pk):
    """Return a cycle with a baseline; others have nothing to compare with."""
    rows = Cycle.objects.visible_to(request.user).select_related("baseline")
    cycle = get_object_or_404(rows, pk=pk)
    if not hasattr(cycle, "baseline"):
        raise Http404("This cycle has no baseline.")
    return cycle


@require_GET
def scores(request, pk):
    cycle = _committed(request, pk)
    context = {"label": "Scores since the commit", "scores": since_commit.scores_since(cycle)}
    return _answer(request, cycle, "planning/changes/scores.html", context)


@require_GET
def capacity(request, pk):
    cycle = _committed(request, pk)
    context = {"label": "Capacity since the commit", "teams": since_commit.capacity_since(cycle)}
    return _answer(request, cycle, "planning/changes/capacity.html", context)


def _answer(request, cycle, template, context):
    shared = {"cycle": cycle, "here": "changes", "here_label": context["label"]}
    return render(request, template, {**shared, **context})
