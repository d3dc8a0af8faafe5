"""A mailbox that cannot be read: said in words, tried again, and never an inside address."""

from datetime import timedelta

import pytest

from prodops.integrations.errors import LoginRefused, SourceError
from prodops.integrations.mailbox import imap, reading, services
from prodops.integrations.mailbox.models import InboundMail, Mailbox
from prodops.notifications.models import Notification
from tests.factories.mail import wire
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def test_a_folder_that_is_missing_is_told_and_loses_nothing(post, box, read, at):
    Mailbox.objects.update(done_folder="Nowhere")
    post.deliver(wire("one"), arrived_at=at)

    read()

    box.refresh_from_db()
    assert InboundMail.objects.count() == 1
    assert "refused MOVE" in box.failing_reason


def test_a_wrong_password_is_told_once_and_the_server_left_alone(post, box, read, at):
    ops = UserFactory(role="ops")
    post.password = "another"

    read()
    read()

    box.refresh_from_db()
    assert "refused requests" in box.failing_reason
    assert "correct horse" not in box.failing_reason
    assert box.next_read_at > at + timedelta(hours=1)
    assert Notification.objects.filter(recipient=ops).count() == 1
    assert not Mailbox.objects.due(at + timedelta(minutes=5)).exists()


def test_a_server_that_is_away_is_tried_again_and_told_when_it_is_back(post, server, box, read, at):
    ops = UserFactory(role="ops")
    post.breaks_at = "LOGIN"
    for _ in range(2):
        Mailbox.objects.update(next_read_at=None)
        read()
    titles = Notification.objects.filter(recipient=ops).order_by("pk")
    assert [each.title for each in titles] == [f"The mailbox {box} cannot be read"]
    post.breaks_at = ""

    read()

    box.refresh_from_db()
    assert (box.failures, box.failing_since) == (0, None)
    assert titles.last().title == f"The mailbox {box} can be read again"


def test_inside_addresses_are_refused(box, settings, at):
    settings.ALLOW_PRIVATE_URLS = False
    box.security = "tls"
    box.save()

    reading.read(mailbox_id=box.pk, clock=lambda: at)

    box.refresh_from_db()
    assert "private network" in box.failing_reason


def test_a_name_that_leads_inside_is_refused(monkeypatch):
    monkeypatch.setattr(
        "prodops.integrations.addresses.socket.getaddrinfo",
        lambda *_, **__: [(2, 1, 6, "", ("10.0.0.7", 993))],
    )
    options = {"host": "mail.example.com", "port": 993, "security": "tls", "folder": "INBOX"}

    with (
        pytest.raises(SourceError, match="private network"),
        imap.open_box(username="x", password="y", allow_private=False, **options),
    ):
        pass


def test_trying_says_what_is_wrong(server, settings):
    settings.ALLOW_PRIVATE_URLS = True
    host, port = server.server_address
    options = {"host": host, "port": port, "security": "none", "username": "requests"}
    options["folder"] = "INBOX"

    assert "can be read" in services.test_mailbox(password="correct horse", **options)
    with pytest.raises(LoginRefused, match="refused requests"):
        services.test_mailbox(password="wrong", **options)
    with pytest.raises(SourceError, match="no folder Nowhere"):
        services.test_mailbox(password="correct horse", **options | {"folder": "Nowhere"})
    with pytest.raises(SourceError, match="speaks no TLS"):
        services.test_mailbox(password="correct horse", **options | {"security": "tls"})
    server.shutdown()
    server.server_close()
    with pytest.raises(SourceError, match="nothing answers"):
        services.test_mailbox(password="correct horse", **options)
