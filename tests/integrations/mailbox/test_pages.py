"""Setting up a mailbox: tried before it is saved, its password never shown."""

import pytest
from django.urls import reverse

from prodops.audit.models import Change
from prodops.integrations.mailbox.models import Mailbox
from prodops.integrations.mailbox.services import password_of
from prodops.notifications.models import ReplyAddress
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
NEW = reverse("mailbox:new")


@pytest.fixture
def admin(client):
    user = UserFactory(role="admin")
    client.force_login(user)
    return user


@pytest.fixture
def typed(server, settings):
    settings.ALLOW_PRIVATE_URLS = True
    host, port = server.server_address
    return {
        "name": "Requests",
        "address": "requests@hub.example.com",
        "host": host,
        "port": port,
        "security": "none",
        "username": "requests",
        "password": "correct horse",
        "folder": "INBOX",
        "is_active": "on",
    }


def test_a_mailbox_that_works_is_saved_and_answers_go_there(client, admin, typed):
    response = client.post(NEW, typed)

    box = Mailbox.objects.get()
    assert response.url == box.get_absolute_url()
    assert password_of(box) == "correct horse"
    assert ReplyAddress.objects.get(thread_kind="request").address == box.address
    assert not Change.objects.filter(changes__icontains="correct horse").exists()


def test_one_that_does_not_is_saved_only_on_purpose(client, admin, typed):
    refused = client.post(NEW, {**typed, "password": "wrong"})
    assert refused.status_code == 422
    assert "refused requests" in refused.content.decode()
    assert not Mailbox.objects.exists()

    client.post(NEW, {**typed, "password": "wrong", "untested": "1"})

    assert Mailbox.objects.exists()


def test_trying_saves_nothing(client, admin, typed):
    tried = client.post(NEW, {**typed, "test": "1"})

    assert "can be read" in tried.content.decode()
    assert not Mailbox.objects.exists()


def test_the_password_stays_unless_another_one_is_typed(client, admin, typed):
    client.post(NEW, typed)
    box = Mailbox.objects.get()
    edit = reverse("mailbox:edit", args=[box.pk])
    assert "correct horse" not in client.get(edit).content.decode()

    client.post(edit, {**typed, "password": "", "name": "Wishes"})

    box.refresh_from_db()
    assert (box.name, password_of(box)) == ("Wishes", "correct horse")


def test_a_kept_password_goes_to_no_other_server(client, admin, typed):
    client.post(NEW, typed)
    edit = reverse("mailbox:edit", args=[Mailbox.objects.get().pk])

    refused = client.post(edit, {**typed, "password": "", "host": "elsewhere.example.com"})

    assert "Enter the password again" in refused.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("host", "10.0.0.7", "private network"),
        ("host", "mail.internal", "private network"),
        ("host", "0x7f.1", "private network"),
        ("host", "imap.example.com/x", "name alone"),
        ("security", "none", "Without TLS"),
        ("done_folder", "INBOX", "another folder"),
        ("folder", "Größe", "plain letters"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(client, admin, typed, settings, field, value, words):
    settings.ALLOW_PRIVATE_URLS = False
    typed |= {"host": "imap.example.com", "security": "tls", field: value}

    response = client.post(NEW, typed)

    assert response.status_code == 422
    assert words in response.content.decode()


def test_switched_off_nothing_is_read_and_answers_go_nowhere(client, admin, typed, at):
    client.post(NEW, typed)
    box = Mailbox.objects.get()

    client.post(reverse("mailbox:switch", args=[box.pk]), {"on": "0"})

    assert not Mailbox.objects.due(at).exists()
    assert not ReplyAddress.objects.exists()
    assert client.get(box.get_absolute_url()).status_code == 200
