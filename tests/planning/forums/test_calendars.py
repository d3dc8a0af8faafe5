"""Calendars of forums: valid iCalendar, at an address only its person knows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from planning.models import CalendarFeed
from planning.services import feeds, sessions
from tests.factories import forums as factory
from tests.factories.forums import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_that_day(time_machine):
    time_machine.move_to(AT)


def address(secret):
    return reverse("planning:calendar", args=[secret])


def read(client, secret):
    client.logout()
    answer = client.get(address(secret))
    assert answer.status_code == 200
    return answer, Calendar.from_ical(answer.content)


def events(calendar):
    return {str(each["uid"]): each for each in calendar.walk("VEVENT")}


@pytest.fixture
def secret(forum, member):
    _, made = feeds.make_feed(user=member, forum=None, at=AT)
    return made


def test_it_reads_back_with_times_titles_and_links(client, forum, secret):
    answer, calendar = read(client, secret)

    found = list(events(calendar).values())
    assert len(found) == 12
    first = min(found, key=lambda each: each["dtstart"].dt)
    assert first["dtstart"].dt == datetime(2026, 11, 3, 9, tzinfo=UTC)
    assert first["dtend"].dt == datetime(2026, 11, 3, 10, tzinfo=UTC)
    assert str(first["summary"]) == "Weekly product"
    assert str(first["url"]).endswith(forum.sessions.earliest("starts_at").get_absolute_url())
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "no-store, private"


def test_each_component_has_nothing_but_what_may_leave_the_house(client, secret):
    _, calendar = read(client, secret)

    for event in events(calendar).values():
        assert {name.lower() for name in event} == {
            "uid", "dtstamp", "last-modified", "sequence", "dtstart", "dtend",
            "summary", "url", "status",
        }  # fmt: skip


def test_lines_are_folded_by_octets_and_words_escaped(client, owner, member):
    name = "Prioritäten, Größen; und äöü " * 4
    factory.forum(name=name.strip(), by=owner, members=[member])
    _, secret = feeds.make_feed(user=member, forum=None, at=AT)

    answer, calendar = read(client, secret)

    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    assert b"\r\n " in answer.content
    assert {str(each["summary"]) for each in events(calendar).values()} == {name.strip()}


def test_a_moved_session_keeps_its_name_and_counts_its_changes(client, forum, secret):
    session = forum.sessions.select_related("forum__thread").earliest("starts_at")
    before = events(read(client, secret)[1])
    told = {"reason": "A fair.", "by": forum.owner, "at": AT + timedelta(minutes=1)}
    to = datetime(2026, 11, 4, 12, tzinfo=UTC)
    sessions.move_session(session=session, starts_at=to, minutes=30, **told)
    after = events(read(client, secret)[1])

    assert before.keys() == after.keys()
    [(uid, moved)] = [(k, e) for k, e in after.items() if e["dtstart"].dt == to]
    assert (before[uid]["sequence"], moved["sequence"]) == (0, 1)
    assert moved["last-modified"].dt > before[uid]["last-modified"].dt


def test_a_cancelled_session_says_so(client, forum, secret):
    session = forum.sessions.select_related("forum__thread").earliest("starts_at")
    sessions.cancel_session(session=session, reason="All away.", by=forum.owner, at=AT)

    states = [str(each["status"]) for each in events(read(client, secret)[1]).values()]

    assert states.count("CANCELLED") == 1
    assert b"All away" not in client.get(address(secret)).content


def test_the_hour_stays_over_the_change_of_the_clocks(client, owner, member, time_machine):
    forum = factory.forum(by=owner, members=[member], at=datetime(2026, 10, 12, tzinfo=UTC))
    _, secret = feeds.make_feed(user=member, forum=forum, at=AT)

    starts = sorted(each["dtstart"].dt for each in events(read(client, secret)[1]).values())

    assert [each.hour for each in starts[:4]] == [8, 8, 9, 9]


def test_a_feed_of_one_forum_has_only_that(client, forum, owner, member):
    other = factory.forum(name="Other", by=owner, members=[member])
    _, secret = feeds.make_feed(user=member, forum=other, at=AT)

    _, calendar = read(client, secret)

    assert {str(each["summary"]) for each in events(calendar).values()} == {"Other"}


def test_the_secret_is_nowhere_kept_and_a_new_one_ends_the_old(client, forum, member, secret):
    assert not any(secret in str(row) for row in CalendarFeed.objects.values())

    _, newer = feeds.make_feed(user=member, forum=None, at=AT)

    assert client.get(address(secret)).status_code == 404
    assert client.get(address(newer)).status_code == 200


def test_who_left_or_may_see_it_no_more_reads_nothing(client, forum, member, secret):
    member.role = "requester"
    member.save(update_fields=["role"])
    assert events(read(client, secret)[1]) == {}

    member.is_active = False
    member.save(update_fields=["is_active"])
    assert client.get(address(secret)).status_code == 404


def test_a_private_forum_leaves_the_calendar_with_its_membership(client, owner, member):
    private = factory.forum(by=owner, members=[member], is_private=True)
    _, secret = feeds.make_feed(user=member, forum=private, at=AT)
    assert len(events(read(client, secret)[1])) == 12

    private.memberships.all().delete()

    assert events(read(client, secret)[1]) == {}


def test_making_and_revoking_on_the_page(client, forum, owner):
    page = reverse("planning:calendar-feeds")
    made = client.post(page, {"forum": forum.pk})
    feed = CalendarFeed.objects.get(user=owner)
    assert "/planning/forums/calendars/" in made.text
    assert "/planning/forums/calendars/" + feed.prefix not in client.get(page).text

    client.post(reverse("planning:feed-revocation", args=[feed.pk]))

    feed.refresh_from_db()
    assert feed.revoked_at


def test_too_many_calls_have_to_wait(client, secret):
    client.logout()
    answers = [client.get(address(secret)).status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]

    guesses = [client.get(address(f"guess-{n}")).status_code for n in range(31)]
    assert guesses == [404] * 30 + [429]
