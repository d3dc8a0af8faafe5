"""/healthz and /readyz: what a load balancer learns."""

import socket
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from prodops.health import checks, views
from prodops.health.models import Heartbeat
from prodops.health.tasks import leave_heartbeat


@pytest.fixture(autouse=True)
def _nothing_kept():
    views._last["at"] = float("-inf")


def test_alive_asks_nothing_of_the_database(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert response.json() == {"status": "alive"}
    assert "no-store" in response["Cache-Control"]


def test_ready_after_a_heartbeat(client, db):
    leave_heartbeat()

    response = client.get("/readyz")

    assert response.status_code == 200
    assert set(response.json()["checks"].values()) == {"ok"}


@pytest.mark.parametrize(("seconds", "status"), [(170, 200), (200, 503)])
def test_a_heartbeat_may_be_three_minutes_old(client, db, seconds, status):
    beaten_at = timezone.now() - timedelta(seconds=seconds)
    Heartbeat.objects.create(queue="default", beaten_at=beaten_at)

    response = client.get("/readyz")

    assert response.status_code == status
    if status == 503:
        assert "for 200 seconds" in response.json()["checks"]["beat"]


def test_not_ready_says_what_is_missing(client, db, monkeypatch, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "ok"
    assert "The queue (REDIS_URL) does not answer" in response.json()["checks"]["broker"]
    assert response.json()["checks"]["beat"] == "No worker has run a scheduled task yet."


def test_a_silent_queue_is_asked_once(client, db, settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"

        response = client.get("/readyz")

        silent.settimeout(1)
        silent.accept()
        silent.setblocking(False)
        with pytest.raises(BlockingIOError):
            silent.accept()
    assert "does not answer" in response.json()["checks"]["broker"]


def test_a_database_that_is_down_is_a_reason_not_an_error(client, db, monkeypatch):
    def refuse():
        raise OperationalError("connection refused\nIs the server running?")

    monkeypatch.setattr(checks, "connection", SimpleNamespace(cursor=refuse))

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["database"] == (
        "The database does not answer: connection refused."
    )


def test_the_answer_is_kept_for_two_seconds(client, db, django_assert_num_queries):
    leave_heartbeat()
    client.get("/readyz")

    with django_assert_num_queries(0):
        assert client.get("/readyz").status_code == 200


def test_a_second_heartbeat_moves_the_same_row(db):
    leave_heartbeat()
    leave_heartbeat(sent_by="a newer version")

    assert Heartbeat.objects.count() == 1


@pytest.mark.parametrize(("question", "status"), [("away", 503), ("too much", 500)])
def test_the_last_page_tells_a_database_that_is_away_from_one_asked_too_much(
    db, rf, question, status
):
    def ask():
        if question == "away":
            raise OperationalError("connection refused")
        with connection.cursor() as cursor:
            cursor.execute("SELECT quote_literal(repeat('w', 3000))::tsquery")

    try:
        with transaction.atomic():
            ask()
    except OperationalError:
        answer = views.broken(rf.get("/"))

    assert answer.status_code == status
