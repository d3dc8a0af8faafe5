"""Who is synced when."""

from datetime import UTC, datetime, timedelta

import pytest

from prodops.integrations import services, tasks
from prodops.integrations.jira.models import JiraIssue
from prodops.integrations.models import Connection, SyncRun
from tests.factories import jira
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def finished(connection, **fields):
    run = SyncRun.objects.create(
        **{
            "connection": connection,
            "trigger": "schedule",
            "mode": "full",
            "status": "succeeded",
            "started_at": AT,
            "heartbeat_at": AT,
            "finished_at": AT,
            **fields,
        }
    )
    connection.latest_run = run
    return run


def due_after(connection, minutes):
    return connection.is_due(AT + timedelta(minutes=minutes))


def test_a_connection_is_due_at_once_and_then_after_its_interval():
    connection = jira.connection()
    assert due_after(connection, 0)
    finished(connection)
    assert [due_after(connection, minutes) for minutes in (14, 15)] == [False, True]


def test_an_open_breaker_waits_for_its_next_try():
    connection = jira.connection()
    finished(connection, status="failed")
    connection.breaker = Connection.Breaker.OPEN
    connection.probe_at = AT + timedelta(minutes=90)
    assert [due_after(connection, minutes) for minutes in (15, 89, 90)] == [False, False, True]
    connection.wanted_modes = ["full"]
    assert due_after(connection, 1)


def test_a_wait_the_source_asked_for_is_kept_and_a_paused_run_goes_on_at_once():
    connection = jira.connection()
    finished(connection, status="paused")
    assert due_after(connection, 0)
    connection.not_before = AT + timedelta(minutes=30)
    assert [due_after(connection, minutes) for minutes in (29, 30)] == [False, True]


def test_an_open_run_is_left_alone_until_it_looks_dead():
    connection = jira.connection()
    finished(connection, status="running", finished_at=None)
    assert [due_after(connection, minutes) for minutes in (10, 11)] == [False, True]


def test_the_tick_wakes_a_worker_for_active_connections_only(
    monkeypatch, django_capture_on_commit_callbacks
):
    woken = []
    monkeypatch.setattr(services, "sync_in_worker", lambda **given: woken.append(given))
    due = jira.connection()
    jira.connection("off", is_active=False)
    jira.connection("files", kind=Connection.Kind.JIRA_FILE)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sync_due_connections()
    assert woken == [{"connection": due, "mode": "full"}]


def test_a_message_for_a_connection_that_is_gone_is_no_error():
    tasks.sync_connection(999_999, from_an_older_version=True)


@pytest.mark.sandbox
def test_a_wished_run_is_done_once_by_the_person_who_asked(
    start_jira, connect, synthetic, django_capture_on_commit_callbacks
):
    sandbox = start_jira(synthetic)
    connection, user = connect(sandbox), UserFactory(role="ops")

    with django_capture_on_commit_callbacks(execute=True):
        services.want_sync(connection=connection, is_full=True, by=user, at=AT)
    tasks.sync_connection(connection.pk)

    first, second = SyncRun.objects.order_by("pk")
    assert (first.trigger, first.started_by, first.created) == (
        "person",
        user,
        len(sandbox.truth()),
    )
    assert (second.trigger, second.created, second.updated) == ("schedule", 0, 0)
    assert JiraIssue.objects.count() == first.created
    connection.refresh_from_db()
    assert connection.wanted_at is None


def test_each_kind_of_run_has_its_own_turn():
    connection = jira.connection()
    assert connection.modes_due(AT) == ["full"]
    finished(connection, status="running", finished_at=None)
    connection.cursor = AT
    assert connection.modes_due(AT + timedelta(minutes=5)) == ["incremental"]
    SyncRun.objects.update(status="succeeded", finished_at=AT)
    connection.last_full_at = connection.last_reconciled_at = AT
    finished(connection, mode="incremental")
    hours = [(hours, connection.modes_due(AT + timedelta(hours=hours))) for hours in (1, 24, 168)]
    assert hours == [
        (1, ["incremental"]),
        (24, ["incremental", "reconcile"]),
        (168, ["incremental", "full", "reconcile"]),
    ]


def test_wishes_for_different_runs_are_all_kept(django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr(services, "sync_in_worker", lambda **given: None)
    connection, user = jira.connection(), UserFactory(role="ops")
    Connection.objects.update(last_full_at=AT, last_reconciled_at=AT)
    connection.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        services.want_sync(connection=connection, is_full=True, by=user, at=AT)
        services.want_sync(connection=connection, is_full=False, by=user, at=AT)
        services.want_reconciliation(connection=connection, by=user, at=AT)
    connection.refresh_from_db()
    assert connection.wanted_modes == ["full", "incremental", "reconcile"]
    assert connection.modes_due(AT) == ["incremental", "full", "reconcile"]
