"""Requests ticked while the tick spoke of the title alone: what the migration makes of them."""

from importlib import import_module

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from intake import services
from intake.models import Backing, ProductRequest
from tests.factories.people import UserFactory

MIGRATION = import_module("intake.migrations.0012_only_the_title_was_promised")
SECRET = "mongoose"
pytestmark = pytest.mark.django_db


@pytest.fixture
def old(ask):
    """A request of the portal, ticked under the old words, with a voice of a colleague."""
    return ask("Export", body=SECRET, is_shared=True, source="portal")


@pytest.fixture
def leo(old):
    person = UserFactory(role="requester", name="Leo Loud")
    services.back(product_request=old, person=person, by=person, at=timezone.now())
    return person


def migrate():
    with connection.cursor() as cursor:
        for statement in MIGRATION.Migration.operations[0].sql:
            cursor.execute(statement)


def page_of(client, person, one):
    client.force_login(person)
    return client.get(reverse("intake:request", args=[one.pk]))


def test_backers_read_no_more_than_the_title(client, old, leo):
    assert SECRET in page_of(client, leo, old).content.decode()

    migrate()

    page = page_of(client, leo, old)
    assert (page.status_code, SECRET in page.content.decode()) == (200, False)
    assert old.title in page.content.decode()
    assert not ProductRequest.objects.visible_to(leo).exists()
    assert page_of(client, UserFactory(role="requester"), old).status_code == 404
    client.force_login(leo)
    client.post(reverse("intake:withdrawal", args=[old.pk]))
    assert not Backing.objects.filter(person=leo).exists()


def test_it_is_suggested_to_nobody_any_more(old, leo):
    migrate()
    other = UserFactory(role="requester")
    assert not ProductRequest.objects.all().known_to(other).exists()
    assert not ProductRequest.objects.backable_by(other, was_suggested=True).exists()


def test_who_asked_is_told_on_its_page_and_may_open_it(client, old, leo, requester):
    migrate()
    page = page_of(client, requester, old).content.decode()
    assert "it is no longer shown to colleagues" in page
    assert "1 voice came while only its title was promised" in page

    client.post(reverse("intake:showing", args=[old.pk]), {"is_shown": "on"})

    assert SECRET in page_of(client, leo, old).content.decode()
    assert "No longer show it" in page_of(client, requester, old).content.decode()
    client.post(reverse("intake:showing", args=[old.pk]))
    old.refresh_from_db()
    assert not old.is_shared


def test_nobody_but_who_asked_opens_it(client, old, leo, triager):
    migrate()
    for person in (leo, triager):
        client.force_login(person)
        answer = client.post(reverse("intake:showing", args=[old.pk]), {"is_shown": "on"})
        assert answer.status_code == 404
    assert not ProductRequest.objects.get().is_shared


def test_colleagues_of_the_product_and_shares_stay(client, old, leo, triager, kim, requester):
    services.share(product_request=old, person=kim, by=requester, at=timezone.now())
    migrate()
    assert ProductRequest.objects.visible_to(triager).exists()
    assert ProductRequest.objects.visible_to(kim).exists()


def test_a_copy_on_the_request_it_went_into_opens_no_more(old, leo, ask, triager):
    parent = ask("Parent", author=UserFactory(role="requester"), is_shared=False)
    services.merge(child=old, parent=parent, by=triager, at=timezone.now())
    assert ProductRequest.objects.visible_to(leo).contains(parent)

    migrate()

    assert not ProductRequest.objects.visible_to(leo).exists()
    services.unmerge(child=old, by=triager, at=timezone.now())
    assert not ProductRequest.objects.visible_to(leo).exists()


def test_what_was_never_ticked_is_left_alone(ask, triager):
    quiet = ask("Quiet", is_shared=False)
    backer = UserFactory(role="requester")
    services.back(product_request=quiet, person=backer, by=triager, at=timezone.now())
    migrate()
    assert ProductRequest.objects.visible_to(backer).get() == quiet
    assert not quiet.thread.events.filter(verb="request.hidden").exists()
