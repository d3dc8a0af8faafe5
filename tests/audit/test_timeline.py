"""A record's story: who sees what, in how many queries, and what may be changed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from prodops.audit import services, timeline
from prodops.audit.models import Comment, Thread
from tests.factories.audit import CommentFactory, EventFactory, ThreadFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def asker():
    return UserFactory(role="requester", name="Ana Asker")


@pytest.fixture
def thread(asker):
    return ThreadFactory(followers=[asker])


def words(thread, user):
    return [
        entry.comment.body if entry.comment else entry.event.summary
        for entry in timeline.build(thread, user).entries
    ]


def test_events_and_comments_are_told_oldest_first(thread):
    EventFactory(thread=thread, summary="third", at=NOW)
    CommentFactory(thread=thread, body="second", at=NOW - timedelta(hours=1))
    EventFactory(thread=thread, summary="first", at=NOW - timedelta(hours=2))

    assert words(thread, UserFactory()) == ["first", "second", "third"]


def test_a_requester_sees_public_lines_only(thread, asker):
    EventFactory(thread=thread, summary="looked at the contract")
    EventFactory(thread=thread, summary="accepted it", is_public=True)
    CommentFactory(thread=thread, body="They pay late.")
    CommentFactory(thread=thread, body="Thank you!", is_public=True)

    assert words(thread, asker) == ["accepted it", "Thank you!"]
    assert len(words(thread, UserFactory(role="executive"))) == 4


@pytest.mark.parametrize("lines", [1, 30])
def test_a_story_takes_four_queries_however_long(thread, lines, django_assert_num_queries):
    EventFactory.create_batch(lines, thread=thread)
    CommentFactory.create_batch(lines, thread=thread)
    reader = UserFactory()

    with django_assert_num_queries(4):
        assert len(timeline.build(thread, reader).entries) == 2 * lines


def test_only_request_threads_one_follows_are_visible_to_requesters(thread, asker):
    ThreadFactory(kind="initiative", followers=[asker])
    ThreadFactory()

    assert list(Thread.objects.visible_to(asker)) == [thread]
    assert Thread.objects.visible_to(UserFactory()).count() == 3


def test_internal_comments_are_not_visible_to_requesters(thread, asker):
    public = CommentFactory(thread=thread, is_public=True)
    CommentFactory(thread=thread)
    CommentFactory(is_public=True)

    assert list(Comment.objects.visible_to(asker)) == [public]


def test_a_requester_cannot_write_an_internal_comment(thread, asker):
    comment = services.comment(thread=thread, body="Please", is_public=False, by=asker, at=NOW)

    assert comment.is_public


def test_a_comment_outside_a_request_is_internal_whatever_was_asked():
    thread = ThreadFactory(kind="initiative")
    comment = services.comment(thread=thread, body="Hm", is_public=True, by=UserFactory(), at=NOW)

    assert not comment.is_public


def test_an_edit_keeps_what_was_said(thread):
    comment = CommentFactory(thread=thread, body="one")
    services.edit_comment(comment=comment, body="two", at=NOW)
    services.edit_comment(comment=comment, body="two", at=NOW)
    edited = services.edit_comment(comment=comment, body="three", at=NOW)

    assert edited.edited_at == NOW
    assert list(comment.revisions.order_by("pk").values_list("body", flat=True)) == ["one", "two"]


def test_following_is_done_once_and_undone(thread):
    user = UserFactory()
    services.follow(thread=thread, users=[user, None, user])
    services.follow(thread=thread, users=[user])
    assert timeline.build(thread, user).is_following

    services.unfollow(thread=thread, users=[user])
    assert not timeline.build(thread, user).is_following
