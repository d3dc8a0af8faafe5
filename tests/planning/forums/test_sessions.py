"""Sessions ahead: made by the series, moved and cancelled by people."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from planning import tasks
from planning.models import ForumSession
from planning.services import Refusal, forums, sessions
from prodops.notifications.models import Notification
from tests.factories import forums as factory
from tests.factories.forums import AT

pytestmark = pytest.mark.django_db


def days(forum, **lookups):
    found = forum.sessions.filter(**lookups).order_by("starts_at")
    return [each.local_start.date() for each in found]


def changed(forum, **fields):
    kept = {name: getattr(forum, name) for name in (*forums.TIMES, *forums.OTHERS)}
    members = list(forum.members.all())
    told = {"by": forum.owner, "at": AT, "members": members, "standing": []}
    told["seen"] = forums.edition(forum)
    return forums.edit_forum(forum=forum, **told, **{**kept, **fields})


def test_a_new_forum_has_twelve_weeks_of_sessions(forum):
    assert days(forum)[:2] == [date(2026, 11, 3), date(2026, 11, 10)]
    assert len(days(forum)) == 12


def test_planning_again_makes_nothing_twice(forum):
    planned = forum.sessions.order_by("pk").values_list("pk", "starts_at", "sequence")
    before = list(planned)

    assert sessions.plan_all(at=AT) == 0
    assert list(planned.all()) == before


def test_a_week_later_there_is_one_more(forum):
    assert sessions.plan_all(at=AT + timedelta(weeks=1)) == 1


def test_a_holiday_moves_the_session_and_not_its_day_in_the_series(owner):
    forum = factory.forum(by=owner, weekday=5, holiday_calendar="DE")

    christmas = forum.sessions.get(series_on=date(2026, 12, 25))
    assert christmas.local_start.date() == date(2026, 12, 28)


def test_the_days_of_the_clock_change_begin_at_ten_by_the_wall(owner):
    forum = factory.forum(by=owner, at=datetime(2026, 10, 12, tzinfo=UTC))

    starts = forum.sessions.filter(series_on__range=(date(2026, 10, 20), date(2026, 10, 27)))
    assert [each.starts_at.hour for each in starts.order_by("starts_at")] == [8, 9]


def test_other_times_move_what_nobody_touched(forum):
    moved = forum.sessions.get(series_on=date(2026, 11, 10))
    told = {"reason": "A fair.", "by": forum.owner, "at": AT}
    at = datetime(2026, 11, 11, 12, tzinfo=UTC)
    sessions.move_session(session=moved, starts_at=at, minutes=30, **told)

    changed(forum, meets_at=time(14))

    starts = dict(forum.sessions.values_list("series_on", "starts_at"))
    assert starts[date(2026, 11, 3)] == datetime(2026, 11, 3, 13, tzinfo=UTC)
    assert starts[date(2026, 11, 10)] == at
    first = forum.sessions.earliest("starts_at")
    assert (first.sequence, first.changed_at) == (1, AT)


def test_another_weekday_cancels_the_old_ones_and_a_return_brings_them_back(forum):
    changed(forum, weekday=4)
    assert days(forum, state="planned")[0] == date(2026, 11, 5)
    assert set(forum.sessions.filter(state="cancelled").values_list("reason", flat=True)) == {
        sessions.OTHER_TIMES
    }

    changed(forum, weekday=2)
    assert days(forum, state="planned")[:2] == [date(2026, 11, 3), date(2026, 11, 10)]
    assert days(forum, state="cancelled")[0] == date(2026, 11, 5)


def test_what_a_person_cancelled_stays_cancelled(forum):
    first = forum.sessions.earliest("starts_at")
    sessions.cancel_session(session=first, reason="All away.", by=forum.owner, at=AT)

    sessions.plan_all(at=AT)

    first.refresh_from_db()
    assert (first.state, first.reason, first.sequence) == ("cancelled", "All away.", 1)


def test_a_cancelled_session_is_told_and_can_be_put_back(forum, member):
    first = forum.sessions.select_related("forum__thread").earliest("starts_at")
    told = {"by": forum.owner, "at": AT}
    sessions.cancel_session(session=first, reason="All away.", **told)
    sessions.restore_session(session=first, **told)

    titles = Notification.objects.filter(recipient=member).order_by("pk")
    assert [each.title for each in titles] == [
        "You are in Weekly product, every Tuesday",
        "Weekly product does not meet on Tue 3 Nov, 10:00",
        "Weekly product meets on Tue 3 Nov, 10:00 after all",
    ]


def test_a_session_that_has_begun_is_not_moved(live):
    with pytest.raises(Refusal, match="going on"):
        sessions.move_session(
            session=live,
            starts_at=AT + timedelta(days=9),
            minutes=60,
            reason="Late.",
            by=live.forum.owner,
            at=AT,
        )


def test_an_ended_forum_meets_no_more(forum):
    forums.end_forum(forum=forum, by=forum.owner, at=AT, on=AT.date())

    assert days(forum, state="planned") == []
    assert sessions.plan_all(at=AT) == 0


def test_the_schedule_prepares_forums_and_does_it_twice_without_harm(forum, time_machine):
    time_machine.move_to(datetime(2026, 11, 2, 8, 30, tzinfo=UTC))
    tasks.prepare_forums()
    tasks.prepare_forums(something="newer")

    assert ForumSession.objects.filter(preread_at__isnull=False).count() == 1


def next_night_without_half_past_two():
    """Return the day on which clocks in Berlin next go from two to three."""
    today = timezone.localdate()
    ends = (date(year, 3, 31) for year in (today.year, today.year + 1))
    nights = (end - timedelta(days=end.isoweekday() % 7) for end in ends)
    return next(night for night in nights if night > today)


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (next_night_without_half_past_two, "The clocks go forward over this time"),
        (lambda: date(2190, 3, 1), "A session moves within a year"),
    ],
)
def test_nothing_moves_to_a_time_that_is_none_or_to_another_age(client, forum, on, words):
    session = factory.session(forum)
    told = {"on": on().isoformat(), "at": "02:30", "minutes": 60, "reason": "A fair."}

    answer = client.post(reverse("planning:session-move", args=[session.pk]), told)

    assert answer.status_code == 422
    assert words in answer.text
