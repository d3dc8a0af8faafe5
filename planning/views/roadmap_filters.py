"""What the address of a roadmap says: audience, area and team; read forgivingly."""

from django.urls import reverse

from planning.models.roadmap import Audience
from prodops.people.models import ProductArea, Team


def read_filters(request):
    """Return the choices of a roadmap, and what was chosen; what it cannot mean is left out."""
    areas = list(ProductArea.objects.order_by("name", "pk"))
    teams = list(Team.objects.order_by("name", "pk"))
    params = request.POST if request.method == "POST" else request.GET
    asked = {name: params.get(name, "") for name in ("audience", "area", "team")}
    area = next((one for one in areas if one.slug == asked["area"]), None)
    team = next((one for one in teams if one.slug == asked["team"]), None)
    audience = asked["audience"] if asked["audience"] in Audience.values else ""
    chosen = {"audience": audience, "area": area and area.slug, "team": team and team.slug}
    return {
        "areas": areas,
        "teams": teams,
        "audiences": Audience.choices,
        "area": area,
        "team": team,
        "audience": audience,
        "chosen": {name: value for name, value in chosen.items() if value},
        "board_url": reverse("planning:roadmap"),
    }


def narrowed(rows, filters, prefix):
    """Keep the rows whose initiative is of the chosen area and team."""
    if filters["area"]:
        rows = rows.filter(**{f"{prefix}product_area": filters["area"]})
    if filters["team"]:
        rows = rows.filter(**{f"{prefix}teams": filters["team"]})
    return rows
