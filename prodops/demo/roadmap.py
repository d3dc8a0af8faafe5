"""The roadmap: what stands on it, in whose words, and the links outside people read it by."""

import tomllib
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

from planning import services as planning
from planning.models import Initiative, KeyResult, RoadmapLink
from planning.models.initiative import last_day
from planning.models.roadmap import Audience, Horizon
from planning.services import roadmap
from planning.services.key_result_links import link_key_result
from prodops.demo.plan import Planned, quarter
from prodops.demo.world import World

TOLD = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
UNPLACED = {32, 37}
MOVING = 2  # initiatives a key result is moved by
# name, audience, made days ago, lasts days, revoked after days, opened
LINKS: list[tuple[str, str, int, int, int | None, int]] = [
    ("Customer council, summer", "customer", 150, 90, None, 23),
    ("Halvorsen Paper, tender", "customer", 70, 120, 41, 6),
    ("Kestrel Foods, renewal talks", "customer", 24, 60, None, 9),
    ("Partners of the sales kick-off", "go_to_market", 12, 45, None, 4),
]


def place(world: World, drafts: list[Planned]) -> None:
    """Put what is being built on the roadmap as it began, before anything of it is out."""
    held = [one for one in drafts if one.quarter == 0 or (one.quarter == -1 and one.place > 18)]
    for one in sorted(held, key=lambda each: (each.target, each.place)):
        record = Initiative.objects.select_related("thread").get(title=one.title)
        if one.place not in UNPLACED and not record.is_over:
            roadmap.place_on_roadmap(
                initiative=record,
                horizon=Horizon.NOW,
                by=world.lead(one.squad),
                at=min(one.start, world.now),
            )


def tell(world: World) -> None:
    """Add what comes later, word it for those who ask, and share it."""
    for told in TOLD["coming"]:
        _come(world, told)
    titles = [told["of"] for told in TOLD["words"]]
    records = {one.title: one for one in Initiative.objects.filter(title__in=titles)}
    for told, audience in product(TOLD["words"], Audience.values):
        if audience in told and told["of"] in records:
            title, text = told[audience]
            roadmap.word_initiative(
                initiative=records[told["of"]], audience=audience, title=title, text=text,
                seen="", by=world.ops[1], at=world.at(16),
            )  # fmt: skip
    for link in LINKS:
        _share(world, *link)
    _aim(world)


def _come(world: World, told: dict[str, Any]) -> None:
    squad, lead = world.squads[told["squad"]], world.lead(told["squad"])
    span, at = quarter(world, told["quarter"]), world.at(30)
    target_on = span.end if told["precision"] == "quarter" else last_day(
        span.start + timedelta(days=40), "month"
    )  # fmt: skip
    made = planning.create_initiative(
        title=told["title"],
        problem=told["problem"],
        outcome=told["outcome"],
        owner=lead,
        teams=[squad],
        product_area=squad.product_area,
        stage="discovery" if told["horizon"] == Horizon.NEXT else "idea",
        start_on=span.start if told["horizon"] == Horizon.NEXT else None,
        target_on=target_on,
        target_precision=told["precision"],
        by=lead,
        at=at,
    )
    roadmap.place_on_roadmap(
        initiative=made, horizon=told["horizon"], by=lead, at=at + timedelta(hours=1)
    )


def _share(
    world: World, name: str, audience: str, ago: int, lasts: int, revoked: int | None, opened: int
) -> None:
    at, told = world.at(ago), {"by": world.ops[0]}
    link, _ = roadmap.share_roadmap(
        name=name, audience=audience, product_area=None, expires_at=at + timedelta(days=lasts),
        at=at, **told,
    )  # fmt: skip
    last = world.at(max(1, ago - (revoked or lasts) + 2), hour=14)
    RoadmapLink.objects.filter(pk=link.pk).update(opened=opened, last_opened_at=last)
    if revoked:
        roadmap.revoke_roadmap_link(link=link, at=at + timedelta(days=revoked), **told)


def _aim(world: World) -> None:
    """Say of what is planned which key result it is to move, until each has two."""
    held = KeyResult.objects.filter(objective__state="active", objective__team__isnull=False)
    aimed = set(Initiative.objects.exclude(key_result_links=None).values_list("pk", flat=True))
    for key_result in held.select_related("objective__thread", "objective__team").order_by("pk"):
        team = key_result.objective.team
        if team is None:
            continue
        free = team.initiatives.unfinished().exclude(pk__in=aimed).order_by("target_on", "pk")
        for initiative in free[: MOVING - key_result.initiative_links.count()]:
            told = {"by": initiative.owner, "at": world.at(15)}
            link_key_result(initiative=initiative, key_result=key_result, **told)
            aimed.add(initiative.pk)
