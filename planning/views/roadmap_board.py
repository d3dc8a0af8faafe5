"""What the board of the roadmap shows: a column a horizon, what came out, what is not on it."""

from datetime import timedelta

from django.utils import timezone

from planning.models import Initiative, RoadmapPlace, RoadmapWording
from planning.models.roadmap import Audience, Horizon
from planning.views.roadmap_filters import narrowed
from prodops.people.permissions import can_plan

OUT_FOR = timedelta(days=90)
SHOWN = 40  # of a horizon, of what came out, and of what is not on the board


def board(user, filters, moved=None):
    """Return what the board shows; the initiative `moved` gets the focus."""
    places = narrowed(RoadmapPlace.objects.visible_to(user).for_display(), filters, "initiative__")
    ahead = list(places.ahead().first_of_each(SHOWN + 1))
    out = places.out_since(timezone.now() - OUT_FOR).prefetch_related(None)
    out = list(out.order_by("-initiative__finished_at", "pk")[:SHOWN])
    worded = _worded(ahead + out, filters["audience"])
    initiatives = Initiative.objects.visible_to(user).unfinished().filter(roadmap_place=None)
    rows = narrowed(initiatives, filters, "").order_by("target_on", "pk")[: SHOWN + 1]
    unplaced = list(rows) if can_plan(user) else []
    columns = [_column(each, ahead, worded) for each in Horizon]
    cards = [card for column in columns for card in column["cards"]]
    return {
        "columns": columns,
        "out": [_card(one, worded) for one in out],
        "unplaced": unplaced[:SHOWN],
        "has_more": len(unplaced) > SHOWN,
        "may_plan": can_plan(user),
        "audience_label": dict(Audience.choices).get(filters["audience"], ""),
        "moved": moved,
        "is_shown": any(card["initiative"] == moved for card in cards),
    }


def _column(horizon, ahead, worded):
    """Return the first cards of a horizon, how many more there are, and which comes next."""
    rows = [one for one in ahead if one.horizon == horizon]
    total = rows[0].of_horizon if rows else 0
    return {
        "horizon": horizon,
        "cards": [_card(one, worded) for one in rows[:SHOWN]],
        "total": total,
        "more": max(0, total - SHOWN),
        "following": rows[SHOWN].initiative_id if total > SHOWN else None,
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
