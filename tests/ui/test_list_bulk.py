"""Bulk acts get exactly the rows the person meant, and never one they may not see."""

import pytest

from prodops.ui.lists import key_of
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(user):
    return [UserFactory(name=name, role="ops") for name in ("Ada", "Ben", "Cleo")]


def greet(client, **posted):
    return client.post("/colleagues/greeting/", posted).json()["names"]


def test_rows_can_be_selected(signed_in, colleagues, people):
    page = signed_in.get(colleagues).content.decode()

    assert f'name="pk" value="{people[0].pk}" form="bulk"' in page
    assert 'formaction="/colleagues/greeting/"' in page


def test_the_ticked_rows_are_meant(signed_in, colleagues, people):
    assert greet(signed_in, pk=[people[0].pk, people[2].pk]) == ["Ada", "Cleo"]


def test_all_pages_means_what_the_list_shows(signed_in, colleagues, people):
    UserFactory.create_batch(30, name="Many", role="executive")

    assert greet(signed_in, all="1", query="role=ops", pk=people[0].pk) == ["Ada", "Ben", "Cleo"]
    assert len(greet(signed_in, all="1", query="role=executive&page=2")) == 30


def test_what_the_person_may_not_see_cannot_be_selected(signed_in, colleagues, people):
    hidden = UserFactory(name="Hidden")

    assert greet(signed_in, pk=[hidden.pk]) == []
    assert "Hidden" not in greet(signed_in, all="1", query="")


@pytest.mark.parametrize("pk", ["abc", "-1", "", "9" * 30, "9" * 5000, "²", "1; drop"])
def test_nonsense_selects_nothing(signed_in, colleagues, people, pk):
    assert greet(signed_in, pk=[pk]) == []
    assert key_of(pk) is None
