"""A bad network and odd answers cost time, never a number; the budget is never exceeded."""

import pytest

from prodops.integrations import services
from prodops.integrations.amplitude.models import Call, SeriesPoint
from prodops.integrations.models import Connection, SkippedRecord, SyncRun
from prodops.notifications.models import Notification
from tests.factories.people import UserFactory
from tests.integrations.amplitude.conftest import SECRET, TODAY, points, series, sync

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
Status = SyncRun.Status
JUNE = ("20260601", "20260629")


def truth_of(sandbox):
    return {key: value[1] for key, value in sandbox.truth("Log In", *JUNE).items()}


def closed(of):
    return {key: value for key, value in points(of).items() if key[1] < TODAY}


@pytest.mark.parametrize(
    "rules",
    [
        "429:every=4,retry_after=1",
        "429_bare:p=0.2",
        "500:p=0.2;502:p=0.1;503:p=0.1,retry_after=1",
        "reset:p=0.2;truncate:p=0.2;length:p=0.1",
        "html:p=0.3",
        "drip:p=0.3,seconds=0.3;slow:p=0.2,seconds=0.2;busy:p=0.2,seconds=0.2",
    ],
)
def test_a_failing_network_loses_nothing(start_amplitude, connect, quick, passing, rules):
    sandbox = start_amplitude()
    time, connection = passing(sandbox), connect(sandbox)
    sandbox.control("clock", {"freeze": True})
    of = series(connection)
    sandbox.faults(rules)

    run = sync(connection, clock=time.now)

    sandbox.faults("")
    assert run.status == Status.SUCCEEDED, run.error
    assert closed(of) == truth_of(sandbox)


@pytest.mark.parametrize("variant", ["strings", "bare_collapsed"])
def test_odd_shapes_that_mean_the_same_are_read(start_amplitude, connect, variant):
    sandbox = start_amplitude()
    connection = connect(sandbox)
    of = series(connection)
    sandbox.faults(f"malformed:variant={variant}")

    run = sync(connection)

    assert run.skipped == 0
    assert closed(of) == truth_of(sandbox)


@pytest.mark.parametrize("variant", ["short", "nulls", "no_data", "nan"])
def test_an_answer_nobody_can_read_is_set_aside_and_read_later(start_amplitude, connect, variant):
    sandbox = start_amplitude()
    connection = connect(sandbox)
    of, other = series(connection), series(connection, "users", definition={"measure": "active"})
    sandbox.faults(f"malformed:variant={variant}")

    run = sync(connection)

    of.refresh_from_db()
    aside = SkippedRecord.objects.get()
    assert run.status == Status.SUCCEEDED
    assert run.skipped == 1
    assert aside.source_id == f"series {of.pk}"
    assert aside.payload
    assert "could not be read" in of.problem
    assert points(other)

    sandbox.faults("")
    sync(connection)
    of.refresh_from_db()
    aside.refresh_from_db()
    assert aside.resolved_at is not None
    assert of.problem == ""
    assert closed(of) == truth_of(sandbox)


def test_an_answer_damaged_once_is_asked_for_again(start_amplitude, connect):
    sandbox = start_amplitude()
    connection = connect(sandbox)
    of = series(connection)
    sandbox.faults("malformed:variant=short,count=1")

    run = sync(connection)

    assert (run.status, run.skipped) == (Status.SUCCEEDED, 0)
    assert closed(of) == truth_of(sandbox)


def test_a_question_that_times_out_is_asked_in_halves(start_amplitude, connect, passing):
    sandbox = start_amplitude()
    time, connection = passing(sandbox), connect(sandbox)
    of = series(connection)
    sandbox.faults("504:match=start=20260617.*end=20260630")

    run = sync(connection, clock=time.now)

    assert run.status == Status.SUCCEEDED, run.error
    assert closed(of) == truth_of(sandbox)


def test_wrong_keys_fail_the_run_and_name_the_regions(start_amplitude, connect):
    sandbox = start_amplitude()
    connection = connect(sandbox)
    operator = UserFactory(role="ops")
    sandbox.faults("401:match=.")

    run = sync(connection)
    sync(connection)

    assert run.status == Status.FAILED
    assert "analytics.eu.amplitude.com" in run.error
    assert SECRET not in run.error
    assert Notification.objects.filter(recipient=operator).count() == 1


def test_a_lower_plan_without_taxonomy_is_no_failure(start_amplitude, connect):
    sandbox = start_amplitude()
    connection = connect(sandbox)
    sandbox.faults("401:match=taxonomy")

    run = sync(connection)

    connection.refresh_from_db()
    assert run.status == Status.SUCCEEDED
    assert run.warnings == []
    assert connection.field_map["without_taxonomy"] is True


def test_a_normal_run_never_meets_a_limit_and_waits_for_room(start_amplitude, connect, passing):
    sandbox = start_amplitude()
    time, connection = passing(sandbox), connect(sandbox)
    for name in ("Sign Up", "Log In", "View Dashboard", "Create Project"):
        definition = {"events": [{"event_type": name}], "measure": "uniques"}
        series(connection, definition=definition, starts_on=TODAY.replace(year=2025))

    run = sync(connection, clock=time.now)

    assert run.status == Status.SUCCEEDED, run.error
    assert SeriesPoint.objects.count() == 4 * 366
    assert "429" not in sandbox.statuses()
    assert run.retries == 0
    assert time.passed.total_seconds() > 240


def test_a_worker_does_not_sleep_for_long_but_comes_back(start_amplitude, connect, passing):
    sandbox = start_amplitude()
    time, connection = passing(sandbox), connect(sandbox)
    for number in range(4):
        series(connection, title=f"No {number}", starts_on=TODAY.replace(year=2025))
    statuses = []
    for _ in range(6):
        connection.refresh_from_db()
        run = sync_as_worker(connection, time)
        statuses.append(run.status)
        connection.refresh_from_db()
        if run.status == Status.SUCCEEDED:
            break
        assert connection.not_before > time.now()
        time.sleep((connection.not_before - time.now()).total_seconds() + 1)

    assert statuses[0] == Status.PAUSED
    assert statuses[-1] == Status.SUCCEEDED
    assert SeriesPoint.objects.count() == 4 * 366
    assert "429" not in sandbox.statuses()


def sync_as_worker(connection, time):
    trigger = SyncRun.Trigger.SCHEDULE
    return services.sync(connection=connection, trigger=trigger, clock=time.now)


def test_somebody_else_who_spends_the_budget_makes_us_wait(start_amplitude, connect, passing):
    sandbox = start_amplitude()
    time, connection = passing(sandbox), connect(sandbox)
    series(connection)
    sandbox.faults("429_bare:count=2,match=segmentation")

    run = sync(connection, clock=time.now)

    assert run.status == Status.SUCCEEDED, run.error
    assert run.retries == 2
    assert time.passed.total_seconds() >= 2 * 30


def test_calls_left_by_a_killed_process_hold_no_place_for_ever(start_amplitude, connect, passing):
    sandbox = start_amplitude()
    time, connection = passing(sandbox), connect(sandbox)
    Call.objects.bulk_create(
        Call(connection=connection, allowance="query", cost=1, started_at=time.now())
        for _ in range(5)
    )

    run = sync(connection, clock=time.now)

    assert run.status == Status.SUCCEEDED, run.error
    assert time.passed.total_seconds() > 120


def test_the_schedule_finds_an_amplitude_connection(start_amplitude, connect):
    connection = connect(start_amplitude())
    at = connection.created_at

    assert [one.pk for one in Connection.objects.due(at)] == [connection.pk]
    assert connection.modes_due(at) == ["full"]
