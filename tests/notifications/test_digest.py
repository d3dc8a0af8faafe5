"""The daily digest: at eight in one's own zone, once a day, with what is still news."""

from datetime import UTC, datetime, timedelta

import pytest

from prodops.notifications import subscriptions
from prodops.notifications.models import Channel, Kind, Mail
from prodops.notifications.services.digests import send_digests
from prodops.notifications.tasks import send_digests as task
from tests.factories.audit import ThreadFactory
from tests.factories.notifications import NotificationFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
EIGHT_IN_BERLIN = datetime(2026, 11, 23, 7, tzinfo=UTC)
YESTERDAY = EIGHT_IN_BERLIN - timedelta(hours=20)


@pytest.fixture
def ana():
    return UserFactory(time_zone="Europe/Berlin")


def test_it_comes_at_eight_in_ones_own_zone(ana):
    tokyo = UserFactory(time_zone="Asia/Tokyo")
    for user in (ana, tokyo):
        NotificationFactory(recipient=user, at=YESTERDAY - timedelta(days=1))

    assert send_digests(at=EIGHT_IN_BERLIN - timedelta(hours=8)) == 1
    assert Mail.objects.get().recipient == tokyo
    assert send_digests(at=EIGHT_IN_BERLIN - timedelta(minutes=1)) == 0
    assert send_digests(at=EIGHT_IN_BERLIN) == 1


def test_there_is_one_a_day_and_it_holds_everything_once(ana):
    NotificationFactory.create_batch(3, recipient=ana, at=YESTERDAY)
    for hours in range(10):
        NotificationFactory(recipient=ana, at=EIGHT_IN_BERLIN + timedelta(hours=hours))
        send_digests(at=EIGHT_IN_BERLIN + timedelta(hours=hours, minutes=30))

    mail = Mail.objects.get()
    assert mail.key == f"digest:{ana.pk}:2026-11-23"
    assert mail.body.subject == "3 things you follow changed"
    assert send_digests(at=EIGHT_IN_BERLIN + timedelta(days=1)) == 1
    assert Mail.objects.last().body.subject == "10 things you follow changed"


def test_a_late_run_catches_up(ana):
    NotificationFactory(recipient=ana, at=YESTERDAY)

    assert send_digests(at=EIGHT_IN_BERLIN + timedelta(hours=9)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"read_at": YESTERDAY},
        {"channel": Channel.INSTANT},
        {"channel": Channel.OFF},
        {"in_digest_at": YESTERDAY},
    ],
)
def test_what_is_no_news_is_left_out(ana, fields):
    NotificationFactory(recipient=ana, at=YESTERDAY, **fields)

    assert send_digests(at=EIGHT_IN_BERLIN) == 0


def test_a_kind_turned_off_since_is_left_out(ana):
    NotificationFactory(recipient=ana, at=YESTERDAY, kind=Kind.LAUNCH)
    subscriptions.turn_off(user=ana, kind=Kind.LAUNCH)

    assert send_digests(at=EIGHT_IN_BERLIN) == 0


def test_a_requester_reads_nothing_of_a_record_they_no_longer_follow():
    asker = UserFactory(role="requester")
    seen = ThreadFactory(followers=[asker])
    for thread in (seen, ThreadFactory()):
        NotificationFactory(recipient=asker, thread=thread, title=thread.title, at=YESTERDAY)
    NotificationFactory(recipient=asker, thread=None, path="/", title="Welcome", at=YESTERDAY)
    send_digests(at=EIGHT_IN_BERLIN)

    text = Mail.objects.get().body.text
    assert seen.title in text
    assert "Welcome" in text
    assert text.count("* ") == 2


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 6, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 25, 7, tzinfo=UTC)),
        ("Asia/Kathmandu", datetime(2026, 3, 29, 2, 15, tzinfo=UTC)),
    ],
)
def test_it_is_eight_also_when_the_clocks_change_and_in_odd_zones(zone, moment):
    NotificationFactory(recipient=UserFactory(time_zone=zone), at=moment - timedelta(hours=20))

    assert send_digests(at=moment - timedelta(minutes=1)) == 0
    assert send_digests(at=moment) == 1


def test_the_digest_tells_how_to_stop_it(ana):
    NotificationFactory(recipient=ana, at=YESTERDAY)
    send_digests(at=EIGHT_IN_BERLIN)

    mail = Mail.objects.select_related("body").get()
    token = mail.unsubscribe_path.strip("/").rpartition("/")[2]
    assert subscriptions.read_link(token) == (ana, "digest")
    assert "/notifications/preferences/" in mail.body.text


def test_the_task_takes_what_it_does_not_know_and_may_run_twice(ana):
    NotificationFactory(recipient=ana, at=YESTERDAY)
    task(of_a_newer_version=1)
    task()

    assert Mail.objects.filter(key__startswith="digest:").count() <= 1
