"""The pages: inbox, bell, preferences, comments, outbox, and the link in a mail."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from prodops.audit.models import Comment
from prodops.notifications import outbox, subscriptions
from prodops.notifications.models import Channel, Kind, Mail
from tests.factories.audit import CommentFactory, ThreadFactory
from tests.factories.notifications import MailFactory, NotificationFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ana(client):
    user = UserFactory(name="Ana Arendt", role="ops")
    client.force_login(user)
    return user


def test_the_inbox_lists_ones_own(client, ana):
    NotificationFactory.create_batch(60, recipient=ana)
    NotificationFactory(title="Of somebody else")

    page = client.get("/notifications/").content.decode()

    assert page.count("Somebody commented</a>") == 25
    assert "Of somebody else" not in page


def test_opening_one_makes_it_read_and_leads_to_the_record(client, ana):
    each = NotificationFactory(recipient=ana)
    response = client.get(f"/notifications/{each.pk}/")

    each.refresh_from_db()
    assert response["Location"] == each.path
    assert each.read_at


def test_the_bell_counts_what_is_unread(client, ana):
    assert client.get("/notifications/count/").content.strip() == b""
    NotificationFactory.create_batch(3, recipient=ana)

    assert b">3<" in client.get("/notifications/count/").content


def test_one_can_be_marked_in_place_and_all_at_once(client, ana):
    first, second = NotificationFactory.create_batch(2, recipient=ana)
    row = client.post(f"/notifications/{first.pk}/reading/", {"read": "1"}, headers=HTMX)
    assert b"Mark unread" in row.content
    client.post(f"/notifications/{first.pk}/reading/", {"read": "0"})
    assert ana.notifications.unread().count() == 2

    client.post("/notifications/readings/")
    assert ana.notifications.unread().count() == 0


def test_preferences_show_the_defaults_and_keep_a_choice(client, ana):
    chosen = dict.fromkeys(Kind.values, Channel.DIGEST) | {"mention": "off"}
    page = client.get("/notifications/preferences/")
    response = client.post("/notifications/preferences/", chosen)

    assert page.status_code == 200
    assert response.status_code == 302
    assert subscriptions.choices_of(ana) == chosen


def test_a_made_up_channel_is_refused(client, ana):
    response = client.post("/notifications/preferences/", {"mention": "pigeon"})

    assert response.status_code == 422
    assert not ana.preferences.exists()


@pytest.mark.parametrize(("kind", "off"), [("comment", ["comment"]), ("digest", None)])
def test_the_link_of_a_mail_turns_mails_off_without_signing_in(client, kind, off):
    user = UserFactory()
    link = subscriptions.unsubscribe_path(user, kind)
    assert client.get(link).status_code == 200
    assert not user.preferences.exists()

    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    turned_off = set(user.preferences.filter(channel="off").values_list("kind", flat=True))
    with_mails_of_their_own = {"mention", "assignment", "sign_off", "forum", "nudge", "followed"}
    every_digest = set(Kind.values) - with_mails_of_their_own
    assert turned_off == (set(off) if off else every_digest)


def test_a_changed_link_does_nothing(client):
    link = subscriptions.unsubscribe_path(UserFactory(), "comment")

    assert client.post(link[:-4] + "abc/").status_code == 404


def test_a_comment_is_said_with_and_without_javascript(client, ana):
    thread = ThreadFactory()
    url = reverse("notifications:comments", args=[thread.pk])
    aloud = {"body": "First *words*", "audience": "public", "confirmed": "public"}
    fragment = client.post(url, aloud, headers=HTMX)
    plain = client.post(url, {"body": "Second"})

    first, second = Comment.objects.order_by("pk")
    assert "First <em>words</em>" in fragment.content.decode()
    assert plain["Location"] == thread.path
    assert (first.is_public, second.is_public) == (True, False)


def test_nobody_floods_a_story(client, ana):
    thread, url = (made := ThreadFactory()), reverse("notifications:comments", args=[made.pk])
    CommentFactory.create_batch(20, thread=thread, by=ana)
    CommentFactory.create_batch(20, thread=thread)

    refused = client.post(url, {"body": "And one more"}, headers=HTMX)
    plain = client.post(url, {"body": "And one more"}, follow=True)

    assert refused.status_code == 422
    assert "You wrote 20 comments in a minute." in refused.content.decode()
    assert "And one more</textarea>" in refused.content.decode()
    assert "You wrote 20 comments in a minute." in str(list(plain.context["messages"])[0])
    assert Comment.objects.count() == 40
    Comment.objects.filter(by=ana).update(at=timezone.now() - timedelta(minutes=2))
    assert client.post(url, {"body": "And one more"}).status_code == 302
    assert Comment.objects.count() == 41


def test_an_empty_comment_is_refused_and_what_was_typed_is_kept(client, ana):
    thread = ThreadFactory()
    url = reverse("notifications:comments", args=[thread.pk])
    refused = client.post(url, {"body": "  ", "audience": "public"}, headers=HTMX)
    long = client.post(url, {"body": "x" * 20_001}, headers=HTMX)

    assert refused.status_code == long.status_code == 422
    assert "Write something first." in refused.content.decode()
    assert "this one has 20001" in long.content.decode()
    assert client.post(url, {"body": ""}).status_code == 302
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=https://evil.example/x.png>",
        "![x](https://evil.example/x.png)",
        '<b hx-get="/admin/" data-hx-get="/x" onclick="x()" style="x">bold</b>',
        "[x](javascript:alert(1))",
        "<svg onload=alert(1)>",
        "<form action=/admin/><input name=x></form>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
    ],
)
def test_an_attack_in_a_comment_is_only_words(client, ana, attack):
    thread = ThreadFactory()
    url = reverse("notifications:comments", args=[thread.pk])
    page = client.post(url, {"body": attack}, headers=HTMX).content.decode()
    said = re.split(r'<div class="timeline__body prose"[^>]*>', page)[1].split("</div>")[0]

    for tag in (
        "<script",
        "<img",
        "<svg",
        "<form",
        "<input",
        "<b ",
        'href="javascript',
        'href="data',
    ):
        assert tag not in said


def test_only_the_author_edits_and_everybody_sees_that_it_was_edited(client, ana):
    comment = CommentFactory(by=ana, body="old words")
    url = reverse("notifications:comment", args=[comment.pk])
    form = client.get(url, headers=HTMX).content.decode()
    page = client.post(url, {"body": "new words"}, headers=HTMX).content.decode()
    revisions = client.get(reverse("audit:revisions", args=[comment.pk])).content.decode()

    assert "old words" in form
    assert "new words" in page
    assert "edited" in page
    assert "old words" in revisions
    client.force_login(UserFactory(role="admin"))
    assert client.post(url, {"body": "mine"}).status_code == 403


def test_editing_works_as_a_page_of_its_own(client, ana):
    comment = CommentFactory(by=ana)
    url = reverse("notifications:comment", args=[comment.pk])

    assert "<h1>Edit your comment</h1>" in client.get(url).content.decode()
    assert client.post(url, {"body": "new"})["Location"] == comment.thread.path
    assert client.post(url, {"body": " "}).status_code == 422


def test_the_outbox_shows_states_and_errors_and_sends_again(client, ana):
    failed = MailFactory(state="failed", error="550 No such person")
    unknown = MailFactory(state="unknown", error="The connection broke")
    page = client.get("/notifications/outbox/").content.decode()
    client.post(f"/notifications/outbox/{failed.pk}/resending/")
    client.post(f"/notifications/outbox/{unknown.pk}/arrival/")

    assert "550 No such person" in page
    assert "It arrived" in page
    assert Mail.objects.get(pk=failed.pk).state == "queued"
    assert Mail.objects.get(pk=unknown.pk).state == "sent"


def test_without_a_server_messages_are_files_only_an_administrator_reads(client, ana, settings):
    settings.EMAIL_BACKEND = "prodops.notifications.outbox.EmailBackend"
    mail = MailFactory(body__text="Read <me>\n", body__html="<script>no</script>")
    from prodops.notifications.services import delivery

    for _ in range(2):
        delivery.deliver(mail_id=mail.pk, at=mail.queued_at)
    Mail.objects.filter(pk=mail.pk).update(state="queued", sent_at=None)
    delivery.deliver(mail_id=mail.pk, at=mail.queued_at)

    (letter,) = [each for each in outbox.letters() if each.to == mail.to]
    assert client.get("/notifications/outbox/letters/").status_code == 403
    client.force_login(UserFactory(role="admin"))
    assert mail.to in client.get("/notifications/outbox/letters/").content.decode()
    page = client.get(f"/notifications/outbox/letters/{letter.name}/").content.decode()
    assert "Read &lt;me&gt;" in page
    assert "<script>no" not in page
    assert client.get("/notifications/outbox/letters/nothing/").status_code == 404
    assert not list(settings.OUTBOX_DIR.glob("*.part"))
