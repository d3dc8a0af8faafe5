"""How many voices a request has is kept by the database, and always what a count would say."""

import random

import pytest
from django.db.models import Count
from django.urls import reverse

from intake import services
from intake.models import Backing, ProductRequest, VoiceCount
from tests.factories.intake import SUBMITTED_AT, product_request
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def kept():
    return dict(VoiceCount.objects.values_list("product_request", "voices"))


def counted():
    rows = ProductRequest.objects.annotate(counted=Count("backings"))
    return dict(rows.values_list("pk", "counted"))


def test_a_new_request_has_the_voice_of_who_asked():
    made = product_request()

    assert kept() == {made.pk: 1}


def test_whatever_happens_to_voices_the_count_follows():
    by, dice = UserFactory(role="ops"), random.Random(4)
    made = [product_request() for _ in range(5)]
    people = [UserFactory(role="requester") for _ in range(4)]
    for person in people:
        for each in dice.sample(made, 3):
            services.back(product_request=each, person=person, by=person, at=SUBMITTED_AT)
    for child in made[:2]:
        services.merge(child=child, parent=made[4], by=by, at=SUBMITTED_AT)
    assert kept() == counted()
    assert kept()[made[4].pk] > 3

    made[1].refresh_from_db()
    services.unmerge(child=made[1], by=by, at=SUBMITTED_AT)
    assert kept() == counted()

    Backing.objects.filter(product_request=made[2], is_author=False).delete()
    Backing.objects.filter(product_request=made[3]).update(product_request=made[2])
    assert kept() == counted()
    assert kept()[made[3].pk] == 0


def test_a_request_without_any_voice_has_none():
    made = product_request()
    made.backings.all().delete()

    assert ProductRequest.objects.for_rows().get(pk=made.pk).voices == 0


@pytest.mark.parametrize("sort", ["-voices", "voices"])
def test_the_list_is_sorted_by_voices(client, triager, monkeypatch, sort):
    monkeypatch.setattr("prodops.ui.lists.window.COUNT_UP_TO", 1)
    loud, quiet, some = (product_request() for _ in range(3))
    for request, more in ((loud, 3), (some, 1)):
        for _ in range(more):
            person = UserFactory(role="requester")
            services.back(product_request=request, person=person, by=person, at=SUBMITTED_AT)

    answer = client.get(reverse("intake:requests"), {"sort": sort})

    shown = [each.pk for each in answer.context["objects"]]
    expected = [loud.pk, some.pk, quiet.pk]
    assert shown == (expected if sort == "-voices" else expected[::-1])


def test_undecided_requests_come_first_in_the_order_of_the_clock(client, triager, monkeypatch):
    monkeypatch.setattr("prodops.ui.lists.window.COUNT_UP_TO", 1)
    declined = product_request(state="declined")
    early, late = product_request(), product_request()
    ProductRequest.objects.filter(pk=early.pk).update(acknowledge_due_at=SUBMITTED_AT)

    address = reverse("intake:requests")
    answers = [client.get(address, {"sort": sort}).context for sort in ("due", "-due")]

    shown = [[each.pk for each in answer["objects"]] for answer in answers]
    assert shown == [[early.pk, late.pk, declined.pk], [late.pk, early.pk, declined.pk]]
