"""A Slack that is none, a workspace that calls the hub from it, and a person both know."""

import pytest
from django.utils import timezone

from intake import services
from prodops.integrations.slack.models import Call
from tests.factories.intake import RequestKindFactory
from tests.factories.people import UserFactory
from tests.factories.slack import fake_slack, workspace


@pytest.fixture
def slack():
    with fake_slack() as fake:
        yield fake


@pytest.fixture
def northwind(db, slack, settings):
    settings.ALLOW_PRIVATE_URLS = True
    return workspace(slack.api)


@pytest.fixture
def sam(db):
    RequestKindFactory()
    return UserFactory(role="requester", name="Sam Sales", email="sam@example.com")


@pytest.fixture
def work(db):
    """A function that does what the workers would do."""

    def run():
        for each in Call.objects.filter(state="waiting").order_by("pk"):
            services.answer_call(call_pk=each.pk, clock=timezone.now)

    return run
