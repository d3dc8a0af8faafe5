"""What the demo's customers keep saying: a taxonomy, its themes, their quotes, and suggestions."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from intake import services as intake
from intake.models import Cluster, ProductRequest, Theme, ThemeGroup
from intake.services import clusters
from prodops.demo.wishes import WISHES
from prodops.demo.world import World

TOLD = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["theme"]
BEGUN_DAYS_AGO, LOOKED_DAYS_AGO = 330, 4
LATELY = timedelta(days=120)
# Share of what fits that somebody attached, by what becomes of a theme: of old and of new requests.
ATTACHED = {"": (0.55, 0.55), "dying": (0.9, 0.0), "rising": (0.3, 0.95)}


@dataclass
class Plan:
    """A theme with what is meant to become of it."""

    theme: Theme
    hears: list[tuple[str, int]]
    fate: str
    merged_into: str


def gather(world: World) -> None:
    """Make groups and themes, attach a year's quotes, and leave suggestions to decide on."""
    plans = [_make(world, told) for told in TOLD]
    by_wish = {wish: plan for plan in plans for wish in plan.hears}
    for product_request in ProductRequest.objects.genuine().order_by("submitted_at", "pk"):
        plan = by_wish.get(_wish_of(product_request))
        if plan:
            _attach(world, plan, product_request)
    by_name = {plan.theme.name: plan.theme for plan in plans}
    for plan in plans:
        if plan.merged_into:
            told = {"by": world.ops[0], "at": world.at(20)}
            intake.merge_themes(child=plan.theme, parent=by_name[plan.merged_into], **told)
    _suggest(world)


def _make(world: World, told: dict) -> Plan:
    hears = [(squad, place) for squad, place in told["hears"]]
    squad = hears[0][0]
    theme = intake.create_theme(
        name=told["name"],
        description=told.get("description", ""),
        group=_group(told["path"]),
        owner=world.lead(squad),
        product_area=world.squads[squad].product_area,
        by=world.ops[0],
        at=world.at(BEGUN_DAYS_AGO),
    )
    return Plan(theme, hears, told.get("fate", ""), told.get("merged_into", ""))


def _group(path: list[str]) -> ThemeGroup | None:
    """Return the group at the end of a path, with those above it made where they are missing."""
    found = None
    for name in path:
        known = ThemeGroup.objects.filter(name=name, parent=found).first()
        found = known or intake.add_group(name=name, parent=found)
    return found


def _wish_of(product_request: ProductRequest) -> tuple[str, int] | None:
    return next((wish for title, wish in TITLES if product_request.title.startswith(title)), None)


def _attach(world: World, plan: Plan, product_request: ProductRequest) -> None:
    dice, at = world.dice, _later(world, product_request.submitted_at)
    is_new = world.now - product_request.submitted_at < LATELY
    if dice.random() >= ATTACHED[plan.fate][is_new]:
        return
    intake.attach_quote(
        product_request=product_request,
        themes=[plan.theme],
        words=_words(world, product_request),
        by=dice.choice([plan.theme.owner, *world.ops]),
        at=at,
    )


def _words(world: World, product_request: ProductRequest) -> str:
    """Return a sentence of what somebody wrote, or nothing for the whole request."""
    said = [product_request.body.split(". ")[0], product_request.why.split(", ")[0]]
    said = [words for words in said if words]
    return world.dice.choice([*said, *said, ""])


def _later(world: World, asked: datetime) -> datetime:
    begun = world.at(BEGUN_DAYS_AGO)
    return min(max(asked + timedelta(hours=world.dice.randint(2, 70)), begun), world.now)


def _suggest(world: World) -> None:
    """Let a worker look, and dismiss one suggestion of those it makes."""
    by, at = world.ops[-1], world.at(LOOKED_DAYS_AGO)
    run = intake.ask_for_clusters(by=by, at=at)
    clusters.find_clusters(run_id=run.pk, clock=lambda: at + timedelta(seconds=40))
    smallest = Cluster.objects.filter(run=run).order_by("size", "-number").first()
    if smallest:
        intake.dismiss_cluster(cluster=smallest, by=by, at=world.at(LOOKED_DAYS_AGO - 1))


TITLES = [
    (wording, (squad, place))
    for squad, wishes in WISHES.items()
    for place, wish in enumerate(wishes)
    for wording in wish.wordings
]
