"""The keys and the questions are tried before they are saved, against the local Amplitude."""

import pytest
from django.urls import reverse

from prodops.integrations import services
from prodops.integrations.amplitude.models import Call, Series
from prodops.integrations.errors import LoginRefused
from tests.factories.people import UserFactory
from tests.integrations.amplitude.conftest import SECRET, ZONE

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]


def test_keys_are_tested_before_they_are_saved(start_amplitude, settings):
    settings.ALLOW_PRIVATE_URLS = True
    sandbox = start_amplitude()
    asked = {"kind": "amplitude", "base_url": sandbox.url, "username": "key", "projects": []}

    assert services.test_connection(secret=SECRET, **asked) == (
        "The keys work; the project has 19 events."
    )
    with pytest.raises(LoginRefused, match="other region") as refusal:
        services.test_connection(secret="wrong-" + SECRET, **asked)
    assert SECRET not in str(refusal.value)


def test_a_question_shows_its_numbers_before_it_is_saved(start_amplitude, connect, client):
    connection = connect(start_amplitude("--now", "2026-06-30T22:00:00Z"))
    client.force_login(UserFactory(role="ops"))
    values = {
        "title": "Log-ins",
        "connection": connection.pk,
        "events": "Log In\nSign Up",
        "measure": "uniques",
        "grain": 1,
        "starts_on": "2026-06-01",
        "time_zone": ZONE,
        "look": "1",
    }

    page = client.post(reverse("amplitude:new-series", args=["segmentation"]), values)

    assert "Each reading costs 28 of 1,000" in page.content.decode()
    assert {part for _, part in page.context["points"]} == {"Log In", "Sign Up"}
    assert Call.objects.get().cost == 28
    assert not Series.objects.exists()


def test_what_amplitude_refuses_is_said_in_its_words(start_amplitude, connect, client):
    connection = connect(start_amplitude())
    client.force_login(UserFactory(role="ops"))
    values = {
        "title": "Nothing",
        "connection": connection.pk,
        "events": "No Such Event",
        "measure": "totals",
        "grain": 1,
        "starts_on": "2026-06-01",
        "time_zone": ZONE,
        "look": "1",
    }

    page = client.post(reverse("amplitude:new-series", args=["segmentation"]), values)

    assert "Invalid event type No Such Event" in page.content.decode()
