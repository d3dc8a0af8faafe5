"""Routing rules and triage rotas: two versions live one after the other, and a draft."""

from datetime import datetime, timedelta

from intake import services as intake
from intake.models import Category, RoutingRule, RoutingVersion
from prodops.demo.world import World, working

SQUAD_WORDS = {
    "billing": ("invoice", "invoices", "billing"),
    "booking": ("booking", "bookings", "quote"),
    "dispatch": ("dispatch", "driver", "drivers"),
    "identity": ("users", "session", "sign in"),
}
BEGUN_DAYS_AGO, CHANGED_DAYS_AGO = 120, 35


class Rules:
    """Puts versions of the rules live when their day comes, while requests arrive in order."""

    def __init__(self, world: World):
        self.world = world
        _set_rotas(world)
        now = world.now
        self.coming = [
            (working(now - timedelta(days=BEGUN_DAYS_AGO)), _begin),
            (working(now - timedelta(days=CHANGED_DAYS_AGO)), _change),
        ]

    def keep_up(self, at: datetime) -> None:
        while self.coming and self.coming[0][0] <= at:
            moment, act = self.coming.pop(0)
            act(self.world, moment)

    def end(self) -> None:
        """Leave a change that nobody has put live yet, and learn from what people decided."""
        _leave_draft(self.world)
        intake.learn(at=self.world.now)


def _set_rotas(world: World) -> None:
    """Let the members of each squad who may own requests take turns."""
    for squad in world.squads.values():
        members = squad.memberships.select_related("user").order_by("pk")
        people = [each.user for each in members if each.role == "lead"]
        people += [each.user for each in members if each.role == "designer"]
        intake.set_rota(team=squad, people=people)


def _begin(world: World, at: datetime) -> None:
    told = {"by": world.ops[0], "at": at}
    version = intake.open_draft(**told)
    large = [("arr", "at_least", "500000"), ("urgency", "is", "critical")]
    _add(version, "Large accounts first", large, **told, priority="P1")
    for slug, words in SQUAD_WORDS.items():
        squad = world.squads[slug]
        asks = [("area", "is", squad.product_area.slug), ("text", "has", *words)]
        _add(version, f"What {squad} does", asks, **told, team=squad, owner=world.lead(slug))
    fax = [("text", "has", "fax gateway", "telex")]
    category = Category.objects.order_by("pk").first()
    _add(version, "Old fax gateway", fax, **told, category=category, priority="P3")
    intake.publish(version=version, **told, note="Squads take what names their area themselves.")


def _change(world: World, at: datetime) -> None:
    """Switch one rule off, narrow another, and put that live."""
    by = world.ops[-1]
    version = intake.open_draft(by=by, at=at)
    rules = list(version.rules.order_by("position"))
    intake.add_condition(
        rule=rules[1],
        field="source",
        operator="is_not",
        wanted=["support"],
        by=by,
        at=at,
    )
    intake.switch_rule(rule=rules[3], by=by, at=at)
    intake.publish(version=version, by=by, at=at, note="Support tickets are looked at by hand.")


def _add(version: RoutingVersion, name: str, asks: list, *, by, at, **sets) -> RoutingRule:
    rule = intake.add_rule(version=version, name=name, by=by, at=at, **sets)
    for field, operator, *wanted in asks:
        intake.add_condition(rule=rule, field=field, operator=operator, wanted=wanted, by=by, at=at)
    return rule


def _leave_draft(world: World) -> None:
    """Begin a change that nobody has put live yet."""
    by, at = world.ops[0], world.at(3)
    version = intake.open_draft(by=by, at=at)
    asks = [("text", "has", "export", "csv", "download")]
    category = Category.objects.filter(name__icontains="report").first()
    category = category or Category.objects.order_by("pk").first()
    _add(version, "Everything about exports", asks, by=by, at=at, category=category)
    mobile = world.squads["mobile"]
    asks = [("area", "is", mobile.product_area.slug), ("text", "has", "app", "photo", "photos")]
    _add(version, f"{mobile} takes turns", asks, by=by, at=at, team=mobile, takes_turns=True)
