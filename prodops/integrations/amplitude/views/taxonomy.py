"""Events with their plan and who looks after them; cohorts."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from prodops.integrations.amplitude import services
from prodops.integrations.amplitude.forms import EventForm
from prodops.integrations.amplitude.models import Cohort, Series, TrackedEvent, UserProperty
from prodops.integrations.amplitude.views.lists import COHORTS, EVENTS, projects
from prodops.people.permissions import can_run_operations, is_insider, require
from prodops.ui import lists
from prodops.ui.toasts import toast


@require_GET
@require(is_insider)
def events(request):
    found = TrackedEvent.objects.visible_to(request.user)
    context = {
        "projects": projects(request.user),
        "unused": found.unused().count(),
        "undocumented": found.undocumented().count(),
        "unowned": found.unowned().count(),
    }
    return lists.respond(request, EVENTS, found.for_display(), context=context)


@require_GET
@require(is_insider)
def event(request, pk):
    found = _find(request, pk)
    form = EventForm(initial={"owner": found.owner, "notes": found.notes})
    return render(request, "amplitude/event.html", _shown(request, found, form))


@require_POST
@require(can_run_operations)
def look_after(request, pk):
    found = _find(request, pk)
    form = EventForm(request.POST)
    if not form.is_valid():
        return render(request, "amplitude/event.html", _shown(request, found, form), status=422)
    services.look_after(event=found, **form.cleaned_data)
    toast(request, f"Saved who looks after {found}.")
    return redirect(found)


@require_GET
@require(is_insider)
def user_properties(request):
    found = UserProperty.objects.select_related("connection").order_by("connection", "name", "pk")
    return render(request, "amplitude/user_properties.html", {"properties": found})


@require_GET
@require(is_insider)
def cohorts(request):
    return lists.respond(request, COHORTS, Cohort.objects.visible_to(request.user).for_display())


def _find(request, pk):
    return get_object_or_404(TrackedEvent.objects.visible_to(request.user).for_display(), pk=pk)


def _shown(request, found, form):
    of_it = {"events": [{"event_type": found.name}]}
    series = Series.objects.visible_to(request.user).filter(connection=found.connection)
    return {
        "event": found,
        "form": form,
        "may_manage": can_run_operations(request.user),
        "properties": found.properties.order_by("name", "pk"),
        "series": series.filter(definition__contains=of_it).order_by("title", "pk"),
    }
