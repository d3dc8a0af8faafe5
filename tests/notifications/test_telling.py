"""Who is told what, once, and by which way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from prodops.notifications import services, subscriptions
from prodops.notifications.models import Channel, Kind, Mail, Notification
from tests.factories.audit import ThreadFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def tell(*recipients, kind=Kind.ASSIGNMENT, cause="request:1:owner", **fields):
    fields = {"title": "It is yours", "path": "/intake/requests/1/", "at": NOW, **fields}
    return services.notify(recipients, kind=kind, cause=cause, **fields)


def test_each_is_told_once_for_a_cause():
    ana, sam = UserFactory.create_batch(2)

    assert tell(ana, sam, ana, None) == 2
    assert tell(ana, sam, UserFactory()) == 1
    assert Notification.objects.count() == 3


def test_nobody_is_told_of_their_own_act_or_after_they_left():
    ana = UserFactory()

    assert tell(ana, UserFactory(is_active=False), by=ana) == 0


def test_a_requester_is_only_told_of_a_request_they_follow():
    asker, stranger = UserFactory.create_batch(2, role="requester")
    thread = ThreadFactory(followers=[asker])
    tell(asker, stranger, UserFactory(), thread=thread)
    tell(asker, thread=ThreadFactory(kind="launch", followers=[asker]), cause="launch:1")

    assert set(thread.notifications.values_list("recipient__role", flat=True)) == {
        "requester",
        "contributor",
    }
    assert asker.notifications.count() == 1


@pytest.mark.parametrize(
    ("kind", "channel"),
    [
        (Kind.MENTION, Channel.INSTANT),
        (Kind.ASSIGNMENT, Channel.INSTANT),
        (Kind.SIGN_OFF, Channel.INSTANT),
        (Kind.REQUEST, Channel.DIGEST),
        (Kind.LAUNCH, Channel.DIGEST),
    ],
)
def test_mentions_and_what_is_given_to_one_come_at_once_the_rest_in_the_digest(kind, channel):
    tell(UserFactory(), kind=kind)

    assert Notification.objects.get().channel == channel
    assert Mail.objects.exists() == (channel == Channel.INSTANT)


def test_a_choice_beats_the_default():
    ana = UserFactory()
    subscriptions.choose(
        user=ana, choices={Kind.MENTION: Channel.OFF, Kind.REQUEST: Channel.INSTANT}
    )
    tell(ana, kind=Kind.MENTION, cause="one")
    tell(ana, kind=Kind.REQUEST, cause="two")

    assert [mail.key for mail in Mail.objects.all()] == [f"notification:{ana.pk}:two"]
    assert ana.notifications.count() == 2


def test_an_instant_mail_has_an_action_and_ways_to_stop(
    mailoutbox, django_capture_on_commit_callbacks
):
    ana = UserFactory()
    thread = ThreadFactory(key="REQ-7", title="Bulk export", path="/intake/requests/7/")
    with django_capture_on_commit_callbacks(execute=True):
        tell(
            ana, thread=thread, path=thread.path, action_label="Sort it", body="Please <b>look</b>"
        )

    (mail,) = mailoutbox
    html = mail.alternatives[0].content
    assert mail.to == [ana.email]
    assert mail.subject == "It is yours"
    assert "Sort it: http://localhost:8000/intake/requests/7/" in mail.body
    assert "/notifications/preferences/" in mail.body
    assert "Please &lt;b&gt;look" in html
    assert 'href="http://localhost:8000/intake/requests/7/"' in html
    assert "<style" not in html.split("</head>")[0] or "@media" in html
    assert "/notifications/unsubscribe/" in mail.extra_headers["List-Unsubscribe"]


def test_telling_a_hundred_takes_as_many_queries_as_telling_one(django_assert_max_num_queries):
    thread = ThreadFactory()
    for number in (1, 100):
        people = UserFactory.create_batch(number)
        with django_assert_max_num_queries(10):
            tell(*people, kind=Kind.REQUEST, cause=f"many:{number}", thread=thread)
    people = UserFactory.create_batch(20)
    with django_assert_max_num_queries(14):
        tell(*people, cause="many:at once", thread=thread)


def test_what_was_rolled_back_mails_nobody(mailoutbox, django_capture_on_commit_callbacks):
    from django.db import transaction

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        tell(UserFactory())
        transaction.set_rollback(True)

    assert mailoutbox == []
    assert not Mail.objects.exists()


@pytest.fixture
def conversation():
    asker = UserFactory(role="requester", name="Ana Asker")
    owner = UserFactory(name="Otto Owner")
    return ThreadFactory(followers=[asker, owner]), asker, owner


def told(user):
    return list(user.notifications.order_by("pk").values_list("kind", flat=True))


def test_an_internal_comment_reaches_insiders_only(conversation):
    thread, asker, owner = conversation
    by = UserFactory()
    services.say(thread=thread, body="@Ana Asker pays late", is_public=False, by=by, at=NOW)

    assert told(asker) == []
    assert told(owner) == ["comment"]
    assert told(by) == []


def test_a_public_comment_reaches_who_asked(conversation):
    thread, asker, owner = conversation
    services.say(thread=thread, body="Which format?", is_public=True, by=owner, at=NOW)
    services.say(thread=thread, body="CSV!", is_public=False, by=asker, at=NOW)

    assert told(asker) == ["comment"]
    assert told(owner) == ["comment"]


def test_who_is_mentioned_hears_of_the_mention_and_not_twice(conversation):
    thread, asker, owner = conversation
    mira = UserFactory(name="Mira Chen")
    comment = services.say(
        thread=thread, body="@Mira Chen and @Otto Owner", is_public=True, by=asker, at=NOW
    )

    assert told(owner) == told(mira) == ["mention"]
    path = mira.notifications.get().path
    assert path == f"{thread.path}#comment-{comment.pk}"


def test_an_edit_tells_only_who_is_newly_mentioned(conversation):
    thread, _, owner = conversation
    mira, sam = UserFactory(name="Mira Chen"), UserFactory(name="Sam Hill")
    by = UserFactory()
    comment = services.say(thread=thread, body="@Mira Chen", is_public=False, by=by, at=NOW)
    later = NOW + timedelta(hours=1)
    services.reword(comment=comment, body="@Mira Chen @Sam Hill", at=later)

    assert told(mira) == told(sam) == ["mention"]
    assert told(owner) == ["comment"]


def test_a_mentioned_stranger_hears_nothing(conversation):
    thread, _, owner = conversation
    stranger = UserFactory(role="requester", name="Stella Stranger")
    services.say(thread=thread, body="@Stella Stranger", is_public=True, by=owner, at=NOW)

    assert told(stranger) == []
