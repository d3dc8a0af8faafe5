"""Somebody else answers a truth check: who it was is named, and the owner hears of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from planning import services
from prodops.notifications.models import Notification
from tests.factories import planning, truth
from tests.factories.people import UserFactory

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)  # a Tuesday
SAID = {"status": "on_track", "text": "The pilot decides.", "quiet_days": 14}


@pytest.fixture
def initiative(db):
    """It is reported on track, and Jira says that it is late."""
    owner = UserFactory(name="Mira")
    made = planning.initiative(target_on=date(2026, 11, 30), stage="delivery", owner=owner)
    report = {"status": "on_track", "text": "As planned.", "by": owner}
    services.report_status(initiative=made, at=AT - timedelta(days=1), **report)
    truth.check(made, at=AT, days=60)
    return made


@pytest.fixture
def answer(client, initiative):
    def send(user):
        client.force_login(user)
        client.post(reverse("planning:truth-answer", args=[initiative.pk]), SAID)
        return initiative.truth_tasks.get()

    return send


def test_who_answers_for_the_owner_is_named_and_the_owner_hears(client, initiative, answer):
    task = answer(UserFactory(name="Sam Stand-in"))

    assert (task.outcome, task.closed_by.name) == ("confirmed", "Sam Stand-in")
    told = Notification.objects.get(recipient=initiative.owner, cause=f"truth:{task.pk}:answered")
    assert told.title.startswith("Sam Stand-in answered for you")
    page = client.get(initiative.get_absolute_url()).content.decode()
    assert "answered the truth check for Mira: confirmed" in page


def test_who_answers_for_oneself_is_told_nothing(initiative, answer):
    assert answer(initiative.owner).outcome == "confirmed"

    assert not Notification.objects.filter(cause__endswith=":answered").exists()
