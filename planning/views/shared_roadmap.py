"""What a shared roadmap says: words written for its audience, a horizon, a date, a state."""

from dataclasses import dataclass
from datetime import timedelta

from planning.models import Initiative, RoadmapPlace, RoadmapWording
from planning.models.initiative import last_day
from planning.models.roadmap import Audience, Horizon

SHIPPED = timedelta(days=90)


@dataclass(frozen=True)
class Told:
    """All that leaves the hub about an initiative; nothing else is given to the template."""

    title: str
    text: str
    when: str
    state: str


def shown_to(audience, product_area, at):
    """Return the columns of a shared roadmap; only what was worded for the audience is in it."""
    rows = RoadmapPlace.objects.filter(initiative__wordings__audience=audience)
    if product_area:
        rows = rows.filter(initiative__product_area=product_area)
    rows = rows.select_related("initiative").order_by("position", "pk")
    ahead, out = list(rows.ahead()), list(rows.out_since(at - SHIPPED))
    words = _words([one.initiative_id for one in ahead + out], audience)
    columns = [
        {
            "title": each.label,
            "items": [_told(one, words, audience) for one in ahead if one.horizon == each],
        }
        for each in Horizon
    ]
    return {"columns": columns, "out": [_told(one, words, audience) for one in out]}


def _words(initiatives, audience):
    found = RoadmapWording.objects.filter(audience=audience, initiative__in=initiatives)
    return {one.initiative_id: one for one in found}


def _told(place, words, audience):
    initiative, wording = place.initiative, words[place.initiative_id]
    return Told(wording.title, wording.text, _when(initiative, audience), _state(initiative))


def _when(initiative, audience):
    """Customers are told a month at the most: a day they would take for a promise."""
    if initiative.is_finished:
        return f"since {initiative.finished_at:%B %Y}"
    precision = initiative.target_precision
    if initiative.target_on and audience == Audience.CUSTOMER and precision == "day":
        return f"{last_day(initiative.target_on, 'month'):%b %Y}"
    return initiative.target_words


def _state(initiative):
    if initiative.is_finished:
        return "Out"
    return "In progress" if initiative.stage == Initiative.Stage.DELIVERY else "Planned"
