"""The roadmap as a board: now, next, later; and the acts that move an initiative on it."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from planning.forms.roadmap import DOWN, OFF, UP, MoveForm
from planning.models import Initiative, RoadmapPlace
from planning.services import Refusal
from planning.services import roadmap as services
from planning.views.roadmap_board import board
from planning.views.roadmap_filters import narrowed, read_filters
from prodops.people.permissions import can_plan, is_insider, require
from prodops.ui.toasts import toast


@require_GET
@require(is_insider)
def roadmap(request):
    """The board; `audience` shows it in the words for one."""
    filters = read_filters(request)
    template = "planning/roadmap/_board.html" if request.htmx else "planning/roadmap/board.html"
    return render(request, template, {**board(request.user, filters), **filters})


@require_POST
@require(can_plan)
def move(request, pk):
    """Put an initiative elsewhere on the board: into a horizon, up, down, or off it."""
    initiatives = Initiative.objects.visible_to(request.user).select_related("thread")
    initiative, filters = get_object_or_404(initiatives, pk=pk), read_filters(request)
    form, refusal = MoveForm(request.POST), ""
    try:
        if not form.is_valid():
            raise Refusal("Choose where it goes: now, next, later, up, down, or off the roadmap.")
        place = _move(request.user, initiative, filters, **form.cleaned_data)
        toast(request, _said(initiative, place), topic="roadmap")
    except Refusal as reason:
        refusal = str(reason)
    if request.htmx:
        context = {**board(request.user, filters, initiative), **filters, "refusal": refusal}
        status = 422 if refusal else 200
        return render(request, "planning/roadmap/_board.html", context, status=status)
    if refusal:
        toast(request, refusal, tone="negative")
    query = f"?{urlencode(filters['chosen'])}" if filters["chosen"] else ""
    return redirect(f"{filters['board_url']}{query}#card-{initiative.pk}")


def _move(user, initiative, filters, *, to, before):
    """Move it as the form says; return its place, None once it is off the board."""
    told = {"by": user, "at": timezone.now()}
    if to == OFF:
        return services.take_off_roadmap(initiative=initiative, **told)
    if to not in (UP, DOWN):
        return services.place_on_roadmap(initiative=initiative, horizon=to, before=before, **told)
    place = RoadmapPlace.objects.filter(initiative=initiative).first()
    if place is None:
        raise Http404
    seen = narrowed(RoadmapPlace.objects.visible_to(user), filters, "initiative__")
    return services.move_on_roadmap(place=place, down=to == DOWN, among=seen, **told)


def _said(initiative, place):
    if place is None:
        return f"{initiative.key} is off the roadmap."
    ahead = RoadmapPlace.objects.ahead().filter(horizon=place.horizon)
    number = ahead.filter(position__lte=place.position).count()
    return f"{initiative.key} stands in {place.get_horizon_display()}, {number} of {ahead.count()}."
