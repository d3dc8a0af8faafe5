"""Forums through the front door: made, changed, and private ones seen by their own people alone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from planning.models import Forum
from planning.services import actions, feeds, notes
from planning.services.forums import edition
from prodops.audit import services as audit
from prodops.audit.models import Thread
from tests.factories import forums as factory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

FORM = {
    "name": "Weekly product",
    "rhythm": "weekly",
    "every_weeks": "2",
    "nth": "1",
    "weekday": "4",
    "meets_at": "14:30",
    "time_zone": "Europe/Berlin",
    "minutes": "45",
    "starts_on": "2026-11-01",
    "holiday_calendar": "DE",
    "moves_off_holidays": "on",
    "sources": ["decisions", "actions"],
    "standing": "Numbers of the week | 10\nRound",
}


def test_a_forum_is_opened_on_the_page(client, owner, member):
    told = {**FORM, "owner": owner.pk, "members": [member.pk]}
    answer = client.post(reverse("planning:new-forum"), told)

    forum = Forum.objects.get()
    assert answer["Location"] == forum.get_absolute_url()
    assert forum.rhythm_words() == "every 2 weeks, Thursday"
    page = client.get(forum.get_absolute_url()).text
    assert "Numbers of the week" in page
    assert "Late dependencies" not in page
    assert list(forum.members.all()) == [member]


def seen(forum):
    """Return what the form of a forum says it was opened with."""
    return {"seen": edition(Forum.objects.get(pk=forum.pk))}


def test_changing_keeps_what_is_not_changed(client, forum, owner, member):
    url = reverse("planning:edit-forum", args=[forum.pk])
    assert f'value="{member.pk}" id="id_members_' in client.get(url).text

    told = {**FORM, "name": "Fortnightly", "owner": owner.pk, "members": [member.pk]}
    client.post(url, told | seen(forum))

    forum.refresh_from_db()
    assert forum.name == "Fortnightly"
    assert Thread.objects.get(pk=forum.thread_id).title == "Fortnightly"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("time_zone", "Mars/Base", "time zone"),
        ("holiday_calendar", "ZZ", "ZZ"),
        ("standing", "Numbers | many", "Minutes are 1 to 240"),
        ("standing", "Same\nSame", "stands there once"),
        ("minutes", "3", "greater than or equal to 5"),
    ],
)
def test_a_form_says_what_is_wrong(client, owner, field, value, words):
    answer = client.post(reverse("planning:new-forum"), {**FORM, "owner": owner.pk, field: value})

    assert answer.status_code == 422
    assert words in answer.text


def test_a_session_is_moved_by_the_clock_of_the_forum(client, forum):
    session = factory.session(forum)
    day = timezone.localdate() + timedelta(days=30)
    url = reverse("planning:session-move", args=[session.pk])
    told = {"on": day.isoformat(), "at": "09:15", "minutes": "30", "reason": "A fair."}
    client.post(url, told)

    session.refresh_from_db()
    assert f"{session.local_start:%Y-%m-%d %H:%M}" == f"{day} 09:15"
    assert "A fair." in client.get(session.get_absolute_url()).text


def test_guests_are_invited_to_one_session(client, forum, member):
    guest = UserFactory(name="Gast")
    session = factory.session(forum)
    url = reverse("planning:session-guests", args=[session.pk])
    assert f'value="{member.pk}"' not in client.get(url).text

    client.post(url, {"people": [guest.pk]})

    assert list(session.guests.all()) == [guest]
    assert "Gast" in client.get(session.get_absolute_url()).text


def test_an_item_is_worked_on_from_the_page(client, forum):
    session = factory.session(forum)
    client.post(reverse("planning:session-items", args=[session.pk]), {"title": "X", "minutes": 5})
    item = session.items.get()
    url = reverse("planning:agenda-item", args=[item.pk])

    for sent in ({"act": "minutes", "minutes": 20}, {"act": "dismiss", "reason": "Said by mail."}):
        client.post(url, sent)
    item.refresh_from_db()
    assert (item.minutes, item.state, item.reason) == (20, "dismissed", "Said by mail.")

    client.post(url, {"act": "dismiss"})
    client.post(url, {"act": "put_back"})
    item.refresh_from_db()
    assert item.state == "open"


@pytest.fixture
def private(owner, member):
    """A private forum with a session that goes on, one that is over, an action and a conflict."""
    forum = factory.forum(name="Quiet round", by=owner, members=[member], is_private=True)
    live = factory.session(forum, state="live")
    item = live.current_item
    base = notes.save_note(item=item, text="Quiet", base="0", by=owner, at=factory.AT).base
    for text in ("Quiet one", "Quiet two"):
        notes.save_note(item=item, text=text, base=base, by=owner, at=factory.AT)
    action = actions.open_action(
        text="Quiet errand",
        owner=member,
        due_on=factory.AT.date(),
        session=live,
        item=item,
        by=owner,
        at=factory.AT,
    )
    return {"forum": forum, "session": live, "item": item, "action": action}


ADDRESSES = {
    "forum": ["forum", "edit-forum", "forum-end"],
    "session": [
        "session", "session-move", "session-cancel", "session-restoration", "session-guests",
        "session-agenda", "session-items", "session-start", "live", "session-step",
        "session-attendance", "session-close", "session-addendum",
    ],
    "item": ["agenda-item", "agenda-note", "agenda-decision", "agenda-action"],
    "action": ["action", "edit-action", "action-settling", "action-reopening"],
}  # fmt: skip


@pytest.mark.parametrize("role", ["contributor", "ops", "executive", "admin", "requester"])
def test_nobody_else_comes_into_a_private_forum(client, private, role):
    client.force_login(UserFactory(role=role))

    for what, names in ADDRESSES.items():
        for name in names:
            url = reverse(f"planning:{name}", args=[private[what].pk])
            for answer in (client.get(url), client.post(url)):
                assert answer.status_code in {403, 404, 405}, (name, answer.status_code)
    conflict = private["item"].conflicts.get()
    url = reverse("planning:note-conflict", args=[conflict.pk])
    assert client.post(url, {"choice": "mine"}).status_code in {403, 404}


@pytest.mark.parametrize("role", ["contributor", "ops", "executive", "admin"])
def test_no_list_search_or_calendar_tells_of_it(client, private, role):
    user = UserFactory(role=role)
    client.force_login(user)
    _, secret = feeds.make_feed(user=user, forum=None, at=factory.AT)
    pages = [reverse(f"planning:{name}") for name in ("forums", "minutes", "actions")]
    pages += ["/", f"{reverse('audit:search')}?q=quiet"]

    for url in [*pages, reverse("planning:calendar", args=[secret])]:
        assert "Quiet" not in client.get(url).text, url


@pytest.mark.parametrize("role", ["contributor", "ops", "executive", "admin", "requester"])
@pytest.mark.parametrize("what", ["forum", "action"])
def test_nobody_reads_follows_or_writes_its_story_by_the_number_of_a_thread(
    client, private, owner, role, what
):
    thread = private[what].thread
    said = audit.comment(thread=thread, body="Quiet word", is_public=False, by=owner, at=factory.AT)
    audit.edit_comment(comment=said, body="Quiet words", at=factory.AT)
    stranger = UserFactory(role=role)
    client.force_login(stranger)

    for name, sent in (
        ("audit:following", {"follow": "1"}),
        ("audit:following", {"follow": "0"}),
        ("notifications:comments", {"body": "Hello?"}),
    ):
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.post(reverse(name, args=[thread.pk]), sent, headers=headers)
            assert answer.status_code in {403, 404}, (name, answer.status_code)
            assert "Quiet" not in answer.text
    for name in ("audit:revisions", "notifications:comment"):
        assert client.get(reverse(name, args=[said.pk])).status_code in {403, 404}, name
    assert not thread.followers.filter(pk=stranger.pk).exists()
    assert thread.comments.count() == 1
    assert private[what].key not in client.get(reverse("audit:search"), {"q": "private"}).text


def test_a_forum_that_closes_takes_its_actions_along_and_opens_them_again(
    client, owner, member, live
):
    forum = live.forum
    action = factory.action(text="Quiet errand", owner=member, session=live, by=owner)
    told = {**FORM, "owner": owner.pk, "members": [member.pk]}
    edit = reverse("planning:edit-forum", args=[forum.pk])
    client.force_login(UserFactory(role="ops"))

    def story():
        following = reverse("audit:following", args=[action.thread_id])
        sent = client.post(following, {"follow": "1"}, headers={"HX-Request": "true"})
        action.thread.refresh_from_db()
        return sent.status_code, action.thread.title

    assert story() == (200, "Quiet errand")
    closed = {**told, "is_private": "on"} | seen(forum)
    assert client.post(edit, closed).status_code == 302
    assert story() == (404, "An action of a private forum")
    client.force_login(owner)
    assert client.post(edit, told | seen(forum)).status_code == 302
    assert story() == (200, "Quiet errand")


def test_its_own_people_see_it(client, private, member):
    client.force_login(member)

    assert "Quiet errand" in client.get(private["forum"].get_absolute_url()).text
    assert "Quiet two" in client.get(reverse("planning:live", args=[private["session"].pk])).text


def test_a_guest_sees_the_one_session(client, private):
    guest = UserFactory()
    private["session"].guests.add(guest)
    client.force_login(guest)

    live = reverse("planning:live", args=[private["session"].pk])
    assert client.get(live).status_code == 200
    assert client.get(private["forum"].get_absolute_url()).status_code == 404


def test_the_words_of_notes_stay_out_of_the_change_history(private):
    from prodops.audit.models import Change

    told = " ".join(str(row) for row in Change.objects.values_list("changes", flat=True))
    assert "Quiet one" not in told


@pytest.mark.parametrize("number", [1, 30])
def test_the_live_page_and_its_poll_ask_few_questions(
    client, live, number, django_assert_max_num_queries
):
    for place in range(number):
        factory.item(live, f"Item {place}")
    url = reverse("planning:live", args=[live.pk])

    with django_assert_max_num_queries(15):
        client.get(url)
    with django_assert_max_num_queries(15):
        client.get(url, {"poll": "1"}, headers={"HX-Request": "true"})
