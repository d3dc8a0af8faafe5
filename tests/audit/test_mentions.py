"""@name and @handle find people."""

import pytest

from prodops.audit.mentions import mentioned
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mira():
    return UserFactory(name="Mira Chen", email="mira.chen@example.com")


@pytest.mark.parametrize(
    "text",
    [
        "@mira.chen please look",
        "Thanks @Mira Chen!",
        "Thanks @mira chen said so",
        "(@MIRA.CHEN)",
        "First line\n@Mira Chen: a question.",
        "@mira.chen.",
        "**@Mira Chen**",
    ],
)
def test_a_person_is_found(mira, text):
    assert mentioned(text) == [mira]


@pytest.mark.parametrize(
    "text",
    [
        "mail mira.chen@example.com",
        "`@mira.chen`",
        "```\n@mira.chen\n```",
        "@mira",
        "@Mira Chenowitz",
        "@@mira.chen",
        "nobody",
        "@",
    ],
)
def test_nobody_is_found(mira, text):
    assert mentioned(text) == []


def test_somebody_who_left_is_not_found():
    UserFactory(name="Old Hand", is_active=False)

    assert mentioned("@Old Hand") == []


def test_the_longer_name_wins():
    UserFactory(name="Ana")
    longer = UserFactory(name="Ana Maria")

    assert mentioned("@Ana Maria knows") == [longer]


def test_each_is_found_once_in_one_query(mira, django_assert_num_queries):
    other = UserFactory(email="sam@example.com")
    with django_assert_num_queries(1):
        assert mentioned("@sam and @Mira Chen and @sam again") == [mira, other]
