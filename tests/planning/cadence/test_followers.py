"""The week of what one follows: on Monday at eight in one's own zone, once, and only if any."""

from datetime import UTC, date, datetime, timedelta

import pytest

from planning import services
from planning.services import followers
from prodops.audit import services as audit
from prodops.notifications import subscriptions
from prodops.notifications.models import Mail, Notification
from tests.factories import planning, truth
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
WEDNESDAY = datetime(2026, 11, 4, 9, tzinfo=UTC)
MONDAY = datetime(2026, 11, 9, 7, 0, tzinfo=UTC)  # eight in Berlin


@pytest.fixture
def initiative():
    owner = UserFactory(name="Mira", time_zone="Europe/Berlin")
    made = planning.initiative(
        owner=owner, stage="delivery", target_on=date(2026, 11, 30), title="Faster search"
    )
    services.report_status(
        initiative=made, status="at_risk", text="The load test failed.", by=owner, at=WEDNESDAY
    )
    return made


def of(user):
    return Notification.objects.filter(recipient=user, kind="followed")


def test_owners_followers_and_the_team_hear_of_it_once(initiative):
    follower, colleague, stranger = (UserFactory(time_zone="Europe/Berlin") for _ in range(3))
    audit.follow(thread=initiative.thread, users=[follower])
    team = TeamFactory()
    initiative.teams.add(team)
    MembershipFactory(team=team, user=colleague)

    sent = [followers.send_followed(at=MONDAY + timedelta(hours=each)) for each in (0, 0, 1, 48)]

    assert sent == [3, 0, 0, 0]
    for user in (initiative.owner, follower, colleague):
        told = of(user).get()
        assert "At risk: The load test failed." in told.body
        assert Mail.objects.get(recipient=user, key__contains="followed").body.subject == told.title
    assert not of(stranger).exists()


@pytest.mark.parametrize(
    ("zone", "moment", "comes"),
    [
        ("Europe/Berlin", MONDAY - timedelta(minutes=1), 0),
        ("Europe/Berlin", MONDAY, 1),
        ("America/New_York", MONDAY + timedelta(hours=5, minutes=59), 0),
        ("America/New_York", MONDAY + timedelta(hours=6), 1),
        ("Asia/Tokyo", datetime(2026, 11, 8, 23, 30, tzinfo=UTC), 1),
        ("Asia/Tokyo", datetime(2026, 11, 8, 22, 30, tzinfo=UTC), 0),
    ],
)
def test_it_comes_on_monday_at_eight_in_one_s_own_zone(initiative, zone, moment, comes):
    initiative.owner.time_zone = zone
    initiative.owner.save()

    assert followers.send_followed(at=moment) == comes


def test_a_week_without_changes_is_told_to_nobody(initiative):
    assert followers.send_followed(at=MONDAY + timedelta(days=7)) == 0


def test_it_tells_of_dates_stages_decisions_and_the_forecast(initiative):
    told = {"by": initiative.owner, "at": WEDNESDAY}
    truth.check(initiative, at=datetime(2026, 11, 3, 9, tzinfo=UTC), days=10)
    truth.check(initiative, at=datetime(2026, 11, 9, 5, tzinfo=UTC), days=20)
    services.move_target(
        initiative=initiative, target_on=date(2026, 12, 4), precision="day", **told
    )
    services.move_stage(initiative=initiative, stage="discovery", **told)
    decision = planning.decision(initiative=initiative, title="Which index", at=WEDNESDAY)
    services.decide(
        decision=decision, text="The small one.",
        rationale="It is fast enough for the customers we have.",
        **told,
    )  # fmt: skip

    followers.send_followed(at=MONDAY)

    body = of(initiative.owner).get().body
    for words in (
        "Target 30 Nov 2026 → 4 Dec 2026",
        "Delivery → Discovery",
        f"Decided: Which index ({decision.key})",
        "Forecast (85 of 100) 13 Nov 2026 → 29 Nov 2026",
    ):
        assert words in body, body


def test_who_turned_it_off_gets_no_mail(initiative):
    subscriptions.turn_off(user=initiative.owner, kind="followed")

    followers.send_followed(at=MONDAY)

    assert of(initiative.owner).exists()
    assert not Mail.objects.filter(recipient=initiative.owner, key__contains="followed").exists()
