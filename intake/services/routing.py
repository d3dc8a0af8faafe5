"""The first rule that fits sorts a new request, before a person looks at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from intake.models import FormAnswer, ProductRequest, RequestRouting, RoutingRule
from intake.models.facts import Facts, read_facts
from intake.services.telling import tell
from prodops.audit.models import Event
from prodops.notifications.models import Kind
from prodops.people.models import ProductArea


@dataclass(frozen=True)
class Routed:
    """A rule that fitted, and which fields it set to what."""

    rule: RoutingRule
    fields: dict
    asked_area: ProductArea | None


def live_rules() -> list[RoutingRule]:
    """Return the rules that sort what is asked now, in order, with all they need."""
    return list(RoutingRule.objects.live().for_display())


def first_fitting(rules: Iterable[RoutingRule], facts: Facts) -> RoutingRule | None:
    return next((rule for rule in rules if rule.fits(facts)), None)


def route(
    product_request: ProductRequest,
    *,
    rules: Iterable[RoutingRule],
    at: datetime,
    answers: Iterable[FormAnswer] = (),
) -> Routed | None:
    """Put on the instance, not saved yet, what the first fitting rule says; None when none fits.

    Never sets `triaged_at`: what a rule sorts waits for a person to confirm it.
    """
    rule = first_fitting(rules, read_facts(product_request, answers=answers))
    if rule is None:
        return None
    routed = Routed(rule, rule.outcome(at), product_request.product_area)
    for name, value in routed.fields.items():
        setattr(product_request, name, value)
    return routed


def keep_routings(routings: list[tuple[ProductRequest, Routed]], *, at: datetime) -> None:
    """Remember which rule sorted each of these saved requests, and say so on its timeline."""
    RequestRouting.objects.bulk_create(
        RequestRouting(
            product_request=product_request,
            rule=routed.rule,
            asked_area=routed.asked_area,
            at=at,
        )
        for product_request, routed in routings
    )
    Event.objects.bulk_create(_event(*each, at) for each in routings)


def tell_routed_owner(product_request: ProductRequest, routed: Routed, *, at: datetime) -> None:
    owner = routed.fields.get("owner")
    if owner is None:
        return
    tell(
        product_request,
        [owner],
        cause="routed",
        title=f"{product_request.key} was routed to you: {product_request.title}"[:300],
        kind=Kind.ASSIGNMENT,
        by=None,
        at=at,
    )


def _event(product_request: ProductRequest, routed: Routed, at: datetime) -> Event:
    changes = [f"{name.replace('_', ' ')} {value}" for name, value in routed.fields.items()]
    return Event(
        thread=product_request.thread,
        verb="request.routed",
        summary=f"routed it by rule “{routed.rule}”"[:500],
        detail=f"Set {', '.join(changes) or 'nothing'}. "
        f"[Open the rule]({routed.rule.get_absolute_url()})",
        at=at,
    )
