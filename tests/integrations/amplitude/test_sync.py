"""What is copied from Amplitude equals what Amplitude says, and changes with it."""

from datetime import date, timedelta

import pytest

from prodops.integrations.amplitude.models import (
    EventProperty,
    PointRestatement,
    Series,
    SeriesPoint,
    SeriesTotal,
    TrackedEvent,
    UserProperty,
)
from prodops.integrations.models import SyncRun
from tests.factories.people import UserFactory
from tests.integrations.amplitude.conftest import TODAY, points, series, sync

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
JUNE = ("20260601", "20260630")


def test_daily_numbers_equal_amplitudes_own(start_amplitude, connect):
    sandbox = start_amplitude()
    connection = connect(sandbox)
    totals = series(connection)
    people = series(connection, definition=totals.definition | {"measure": "uniques"})
    by_platform = series(connection, definition=totals.definition | {"group_by": "platform"})

    run = sync(connection)

    assert run.status == SyncRun.Status.SUCCEEDED, run.error
    whole, grouped = sandbox.truth("Log In", *JUNE), sandbox.truth("Log In", *JUNE, by="platform")
    closed = {key: value for key, value in whole.items() if key[1] < TODAY}
    assert {key: points(totals)[key] for key in closed} == {k: v[1] for k, v in closed.items()}
    assert {key: points(people)[key] for key in closed} == {k: v[0] for k, v in closed.items()}
    for key, value in grouped.items():
        if key[1] < TODAY:
            assert points(by_platform)[key] == value[1]
    assert set(points(by_platform)) == set(grouped)


def test_only_the_running_day_is_partial_and_days_to_come_are_left_out(start_amplitude, connect):
    connection = connect(start_amplitude())
    of = series(connection)

    sync(connection)

    assert list(of.points.filter(is_partial=True).values_list("on", flat=True)) == [TODAY]
    assert of.points.latest("on").on == TODAY


def test_a_second_run_over_unchanged_data_writes_no_number(start_amplitude, connect):
    sandbox = start_amplitude()
    sandbox.control("clock", {"freeze": True})
    connection = connect(sandbox)
    series(connection)
    sync(connection)
    before = set(SeriesPoint.objects.values_list("pk", "value", "data_as_of"))

    again = sync(connection)

    assert again.mode == SyncRun.Mode.INCREMENTAL
    assert (again.created, again.updated) == (0, 0)
    assert again.unchanged > 0
    assert set(SeriesPoint.objects.values_list("pk", "value", "data_as_of")) == before
    assert not PointRestatement.objects.exists()


def test_late_events_restate_days_that_were_final(start_amplitude, connect):
    sandbox = start_amplitude()
    connection = connect(sandbox)
    of = series(connection)
    sync(connection)
    yesterday, partial = TODAY - timedelta(days=1), points(of)["", TODAY]
    seen = points(of)["", yesterday]

    sandbox.control("clock", {"advance": 4 * 86_400})
    run = sync(connection)

    truth = sandbox.truth("Log In", *JUNE)
    assert points(of)["", yesterday] == truth["", yesterday][1] > seen
    restated = PointRestatement.objects.get(series=of, on=yesterday)
    assert (restated.old_value, restated.new_value) == (seen, truth["", yesterday][1])
    assert restated.run == run
    assert of.points.get(on=yesterday).first_value == seen
    assert not PointRestatement.objects.filter(on=TODAY).exists(), "it was partial, not final"
    assert points(of)["", TODAY] > partial


def test_a_repaired_history_is_found_by_a_full_run(start_amplitude, connect):
    sandbox = start_amplitude()
    connection = connect(sandbox)
    of = series(connection, starts_on=date(2026, 3, 1))
    sync(connection)
    sandbox.control(
        "backfill", {"event": "Log In", "from": "20260401", "to": "20260405", "factor": 1.2}
    )

    sync(connection)
    assert not PointRestatement.objects.filter(on__lt=date(2026, 4, 6)).exists()
    sync(connection, is_full=True)

    truth = sandbox.truth("Log In", "20260401", "20260405")
    assert {key: points(of)[key] for key in truth} == {key: v[1] for key, v in truth.items()}
    assert PointRestatement.objects.filter(series=of, on__month=4).count() == 5


def test_a_repair_within_the_trailing_window_needs_no_full_run(start_amplitude, connect):
    sandbox = start_amplitude()
    connection = connect(sandbox)
    of = series(connection)
    sync(connection)
    sandbox.control(
        "backfill", {"event": "Log In", "from": "20260620", "to": "20260622", "factor": 0.5}
    )

    sync(connection)

    truth = sandbox.truth("Log In", "20260620", "20260622")
    assert {key: points(of)[key] for key in truth} == {key: v[1] for key, v in truth.items()}
    assert PointRestatement.objects.filter(series=of).count() == 3


def test_weeks_are_whole_weeks_as_amplitude_cuts_them(start_amplitude, connect):
    connection = connect(start_amplitude())
    of = series(
        connection, "users", grain=7, definition={"measure": "active"}, starts_on=date(2025, 12, 31)
    )

    sync(connection)

    days = sorted(day for _, day in points(of))
    assert {day.isoweekday() for day in days} == {7}, "this project's weeks begin on Sundays"
    assert days[0] == date(2026, 1, 4), "the week that was begun before is not whole"
    assert days == [days[0] + timedelta(days=7 * n) for n in range(len(days))]
    assert list(of.points.filter(is_partial=True).values_list("on", flat=True)) == [days[-1]]


def test_a_gap_in_reading_is_closed(start_amplitude, connect):
    sandbox = start_amplitude()
    connection = connect(sandbox)
    of = series(connection)
    sync(connection)
    sandbox.control("clock", {"advance": 40 * 86_400})

    sync(connection)

    days = {day for _, day in points(of)}
    assert len(days) == (max(days) - min(days)).days + 1 == 70


def test_values_over_the_whole_range_are_kept_apart(start_amplitude, connect):
    connection = connect(start_amplitude())
    definition = {"events": [{"event_type": "Log In"}], "measure": "uniques"}
    of = series(connection, definition=definition)

    sync(connection)

    total = SeriesTotal.objects.get(series=of)
    week = of.points.filter(on__range=(total.range_start, total.range_end))
    assert (total.range_start, total.range_end) == (date(2026, 6, 17), TODAY)
    assert max(point.value for point in week) < total.value < sum(point.value for point in week)


def test_events_with_their_plan_and_the_quiet_ones(start_amplitude, connect, passing):
    sandbox = start_amplitude()
    time = passing(sandbox)
    connection = connect(sandbox)
    owner = UserFactory()
    sync(connection, clock=time.now)
    TrackedEvent.objects.filter(name="Log In").update(owner=owner, notes="Ours")

    time.sleep(300)
    sync(connection, clock=time.now)

    listed = TrackedEvent.objects.filter(connection=connection)
    assert listed.count() == 19, "one is hidden, and so not listed"
    login = listed.get(name="Log In")
    assert (login.owner, login.notes) == (owner, "Ours")
    assert login.description == "Sent when a user does: log in"
    assert login.category.name == "Engagement"
    assert listed.get(name="Upload File").is_deleted is False
    unused = set(TrackedEvent.objects.unused().values_list("name", flat=True))
    assert unused, "a retired one does not happen any more"
    assert "Log In" not in unused
    assert "Sign Up" in set(TrackedEvent.objects.undocumented().values_list("name", flat=True))
    assert EventProperty.objects.filter(event=login).exists()
    assert {one.name for one in UserProperty.objects.all()} == {"platform", "gp:plan", "country"}


def test_what_is_no_longer_listed_is_kept_and_marked(start_amplitude, connect):
    connection = connect(start_amplitude())
    sync(connection)
    gone = TrackedEvent.objects.create(
        connection=connection,
        name="Gone",
        first_listed_at=connection.created_at,
        listed_on=TODAY,
    )

    run = sync(connection)

    gone.refresh_from_db()
    assert gone.lost_since is not None
    assert run.deleted == 0
    assert gone not in TrackedEvent.objects.present()


def test_a_new_connection_begins_with_active_and_new_users(start_amplitude, connect):
    sandbox = start_amplitude()
    connection = connect(sandbox)

    run = sync(connection)

    assert run.status == SyncRun.Status.SUCCEEDED, run.error
    assert Series.objects.count() == 3
    assert all(one.is_whole for one in Series.objects.all())
    active = Series.objects.get(title="Active users by day")
    truth = sandbox.truth("_active", "20260101", "20260629")
    assert all(points(active)[key] == value[0] for key, value in truth.items())
    assert "429" not in sandbox.statuses()


def test_an_event_amplitude_refuses_stops_only_its_own_series(start_amplitude, connect):
    connection = connect(start_amplitude())
    wrong = series(
        connection, definition={"events": [{"event_type": "No Such"}], "measure": "totals"}
    )
    right = series(connection)

    run = sync(connection)

    wrong.refresh_from_db()
    assert run.status == SyncRun.Status.SUCCEEDED
    assert "Invalid event type No Such" in wrong.problem
    assert any("Invalid event type No Such" in warning for warning in run.warnings)
    assert points(right)
