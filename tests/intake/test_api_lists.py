"""Listing requests through the API: pages, filters, and what changed since."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.api import Api
from tests.factories.intake import AccountFactory, RequestKindFactory, product_request
from tests.factories.people import ProductAreaFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mira(db):
    return Api(UserFactory(role="contributor", name="Mira Chen"))


def wrong_fields(answer):
    return {each["field"] for each in answer.json()["errors"]}


def test_pages_follow_each_other_while_requests_come_in(mira):
    made = [product_request() for _ in range(7)]
    seen, cursor = [], ""

    while cursor is not None:
        page = mira.get(limit=3, cursor=cursor).json()
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]
        product_request()

    assert seen == [each.pk for each in reversed(made)]


def test_the_list_is_narrowed(mira):
    area, kind = ProductAreaFactory(), RequestKindFactory(slug="problem", name="Problem")
    old = product_request(state="declined")
    new = product_request(kind=kind, product_area=area)

    def found(**query):
        return [each["id"] for each in mira.get(**query).json()["items"]]

    assert found(state="declined") == [old.pk]
    assert found(kind="problem") == [new.pk]
    assert found(area=area.slug) == [new.pk]
    assert found(state="new", kind="problem", area=area.slug) == [new.pk]
    assert found(state="new", kind="idea") == []


def test_what_was_written_since_a_moment_is_found(mira):
    product_request()
    shown = mira.get().json()["items"][0]

    assert mira.get(updated_since=shown["updated_at"]).json()["items"] == [shown]
    later = (timezone.now() + timedelta(hours=1)).isoformat()
    assert mira.get(updated_since=later).json()["items"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"state": "nonsense"},
        {"kind": "a b"},
        {"kind": "\x00"},
        {"external_id": "\x00"},
        {"updated_since": "yesterday"},
        {"updated_since": "0.5"},
        {"updated_since": "2026-11-02T09:00:00"},
        {"limit": 0},
        {"limit": 101},
        {"limit": "9" * 400},
        {"cursor": "nonsense"},
        {"cursor": "é"},
        {"cursor": "cGs6OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk"},
    ],
    ids=str,
)
def test_a_wrong_question_is_told_by_name(mira, query):
    answer = mira.get(**query)

    assert answer.status_code == 422
    assert next(iter(query)) in wrong_fields(answer)


@pytest.mark.parametrize(
    ("since", "count"),
    [
        ("0001-01-01T00:00:00+14:00", 1),
        ("0001-01-01T00:00:00+23:59", 1),
        ("9999-12-31T23:59:59-14:00", 0),
        ("9999-12-31T23:59:59-23:59", 0),
    ],
)
def test_the_ends_of_time_are_no_error(mira, since, count):
    product_request()

    assert len(mira.get(updated_since=since).json()["items"]) == count


def test_a_list_asks_as_much_for_many_as_for_one(mira, django_assert_max_num_queries):
    for _ in range(20):
        product_request(account=AccountFactory())

    with django_assert_max_num_queries(6):
        assert len(mira.get(limit=100).json()["items"]) == 20
