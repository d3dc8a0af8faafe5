"""Due dates in working days, and moving a launch."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launches import services
from launches.models import LaunchDateChange
from prodops.notifications.models import Notification
from prodops.people.business_time import Calendar
from tests.factories.launches import CREATED_AT, item, launch
from tests.factories.people import TeamFactory, UserFactory

DAYS = st.dates(min_value=date(2025, 1, 1), max_value=date(2029, 12, 31))


@settings(deadline=None)
@given(launch_on=DAYS, offset=st.integers(min_value=-60, max_value=60))
def test_a_due_date_is_a_working_day_as_many_working_days_away(launch_on, offset):
    calendar = Calendar(holiday_calendar="DE-BE")
    due = calendar.add_working_days(launch_on, offset)
    between = sorted([launch_on, due])
    days = [between[0] + timedelta(days=n) for n in range((between[1] - between[0]).days + 1)]
    worked = [day for day in days if calendar.is_working_day(day) and day != launch_on]

    assert calendar.is_working_day(due)
    assert (due > launch_on) == (offset > 0) or offset == 0
    assert len(worked) == abs(offset) or offset == 0


@settings(deadline=None)
@given(first=DAYS, second=DAYS, offset=st.integers(min_value=-40, max_value=-1))
def test_a_later_launch_never_makes_an_earlier_due_date(first, second, offset):
    calendar = Calendar(holiday_calendar="US-CA")
    early, late = sorted([first, second])

    assert calendar.add_working_days(early, offset) <= calendar.add_working_days(late, offset)


@pytest.mark.django_db
def test_due_dates_count_in_the_owners_team_calendar():
    sunday_to_thursday = UserFactory(teams=[TeamFactory(working_days=[7, 1, 2, 3, 4])])
    monday_to_friday = UserFactory(teams=[TeamFactory()])
    tuesday = date(2026, 12, 15)

    dues = [
        services.due_on(launch_on=tuesday, offset_days=-2, owner=owner)
        for owner in (sunday_to_thursday, monday_to_friday)
    ]

    assert dues == [date(2026, 12, 13), date(2026, 12, 11)]


@pytest.mark.django_db
def test_moving_the_date_moves_unsettled_due_dates_and_tells_their_owners_once(ops, pm):
    made = launch(launch_on=date(2026, 12, 15), by=ops)
    both = [item(of=made, owner=pm, offset_days=-5), item(of=made, owner=pm, offset_days=-1)]
    done = item(of=made, owner=pm, offset_days=-5, state="done")
    done_due_on = done.due_on

    change = services.move_date(
        launch=made, to_on=date(2026, 12, 22), reason="A blocker.", by=ops, at=CREATED_AT
    )

    for each in [*both, done]:
        each.refresh_from_db()
    assert [each.due_on for each in both] == [date(2026, 12, 15), date(2026, 12, 21)]
    assert done.due_on == done_due_on
    told = Notification.objects.filter(cause=f"launch-date:{change.pk}")
    assert [each.recipient for each in told] == [pm]
    assert "2 of your due dates" in told.get().title
    event = made.thread.events.get(verb="launch.moved")
    assert (event.before, event.after, event.detail) == ("15 Dec 2026", "22 Dec 2026", "A blocker.")


@pytest.mark.django_db
def test_a_move_needs_a_reason_and_another_date(ops):
    made = launch(by=ops)
    move = {"launch": made, "by": ops, "at": CREATED_AT}

    with pytest.raises(services.Refusal, match="Say why"):
        services.move_date(**move, to_on=date(2027, 1, 4), reason=" ")
    with pytest.raises(services.Refusal, match="it has now"):
        services.move_date(**move, to_on=made.launch_on, reason="Because.")
    assert not LaunchDateChange.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("stage", ["launched", "cancelled"])
def test_a_launch_that_is_over_does_not_move(ops, stage):
    made = launch(by=ops, stage=stage)

    with pytest.raises(services.NotOpen):
        services.move_date(
            launch=made, to_on=date(2027, 1, 4), reason="Late.", by=ops, at=CREATED_AT
        )
