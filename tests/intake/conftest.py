"""People around a request."""

import pytest

from intake import services
from tests.factories.intake import SUBMITTED_AT, CategoryFactory, RequestKindFactory
from tests.factories.people import UserFactory


@pytest.fixture
def at():
    return SUBMITTED_AT


@pytest.fixture
def requester(db):
    return UserFactory(role="requester", name="Sam Sales")


@pytest.fixture
def triager(db, client):
    user = UserFactory(role="contributor", name="Mira Chen")
    client.force_login(user)
    return user


@pytest.fixture
def category(db):
    return CategoryFactory(name="Billing")


@pytest.fixture
def ask(db, requester):
    """Return a function that files a request."""

    def file(title="Bulk export of invoices", **fields):
        fields.setdefault("author", requester)
        fields.setdefault("kind", RequestKindFactory())
        fields.setdefault("at", SUBMITTED_AT)
        return services.submit(title=title, by=fields["author"], **fields)

    return file
