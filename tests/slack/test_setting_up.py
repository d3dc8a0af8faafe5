"""Setting up a workspace: secrets sealed, tried before they are kept, never shown."""

import pytest
from django.urls import reverse

from prodops.audit.models import Change
from prodops.integrations import rotation
from prodops.integrations.slack.client import SlackClient
from prodops.integrations.slack.models import Workspace, WorkspaceSecret
from prodops.integrations.slack.words import bare, escaped, plain, title_and_body
from tests.factories.people import UserFactory
from tests.factories.slack import SIGNING, TOKEN

NEW = {"name": "Northwind", "signing_secret": SIGNING, "bot_token": TOKEN, "is_active": "on"}
NEW["unknown_people"] = "refuse"


@pytest.fixture
def admin(client, db, settings):
    settings.ALLOW_PRIVATE_URLS = True
    user = UserFactory(role="admin")
    client.force_login(user)
    return user


def test_a_workspace_is_tried_and_kept_with_sealed_secrets(client, admin, slack):
    answer = client.post(reverse("slack:new-workspace"), {**NEW, "base_url": slack.api})

    made = Workspace.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    assert made.team_id == "T1"
    kept = [bytes(secret.sealed) for secret in made.secrets.all()]
    assert len(kept) == 2
    assert not any(secret.encode() in sealed for secret in (SIGNING, TOKEN) for sealed in kept)
    page = client.get(made.get_absolute_url()).content.decode()
    assert f"/intake/slack/{made.token}/" in page
    edit = client.get(reverse("slack:edit-workspace", args=[made.pk])).content.decode()
    history = str([each.changes for each in Change.objects.all()])
    for secret in (SIGNING, TOKEN):
        assert secret not in page + edit + history


def test_a_token_that_does_not_sign_in_is_not_kept(client, admin, slack):
    wanted = {**NEW, "base_url": slack.api, "bot_token": "xoxb-wrong"}
    answer = client.post(reverse("slack:new-workspace"), wanted)

    assert (answer.status_code, "invalid_auth" in answer.content.decode()) == (422, True)
    assert "xoxb-wrong" not in answer.content.decode()
    assert not Workspace.objects.exists()


def test_empty_secrets_keep_those_there_are(client, admin, northwind):
    address = reverse("slack:edit-workspace", args=[northwind.pk])
    before = set(northwind.secrets.values_list("sealed", flat=True))
    changed = {**NEW, "base_url": northwind.base_url, "signing_secret": "", "bot_token": ""}

    assert client.post(address, {**changed, "name": "Southwind"}).status_code == 302
    northwind.refresh_from_db()
    assert northwind.name == "Southwind"
    assert set(northwind.secrets.values_list("sealed", flat=True)) == before
    elsewhere = {**changed, "base_url": "http://127.0.0.1:1/api"}
    answer = client.post(address, elsewhere)
    assert (answer.status_code, "Enter the token again" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"unknown_people": "stand_in"},
        {"bot_token": "xoxb-\u200b1"},
        {"base_url": "ftp://slack.com"},
        {"signing_secret": ""},
    ],
    ids=str,
)
def test_what_is_wrong_is_told(client, admin, slack, wrong):
    answer = client.post(reverse("slack:new-workspace"), {**NEW, "base_url": slack.api, **wrong})

    assert answer.status_code == 422
    assert not Workspace.objects.exists()


def test_a_private_address_is_refused_where_it_may_not_be_called(client, admin, slack, settings):
    settings.ALLOW_PRIVATE_URLS = False
    for address in (slack.api, "https://10.0.0.7/api", "https://localhost/api"):
        answer = client.post(reverse("slack:new-workspace"), {**NEW, "base_url": address})
        assert answer.status_code == 422
    assert slack.asked == []


def test_new_keys_seal_these_secrets_too(northwind, settings):
    settings.CREDENTIALS_KEYS = ["another-key", *settings.CREDENTIALS_KEYS]
    assert rotation.is_due()

    from django.utils import timezone

    assert rotation.rotate(at=timezone.now()) == 2
    assert not rotation.is_due()
    assert WorkspaceSecret.objects.values("key_id").distinct().count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.slack.com.evil.example/x",
        "https://evil.example/slack.com",
        "https://user@hooks.slack.com/x",
        "http://hooks.slack.com/x",
        "https://169.254.169.254/x",
    ],
)
def test_a_reply_goes_nowhere_but_to_slack(address):
    from prodops.integrations.errors import AddressRefused

    client = SlackClient(base_url="https://slack.com/api", token=TOKEN)
    with pytest.raises(AddressRefused):
        client.reply(address, "Hello")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("<https://a.example/?x=1|words> and <https://b.example>", None),
        ("hi <@U123|mira> and <#C1|general> <!here>", "hi @mira and @general @here"),
        ("  padded\n", "padded"),
    ],
)
def test_words_of_slack_become_ours(text, shown):
    expected = shown or "[words](https://a.example/?x=1) and https://b.example"
    assert plain(text) == expected


def test_our_words_are_safe_in_slack():
    assert escaped("<!everyone> & <b>") == "&lt;!everyone&gt; &amp; &lt;b&gt;"
    assert bare("Sent <https://hub.example/1|REQ-1>.") == "Sent REQ-1."
    assert title_and_body("One\nTwo") == ("One", "One\nTwo")
    assert title_and_body("One") == ("One", "")
    assert title_and_body("x" * 400)[0] == "x" * 300
