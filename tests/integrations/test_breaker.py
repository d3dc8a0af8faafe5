"""The circuit breaker: opens after failures in a row, tries after growing pauses, closes again."""

from datetime import UTC, datetime, timedelta

import pytest

from prodops.integrations import breaker, runs
from prodops.integrations.errors import LoginRefused, SourceUnavailable
from prodops.integrations.models import Connection, SyncRun
from prodops.notifications.models import Notification
from tests.factories import jira
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
Breaker = Connection.Breaker


def attempt(connection, error=None, *, at=AT, trigger="schedule"):
    """Do one run that ends with `error`, or well."""
    connection.refresh_from_db()
    with runs.open_run(
        connection=connection, trigger=trigger, mode="incremental", clock=lambda: at
    ) as run:
        connection.refresh_from_db()
        tried_as = connection.breaker
        if error:
            raise error
    connection.refresh_from_db()
    return run, tried_as


def away():
    return SourceUnavailable("Jira could not be reached: ConnectTimeout.")


def test_it_opens_after_three_failures_in_a_row():
    connection = jira.connection()
    for number in (1, 2):
        attempt(connection, away())
        assert (connection.breaker, connection.failures) == (Breaker.CLOSED, number)
        assert connection.takes_calls
    attempt(connection, away())
    assert (connection.breaker, connection.failures) == (Breaker.OPEN, 3)
    assert connection.probe_at == AT + timedelta(minutes=15)
    assert not connection.takes_calls


def test_a_success_in_between_starts_the_count_again():
    connection = jira.connection()
    for error in (away(), away(), None, away(), away()):
        attempt(connection, error)
    assert (connection.breaker, connection.failures) == (Breaker.CLOSED, 2)


def test_each_failed_try_doubles_the_pause_up_to_four_hours():
    connection = jira.connection()
    for _ in range(3):
        attempt(connection, away())
    pauses = []
    for _ in range(6):
        _, tried_as = attempt(connection, away())
        assert (tried_as, connection.breaker) == (Breaker.HALF_OPEN, Breaker.OPEN)
        pauses.append((connection.probe_at - AT).total_seconds() / 60)
    assert pauses == [30, 60, 120, 240, 240, 240]


def test_an_interval_longer_than_the_longest_pause_stays_as_it_is():
    day = timedelta(days=1)
    assert [breaker.pause_after(failures, day) for failures in (3, 9)] == [day, day]


def test_a_try_that_works_closes_it_and_says_so_once():
    connection, operator = jira.connection(), UserFactory(role="ops")
    for _ in range(5):
        attempt(connection, away())
    run, tried_as = attempt(connection, at=AT + timedelta(hours=5))

    assert tried_as == Breaker.HALF_OPEN
    assert run.status == SyncRun.Status.SUCCEEDED
    assert (connection.breaker, connection.failures, connection.probe_at) == ("closed", 0, None)
    told = Notification.objects.filter(recipient=operator).order_by("pk")
    assert [one.title for one in told] == ["Jira cannot be synced", "Jira works again"]


def test_a_refused_login_opens_it_at_once():
    connection = jira.connection()
    attempt(connection, LoginRefused("Jira refuses the credential; it may have expired."))
    assert (connection.breaker, connection.failures) == (Breaker.OPEN, 1)
    assert not connection.is_due(AT + timedelta(minutes=14))


def test_a_new_credential_is_tried_at_once(private_urls):
    from prodops.integrations import services

    connection = jira.connection()
    attempt(connection, LoginRefused("Jira refuses the credential."))
    services.save_connection(connection=connection, secret="another", at=AT)
    connection.refresh_from_db()
    assert connection.breaker == Breaker.OPEN
    assert connection.is_due(AT)


def test_a_worker_killed_while_trying_leaves_it_to_the_next():
    connection = jira.connection()
    attempt(connection, LoginRefused("Jira refuses the credential."))
    SyncRun.objects.create(
        connection=connection,
        trigger="schedule",
        mode="incremental",
        started_at=AT,
        heartbeat_at=AT,
        backend="0@0",
    )
    Connection.objects.update(breaker=Breaker.HALF_OPEN, probe_at=None)
    attempt(connection, at=AT + timedelta(minutes=20))
    assert connection.breaker == Breaker.CLOSED
