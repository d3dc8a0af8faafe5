"""The sandbox's real deliveries: registered, signed, lost, doubled, late, and applied."""

import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from prodops.integrations import tasks
from prodops.integrations.jira import deliveries, webhooks
from prodops.integrations.jira.models import JiraIssue
from prodops.integrations.models import Webhook, WebhookDelivery
from tests.factories.people import UserFactory
from tests.integrations.conftest import hub_truth, sync

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]
State = WebhookDelivery.State


@pytest.fixture
def told(start_jira, connect, synthetic, live_server, settings, monkeypatch):
    """Return a function: a synced connection whose webhook reaches this test's server."""
    settings.SITE_URL = live_server.url
    monkeypatch.setattr(tasks.apply_deliveries, "delay_on_commit", lambda pk: None)

    def start(kind="cloud", *options, **fields):
        sandbox = start_jira(synthetic, kind, "--webhook-retry", "0.2,0.3", *options)
        sandbox.control("clock", {"set": now().strftime("%Y-%m-%dT%H:%M:%SZ")})
        connection = connect(sandbox, **fields)
        sync(connection)
        connection.refresh_from_db()
        made = webhooks.register(connection=connection, by=UserFactory(role="admin"), at=now())
        assert (made.refusal, made.secret) == ("", "")
        return sandbox, connection

    return start


def arrived(count):
    """Wait until so many calls are kept."""
    give_up_at = time.monotonic() + 20
    while WebhookDelivery.objects.count() < count:
        assert time.monotonic() < give_up_at, WebhookDelivery.objects.count()
        time.sleep(0.05)


def settled_quietly(sandbox):
    """Wait until the sandbox has nothing more to send."""
    last = None
    while (state := sandbox.control("state")["webhooks"]) != last or state["queued"]:
        last = state
        time.sleep(0.7)
    return state["deliveries"]


@pytest.mark.parametrize("kind", ["cloud", "datacenter"])
def test_changes_arrive_and_are_applied_without_a_run(told, kind):
    sandbox, connection = told(kind)
    runs = connection.runs.count()
    sandbox.control("touch", {"n": 15, "seed": 3})
    made = sandbox.control("create", {"n": 2, "project": next(iter(sandbox_projects()))})
    arrived(15 if not made else 16)
    settled_quietly(sandbox)

    deliveries.apply(connection=connection)

    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {State.APPLIED}
    assert hub_truth(connection) == sandbox.truth()
    assert connection.runs.count() == runs


def sandbox_projects():
    return sorted(set(JiraIssue.objects.values_list("project__key", flat=True)))


def test_an_issue_named_often_is_read_once(told):
    sandbox, connection = told()
    key = JiraIssue.objects.alive().first().key
    for seed in range(6):
        sandbox.control("touch", {"keys": [key], "seed": seed})
    arrived(6)
    asked = sandbox.control("state")["requests"]
    deliveries.apply(connection=connection)
    assert sandbox.control("state")["requests"] != asked
    assert WebhookDelivery.objects.filter(state=State.APPLIED).count() == 6
    assert hub_truth(connection) == sandbox.truth()


def test_a_deletion_is_believed_when_jira_knows_the_issue_no_more(told):
    sandbox, connection = told()
    key = JiraIssue.objects.alive().order_by("pk").first().key
    sandbox.control("delete", {"keys": [key]})
    arrived(1)
    deliveries.apply(connection=connection)
    assert JiraIssue.objects.get(key=key).deleted_at
    assert hub_truth(connection) == sandbox.truth()


def test_a_deletion_told_of_a_living_issue_deletes_nothing(told):
    sandbox, connection = told()
    issue = JiraIssue.objects.alive().first()
    told_of(connection, issue.jira_id, "jira:issue_deleted")
    deliveries.apply(connection=connection)
    assert JiraIssue.objects.get(pk=issue.pk).deleted_at is None
    assert WebhookDelivery.objects.get().note == "Jira still has the issue."


def test_a_404_without_a_deletion_or_a_login_deletes_nothing(told):
    sandbox, connection = told()
    issues = list(JiraIssue.objects.alive()[:3])
    sandbox.faults(f"forbidden:project={issues[0].project.key},mode=hidden")
    told_of(connection, issues[0].jira_id, "jira:issue_updated")
    deliveries.apply(connection=connection)
    sandbox.faults("expired")
    told_of(connection, issues[1].jira_id, "jira:issue_deleted")
    deliveries.apply(connection=connection)

    assert JiraIssue.objects.filter(pk__in=[one.pk for one in issues], deleted_at=None).count() == 3
    first, second = WebhookDelivery.objects.order_by("pk")
    assert first.state == State.IGNORED
    assert (second.state, second.attempts) == (State.RECEIVED, 0)
    assert "refuses the credential" in second.note


def told_of(connection, jira_id, event):
    number = WebhookDelivery.objects.count() + 1
    return WebhookDelivery.objects.create(
        connection=connection,
        identifier=f"made-{number}",
        body_hash=bytes([number]) * 32,
        event=event,
        issue_id=jira_id,
        received_at=now(),
    )


@pytest.mark.parametrize(
    "rules",
    [
        "webhook_duplicate:p=0.6",
        "webhook_late:p=0.5,seconds=1",
        "webhook_duplicate:p=0.5;webhook_late:p=0.5,seconds=1;500:p=0.2",
    ],
)
def test_doubled_late_and_disordered_calls_end_at_the_truth(told, quick, rules):
    sandbox, connection = told()
    sandbox.faults(rules)
    for seed in range(4):
        sandbox.control("touch", {"n": 8, "seed": seed})
    keys = list(JiraIssue.objects.alive().values_list("key", flat=True)[:3])
    sandbox.control("delete", {"keys": keys})
    sent = settled_quietly(sandbox)

    arrived(len({one["identifier"] for one in sent}))
    deliveries.apply(connection=connection)
    deliveries.apply(connection=connection, clock=lambda: now() + timedelta(hours=1))

    assert not WebhookDelivery.objects.filter(state=State.RECEIVED).exists()
    assert hub_truth(connection) == sandbox.truth()


def test_lost_calls_are_caught_by_the_schedule(told):
    sandbox, connection = told()
    sandbox.faults("webhook_drop:p=0.5")
    sandbox.control("touch", {"n": 20, "seed": 3})
    settled_quietly(sandbox)
    deliveries.apply(connection=connection)
    assert hub_truth(connection) != sandbox.truth()
    sync(connection)
    assert hub_truth(connection) == sandbox.truth()


def test_issues_of_projects_we_do_not_read_are_left_alone(told):
    sandbox, connection = told()
    connection.projects = ["ANOTHER"]
    connection.save(update_fields=["projects"])
    issue = JiraIssue.objects.alive().first()
    told_of(connection, issue.jira_id, "jira:issue_updated")
    deliveries.apply(connection=connection)
    assert "does not read" in WebhookDelivery.objects.get().note


def test_a_source_that_fails_is_asked_again_later(told, quick):
    sandbox, connection = told()
    issue = JiraIssue.objects.alive().first()
    sandbox.control("touch", {"keys": [issue.key]})
    arrived(1)
    sandbox.faults("500")
    deliveries.apply(connection=connection)
    waiting = WebhookDelivery.objects.get()
    assert (waiting.state, waiting.attempts) == (State.RECEIVED, 1)
    assert waiting.leased_until > now() + timedelta(seconds=20)

    sandbox.faults("")
    assert deliveries.apply(connection=connection) == 0
    deliveries.apply(connection=connection, clock=lambda: now() + timedelta(hours=1))
    assert hub_truth(connection) == sandbox.truth()


def test_a_broken_issue_is_set_aside_and_mended_by_the_next_call(told, monkeypatch):
    sandbox, connection = told()
    issue = JiraIssue.objects.alive().first()
    read = deliveries.services.JiraClient.issue
    monkeypatch.setattr(
        deliveries.services.JiraClient,
        "issue",
        lambda self, one, **options: read(self, one, **options) | {"changelog": None},
    )
    told_of(connection, issue.jira_id, "jira:issue_updated")
    deliveries.apply(connection=connection)
    record = connection.skipped_records.unresolved().get()
    assert (record.run, record.reason) == (None, "changelog is missing.")

    monkeypatch.setattr(deliveries.services.JiraClient, "issue", read)
    told_of(connection, issue.jira_id, "jira:issue_updated")
    deliveries.apply(connection=connection)
    assert not connection.skipped_records.unresolved().exists()


def test_registering_again_leaves_one_webhook_and_removing_leaves_none(told, client):
    sandbox, connection = told(projects=[])
    client.force_login(UserFactory(role="admin"))
    answer = client.post(reverse("integrations:webhook", args=[connection.slug]))
    assert answer.status_code == 302
    hooks = sandbox.control("state")["webhooks"]["hooks"]
    assert [(hook["url"], hook["signed"]) for hook in hooks] == [(Webhook.objects.get().url, True)]

    client.post(reverse("integrations:webhook-removal", args=[connection.slug]))
    assert sandbox.control("state")["webhooks"]["hooks"] == []
    assert not Webhook.objects.exists()


def test_a_refused_registration_is_left_to_be_entered_by_hand(told, client):
    sandbox, connection = told()
    sandbox.faults("401:match=webhooks/1.0")
    client.force_login(UserFactory(role="admin"))
    answer = client.post(reverse("integrations:webhook", args=[connection.slug]))
    content = answer.content.decode()
    assert answer.status_code == 200
    assert "Jira did not take it" in content
    assert Webhook.objects.get().url in content
