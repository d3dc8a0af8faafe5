"""The truth check of an initiative: what people reported beside what Jira says."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from planning.models import Initiative
from planning.views.initiatives import truth_of
from prodops.people.permissions import can_plan


@require_GET
def truth(request, pk):
    rows = Initiative.objects.visible_to(request.user).with_progress().for_display()
    initiative = get_object_or_404(rows, pk=pk)
    context = {"here": "truth", "may_plan": can_plan(request.user), **truth_of(initiative)}
    return render(request, "planning/truth/truth.html", context)
