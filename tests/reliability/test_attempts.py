"""Checks 3 and 4 by themselves: what kills workers is given up, what is done is not done again."""

import contextlib
import os
from datetime import UTC, datetime, timedelta

import pytest

from prodops.celery import app
from prodops.health.models import Redelivery
from prodops.health.redeliveries import KEPT_FOR, is_given_up
from prodops.integrations import runs
from prodops.integrations.models import Connection, SyncRun
from prodops.notifications.models import Notification
from tests.factories import jira
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def begin(connection, *, minutes=0, trigger="schedule", only_if_due=False):
    """Begin a run as a worker would, and end it well."""
    with runs.open_run(
        connection=connection,
        trigger=trigger,
        mode="incremental",
        clock=lambda: AT + timedelta(minutes=minutes),
        only_if_due=only_if_due,
    ) as run:
        return run


def lose(connection, *, minutes, place=""):
    """Leave an open run whose worker is gone, after the one before has been closed."""
    with pytest.MonkeyPatch.context() as patch, contextlib.suppress(KeyError):
        patch.setattr(runs, "close", lambda *args, **options: None)
        with runs.open_run(
            connection=connection,
            trigger="schedule",
            mode="incremental",
            clock=lambda: AT + timedelta(minutes=minutes),
        ):
            raise KeyError
    SyncRun.objects.filter(finished_at=None).update(backend="0@0", place=place)


def ends():
    return list(SyncRun.objects.order_by("pk").values_list("status", flat=True))


def test_three_workers_lost_at_one_place_end_the_attempts():
    connection, operator = jira.connection(), UserFactory(role="ops")
    for minutes in range(3):
        lose(connection, minutes=minutes)

    with pytest.raises(runs.GivenUp):
        begin(connection, minutes=4)

    assert ends() == ["abandoned", "abandoned", "failed"]
    connection.refresh_from_db()
    assert (connection.breaker, connection.broken_reason) == ("open", runs.POISON)
    assert Notification.objects.filter(recipient=operator).count() == 1
    assert not connection.is_due(AT + timedelta(minutes=5))


def test_a_command_tries_all_the_same():
    connection = jira.connection()
    for minutes in range(3):
        lose(connection, minutes=minutes)
    assert begin(connection, minutes=4, trigger="command").pk
    assert ends() == ["abandoned", "abandoned", "failed", "succeeded"]


def test_runs_that_got_further_are_not_counted():
    connection = jira.connection()
    for minutes in range(5):
        place = AT + timedelta(minutes=minutes)
        Connection.objects.filter(pk=connection.pk).update(cursor=place)
        lose(connection, minutes=minutes, place=str(place))
    begin(connection, minutes=6)
    assert ends() == ["abandoned"] * 5 + ["succeeded"]


def test_of_two_messages_for_one_tick_one_runs():
    connection = jira.connection(cursor=AT, last_full_at=AT, last_reconciled_at=AT)
    begin(connection, only_if_due=True)
    with pytest.raises(runs.NotDue):
        begin(connection, only_if_due=True)
    begin(connection, minutes=15, only_if_due=True)
    assert ends() == ["succeeded"] * 2


def come_back(message="m1", at=AT):
    return is_given_up(message=message, task="t", arguments={}, most_attempts=3, at=at)


def test_a_message_has_three_workers_and_no_fourth(caplog):
    assert [come_back() for _ in range(3)] == [False, False, True]
    row = Redelivery.objects.get()
    assert (row.attempts, row.given_up_at) == (3, AT)
    assert "killed 3 workers" in caplog.text


def test_a_task_out_of_memory_takes_its_process_along_and_no_other(monkeypatch):
    left = []
    monkeypatch.setattr(os, "_exit", left.append)

    @app.task(name="tests.hungry")
    def hungry():
        raise MemoryError

    with pytest.raises(MemoryError):
        hungry()
    assert not left
    hungry.push_request(called_directly=False, is_eager=False, delivery_info={})
    with pytest.raises(MemoryError):
        hungry()
    hungry.pop_request()
    app.tasks.pop("tests.hungry")
    assert left == [1]


def test_old_ones_are_forgotten():
    come_back("old")
    come_back("new", at=AT + KEPT_FOR + timedelta(days=1))
    assert list(Redelivery.objects.values_list("message", flat=True)) == ["new"]
