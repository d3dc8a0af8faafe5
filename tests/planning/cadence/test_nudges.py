"""One nudge a person and working morning of theirs, naming all that is overdue."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from planning import services, tasks
from planning.models import Cadence, Nudge
from planning.services import cadence, nudges, overdue
from prodops.notifications.models import Mail, Notification
from prodops.people.models import Absence
from tests.factories import planning, truth
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)
MORNING = datetime(2026, 11, 3, 7, 30, tzinfo=UTC)  # Tuesday, half past eight in Berlin


def owner(zone="Europe/Berlin", **team):
    user = UserFactory(time_zone=zone, name="Mira Chen")
    calendar = {"time_zone": zone, "holiday_calendar": "DE-BE", **team}
    MembershipFactory(user=user, team=TeamFactory(**calendar))
    return user


def silent(user, **fields):
    """An initiative under way that nobody ever reported on."""
    return planning.initiative(owner=user, stage="delivery", at=LONG_AGO, **fields)


def test_it_names_everything_and_comes_once_a_morning():
    user = owner()
    for title in ("Faster search", "Invoices by mail"):
        silent(user, title=title)

    sent = [nudges.send_nudges(at=MORNING + timedelta(minutes=each)) for each in (0, 1, 60, 120)]

    assert sent == [1, 0, 0, 0]
    told = Notification.objects.get(recipient=user, kind="nudge")
    assert told.title == "2 things wait for you in planning"
    assert "Faster search" in told.body
    assert "Invoices by mail" in told.body
    mail = Mail.objects.get(recipient=user, key__contains="nudge")
    assert reverse("planning:overdue") in mail.body.text
    assert nudges.send_nudges(at=MORNING + timedelta(days=1)) == 1
    assert Nudge.objects.count() == 2


@pytest.mark.parametrize(("days", "is_asked"), [(30, False), (0, False), (-14, False), (-15, True)])
def test_work_that_is_yet_to_start_is_asked_for_once_it_has_run_so_long(days, is_asked):
    user = owner()
    silent(user, start_on=date(2026, 11, 3) + timedelta(days=days))

    assert bool(overdue.overdue_of(user, at=MORNING)) is is_asked
    assert nudges.send_nudges(at=MORNING) == is_asked


def test_two_beats_and_two_workers_send_one(monkeypatch):
    silent(owner())
    monkeypatch.setattr("planning.tasks.timezone.now", lambda: MORNING)

    for _ in range(2):
        tasks.send_nudges()

    assert (Nudge.objects.count(), Notification.objects.filter(kind="nudge").count()) == (1, 1)


def test_a_worker_that_comes_second_finds_it_sent(monkeypatch):
    """Both looked before either wrote: the row's unique key decides."""
    user = owner()
    silent(user)
    nudges.send_nudges(at=MORNING)
    nobody = Nudge.objects.none()
    monkeypatch.setattr(Nudge.objects, "filter", lambda **_: nobody)

    assert nudges.send_nudges(at=MORNING) == 0
    assert Nudge.objects.count() == 1


@pytest.mark.parametrize(
    ("zone", "moment", "comes"),
    [
        ("Europe/Berlin", datetime(2026, 11, 3, 6, 59, tzinfo=UTC), 0),
        ("Europe/Berlin", datetime(2026, 11, 3, 7, 0, tzinfo=UTC), 1),
        ("Europe/Berlin", datetime(2026, 11, 3, 9, 59, tzinfo=UTC), 1),
        ("Europe/Berlin", datetime(2026, 11, 3, 10, 0, tzinfo=UTC), 0),
        # The Monday after the clocks went back, and the one after they went forward.
        ("Europe/Berlin", datetime(2026, 10, 26, 6, 30, tzinfo=UTC), 0),
        ("Europe/Berlin", datetime(2026, 10, 26, 7, 0, tzinfo=UTC), 1),
        ("Europe/Berlin", datetime(2026, 3, 30, 6, 0, tzinfo=UTC), 1),
        ("Europe/Berlin", datetime(2026, 3, 27, 6, 0, tzinfo=UTC), 0),
        ("America/New_York", datetime(2026, 11, 3, 12, 59, tzinfo=UTC), 0),
        ("America/New_York", datetime(2026, 11, 3, 13, 0, tzinfo=UTC), 1),
        ("America/New_York", datetime(2026, 10, 30, 12, 0, tzinfo=UTC), 1),
        ("Asia/Kolkata", datetime(2026, 11, 3, 2, 29, tzinfo=UTC), 0),
        ("Asia/Kolkata", datetime(2026, 11, 3, 2, 30, tzinfo=UTC), 1),
        # Monday morning there is still Sunday here, and Friday night here Saturday there.
        ("Pacific/Auckland", datetime(2026, 11, 1, 19, 30, tzinfo=UTC), 1),
        ("Pacific/Auckland", datetime(2026, 11, 6, 19, 30, tzinfo=UTC), 0),
        ("Pacific/Honolulu", datetime(2026, 11, 7, 18, 30, tzinfo=UTC), 0),
    ],
)
def test_it_comes_in_the_morning_of_the_owner_s_zone(zone, moment, comes):
    silent(owner(zone, holiday_calendar=""))

    assert nudges.send_nudges(at=moment) == comes


@pytest.mark.parametrize(
    ("on", "comes"),
    [
        (date(2026, 11, 7), 0),  # Saturday
        (date(2026, 11, 8), 0),  # Sunday
        (date(2026, 12, 25), 0),  # Christmas, a Friday
        (date(2026, 12, 28), 1),
        (date(2026, 11, 6), 1),
    ],
)
def test_days_off_are_quiet(on, comes):
    silent(owner())

    assert nudges.send_nudges(at=datetime(on.year, on.month, on.day, 8, tzinfo=UTC)) == comes


def test_the_days_of_the_owner_s_team_count():
    silent(owner(working_days=[7, 1, 2, 3, 4]))

    assert nudges.send_nudges(at=datetime(2026, 11, 8, 8, tzinfo=UTC)) == 1
    assert nudges.send_nudges(at=datetime(2026, 11, 6, 8, tzinfo=UTC)) == 0


@pytest.mark.parametrize(("share", "comes"), [(100, 0), (50, 1)])
def test_who_is_away_is_left_alone(share, comes):
    user = owner()
    silent(user)
    Absence.objects.create(user=user, from_on=MORNING.date(), until_on=MORNING.date(), share=share)

    assert nudges.send_nudges(at=MORNING) == comes


def test_what_rests_is_not_named():
    user = owner()
    resting = silent(user)
    told = {"by": user, "at": MORNING - timedelta(days=9), "reason": "The partner is on leave."}
    cadence.pause(
        initiative=resting, from_on=date(2026, 10, 25), until_on=date(2026, 11, 3), **told
    )

    assert nudges.send_nudges(at=MORNING) == 0
    assert nudges.send_nudges(at=MORNING + timedelta(days=1)) == 1


def test_taking_it_up_again_ends_the_quiet():
    user = owner()
    resting = silent(user)
    told = {"by": user, "at": MORNING - timedelta(days=9)}
    first = {"from_on": date(2026, 10, 25), "until_on": None, "reason": "We wait."}
    cadence.pause(initiative=resting, **first, **told)
    cadence.resume(initiative=resting, **told)

    assert nudges.send_nudges(at=MORNING) == 1


@pytest.mark.parametrize(
    ("own", "of_all", "days_ago", "is_due"),
    [
        (None, None, 14, False),
        (None, None, 15, True),
        (7, None, 8, True),
        (30, None, 20, False),
        (None, 7, 8, True),
        (None, 30, 20, False),
        (21, 7, 20, False),
    ],
)
def test_the_cadence_is_the_initiative_s_own_or_that_of_all(own, of_all, days_ago, is_due):
    user = owner()
    initiative = silent(user)
    services.report_status(
        initiative=initiative,
        status="on_track",
        text="Well.",
        by=user,
        at=MORNING - timedelta(days=days_ago),
    )
    for of, days in ((initiative, own), (None, of_all)):
        if days:
            Cadence.objects.create(initiative=of, days=days)

    found = overdue.overdue_of(user, at=MORNING)

    assert [one.item for one in found] == ([f"update:{initiative.pk}"] if is_due else [])


def test_reports_to_confirm_are_named():
    user = owner()
    initiative = silent(user, target_on=date(2026, 11, 30))
    services.report_status(
        initiative=initiative,
        status="on_track",
        text="Well.",
        by=user,
        at=MORNING - timedelta(days=3),
    )
    truth.check(initiative, at=MORNING - timedelta(days=2), days=90)

    (one,) = overdue.overdue_of(user, at=MORNING)

    assert (one.kind, one.what) == ("truth", "Confirm or correct")


def test_what_was_put_off_comes_back_the_next_day():
    user = owner()
    initiative = silent(user)
    overdue.snooze(user=user, item=f"update:{initiative.pk}", on=MORNING.date())

    assert overdue.overdue_of(user, at=MORNING) == []
    assert len(overdue.overdue_of(user, at=MORNING + timedelta(days=1))) == 1


def test_ideas_and_what_is_over_need_no_update():
    user = owner()
    planning.initiative(owner=user, at=LONG_AGO)
    over = silent(user)
    services.finish_initiative(initiative=over, by=user, at=LONG_AGO)

    assert overdue.overdue_of(user, at=MORNING) == []
