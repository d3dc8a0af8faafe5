"""Backing what others asked for, and what of it one may read."""

import re
import time

import pytest
from django.urls import reverse

from intake import services
from intake.models import ProductRequest
from tests.factories.intake import (
    SUBMITTED_AT,
    AccountFactory,
    RequestKindFactory,
    product_request,
)
from tests.factories.people import UserFactory

State = ProductRequest.State
WISH = {"title": "Export every invoice of a year", "urgency": "normal", "is_shared": "on"}


@pytest.fixture
def someone(client, requester):
    client.force_login(requester)
    return requester


def shown(made, person):
    """Return where somebody backs a request that was suggested to them."""
    return f"{reverse('intake:backing', args=[made.pk])}?shown={services.introduce(made, person)}"


def wish(**fields):
    return {**WISH, "kind": RequestKindFactory().pk, **fields}


def test_similar_requests_appear_while_typing(client, someone):
    product_request(title="Export every invoice of a year", body="SECRET", author=UserFactory())

    page = client.get(reverse("intake:similar"), {"title": "invoice export"}).content.decode()

    assert "<mark>Export</mark> every <mark>invoice</mark> of a year" in page
    assert "Nearly the same" in page
    assert "1 voice" in page
    assert "SECRET" not in page
    assert "<html" not in page


def test_titles_that_are_not_shared_stay_private(client, someone):
    product_request(title="Export every invoice for Acme", is_shared=False, author=UserFactory())

    page = client.get(reverse("intake:similar"), {"title": "export invoice"}).content.decode()

    assert "Acme" not in page


def test_a_number_alone_opens_no_request_to_a_voice(client, someone, monkeypatch):
    made, other = product_request(author=UserFactory()), product_request(author=UserFactory())
    address = reverse("intake:backing", args=[made.pk])
    word = services.introduce(made, someone)
    strange = services.introduce(made, made.author)

    tries = [address, f"{address}?shown={strange}", f"{address}?shown=x"]
    tries.append(f"{reverse('intake:backing', args=[other.pk])}?shown={word}")
    answers = [getattr(client, way)(each) for each in tries for way in ("get", "post")]

    assert [each.status_code for each in answers] == [404] * 8
    assert client.get(f"{address}?shown={word}").status_code == 200
    in_two_days = time.time() + 2 * 86_400
    monkeypatch.setattr("django.core.signing.time.time", lambda: in_two_days)
    assert client.get(f"{address}?shown={word}").status_code == 404


def test_what_is_suggested_can_be_backed_and_read(client, someone):
    made = product_request(title="Export every invoice of a year", author=UserFactory())
    page = client.get(reverse("intake:similar"), {"title": "invoice export"}).content.decode()
    address = re.search(r'href="([^"]+shown=[^"]+)"', page)[1]

    client.post(address, {"importance": 2})

    assert made.backings.filter(person=someone).exists()
    assert client.get(reverse("intake:request", args=[made.pk])).status_code == 200


def test_a_suggestion_opens_nothing_that_its_author_keeps_or_that_it_went_into(client, someone):
    kept = product_request(is_shared=False)
    into = product_request(is_shared=False, title="Quokka")
    merged = product_request()
    services.merge(child=merged, parent=into, by=UserFactory(role="ops"), at=SUBMITTED_AT)

    answers = [client.get(shown(each, someone)) for each in (kept, merged)]

    assert [each.status_code for each in answers] == [404, 404]


def test_reading_along_opens_no_way_into_what_a_request_was_merged_into(client, someone):
    made, into = product_request(), product_request(is_shared=False)
    by = UserFactory(role="ops")
    services.share(product_request=made, person=someone, by=by, at=SUBMITTED_AT)
    services.merge(child=made, parent=into, by=by, at=SUBMITTED_AT)

    answer = client.post(reverse("intake:backing", args=[made.pk]), {"importance": 2})

    assert answer.status_code == 404
    assert not into.backings.filter(person=someone).exists()


def test_a_suggestion_of_yesterday_says_what_to_do_and_nothing_of_the_request(client, someone):
    made = product_request(title="Quokka exports", author=UserFactory(), is_shared=True)
    word = shown(made, UserFactory(role="requester"))
    none = reverse("intake:backing", args=[made.pk + 999])

    pages = [client.get(address) for address in (word, none)]

    assert [each.status_code for each in pages] == [404, 404]
    assert all("Begin your request again" in each.content.decode() for each in pages)
    assert not any("Quokka" in each.content.decode() for each in pages)


def test_nothing_is_shown_to_others_where_nobody_ticked_it(client, someone):
    client.post(reverse("intake:new"), wish())
    client.post(reverse("intake:new"), {**wish(title="Another thing"), "is_shared": ""})
    services.submit(
        kind=RequestKindFactory(), title="By mail", author=someone, by=someone, at=SUBMITTED_AT
    )

    told = ProductRequest.objects.order_by("pk").values_list("is_shared", flat=True)
    assert list(told) == [True, False, False]


def test_backing_counts_once_a_person_and_account(client, someone):
    made, account = product_request(author=UserFactory()), AccountFactory()
    address = shown(made, someone)

    client.post(address, {"importance": 2})
    client.post(address, {"importance": 3, "note": "Again"})
    client.post(address, {"importance": 1, "account": account.pk})

    own = made.backings.filter(person=someone).order_by("pk")
    assert [(each.account, each.importance) for each in own] == [(None, 3), (account, 1)]


def test_a_settled_request_takes_no_new_voice(client, someone):
    made = product_request(state="declined", author=UserFactory())

    response = client.post(shown(made, someone), {"importance": 2})

    assert response.status_code == 422
    assert b"send a new request instead" in response.content


def test_a_voice_can_be_withdrawn_but_not_the_authors(client, someone):
    made, own = product_request(author=UserFactory()), product_request(author=someone)
    services.back(product_request=made, person=someone, by=someone, at=SUBMITTED_AT)

    for each in (made, own):
        client.post(reverse("intake:withdrawal", args=[each.pk]))

    assert not made.backings.filter(person=someone).exists()
    assert own.backings.filter(person=someone).exists()
