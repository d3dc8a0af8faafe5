"""The lists, their bulk acts, and how much each page asks of the database."""

import pytest
from django.urls import reverse

from intake.models import ProductRequest
from tests.factories.intake import AccountFactory, CategoryFactory, product_request


@pytest.mark.parametrize(
    "query",
    [
        "state=open",
        "state=merged",
        "kind=idea",
        "team=none",
        "owner=me",
        "owner=none",
        "clock=late",
        "clock=today",
        "clock=paused",
        "priority=P0",
        "arr=100",
        "sort=-due",
        "sort=arr",
        "q=REQ-1",
        "filters=open",
        "format=csv",
        "state=nonsense&page=99",
    ],
)
def test_every_filter_answers(client, triager, query):
    product_request(account=AccountFactory())

    assert client.get(f"{reverse('intake:requests')}?{query}").status_code == 200


def test_the_arr_filter_keeps_the_big_accounts(client, triager):
    product_request(account=AccountFactory(arr=50_000))
    big = product_request(account=AccountFactory(arr=500_000))

    response = client.get(reverse("intake:requests") + "?arr=250")

    assert [each.pk for each in response.context["objects"]] == [big.pk]


def test_many_requests_are_sorted_at_once(client, triager):
    made = [product_request() for _ in range(3)]
    category = CategoryFactory()
    keys = [each.pk for each in made[:2]]
    address = reverse("intake:assignment")

    assert client.post(address, {"pk": keys}).status_code == 200
    assert client.post(address, {"pk": keys, "sort": "1"}).status_code == 422
    client.post(address, {"pk": keys, "sort": "1", "category": category.pk, "owner": triager.pk})

    done = ProductRequest.objects.filter(category=category, owner=triager)
    assert sorted(done.values_list("pk", flat=True)) == keys


@pytest.mark.parametrize("name", ["triage-start", "assignment"])
@pytest.mark.parametrize("target", ["foo", "//evil.example/", "javascript:1", "/\\evil", ""])
def test_a_bulk_act_on_nothing_leads_back_to_us(client, triager, name, target):
    response = client.post(reverse(f"intake:{name}"), {"next": target})

    assert response["Location"] == reverse("intake:requests")


@pytest.mark.parametrize("narrowed", ["team=%00", "team=a%00b", "owner=%00me", "team=%20none"])
def test_a_zero_byte_in_the_address_of_the_queue_is_left_out(client, triager, narrowed):
    made = product_request()
    address = reverse("intake:acceptance", args=[made.pk])

    assert client.get(f"{reverse('intake:triage')}?{narrowed}").status_code == 200
    assert client.post(f"{address}?{narrowed}").status_code in {302, 422}


def test_bulk_acts_lead_back_to_us_only(client, triager):
    made = product_request()

    response = client.post(
        reverse("intake:triage-start"), {"pk": made.pk, "next": "https://evil.example/"}
    )

    assert response["Location"] == reverse("intake:requests")
    made.refresh_from_db()
    assert made.state == "triage"
