"""What forms of launches refuse: days out of this world, links longer than a link is kept."""

import pytest
from django.urls import reverse

from launches.models import Launch
from tests.factories.launches import LOW_RISK, item, launch, template

pytestmark = pytest.mark.django_db
DAYS = ["0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31"]
NO_DAY = "Choose a day between 2000 and 2100."
NO_LINK = "at most 200 characters"
LONG = f"https://example.com/{'x' * 300}"


@pytest.fixture
def signed_in(client, pm):
    client.force_login(pm)
    return client


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("precision", ["day", "quarter"])
def test_a_launch_is_not_moved_out_of_this_world(signed_in, pm, day, precision):
    of = launch(by=pm, owner=pm)
    item(of=of)
    response = signed_in.post(
        reverse("launches:date", args=[of.pk]),
        {"to_on": day, "to_precision": precision, "reason": "Slip."},
    )

    assert response.status_code == 422
    assert response.context["form"].errors["to_on"] == [NO_DAY]


@pytest.mark.parametrize("day", DAYS)
def test_a_launch_is_not_opened_out_of_this_world(signed_in, pm, day):
    template(tier=3)
    response = signed_in.post(
        reverse("launches:new"),
        {
            **LOW_RISK,
            "title": "Invoices",
            "kind": "product",
            "launch_on": day,
            "date_precision": "month",
            "owner": pm.pk,
        },
    )

    assert response.status_code == 422
    assert NO_DAY in response.content.decode()
    assert not Launch.objects.exists()


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("item", {"state": "in_progress", "evidence_url": LONG}, NO_LINK),
        ("item", {"state": "waived", "reason": "Small.", "waived_until": "9999-12-31"}, NO_DAY),
        ("item_owner", {"due": "0001-01-01"}, NO_DAY),
        ("item_sign_off", {"evidence_url": LONG}, NO_LINK),
    ],
)
def test_an_item_takes_no_endless_link_and_no_impossible_day(signed_in, pm, name, values, words):
    each = item(of=launch(by=pm, owner=pm), needs_sign_off=name == "item_sign_off")

    response = signed_in.post(reverse(f"launches:{name}", args=[each.pk]), values)

    assert response.status_code == 422
    assert words in response.content.decode()


def test_the_link_to_the_release_note_has_an_end(signed_in, pm):
    of = launch(by=pm, owner=pm)
    response = signed_in.post(
        reverse("launches:words", args=[of.pk]), {"summary": "New.", "release_note_url": LONG}
    )

    assert response.status_code == 422
    assert "at most 200 characters" in response.context["form"].errors["release_note_url"][0]
