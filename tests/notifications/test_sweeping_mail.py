"""The sweep wakes a few workers, and each takes one due mail after the other."""

from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from prodops.notifications import tasks
from prodops.notifications.models import Mail
from prodops.notifications.services import delivery
from tests.factories.notifications import MailFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def waiting(number, *, since=NOW):
    return MailFactory(to=f"p{number}@example.com", key=f"sweep:{number}", next_attempt_at=since)


@pytest.mark.parametrize(("due", "woken"), [(0, 0), (1, 1), (30, 4)])
def test_a_sweep_wakes_no_more_workers_than_there_are_mails_or_four(due, woken):
    for number in range(due):
        waiting(number)
    waiting("later", since=NOW + timedelta(minutes=5))

    assert delivery.sweep(at=NOW) == woken


def test_what_is_due_goes_out_once_each_the_longest_due_first(mail_server):
    for number in range(5):
        waiting(number, since=NOW - timedelta(minutes=number))
    late = waiting("later", since=NOW + timedelta(minutes=5))

    assert delivery.deliver_due(clock=lambda: NOW) == 5

    assert [str(each["To"]).partition("@")[0] for each in mail_server.taken] == [
        "p4",
        "p3",
        "p2",
        "p1",
        "p0",
    ]
    late.refresh_from_db()
    assert late.state == Mail.State.QUEUED


def test_a_worker_that_was_busy_with_mail_for_a_minute_lets_others_have_it(mail_server):
    for number in range(5):
        waiting(number)
    ticks = count()

    assert delivery.deliver_due(clock=lambda: NOW + timedelta(seconds=25 * next(ticks))) == 2


def test_the_message_is_enough(mail_server):
    mail = waiting(1)

    tasks.deliver_due()

    mail.refresh_from_db()
    assert mail.state == Mail.State.SENT
