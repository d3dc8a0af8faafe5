"""A mailbox, somebody who writes, and somebody who answers."""

import pytest

from tests.factories import mail as mails
from tests.factories.intake import RequestKindFactory
from tests.factories.people import UserFactory
from tests.intake.mail.letters import HUB


@pytest.fixture(autouse=True)
def box(db):
    RequestKindFactory()
    return mails.mailbox(address=HUB)


@pytest.fixture
def sam(db):
    """Who writes: a requester."""
    return UserFactory(role="requester", name="Sam Sales", email="sam@example.com")


@pytest.fixture
def mira(db):
    return UserFactory(role="contributor", name="Mira Chen", email="mira@example.com")
