"""Whoever asked, by whatever door and however merged, is told once what shipped."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from intake import services as intake
from intake.models import ProductRequest
from launches.models import Told
from planning import services as planning
from prodops.integrations.slack.models import Call
from prodops.notifications.models import Notification
from tests.factories.api import Api
from tests.factories.intake import CategoryFactory, RequestKindFactory
from tests.factories.launches import CREATED_AT, launch
from tests.factories.people import UserFactory
from tests.factories.slack import call, command, fake_slack, workspace

NOTE = "https://notes.example.com/exports"


@pytest.fixture
def ops(db):
    return UserFactory(role="ops", name="Olga Ops")


@pytest.fixture
def asked(db, settings):
    """The same wish through portal, API and Slack: three requests by three people."""
    settings.ALLOW_PRIVATE_URLS = True
    kind = RequestKindFactory()
    people = [
        UserFactory(role="requester", name=name, email=f"{name}@example.com")
        for name in ("paula", "api", "sam")
    ]
    portal = Client()
    portal.force_login(people[0])
    wish = {"title": "Export every invoice", "kind": kind.pk, "urgency": "normal"}
    portal.post(reverse("intake:new"), wish)
    Api(people[1]).post(body={"kind": kind.slug, "title": "Download all invoices of a year"})
    with fake_slack() as slack:
        call(Client(), workspace(slack.api), command(slack, "Invoices as one file"))
        intake.answer_call(call_pk=Call.objects.get().pk, clock=timezone.now)
    return people


def bring_to_launch(ops):
    """Merge the later two into the first, accept and adopt it, and take a launch to its go."""
    first, second, third = ProductRequest.objects.order_by("pk")
    now = timezone.now()
    for child, parent in ((third, second), (second, first)):
        intake.merge(child=child, parent=parent, by=ops, at=now)
    told = {"by": ops, "at": now}
    intake.classify(product_request=first, category=CategoryFactory(), owner=ops, **told)
    intake.accept(product_request=first, **told)
    initiative = planning.create_initiative(title="Exports", owner=ops, by=ops, at=CREATED_AT)
    planning.adopt(product_request=first, initiative=initiative, kind=None, **told)
    return launch(
        stage="go_no_go",
        by=ops,
        initiatives=[initiative],
        summary="Press Export on the invoices page.",
        release_note_url=NOTE,
    )


def shipped_news(person):
    return Notification.objects.filter(recipient=person, title__startswith="Shipped:")


def test_all_who_asked_by_any_door_are_told_once_and_where_to_read_more(client, asked, ops):
    of = bring_to_launch(ops)
    client.force_login(ops)

    for _ in range(2):
        client.post(reverse("launches:shipping", args=[of.pk]))

    assert {told.person for told in Told.objects.all()} == set(asked)
    assert Told.objects.count() == 3
    for person in asked:
        news = shipped_news(person).get()
        assert "Press Export on the invoices page." in news.body
        assert NOTE in news.body
        client.force_login(person)
        page = client.get(news.path).content.decode()
        assert "Press Export on the invoices page." in page
        assert "Shipped" in page


def test_each_of_their_own_requests_says_that_it_shipped(client, asked, ops):
    of = bring_to_launch(ops)
    client.force_login(ops)
    client.post(reverse("launches:shipping", args=[of.pk]))

    for person, own in zip(asked, ProductRequest.objects.order_by("pk"), strict=True):
        client.force_login(person)
        page = client.get(reverse("intake:request", args=[own.pk])).content.decode()
        assert "shipped" in page.lower()
        shown = Api(person).get(f"/api/v1/requests/{own.living.pk}/").json()
        assert shown["state"] == "shipped"


def test_who_asks_after_it_shipped_hears_what_shipped_with_the_merge(client, asked, ops):
    of = bring_to_launch(ops)
    client.force_login(ops)
    client.post(reverse("launches:shipping", args=[of.pk]))
    late = UserFactory(role="requester")
    first = ProductRequest.objects.order_by("pk").first()
    again = intake.submit(
        kind=first.kind, title="Invoices, please", author=late, by=late, at=timezone.now()
    )

    at = timezone.now() + timedelta(minutes=1)
    intake.merge(child=again, parent=first, reason="It is there.", by=ops, at=at)

    news = Notification.objects.get(recipient=late)
    assert news.body.startswith("It is there.\n\nIt has shipped already.")
    assert "Press Export on the invoices page." in news.body
    assert NOTE in news.body
    assert "hear of it from here on" not in json.dumps(news.body)
    for person in asked:
        assert shipped_news(person).count() == 1
