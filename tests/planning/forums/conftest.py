"""A forum that meets on Tuesdays at ten in Berlin, and who sees to it."""

import pytest

from tests.factories import forums as factory
from tests.factories.people import UserFactory


@pytest.fixture
def owner(client, db):
    """A contributor who owns the forum, signed in."""
    user = UserFactory(name="Mira Chen", email="mira@example.com")
    client.force_login(user)
    return user


@pytest.fixture
def member(db):
    return UserFactory(name="Ola Berg", email="ola@example.com")


@pytest.fixture
def forum(owner, member):
    return factory.forum(name="Weekly product", by=owner, members=[member])


@pytest.fixture
def live(forum):
    """The forum's first session, going on."""
    return factory.session(forum, state="live")
