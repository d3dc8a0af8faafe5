"""A long story: the newest part of it, and a way to the whole."""

from datetime import timedelta

import pytest
from django.utils import timezone

from prodops.audit import timeline
from tests.factories.audit import CommentFactory, EventFactory
from tests.factories.intake import product_request
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def path(client):
    """A request with 150 comments and, older, 160 events beside the one it began with."""
    client.force_login(UserFactory(role="ops"))
    thread = product_request(at=NOW - timedelta(days=2)).thread
    for number in range(150):
        CommentFactory(thread=thread, body="said", at=NOW + timedelta(seconds=number))
    for number in range(160):
        at = NOW - timedelta(hours=1) + timedelta(seconds=number)
        EventFactory(thread=thread, summary=f"did {number}.", at=at)
    return thread.path


def test_a_long_story_begins_with_its_newest_and_leads_to_the_rest(client, path):
    page = client.get(path).content.decode()

    assert "111 earlier entries" in page
    assert f"{path}?story=all" in page
    assert "did 159." in page
    assert "did 110." in page
    assert "did 109." not in page

    whole = client.get(f"{path}?story=all").content.decode()
    assert "did 0." in whole
    assert "earlier entr" not in whole


def test_a_requester_is_not_told_of_entries_that_are_not_for_them(path, django_assert_num_queries):
    made = product_request(author=UserFactory(role="requester"))
    EventFactory.create_batch(300, thread=made.thread)

    with django_assert_num_queries(3):
        story = timeline.build(made.thread, made.author)

    assert story.earlier == 0
    assert all(entry.event.is_public for entry in story.entries)
