"""Guests of one session of a private forum take part in it; its own people hold it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import forums as factory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
HELD = ("session-move", "session-cancel", "session-restoration", "session-guests", "session-start")


@pytest.fixture
def session(owner, member):
    begins = timezone.now() + timedelta(days=3)
    made = factory.forum(by=owner, members=[member], is_private=True, at=begins)
    return factory.session(made)


def status(client, user, name, session, **sent):
    client.force_login(user)
    return client.post(reverse(f"planning:{name}", args=[session.pk]), sent).status_code


def test_a_guest_takes_part_and_holds_nothing(client, session):
    guest = UserFactory()
    session.guests.add(guest)

    for name in HELD:
        assert status(client, guest, name, session, reason="Why not.", is_sure="1") == 403, name
    assert status(client, guest, "session-items", session, title="One more", minutes=5) == 302
    page = client.get(session.get_absolute_url()).text
    assert "One more" in page
    assert "Begin the session" not in page


def test_one_of_the_forum_holds_it(client, session, member):
    client.force_login(member)
    assert "Begin the session" in client.get(session.get_absolute_url()).text

    assert status(client, member, "session-cancel", session, reason="All away.") == 302
    assert status(client, member, "session-restoration", session) == 302
    assert status(client, member, "session-start", session, is_sure="1") == 302
    session.refresh_from_db()
    assert session.state == "live"


def test_a_guest_does_not_close_what_goes_on(client, session, owner):
    guest = UserFactory()
    session.guests.add(guest)
    assert status(client, owner, "session-start", session, is_sure="1") == 302

    assert status(client, guest, "session-close", session) == 403
    live = client.get(reverse("planning:live", args=[session.pk])).text
    assert "Close the session" not in live
    assert status(client, owner, "session-close", session) == 302


def test_an_open_forum_is_held_by_everybody_who_plans(client, owner):
    session = factory.session(factory.forum(by=owner, at=timezone.now() + timedelta(days=3)))

    assert status(client, UserFactory(), "session-cancel", session, reason="All away.") == 302
