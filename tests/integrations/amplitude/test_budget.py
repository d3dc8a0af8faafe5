"""Whatever is asked and whenever, Amplitude's own reckoning stays within its limits."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from prodops.integrations.amplitude.budget import (
    AT_ONCE,
    Budget,
    Past,
    TooDear,
    seconds_until_room,
)
from prodops.integrations.amplitude.models import Call
from prodops.integrations.errors import SourceBusy
from tests.factories import amplitude

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
QUERY, TAXONOMY = Call.Allowance.QUERY, Call.Allowance.TAXONOMY


class Time:
    def __init__(self):
        self.at = AT

    def now(self):
        return self.at

    def sleep(self, seconds):
        self.at += timedelta(seconds=seconds)


@settings(deadline=None)
@given(
    asked=st.lists(
        st.tuples(st.integers(1, 1_000), st.floats(0, 200), st.floats(0, 60)),
        min_size=1,
        max_size=40,
    ),
    counted_after=st.floats(0, 1),
)
def test_no_window_of_five_minutes_ever_holds_more_than_a_thousand(asked, counted_after):
    """`counted_after` is when in the course of a call Amplitude counts it."""
    at, calls, counted = AT, [], []
    for cost, pause, length in asked:
        at += timedelta(seconds=pause)
        while wait := seconds_until_room(calls, cost, QUERY, at):
            at += timedelta(seconds=wait)
        counted.append((at + timedelta(seconds=length * counted_after), cost))
        at += timedelta(seconds=length)
        calls.append(Past(QUERY, cost, at, False))
    for moment, _ in counted:
        window = [cost for then, cost in counted if timedelta(0) <= moment - then < FIVE_MINUTES]
        assert sum(window) <= 1_000


FIVE_MINUTES = timedelta(minutes=5)


def test_five_calls_at_once_and_four_of_the_taxonomy():
    running = [Past(QUERY, 1, AT, True)] * (AT_ONCE - 1)
    assert seconds_until_room(running, 1, QUERY, AT) == 0
    assert seconds_until_room([*running, Past(QUERY, 1, AT, True)], 1, QUERY, AT) > 0
    planning = [Past(TAXONOMY, 1, AT, True)] * 4
    assert seconds_until_room(planning, 1, QUERY, AT) == 0
    assert seconds_until_room(planning, 1, TAXONOMY, AT) > 0


def test_an_hour_has_its_own_limit():
    calls = [Past(QUERY, 1_000, AT - timedelta(minutes=6), False)] * 108
    assert seconds_until_room(calls, 1, QUERY, AT) > 3_000


@pytest.mark.django_db
def test_the_budget_survives_the_process_and_is_shared():
    connection, time = amplitude.connection(), Time()
    with Budget(connection, clock=time.now, sleep=time.sleep).spend(900):
        time.sleep(2)

    another = Budget(connection, clock=time.now, sleep=time.sleep)
    assert another.left() == 100
    with pytest.raises(SourceBusy) as refusal, another.spend(200):
        pytest.fail("There was no room.")
    assert refusal.value.seconds == pytest.approx(300, abs=1)
    assert "room for 200 again in 300 seconds" in str(refusal.value)


@pytest.mark.django_db
def test_the_patient_wait_until_there_is_room():
    connection, time = amplitude.connection(), Time()
    budget = Budget(connection, clock=time.now, sleep=time.sleep, patience=timedelta(minutes=10))
    for _ in range(3):
        with budget.spend(600):
            time.sleep(1)
    assert time.at - AT > timedelta(minutes=10)


@pytest.mark.django_db
def test_a_failed_call_counts_as_well():
    connection, time = amplitude.connection(), Time()
    budget = Budget(connection, clock=time.now, sleep=time.sleep)
    with pytest.raises(ZeroDivisionError), budget.spend(300):
        raise ZeroDivisionError
    assert budget.left() == 700
    assert Call.objects.get().ended_at is not None


@pytest.mark.django_db
def test_what_costs_too_much_alone_is_refused():
    budget = Budget(amplitude.connection(), clock=Time().now)
    with pytest.raises(TooDear, match="1,001; Amplitude allows 1,000"), budget.spend(1_001):
        pytest.fail("It was allowed.")


@pytest.mark.django_db
def test_old_calls_are_forgotten():
    connection, time = amplitude.connection(), Time()
    budget = Budget(connection, clock=time.now, sleep=time.sleep)
    for _ in range(3):
        with budget.spend(5):
            time.sleep(5_000)
    assert Call.objects.count() == 2


@pytest.mark.django_db
def test_a_call_for_nothing_is_none():
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.create(
            connection=amplitude.connection(), allowance=QUERY, cost=0, started_at=AT
        )
