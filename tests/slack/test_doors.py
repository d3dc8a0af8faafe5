"""Only calls that Slack signed just now count, each of them once."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from intake.models import ProductRequest
from prodops.integrations.slack.models import Call
from tests.factories.slack import SIGNING, call, command, sign

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("age", "headers"),
    [
        (301, {}),
        (-330, {}),
        (0, {"X-Slack-Signature": "v0=" + "0" * 64}),
        (0, {"X-Slack-Signature": ""}),
        (0, {"X-Slack-Signature": "é"}),
        (0, {"X-Slack-Request-Timestamp": ""}),
        (0, {"X-Slack-Request-Timestamp": "9" * 30}),
        (0, {"X-Slack-Request-Timestamp": "²"}),
    ],
)
def test_what_slack_did_not_sign_just_now_is_refused(client, slack, northwind, age, headers):
    answer = call(client, northwind, command(slack), age=age, **headers)

    assert answer.status_code == 401
    assert not Call.objects.exists()
    northwind.refresh_from_db()
    assert northwind.refused == 1


def test_another_secret_and_another_body_are_refused(client, slack, northwind):
    assert call(client, northwind, command(slack), secret="another").status_code == 401
    signed = urlencode(command(slack)).encode()
    now = str(int(timezone.now().timestamp()))
    headers = {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": sign(signed, now, SIGNING)}
    answer = client.post(
        reverse("intake:slack", args=[northwind.token]),
        signed + b"&text=another",
        content_type="application/x-www-form-urlencoded",
        headers=headers,
    )
    assert answer.status_code == 401


def test_a_call_counts_once_however_often_it_comes(work, client, slack, northwind, sam):
    answers = [
        call(client, northwind, command(slack)),
        call(client, northwind, command(slack)),
        call(client, northwind, command(slack), **{"X-Slack-Retry-Num": "1"}),
    ]
    work()
    work()

    assert [answer.status_code for answer in answers] == [200, 409, 200]
    assert ProductRequest.objects.count() == 1
    assert Call.objects.get().state == "done"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"payload={",
        b"payload=[]",
        b"payload=null",
        urlencode({"payload": '{"type": "message_action"}'}).encode(),
        urlencode({"payload": '{"type": "message_action", "user": 7, "message": []}'}).encode(),
        urlencode({"payload": '{"type": "block_actions", "user": {"id": "U1"}}'}).encode(),
        b"command=/request",
        b"&".join(b"a%d=1" % number for number in range(200)),
        b"payload=" + b"[" * 5000,
    ],
    ids=lambda body: str(body)[:40],
)
def test_what_cannot_be_read_is_refused_in_words(client, northwind, body):
    answer = call(client, northwind, body)

    assert answer.status_code == 400
    assert answer.content
    assert not Call.objects.exists()


def test_probes_of_slack_are_answered(client, northwind):
    assert call(client, northwind, {"ssl_check": "1", "token": "x"}).status_code == 200


def test_a_workspace_that_is_switched_off_is_not_there(client, slack, northwind):
    northwind.is_active = False
    northwind.save()

    assert call(client, northwind, command(slack)).status_code == 404


def test_too_large_a_body_is_refused_before_it_is_read(client, northwind):
    assert call(client, northwind, b"x" * 200_001).status_code == 413
