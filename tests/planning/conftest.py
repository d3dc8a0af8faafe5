"""People and addresses the tests of planning share."""

import pytest
from django.urls import reverse

from tests.factories.people import UserFactory


@pytest.fixture
def planner(client, db):
    """A contributor, signed in."""
    user = UserFactory(name="Mira Chen")
    client.force_login(user)
    return user


@pytest.fixture
def operator(client, db):
    """Somebody of product ops, signed in."""
    user = UserFactory(role="ops", name="Ola Berg")
    client.force_login(user)
    return user


@pytest.fixture
def post(client):
    """Post to a named address: `post("report", initiative, status="on_track")`."""

    def send(name, record=None, /, **values):
        args = [record.pk] if record else []
        headers = values.pop("headers", {})
        return client.post(reverse(f"planning:{name}", args=args), values, headers=headers)

    return send


@pytest.fixture
def get(client):
    """Get a named address: `get("initiative", initiative)`."""

    def ask(name, record=None, /, **values):
        args = [record.pk] if record else []
        return client.get(reverse(f"planning:{name}", args=args), values)

    return ask
