"""How fast a large plan is: the grid, scenarios, the mix, dependencies and the timeline.

    BENCH_ONLY=planning python -m benchmarks

BENCH_TEAMS and BENCH_INITIATIVES change the size, 200 and 1,000 unless told; KEEP=1 keeps the
database.
"""

import os
from collections.abc import Callable

from django.urls import NoReverseMatch, reverse

from benchmarks import plan_data, report
from benchmarks.pages import Page, measure
from benchmarks.servers import serve
from planning.models import Cycle, Initiative, Scenario
from prodops.people.models import Team, User

TEAMS = int(os.environ.get("BENCH_TEAMS", "200"))
INITIATIVES = int(os.environ.get("BENCH_INITIATIVES", "1000"))
BARE = {"application": "benchmarks.bare:application", "settings": "benchmarks.bare_settings"}


def catalogue(cycle: Cycle) -> list[Page]:
    """Return the pages of a large plan: of one team's person, and of operations for all."""
    ops = User.objects.with_role(User.Role.OPS).order_by("pk")[0]
    member = User.objects.filter(email="bench0@northwind.example").get()
    return [*_grid(cycle, ops, member), *_scenarios(cycle, ops), *_others(cycle, ops)]


def _grid(cycle: Cycle, ops: User, member: User) -> list[Page]:
    grid = reverse("planning:capacity", args=[cycle.pk])
    slugs = list(Team.objects.filter(slug__startswith="bench-").values_list("slug", flat=True))
    few = [f"?{'&'.join(f'team={slug}' for slug in slugs[n : n + 8])}" for n in range(20)]
    every: Callable[[int], str] = lambda i: f"?team=all&rows=all&page={i % 20 + 1}"  # noqa: E731
    team = [reverse("planning:team-capacity", args=[cycle.pk, slug]) for slug in slugs]
    return [
        Page("Grid, one's own teams", lambda i: grid, member),
        Page("Grid, eight teams", lambda i: f"{grid}{few[i % 20]}", ops),
        Page("Grid, all teams, each page", lambda i: f"{grid}{every(i)}", ops),
        Page("Grid, all teams, by team", lambda i: f"{grid}{every(i)}&group=team&columns=9", ops),
        Page(
            "Grid, months of a team",
            lambda i: f"{grid}?team={slugs[i % len(slugs)]}&by=months",
            ops,
        ),
        Page("Capacity of a team", lambda i: team[i % len(team)], ops),
    ]


def _scenarios(cycle: Cycle, ops: User) -> list[Page]:
    of = list(Scenario.objects.filter(cycle=cycle).order_by("pk"))
    query = "&".join(f"scenario={each.pk}" for each in of)
    comparison = reverse("planning:comparison", args=[cycle.pk])
    adoption = reverse("planning:scenario-adoption", args=[of[0].pk])
    mix = reverse("planning:mix", args=[cycle.pk])
    return [
        Page("Scenario", lambda i: of[0].get_absolute_url(), ops),
        Page("Scenarios, three plans side by side", lambda i: f"{comparison}?{query}", ops),
        Page("Scenario, what adopting changes", lambda i: adoption, ops),
        Page("Investment mix", lambda i: mix, ops),
    ]


def _others(cycle: Cycle, ops: User) -> list[Page]:
    """Return the pages of other parts that a large plan is heavy for, where they are there."""
    first = Initiative.objects.filter(commitments__cycle=cycle).order_by("pk")[0]
    wanted = [
        ("Cycle, its plan", "planning:cycle", [cycle.pk], ""),
        ("Cycle, what changed", "planning:changes", [cycle.pk], ""),
        ("Initiatives, list", "planning:initiatives", [], ""),
        ("Initiatives, search", "planning:initiatives", [], "?q=invoices"),
        ("Initiative, record", "planning:initiative", [first.pk], ""),
        ("Dependencies, list", "planning:dependencies", [], ""),
        ("Dependencies, team × team", "planning:dependency-matrix", [], ""),
        ("Roadmap, board", "planning:roadmap", [], ""),
        ("Roadmap, timeline", "planning:roadmap-timeline", [], ""),
        ("Teams", "people:teams", [], ""),
    ]
    found = []
    for name, url_name, keys, query in wanted:
        try:
            address = f"{reverse(url_name, args=keys)}{query}"
        except NoReverseMatch:
            continue
        found.append(Page(name, lambda i, address=address: address, ops))
    return found


def show(*, port: int) -> None:
    """Grow the plan, measure its pages beside a plain list, and print the table."""
    cycle = plan_data.grow(teams=TEAMS, initiatives=INITIATIVES)
    print(f"A plan of {TEAMS} teams and {INITIATIVES:,} initiatives:", flush=True)
    with (
        serve(port=port, probe="/healthz", settings="prodops.settings") as (hub, _),
        serve(port=port + 1, probe="/one/", **BARE) as (plain, _),
    ):
        peer = Page("(plain Django list of 50)", lambda i: "/rows/", port=port + 1, process=plain)
        pages = [peer, *catalogue(cycle)]
        measure(pages, port=port, process=hub)
    print(f"{report.pages(pages, peer=peer)}\n", flush=True)
