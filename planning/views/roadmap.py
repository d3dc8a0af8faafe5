"""The roadmap as a board: now, next, later; and the acts that move an initiative on it."""

from datetime import timedelta

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from planning.forms.roadmap import DOWN, OFF, UP, MoveForm
from planning.models import Initiative, RoadmapPlace, RoadmapWording
from planning.models.roadmap import Audience, Horizon
from planning.services import Refusal
from planning.services import roadmap as services
from planning.views.roadmap_filters import narrowed, read_filters
from prodops.people.permissions import can_plan, is_insider, require
from prodops.ui.toasts import toast

SHIPPED = timedelta(days=90)
UNPLACED = 50


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
    initiative = get_object_or_404(
        Initiative.objects.visible_to(request.user).select_related("thread"), pk=pk
    )
    form, told = MoveForm(request.POST), {"by": request.user, "at": timezone.now()}
    refusal = "" if form.is_valid() else "Choose where it goes."
    if form.is_valid():
        try:
            _move(initiative, form.cleaned_data["to"], form.cleaned_data["before"], told)
        except Refusal as reason:
            refusal = str(reason)
    filters = read_filters(request)
    if not request.htmx:
        if refusal:
            toast(request, refusal, tone="negative")
        return redirect(f"{filters['board_url']}?{urlencode(filters['chosen'])}".rstrip("?"))
    context = {**board(request.user, filters), **filters, "refusal": refusal}
    return render(request, "planning/roadmap/_board.html", context, status=422 if refusal else 200)


def _move(initiative, to, before, told):
    if to == OFF:
        services.take_off_roadmap(initiative=initiative, **told)
    elif to in (UP, DOWN):
        place = get_object_or_404(RoadmapPlace, initiative=initiative)
        services.move_on_roadmap(place=place, down=to == DOWN, **told)
    else:
        services.place_on_roadmap(initiative=initiative, horizon=to, before=before, **told)


def board(user, filters):
    """Return what the board shows: a column a horizon, what came out, and what is not on it."""
    places = RoadmapPlace.objects.visible_to(user).for_display()
    places = narrowed(places, filters, "initiative__")
    ahead = list(places.ahead())
    out = list(places.out_since(timezone.now() - SHIPPED).order_by("-initiative__finished_at"))
    worded = _worded(ahead + out, filters["audience"])
    columns = [
        {"horizon": each, "cards": [_card(one, worded) for one in ahead if one.horizon == each]}
        for each in Horizon
    ]
    initiatives = Initiative.objects.visible_to(user).unfinished().filter(roadmap_place=None)
    rows = narrowed(initiatives, filters, "").order_by("target_on", "pk")[: UNPLACED + 1]
    unplaced = list(rows)
    return {
        "columns": columns,
        "out": [_card(one, worded) for one in out],
        "unplaced": unplaced[:UNPLACED],
        "has_more": len(unplaced) > UNPLACED,
        "may_plan": can_plan(user),
        "audience_label": dict(Audience.choices).get(filters["audience"], ""),
    }


def _worded(places, audience):
    """Return the wordings for an audience by initiative; None where no audience is chosen."""
    if not audience:
        return None
    told = RoadmapWording.objects.filter(
        audience=audience, initiative__in=[one.initiative_id for one in places]
    )
    return {one.initiative_id: one for one in told}


def _card(place, worded):
    wording = worded.get(place.initiative_id) if worded is not None else None
    return {
        "place": place,
        "initiative": place.initiative,
        "wording": wording,
        "is_untold": worded is not None and wording is None,
    }
