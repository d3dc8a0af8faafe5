"""People around a request."""

import pytest

from intake import services
from intake.models import KindPromise, RequestKind
from tests.factories.intake import SUBMITTED_AT, CategoryFactory, RequestKindFactory
from tests.factories.people import TeamFactory, UserFactory


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


@pytest.fixture
def swift(db):
    """Four hours to sort, eight to answer; one and two for what is urgent."""
    kind = RequestKind.objects.create(
        slug="swift", name="Swift", acknowledge_hours=4, answer_hours=8
    )
    KindPromise.objects.create(kind=kind, priority="P0", acknowledge_hours=1, answer_hours=2)
    KindPromise.objects.create(kind=kind, priority="P3", acknowledge_hours=8, answer_hours=16)
    return kind


@pytest.fixture
def london(db):
    return TeamFactory(time_zone="UTC", name="London", holiday_calendar="")


@pytest.fixture
def kim(db):
    return UserFactory(role="requester", name="Kim Reader", email="kim@example.com")
