"""Who must know that a clock ran out is told, once for each promise."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from intake import services
from intake.models import ClockBreach, TriageTurn
from prodops.notifications.models import Channel, Kind, Notification, Preference
from tests.factories.intake import CategoryFactory
from tests.factories.people import UserFactory

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def test_a_breach_is_told_once_to_owner_and_operations(ask, triager, swift, london):
    ops, owner = UserFactory(role="ops"), UserFactory(role="contributor")
    made = ask(kind=swift, at=MONDAY)
    services.classify(product_request=made, team=london, owner=owner, by=triager, at=MONDAY)
    late = MONDAY + timedelta(days=1, hours=1)
    Notification.objects.all().delete()

    told = [services.tell_breaches(at=late + n * HOUR) for n in range(3)]

    assert told == [2, 0, 0]
    titles = Notification.objects.filter(recipient=owner).values_list("title", flat=True)
    assert {title.partition(":")[0] for title in titles} == {"Late"}
    assert len(titles) == 2
    assert Notification.objects.filter(recipient=ops).count() == 2
    assert not Notification.objects.filter(recipient=made.author).exists()
    lines = made.thread.events.filter(verb="request.late")
    assert [line.is_public for line in lines] == [False, False]
    assert "It was due Mon 2 Nov 2026, 17:00 (UTC)." in [line.detail for line in lines]


def test_whose_turn_it_is_hears_of_a_breach_where_nobody_owns_it(ask, triager, swift, london):
    turn = UserFactory(role="contributor")
    TriageTurn.objects.create(team=london, user=turn)
    made = ask(kind=swift, at=MONDAY)
    services.classify(product_request=made, team=london, by=triager, at=MONDAY)

    services.tell_breaches(at=MONDAY + timedelta(days=2))

    assert Notification.objects.filter(recipient=turn, title__startswith="Late").count() == 2


def test_a_promise_broken_again_is_told_again(ask, triager, swift, london):
    made = ask(kind=swift, at=MONDAY)
    services.classify(
        product_request=made, team=london, category=CategoryFactory(), by=triager, at=MONDAY
    )
    assert services.tell_breaches(at=MONDAY + timedelta(days=1)) == 1
    tuesday = MONDAY + timedelta(days=1, hours=1)
    services.decline(product_request=made, reason="No.", by=triager, at=tuesday)
    services.reopen(product_request=made, reason="Yes?", by=triager, at=tuesday)
    assert services.tell_breaches(at=tuesday + HOUR) == 0

    assert services.tell_breaches(at=tuesday + timedelta(days=3)) == 1


def test_paused_and_decided_ones_are_not_told_of(ask, triager, swift):
    waiting, decided, spam = (ask(kind=swift, at=MONDAY) for _ in range(3))
    services.ask_requester(product_request=waiting, question="?", by=triager, at=MONDAY)
    services.decline(product_request=decided, reason="No.", by=triager, at=MONDAY)
    services.close(product_request=spam, is_spam=True, by=triager, at=MONDAY)

    assert services.tell_breaches(at=MONDAY + timedelta(days=9)) == 0


def test_what_an_import_brings_long_overdue_is_written_down_and_told_to_nobody(ask, swift):
    UserFactory(role="ops")
    ask(kind=swift, at=MONDAY)

    assert services.tell_breaches(at=MONDAY + timedelta(days=60)) == 2
    assert not Notification.objects.exists()


def test_a_breach_is_history(ask, triager, swift):
    ask(kind=swift, at=MONDAY)
    services.tell_breaches(at=MONDAY + timedelta(days=9))
    breach = ClockBreach.objects.first()

    with pytest.raises(IntegrityError), transaction.atomic():
        ClockBreach.objects.create(
            product_request=breach.product_request,
            phase=breach.phase,
            due_at=breach.due_at,
            at=breach.at,
        )


def test_whoever_wants_breaches_at_once_gets_one_mail_each(
    ask, triager, swift, django_capture_on_commit_callbacks
):
    ops = UserFactory(role="ops")
    Preference.objects.create(user=ops, kind=Kind.TRIAGE, channel=Channel.INSTANT)
    ask("The export", kind=swift, at=MONDAY)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            services.tell_breaches(at=MONDAY + timedelta(days=1, hours=9))

    assert [letter.to for letter in mail.outbox] == [[ops.email], [ops.email]]
    assert "The export" in mail.outbox[0].subject
