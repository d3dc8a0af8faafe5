"""Messages to people in Slack: sent once, tried again while that may help, never twice unasked."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from prodops.integrations.slack import outbox, tasks
from prodops.integrations.slack.client import SlackClient
from prodops.integrations.slack.models import Note
from tests.factories.people import UserFactory
from tests.factories.slack import note

pytestmark = pytest.mark.django_db
AT = timezone.now()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def queued(northwind):
    return note(northwind, at=AT)


def state(**wanted):
    return Note.objects.values_list("state", "attempts").get(**wanted)


def test_a_message_is_sent_after_the_commit(slack, northwind, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        note(northwind, at=timezone.now())
        note(northwind, at=timezone.now())

    assert slack.told == ["*REQ-1 was accepted*"]
    assert slack.asked[-1][1]["channel"] == "U2"
    assert Note.objects.get().state == "sent"


def test_a_message_is_sent_once_however_often_a_worker_is_woken(slack, queued):
    for _ in range(3):
        tasks.deliver_note(queued.pk)
    tasks.deliver_note(4_000_000)

    assert len(slack.told) == 1


@pytest.mark.parametrize("failure", [(503, {}), (429, {})])
def test_while_slack_fails_it_waits_longer_and_longer(slack, queued, failure):
    slack.failing["chat.postMessage"] = failure
    pauses, at = [], AT
    for _ in range(6):
        held = outbox.deliver(note_id=queued.pk, at=at)
        pauses.append(held.next_attempt_at - at)
        assert outbox.deliver(note_id=queued.pk, at=at) is None
        at = held.next_attempt_at

    assert pauses[:5] == [MINUTE * 4**power for power in range(5)]
    assert state() == ("failed", 6)
    assert Note.objects.get().error


def test_it_waits_as_long_as_slack_asks(slack, queued, monkeypatch):
    def busy(self, user_id, text):
        raise outbox.SourceBusy("Slack asks us to wait.", 300)

    monkeypatch.setattr(SlackClient, "tell", busy)
    held = outbox.deliver(note_id=queued.pk, at=AT)

    assert held.next_attempt_at == AT + timedelta(seconds=300)


@pytest.mark.parametrize("code", ["channel_not_found", "token_revoked", "not_in_channel"])
def test_what_will_not_get_better_is_given_up_at_once(slack, queued, code):
    slack.failing["chat.postMessage"] = (200, {"ok": False, "error": code})
    outbox.deliver(note_id=queued.pk, at=AT)

    assert state() == ("failed", 1)
    assert code in Note.objects.get().error


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b""])
def test_an_answer_nobody_can_read_is_not_taken_for_a_no(slack, queued, answer):
    slack.failing["chat.postMessage"] = (200, answer)
    outbox.deliver(note_id=queued.pk, at=AT)

    assert state() == ("unknown", 1)


def test_an_answer_that_does_not_come_leaves_it_unknown(slack, queued, monkeypatch):
    monkeypatch.setattr("prodops.integrations.slack.client.TIMEOUT", (1, 0.2))
    slack.failing["chat.postMessage"] = "never"
    outbox.deliver(note_id=queued.pk, at=AT)

    assert state() == ("unknown", 1)
    assert len(slack.asked) == 1


def test_where_nobody_listens_it_is_tried_again(slack, northwind, queued):
    northwind.base_url = "http://127.0.0.1:9/api"
    northwind.save()
    outbox.deliver(note_id=queued.pk, at=AT)

    assert state() == ("queued", 1)


def test_a_workspace_that_is_switched_off_sends_nothing(slack, northwind, queued):
    northwind.is_active = False
    northwind.save()
    outbox.deliver(note_id=queued.pk, at=AT)

    assert state() == ("failed", 1)
    assert slack.asked == []


def sending(of, **fields):
    died = {"state": "sending", "token": uuid.uuid4(), "lease_until": AT - MINUTE, "attempts": 1}
    return note(of, at=AT, **{**died, **fields})


@pytest.mark.parametrize(
    ("fields", "ends"),
    [
        ({}, "queued"),
        ({"attempts": 6}, "failed"),
        ({"handed_over_at": AT - MINUTE}, "unknown"),
        ({"lease_until": AT + MINUTE}, "sending"),
    ],
    ids=["unsent", "too often", "handed over", "at work"],
)
def test_what_a_dead_worker_left_is_settled(northwind, fields, ends):
    sending(northwind, **fields)

    outbox.sweep(at=AT)

    assert Note.objects.get().state == ends


def test_a_worker_that_lost_its_lease_sends_nothing(slack, queued, monkeypatch):
    honest = outbox.services.client_for

    def slow(workspace):
        Note.objects.update(state="queued", token=None, lease_until=None)
        return honest(workspace)

    monkeypatch.setattr(outbox.services, "client_for", slow)

    assert outbox.deliver(note_id=queued.pk, at=AT) is None
    assert slack.told == []


def test_the_sweeper_wakes_a_worker_for_what_is_due(slack, queued):
    assert outbox.sweep(at=AT - MINUTE) == 0
    assert outbox.sweep(at=AT) == 1


def test_old_messages_are_forgotten_unless_they_wait(northwind):
    note(northwind, at=AT, key="a", state="failed")
    note(northwind, at=AT, key="b")

    outbox.sweep(at=AT + timedelta(days=15))

    assert [each.key for each in Note.objects.all()] == ["b"]


def test_a_person_may_send_it_again(client, slack, northwind):
    held = note(northwind, at=AT, state="unknown", attempts=1)
    client.force_login(UserFactory(role="ops"))
    address = reverse("slack:resend-note", args=[held.pk])
    page = client.get(northwind.get_absolute_url()).content.decode()
    assert address in page

    answer = client.post(address)
    assert answer["Location"] == northwind.get_absolute_url()
    assert state() == ("queued", 0)
    client.post(address)
    outbox.deliver(note_id=held.pk, at=timezone.now())
    client.post(address)
    assert len(slack.told) == 1
    assert state() == ("sent", 1)


@pytest.mark.parametrize(
    "fields",
    [{"state": "sent"}, {"sent_at": AT}, {"state": "sending"}],
    ids=["sent without a moment", "a moment without being sent", "sending without a lease"],
)
def test_the_database_holds_what_a_state_means(queued, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.filter(pk=queued.pk).update(**fields)
