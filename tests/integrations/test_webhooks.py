"""What Jira tells by itself: who may tell it, what is kept, and what becomes of it."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from prodops.integrations import secrets, tasks
from prodops.integrations.jira import deliveries, webhooks
from prodops.integrations.models import Connection, Webhook, WebhookDelivery
from tests.factories import jira
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
SECRET = "webhook-secret"
State = WebhookDelivery.State


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def told(event="jira:issue_updated", issue_id="10001", at=None, **fields) -> bytes:
    at = at or now()
    issue = {"id": issue_id, "key": f"CORE-{issue_id}"} if issue_id else {}
    body = {"timestamp": int(at.timestamp() * 1000), "webhookEvent": event, "issue": issue}
    return json.dumps(body | fields).encode()


def tell(client, webhook, body: bytes, *, identifier="a", signed=None):
    """Post as Jira does."""
    headers = {"X-Atlassian-Webhook-Identifier": identifier}
    headers |= {"X-Hub-Signature": signature(body) if signed is None else signed}
    url = reverse("integrations:delivery", args=[webhook.token])
    return client.post(url, body, content_type="application/json", headers=headers)


@pytest.fixture
def webhook():
    return jira.webhook()


@pytest.fixture
def woken(monkeypatch):
    """The connections a worker was woken for, in place of waking one."""
    found = []
    monkeypatch.setattr(tasks.apply_deliveries, "delay_on_commit", found.append)
    return found


def test_a_signed_call_is_kept_and_a_worker_woken(client, webhook, woken):
    response = tell(client, webhook, told(), identifier="first")

    assert response.status_code == 202
    kept = WebhookDelivery.objects.get()
    assert (kept.identifier, kept.event, kept.issue_id, kept.issue_key, kept.state) == (
        "first",
        "jira:issue_updated",
        "10001",
        "CORE-10001",
        State.RECEIVED,
    )
    assert woken == [webhook.connection_id]


@pytest.mark.parametrize(
    "signed",
    [
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        "sha1=abc",
        signature(b"another body"),
        signature(told(at=datetime(2026, 1, 1, tzinfo=UTC)), "another secret"),
        "sha256=ключ",
    ],
)
def test_a_call_that_is_not_signed_right_leaves_a_count_only(client, webhook, woken, signed):
    response = tell(client, webhook, told(), signed=signed)

    assert response.status_code == 401
    webhook.refresh_from_db()
    assert webhook.refused == 1
    assert webhook.refused_at
    assert not WebhookDelivery.objects.exists()
    assert woken == []


def test_the_signature_is_compared_in_constant_time(monkeypatch):
    compared = []
    monkeypatch.setattr(
        webhooks.hmac, "compare_digest", lambda a, b: compared.append((a, b)) or a == b
    )
    assert webhooks.is_signed(b"{}", signature(b"{}"), SECRET)
    assert not webhooks.is_signed(b"{}", "short", SECRET)
    assert len(compared) == 2


def test_the_body_is_signed_as_it_came(client, webhook, woken):
    spaced = b'{ "webhookEvent" : "jira:issue_updated",\n "issue": {"id": "7", "key": "A-7"} }'
    assert tell(client, webhook, spaced).status_code == 202
    assert tell(client, webhook, spaced + b" ", signed=signature(spaced)).status_code == 401


def test_more_than_a_megabyte_is_not_even_read(client, webhook):
    body = b"x" * 1_000_001
    assert tell(client, webhook, body).status_code == 413
    assert tell(client, webhook, b"x" * 1_000_000, signed="sha256=no").status_code == 401
    assert not WebhookDelivery.objects.exists()


def test_another_attempt_and_a_replay_are_acknowledged_and_kept_once(client, webhook, woken):
    body = told()
    answers = [
        tell(client, webhook, body, identifier="same").status_code,
        tell(client, webhook, body, identifier="same").status_code,
        tell(client, webhook, body, identifier="made up by a replay").status_code,
        tell(client, webhook, told(issue_id="10002"), identifier="same").status_code,
    ]
    assert answers == [202] * 4
    assert WebhookDelivery.objects.count() == 1


def test_two_connections_may_be_told_the_same(client, webhook, woken):
    other = jira.webhook(jira.connection("second"))
    body = told()
    for one in (webhook, other):
        assert tell(client, one, body).status_code == 202
    assert WebhookDelivery.objects.count() == 2


def test_a_call_older_than_what_is_remembered_is_refused(client, webhook, woken):
    late = now() - timedelta(hours=2)  # Jira's last attempt comes over an hour after the first
    assert tell(client, webhook, told(at=late)).status_code == 202
    stale = told(at=now() - timedelta(days=15))
    assert tell(client, webhook, stale, identifier="b").status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"not json",
        b'{"issue": {"id": [1]}}',
        b'{"timestamp": 1e99, "issue": 5}',
        b"[" * 100_000,
        b'{"webhookEvent": "jira:issue_updated", "issue": {}}',
        b'{"webhookEvent": 7, "issue": null, "timestamp": "x"}',
    ],
)
def test_a_call_without_an_issue_is_kept_as_ignored(client, webhook, woken, body):
    assert tell(client, webhook, body).status_code == 202
    kept = WebhookDelivery.objects.get()
    assert (kept.state, kept.note) == (State.IGNORED, "It names no issue.")


def test_odd_names_are_cut_and_cleaned(client, webhook, woken):
    body = told(event="a\x00b" * 60, issue_id="1" * 99)
    assert tell(client, webhook, body, identifier="x" * 200).status_code == 202
    kept = WebhookDelivery.objects.get()
    assert (len(kept.identifier), len(kept.issue_id), "\x00" in kept.event) == (80, 40, False)


def test_an_unknown_address_and_another_method_lead_nowhere(client, webhook):
    url = reverse("integrations:delivery", args=["00000000-0000-4000-8000-000000000000"])
    assert client.post(url, b"{}", content_type="application/json").status_code == 404
    assert client.get(reverse("integrations:delivery", args=[webhook.token])).status_code == 405


def test_floods_are_turned_away(client, webhook, woken, monkeypatch):
    monkeypatch.setattr(webhooks, "CALLS_A_MINUTE", 3)
    answers = [
        tell(client, webhook, told(issue_id=str(n)), identifier=str(n)).status_code
        for n in range(5)
    ]
    assert answers[:3] == [202] * 3
    assert 429 in answers


def test_a_flood_of_forged_calls_is_not_even_counted(client, webhook, monkeypatch):
    monkeypatch.setattr(webhooks, "BAD_CALLS_A_MINUTE", 2)
    answers = [tell(client, webhook, told(), signed="no") for _ in range(8)]
    webhook.refresh_from_db()
    assert {answer.status_code for answer in answers} == {401, 429}
    assert answers[-1].headers["Retry-After"] == "60"
    assert webhook.refused < 8


def test_a_call_asks_the_database_little(client, webhook, django_assert_max_num_queries):
    """The webhook with its connection, one insert; the rest is the actor and a savepoint."""
    with django_assert_max_num_queries(6):
        tell(client, webhook, told())


def test_the_sweeper_wakes_gives_up_and_forgets(webhook, woken):
    at = now()
    given = {"connection": webhook.connection, "event": "jira:issue_updated", "issue_id": "1"}

    def delivery(number, **fields):
        marks = {"identifier": str(number), "body_hash": bytes([number]) * 32}
        return WebhookDelivery.objects.create(**given | marks | {"received_at": at} | fields)

    fresh = delivery(1)
    leased = delivery(2, leased_until=at + timedelta(minutes=1), attempts=1)
    poison = delivery(3, attempts=6, leased_until=at - timedelta(minutes=1))
    delivery(4, received_at=at - timedelta(days=15))
    deliveries.sweep(at=at)

    assert woken == [webhook.connection_id]
    left = {one.pk: one.state for one in WebhookDelivery.objects.all()}
    assert left == {fresh.pk: "received", leased.pk: "received", poison.pk: "failed"}


def test_nothing_is_asked_while_the_breaker_is_open_or_the_connection_off(webhook):
    WebhookDelivery.objects.create(
        connection=webhook.connection,
        identifier="1",
        body_hash=b"1" * 32,
        event="jira:issue_updated",
        issue_id="1",
        received_at=now(),
    )
    for fields in ({"breaker": Connection.Breaker.OPEN}, {"is_active": False}):
        Connection.objects.update(**fields)
        webhook.connection.refresh_from_db()
        assert deliveries.apply(connection=webhook.connection) == 0
    assert WebhookDelivery.objects.get().attempts == 0


def test_before_the_first_sync_calls_are_ignored(webhook):
    WebhookDelivery.objects.create(
        connection=webhook.connection,
        identifier="1",
        body_hash=b"1" * 32,
        event="jira:issue_updated",
        issue_id="1",
        received_at=now(),
    )
    assert deliveries.apply(connection=webhook.connection) == 1
    assert WebhookDelivery.objects.get().note == "The first sync reads it."


def test_setting_it_up_by_hand_shows_the_secret_this_once(client, settings):
    connection = jira.connection()
    client.force_login(UserFactory(role="admin"))
    url = reverse("integrations:webhook", args=[connection.slug])

    response = client.post(url, {"by_hand": "1"})

    webhook = Webhook.objects.get()
    secret = secrets.unseal(bytes(webhook.sealed))
    content = response.content.decode()
    assert (secret in content, webhook.url in content) == (True, True)
    assert "no-store" in response.headers["Cache-Control"]
    assert webhook.url.startswith(settings.SITE_URL)
    page = client.get(connection.get_absolute_url()).content.decode()
    assert (secret in page, webhook.url in page) == (False, True)
    assert client.get(url).status_code == 405


def test_a_new_secret_takes_the_place_of_the_old_and_the_address_stays(client, webhook, woken):
    client.force_login(UserFactory(role="admin"))
    client.post(reverse("integrations:webhook", args=["jira"]), {"by_hand": "1"})
    token = webhook.token
    webhook.refresh_from_db()
    assert webhook.token == token
    assert tell(client, webhook, told()).status_code == 401
    body = told()
    new = signature(body, secrets.unseal(bytes(webhook.sealed)))
    assert tell(client, webhook, body, signed=new).status_code == 202
