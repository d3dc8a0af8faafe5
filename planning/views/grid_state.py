"""What the address of the allocation grid says: whose cells are shown, and how."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404

from planning.models import Cycle, Scenario
from planning.services.grid import Wanted
from prodops.people.models import Membership, Team
from prodops.ui.lists import key_of

KEPT = ("team", "area", "rows", "group", "by", "scenario", "columns", "page")


def find_cycle(request, pk) -> Cycle:
    rows = Cycle.objects.visible_to(request.user).select_related("thread")
    return get_object_or_404(rows, pk=pk)


def find_scenario(request, cycle: Cycle) -> Scenario | None:
    """Return the scenario the address names; 404 when it is none of this cycle."""
    wanted = request.GET.get("scenario", "")
    if not wanted:
        return None
    rows = Scenario.objects.visible_to(request.user).without_base().filter(cycle=cycle)
    return get_object_or_404(rows, pk=key_of(wanted))


@dataclass
class GridState:
    """The address of the grid, understood; what it cannot mean is left out."""

    request: object

    @cached_property
    def every_team(self) -> list[Team]:
        """Return all teams by name, with `is_mine`."""
        mine = Membership.objects.filter(team=OuterRef("pk"), user=self.request.user)
        rows = Team.objects.select_related("product_area").annotate(is_mine=Exists(mine))
        return list(rows.order_by("name", "pk"))

    @cached_property
    def teams(self) -> list[Team]:
        """Return the teams that are looked at: those named, an area's, one's own, or all."""
        area, slugs = self.value("area"), set(self.request.GET.getlist("team")) - {""}
        teams = self.every_team
        if area:
            teams = [each for each in teams if each.product_area and each.product_area.slug == area]
        if "all" in slugs or (area and not slugs):
            return teams
        named = [each for each in teams if each.slug in slugs]
        return named or [each for each in teams if each.is_mine] or teams

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            teams=self.teams,
            page=self.number("page"),
            columns=self.number("columns"),
            every_row=self.value("rows") == "all",
            by_team=self.value("group") == "team",
            by_month=self.by_month,
        )

    @property
    def by_month(self) -> bool:
        return self.value("by") == "months" and len(self.teams) == 1

    @property
    def areas(self) -> list[tuple[str, str]]:
        found = {each.product_area for each in self.every_team if each.product_area}
        return sorted(((area.slug, area.name) for area in found), key=lambda pair: pair[1])

    @property
    def chosen(self) -> str:
        """Return what the choice of teams shows: a slug, "all", or "" for one's own."""
        slugs = [slug for slug in self.request.GET.getlist("team") if slug]
        if len(slugs) > 1:
            return "several"
        return slugs[0] if slugs else ("" if any(t.is_mine for t in self.every_team) else "all")

    def value(self, name: str) -> str:
        return self.request.GET.get(name, "")

    def number(self, name: str) -> int:
        text = self.value(name)
        return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1

    def query(self, **changes) -> str:
        """Return the address's query with some of it changed; None takes a part away."""
        query = self.request.GET.copy()
        for name in [each for each in query if each not in KEPT]:
            del query[name]
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return query.urlencode()
