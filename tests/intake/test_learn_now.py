"""From the button “Learn now” to the key that takes what was learnt, with a real worker."""

import time

import pytest
from django.urls import reverse
from django.utils import timezone

from intake.models import LearnedModel
from tests.factories.intake import CategoryFactory, product_request
from tests.factories.learning import sorted_requests
from tests.factories.people import UserFactory

ABOUT = ("Invoice with the wrong VAT", "Login with a new passkey")


@pytest.mark.django_db(transaction=True)
def test_learn_now_makes_a_worker_learn_and_the_page_says_how_well(client, start_worker):
    """Through the front door: the button, a real worker, the page, the cockpit, the key."""
    ops = UserFactory(role="ops")
    categories = [CategoryFactory(name="Billing"), CategoryFactory(name="Sign-in")]
    sorted_requests(ABOUT, number=80, by=ops, category=categories)
    client.force_login(ops)
    assert "Too little history" in client.get(reverse("intake:suggestions")).content.decode()
    start_worker("default", "learning")

    client.post(reverse("intake:training"))

    learned = wait_for(lambda: LearnedModel.objects.filter(target="category").first())
    page = client.get(reverse("intake:suggestions")).content.decode()
    assert f"{learned.accuracy:.0%}".replace("%", " %") + " of 12" in page
    made = product_request(title="Invoice with the wrong VAT", at=timezone.now())
    cockpit = client.get(reverse("intake:triage-request", args=[made.pk])).content.decode()
    assert "<strong>Billing</strong>" in cockpit
    client.post(reverse("intake:suggestion", args=[made.pk]), {"category": categories[0].pk})
    made.refresh_from_db()
    assert made.category == categories[0]
    assert LearnedModel.objects.for_display().get(pk=learned.pk).taken == 1


def wait_for(look, seconds=60):
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, "The worker learnt nothing."
        time.sleep(0.2)
    return found
