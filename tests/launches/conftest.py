"""People of the launch tests."""

import pytest

from tests.factories.people import UserFactory


@pytest.fixture
def ops(db):
    return UserFactory(role="ops", name="Olga Ops")


@pytest.fixture
def pm(db):
    return UserFactory(role="contributor", name="Mira Chen")
