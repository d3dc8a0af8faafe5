"""SIGKILL of the worker in the middle of a readout: nobody is left out, nobody gets it twice."""

import os
import signal
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from prodops.notifications.models import Mail
from prodops.notifications.services import delivery
from reporting.models import Delivery, Edition
from reporting.services import readers, readout, sending
from tests.factories.people import UserFactory
from tests.factories.reporting import AFTERWARDS, OCTOBER, history

pytestmark = [pytest.mark.django_db(transaction=True)]
State = Mail.State
READERS = 12


def await_true(condition, seconds=60):
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.1)


def is_settled():
    return not Mail.objects.filter(state__in=[State.QUEUED, State.SENDING]).exists()


def test_a_killed_worker_costs_no_reader_the_readout(start_worker, mail_server, settings):
    ops = UserFactory(role="ops")
    history("K9", 97.0, 98.0)
    for n in range(READERS):
        readers.add_reader(email=f"r{n}@example.com", name=f"R{n}", time_zone="Europe/Berlin")
    edition = readout.draft(month=OCTOBER, by=ops, at=AFTERWARDS)
    mail = f"smtp://127.0.0.1:{mail_server.port}"
    worker = start_worker("render", "mail", EMAIL_URL=mail, CHROMIUM="no-such-browser")
    mail_server.on_data = lambda: (
        os.killpg(worker.pid, signal.SIGKILL) if len(mail_server.taken) == 5 else None
    )
    readout.approve(edition=edition, send_on=None, by=ops, at=AFTERWARDS)
    sending.ask_to_send(edition=edition, by=ops, at=AFTERWARDS)
    worker.wait(timeout=120)
    assert not is_settled()

    mail_server.on_data = lambda: None
    start_worker("render", "mail", EMAIL_URL=mail, CHROMIUM="no-such-browser")
    later = timezone.now() + timedelta(minutes=11)
    sending.ask_to_send(edition=edition, by=ops, at=later)
    delivery.sweep(at=later)
    Mail.objects.filter(state=State.QUEUED).update(next_attempt_at=timezone.now())
    delivery.sweep(at=timezone.now())
    await_true(is_settled)

    count = {state: number for state, _, number in Mail.objects.count_by_state()}
    assert count[State.SENT] + count[State.UNKNOWN] == READERS
    assert count[State.UNKNOWN] <= 1
    assert mail_server.receivers == {f"r{n}@example.com": 1 for n in range(READERS)}
    assert Delivery.objects.count() == READERS
    await_true(lambda: Edition.objects.get().state == Edition.State.SENT)
