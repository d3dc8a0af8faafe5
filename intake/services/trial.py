"""Trying routing rules on past requests: what they would set beside what people decided."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from intake.models import ProductRequest, RoutingRule, TriageAct
from intake.models.facts import read_facts
from intake.services.routing import first_fitting
from prodops.people.models import ProductArea, User

COMPARED = ("category", "product_area", "team", "owner", "priority")
LABELS = {"product_area": "area"}


@dataclass(frozen=True)
class Cell:
    """One field of one request: what the rule would set and what people chose."""

    label: str
    would: str
    chose: str
    agrees: bool


@dataclass(frozen=True)
class Outcome:
    """One past request and what the rules would do with it; `cells` is empty when nothing fits."""

    product_request: ProductRequest
    rule: RoutingRule | None
    cells: list[Cell]

    @property
    def is_decided(self) -> bool:
        return self.product_request.triaged_at is not None

    @property
    def differs(self) -> bool:
        return self.is_decided and any(not cell.agrees for cell in self.cells)


@dataclass
class Share:
    """How many of one rule's requests, or of one field's, people decided likewise."""

    caught: int = 0
    compared: int = 0
    agreed: int = 0

    def add(self, is_compared: bool, agrees: bool) -> None:
        self.caught += 1
        self.compared += is_compared
        self.agreed += is_compared and agrees

    @property
    def percent(self) -> int | None:
        return round(100 * self.agreed / self.compared) if self.compared else None


@dataclass
class Trial:
    """`outcomes` newest first; the counts by rule and by field."""

    outcomes: list[Outcome] = field(default_factory=list)
    by_rule: dict[int, Share] = field(default_factory=dict)
    by_field: dict[str, Share] = field(default_factory=dict)

    @property
    def routed(self) -> list[Outcome]:
        return [each for each in self.outcomes if each.rule]

    @property
    def others(self) -> list[Outcome]:
        return [each for each in self.outcomes if not each.rule]

    @property
    def differing(self) -> list[Outcome]:
        return [each for each in self.outcomes if each.differs]


def try_rules(rules: Iterable[RoutingRule], *, by: User, size: int) -> Trial:
    """Try active rules on the newest `size` requests that `by` may see; nothing is written.

    A request counts with the product area its author had named, not with the one triage gave it,
    and a turn on the rota is that of the day it came in.
    """
    active = [rule for rule in rules if rule.is_active]
    trial = Trial(by_rule={rule.pk: Share() for rule in active})
    past = _past(by, size)
    areas = asked_areas(past)
    for product_request in past:
        facts = read_facts(product_request, answers=product_request.answers.all())
        facts["area"] = areas[product_request.pk]
        _count(trial, _outcome(product_request, first_fitting(active, facts)))
    return trial


def asked_areas(past: list[ProductRequest]) -> dict[int, str | None]:
    """Return the slug of the area that each author had named, by primary key."""
    acts = TriageAct.objects.filter(product_request__in=past, before__has_key="product_area")
    first: dict[int, int | None] = {}
    rows = acts.order_by("at", "pk").values_list("product_request", "before__product_area")
    for pk, area in rows:
        first.setdefault(pk, area)
    for each in past:
        routing = getattr(each, "routing", None)
        first[each.pk] = (
            routing.asked_area_id if routing else first.get(each.pk, each.product_area_id)
        )
    slugs = dict(ProductArea.objects.values_list("pk", "slug"))
    return {pk: slugs[area] if area else None for pk, area in first.items()}


def _past(by: User, size: int) -> list[ProductRequest]:
    visible = ProductRequest.objects.visible_to(by).genuine()
    related = ("kind", "account", "product_area", "author", "category", "team", "owner", "routing")
    past = visible.select_related(*related).with_answers()
    return list(past.order_by("-submitted_at", "-pk")[:size])


def _outcome(product_request: ProductRequest, rule: RoutingRule | None) -> Outcome:
    fields = rule.outcome(product_request.submitted_at) if rule else {}
    cells = []
    for name in [each for each in COMPARED if each in fields]:
        would, chose = fields[name], getattr(product_request, name)
        label = LABELS.get(name, name).capitalize()
        cells.append(Cell(label, str(would), str(chose or ""), would == chose))
    return Outcome(product_request, rule, cells)


def _count(trial: Trial, outcome: Outcome) -> None:
    trial.outcomes.append(outcome)
    if outcome.rule is None:
        return
    trial.by_rule[outcome.rule.pk].add(outcome.is_decided, not outcome.differs)
    for cell in outcome.cells:
        share = trial.by_field.setdefault(cell.label, Share())
        share.add(outcome.is_decided, cell.agrees)
