"""Product requests and what goes with them.

`product_request(title="…")` goes through the portal's service; `state="accepted"` brings it there
by the same acts a person would use.
"""

import itertools
from datetime import UTC, datetime, timedelta

import factory

from intake import services
from intake.models import Account, Category, RequestKind
from tests.factories.people import UserFactory

SUBMITTED_AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
NUMBERS = itertools.count(1)


class AccountFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Account

    name = factory.Sequence(lambda n: f"Account {n}")
    segment = Account.Segment.ENTERPRISE
    tier = "Gold"
    arr = 120_000


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    slug = factory.Sequence(lambda n: f"category-{n}")
    name = factory.Sequence(lambda n: f"Category {n}")


class RequestKindFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RequestKind
        django_get_or_create = ("slug",)

    slug = "idea"
    name = "Idea"
    acknowledge_hours = 8
    answer_hours = 24


def product_request(*, state="new", at=SUBMITTED_AT, **fields):
    """Make a request in `state`; fields are those of `services.submit`, plus `by` for the acts."""
    by = fields.pop("by", None)
    fields.setdefault("title", f"Request number {next(NUMBERS)}")
    fields.setdefault("kind", RequestKindFactory())
    fields.setdefault("is_shared", True)
    author = fields.setdefault("author", None) or UserFactory(role="requester")
    made = services.submit(**{**fields, "author": author}, by=author, at=at)
    if state != "new":
        _bring(made, state, by=by or UserFactory(role="ops"), at=at + timedelta(hours=1))
    return made


def _bring(made, state, *, by, at):
    if state in {"accepted", "planned", "shipped"}:
        services.classify(product_request=made, category=CategoryFactory(), owner=by, by=by, at=at)
        services.accept(product_request=made, by=by, at=at)
    if state in {"planned", "shipped"}:
        services.mark_planned(product_request=made, by=by, at=at)
    if state == "shipped":
        services.mark_shipped(product_request=made, by=by, at=at, summary="Out", path="/")
    if state == "triage":
        services.start_triage(product_request=made, by=by, at=at)
    if state == "declined":
        services.decline(product_request=made, reason="Not now.", by=by, at=at)
    if state == "waiting":
        services.ask_requester(product_request=made, question="Which one?", by=by, at=at)
    if state == "snoozed":
        services.snooze(product_request=made, until=at + timedelta(days=7), by=by, at=at)
    if state == "merged":
        services.merge(child=made, parent=product_request(at=at), by=by, at=at)
    if state == "closed":
        services.close(product_request=made, by=by, at=at)
