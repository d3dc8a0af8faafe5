"""SIGKILL in the middle of a sync loses nothing and doubles nothing."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from prodops.integrations import runs, tasks
from prodops.integrations.jira.models import JiraChange, JiraIssue, JiraLink
from prodops.integrations.models import Connection, SyncRun
from tests.conftest import project_environment
from tests.factories import jira
from tests.integrations.conftest import hub_truth

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def command(*arguments):
    return subprocess.Popen(
        [sys.executable, settings.BASE_DIR / "manage.py", *arguments],
        env=project_environment(ALLOW_PRIVATE_URLS="1", DATA_DIR=str(settings.DATA_DIR)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_after(lines, *arguments):
    """Start the command and SIGKILL it when it has said `lines` lines."""
    process = command(*arguments)
    for _ in range(lines):
        if not process.stderr.readline():
            break
    process.kill()
    process.wait()
    process.stderr.close()
    process.stdout.close()


def finish(*arguments):
    process = command(*arguments)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return json.loads(out.splitlines()[-1])


@pytest.mark.sandbox
def test_killed_syncs_leave_the_same_rows_as_an_undisturbed_one(start_jira, connect, synthetic):
    sandbox = start_jira(synthetic)
    connection = connect(sandbox)
    sandbox.faults("slow:seconds=0.05,match=search")
    for lines in (2, 5, 7, 9):
        kill_after(lines, "sync", "jira", "--full")
    sandbox.control("touch", {"n": 20, "seed": 2})

    result = finish("sync", "jira", "--full")

    assert result["status"] == "succeeded"
    assert hub_truth(connection) == sandbox.truth()
    assert SyncRun.objects.filter(status="abandoned").count() >= 3
    assert not SyncRun.objects.unfinished().exists()
    changes = JiraChange.objects.values_list("issue", "history_id", "position")
    assert changes.count() == changes.distinct().count()
    counts = (JiraIssue.objects.count(), changes.count(), JiraLink.objects.count())
    again = finish("sync", "jira", "--full")
    assert (again["created"], again["updated"]) == (0, 0)
    assert counts == (JiraIssue.objects.count(), changes.count(), JiraLink.objects.count())


@pytest.mark.sandbox
def test_a_killed_worker_costs_no_issue(start_jira, connect, synthetic, start_worker):
    sandbox = start_jira(synthetic)
    connection = connect(sandbox)
    sandbox.faults("slow:seconds=0.4,match=search")
    environment = {"ALLOW_PRIVATE_URLS": "1", "DATA_DIR": str(settings.DATA_DIR)}
    for _ in range(2):
        before = JiraIssue.objects.count()
        worker = start_worker("sync", **environment)
        tasks.sync_connection.delay_on_commit(connection.pk)
        await_true(lambda before=before: JiraIssue.objects.count() > before)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    assert JiraIssue.objects.count() < len(sandbox.truth())

    start_worker("sync", **environment)
    tasks.sync_connection.delay_on_commit(connection.pk)
    await_true(lambda: SyncRun.objects.filter(status="succeeded").exists())

    assert hub_truth(connection) == sandbox.truth()
    assert SyncRun.objects.filter(status="abandoned").count() >= 2
    assert not SyncRun.objects.unfinished().exists()


def await_true(condition, seconds=120):
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.05)


def open_run(connection, at=None):
    return runs.open_run(
        connection=connection,
        trigger=SyncRun.Trigger.COMMAND,
        mode=SyncRun.Mode.FULL,
        clock=lambda: at or timezone.now(),
    )


def test_of_many_workers_one_runs():
    connection = jira.connection()
    won, refused = [], []
    start, hold = threading.Barrier(6), threading.Event()

    def work():
        try:
            start.wait()
            with open_run(connection) as run:
                won.append(run.pk)
                hold.wait(20)
        except runs.AlreadyRunning:
            refused.append(True)
            if len(refused) == 5:
                hold.set()
        finally:
            database.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(won), len(refused)) == (1, 5)
    assert SyncRun.objects.get().status == "succeeded"


def test_a_worker_taken_for_dead_writes_nothing_more():
    connection = jira.connection()
    late = AT + runs.BEAT + timedelta(minutes=11)

    with open_run(connection, AT) as lost:
        with open_run(connection, late) as heir:
            pass
        runs.save(lost, at=late, fetched=5)

    lost.refresh_from_db()
    heir.refresh_from_db()
    assert (lost.status, lost.fetched) == ("abandoned", 0)
    assert heir.status == "succeeded"


def test_the_run_of_a_vanished_session_is_closed_at_once():
    connection = jira.connection()
    with open_run(connection, AT) as run:
        SyncRun.objects.filter(pk=run.pk).update(backend="1@1.0")
        with open_run(connection, AT + timedelta(seconds=1)):
            pass
    assert list(SyncRun.objects.order_by("pk").values_list("status", flat=True)) == [
        "abandoned",
        "succeeded",
    ]


def test_a_run_keeps_its_session_until_it_is_closed(monkeypatch):
    with open_run(jira.connection()):
        session = runs._backend()
        monkeypatch.setattr(database, "close_at", 0.0)  # older than sessions are to be
    assert runs._backend() == session
    assert database.close_at == 0.0


def test_a_run_that_ends_locks_its_connection_first():
    connection = jira.connection()

    def end():
        try:
            runs.close(SyncRun.objects.get(), "succeeded", at=timezone.now())
        finally:
            database.close()

    with open_run(connection):
        ending = threading.Thread(target=end)
        with transaction.atomic():
            Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
            ending.start()
            time.sleep(1)
            with database.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
            SyncRun.objects.update(step="Beginning")
        ending.join()
    assert SyncRun.objects.get().status == "succeeded"


def test_an_unexpected_error_is_recorded_and_raised():
    connection = jira.connection()
    with pytest.raises(ZeroDivisionError), open_run(connection):
        raise ZeroDivisionError
    run = SyncRun.objects.get()
    assert (run.status, run.error) == ("failed", "Unexpected: ZeroDivisionError.")
    assert Connection.objects.get().broken_reason == "Unexpected: ZeroDivisionError."
