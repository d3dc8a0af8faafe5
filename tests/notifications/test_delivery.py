"""Queued mail meets a real SMTP server in all its moods."""

import base64
import os
import signal
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from prodops.notifications import services
from prodops.notifications.models import Mail
from prodops.notifications.services import delivery
from prodops.notifications.services.mail import Address, make_body, queue_mails
from tests.factories.notifications import MailBodyFactory, MailFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
PNG = base64.b64encode(b"\x89PNG not really").decode()
State = Mail.State


def mail_to(name, **fields):
    return MailFactory(to=f"{name}@example.com", key=f"test:{name}", queued_at=NOW, **fields)


def test_a_mail_arrives_with_all_its_headers(mail_server):
    body = MailBodyFactory(subject="Grüße aus REQ-7", text="Hallo.\n.\nEnde\n", html="<p>Hallo</p>")
    mail = mail_to("ana", body=body, unsubscribe_path="/notifications/unsubscribe/x/")
    delivery.deliver(mail_id=mail.pk, at=NOW)

    (message,) = mail_server.taken
    assert message["Subject"] == "Grüße aus REQ-7"
    assert message["To"] == "ana@example.com"
    assert message["From"] == "Prodops Hub <hub@localhost>"
    assert message["Message-ID"] == delivery.message_id(mail.key)
    assert message["Date"].datetime == NOW.replace(microsecond=0)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"].endswith("/notifications/unsubscribe/x/>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_body(("plain",)).get_content().split() == ["Hallo.", ".", "Ende"]
    assert message.get_body(("html",)).get_content().strip() == "<p>Hallo</p>"


def test_pictures_travel_inside_the_mail(mail_server):
    html = '<img src="cid:trend" alt="Rising">'
    mail = mail_to("ana", body=MailBodyFactory(html=html, images={"trend": PNG}))
    delivery.deliver(mail_id=mail.pk, at=NOW)

    (message,) = mail_server.taken
    (image,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert message.get_content_type() == "multipart/related"
    assert image["Content-ID"] == "<trend>"
    assert image.get_content() == base64.b64decode(PNG)


@pytest.mark.parametrize(
    ("name", "state", "error"),
    [
        ("ana", State.SENT, ""),
        ("later", State.QUEUED, "451"),
        ("full", State.QUEUED, "452"),
        ("drop", State.QUEUED, "before the mail was sent"),
        ("no", State.FAILED, "550"),
        ("bad", State.FAILED, "554"),
        ("silent", State.UNKNOWN, "after the mail was sent"),
    ],
)
def test_how_a_conversation_ends_decides_the_state(mail_server, name, state, error):
    mail = delivery.deliver(mail_id=mail_to(name).pk, at=NOW)

    assert mail.state == state
    assert error in mail.error
    assert (mail.sent_at is not None) == (state == State.SENT)


def test_a_mail_put_off_is_tried_again_with_growing_pauses_until_the_sixth_time(mail_server):
    mail = mail_to("later")
    pauses, at = [], NOW
    while mail.state == State.QUEUED:
        mail = delivery.deliver(mail_id=mail.pk, at=at)
        if mail.state == State.QUEUED:
            pauses.append(round((mail.next_attempt_at - at) / timedelta(minutes=1)))
            assert delivery.deliver(mail_id=mail.pk, at=at) is None
            at = mail.next_attempt_at

    assert pauses == [1, 4, 16, 64, 256]
    assert (mail.state, mail.attempts) == (State.FAILED, 6)


def test_a_mail_put_off_arrives_once_the_server_is_in_the_mood(mail_server):
    mail = delivery.deliver(mail_id=mail_to("once").pk, at=NOW)
    assert delivery.sweep(at=mail.next_attempt_at) == 1

    delivery.deliver(mail_id=mail.pk, at=mail.next_attempt_at)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (State.SENT, 2)


def test_no_server_at_all_is_a_reason_to_wait(settings):
    settings.EMAIL_BACKEND = "prodops.notifications.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    mail = delivery.deliver(mail_id=mail_to("ana").pk, at=NOW)

    assert mail.state == State.QUEUED
    assert "No connection to 127.0.0.1:1" in mail.error


def test_a_header_nobody_can_write_fails_the_mail_and_says_why(mail_server):
    mail = mail_to("ana", body=MailBodyFactory(subject="Two\nlines"))
    ended = delivery.deliver(mail_id=mail.pk, at=NOW)

    assert ended.state == State.FAILED
    assert "BadHeaderError" in ended.error


def test_an_unknown_mail_is_never_tried_again_by_itself(mail_server):
    mail = delivery.deliver(mail_id=mail_to("silent").pk, at=NOW)
    later = NOW + timedelta(days=2)
    delivery.sweep(at=later)
    delivery.deliver(mail_id=mail.pk, at=later)

    mail.refresh_from_db()
    assert mail.state == State.UNKNOWN
    assert mail_server.receivers["silent@example.com"] == 1


def test_many_mails_meet_every_mood_and_all_are_accounted_for(mail_server):
    moods = (
        ["ana"] * 40 + ["later", "full"] * 15 + ["no", "bad"] * 5 + ["drop"] * 10 + ["silent"] * 5
    )
    mails = [mail_to(f"{mood}-{number}") for number, mood in enumerate(moods)]
    at = NOW
    for _ in range(8):
        for pk in Mail.objects.due(at).values_list("pk", flat=True):
            delivery.deliver(mail_id=pk, at=at)
        at += timedelta(hours=5)

    count = {state: number for state, _, number in Mail.objects.count_by_state()}
    assert count[State.SENT] + count[State.FAILED] + count[State.UNKNOWN] == len(mails)
    assert max(mail_server.receivers.values()) == 1
    unknown = set(Mail.objects.filter(state=State.UNKNOWN).values_list("to", flat=True))
    assert unknown == {mail.to for mail in mails if mail.to.startswith("silent")}
    assert count[State.SENT] == 40


def test_a_worker_that_died_before_the_handover_is_replaced(mail_server):
    mail = mail_to("ana")
    delivery._claim(mail.pk, NOW)
    delivery.sweep(at=NOW + timedelta(minutes=9))
    assert delivery.deliver(mail_id=mail.pk, at=NOW) is None

    later = NOW + timedelta(minutes=11)
    delivery.sweep(at=later)
    delivery.deliver(mail_id=mail.pk, at=later)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (State.SENT, 2)


def test_a_worker_that_died_after_the_handover_leaves_unknown():
    mail = mail_to("ana")
    delivery._hand_over(delivery._claim(mail.pk, NOW), NOW)
    delivery.sweep(at=NOW + timedelta(minutes=11))

    mail.refresh_from_db()
    assert mail.state == State.UNKNOWN
    assert "handed the mail over" in mail.error


def test_a_mail_that_kills_six_workers_is_given_up():
    mail = mail_to("ana")
    at = NOW
    for _ in range(6):
        assert delivery._claim(mail.pk, at)
        at += timedelta(minutes=11)
        delivery.sweep(at=at)

    mail.refresh_from_db()
    assert mail.state == State.FAILED


def test_a_slow_worker_that_lost_its_lease_sends_nothing(mail_server):
    mail = mail_to("ana")
    slow = delivery._claim(mail.pk, NOW)
    later = NOW + timedelta(minutes=11)
    delivery.sweep(at=later)
    delivery.deliver(mail_id=mail.pk, at=later)

    with pytest.raises(delivery.LostLease):
        delivery._hand_over(slow, later)
    assert mail_server.receivers["ana@example.com"] == 1


def test_a_person_may_send_a_failed_mail_again(mail_server, django_capture_on_commit_callbacks):
    mail = delivery.deliver(mail_id=mail_to("no").pk, at=NOW)
    Mail.objects.filter(pk=mail.pk).update(to="ana@example.com")
    with django_capture_on_commit_callbacks(execute=True):
        assert delivery.resend(mail=mail, at=NOW)

    mail.refresh_from_db()
    assert mail.state == State.SENT
    assert not delivery.resend(mail=mail, at=NOW)


def test_a_person_may_note_that_an_unknown_mail_arrived(mail_server):
    mail = delivery.deliver(mail_id=mail_to("silent").pk, at=NOW)

    assert delivery.confirm(mail=mail, at=NOW)
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at) == (State.SENT, NOW)
    assert not delivery.confirm(mail=mail, at=NOW)


def test_a_key_is_used_once(mail_server, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            services.queue_mail(
                key="readout:1:ana", to="ana@example.com", subject="One", text="One\n", at=NOW
            )

    assert mail_server.receivers == {"ana@example.com": 1}


def test_one_body_goes_to_many_and_only_new_keys_count(
    mail_server, django_capture_on_commit_callbacks
):
    body = make_body(subject="October", text="Up.\n")
    addresses = [Address(key=f"readout:{n}", to=f"reader{n}@example.com") for n in range(5)]
    with django_capture_on_commit_callbacks(execute=True):
        assert queue_mails(body=body, addresses=addresses[:3], at=NOW) == 3
    with django_capture_on_commit_callbacks(execute=True):
        queue_mails(body=make_body(subject="October", text="Up.\n"), addresses=addresses, at=NOW)

    assert len(mail_server.taken) == 5


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_mail_send_it_once(mail_server):
    mails = [mail_to(f"ana-{number}") for number in range(8)]

    def work():
        for mail in mails:
            delivery.deliver(mail_id=mail.pk, at=NOW)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert mail_server.receivers == {mail.to: 1 for mail in mails}
    assert Mail.objects.filter(state=State.SENT, attempts=1).count() == 8


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_delivering_loses_and_doubles_nothing(mail_server, start_worker):
    mails = [mail_to(f"ana-{number}") for number in range(12)]
    address = f"smtp://127.0.0.1:{mail_server.port}"
    worker = start_worker("mail", EMAIL_URL=address)
    mail_server.on_data = lambda: (
        os.killpg(worker.pid, signal.SIGKILL) if len(mail_server.taken) == 5 else None
    )
    delivery.sweep(at=timezone.now())
    worker.wait(timeout=30)

    mail_server.on_data = lambda: None
    later = timezone.now() + timedelta(minutes=11)
    delivery.sweep(at=later)
    for pk in Mail.objects.due(later).values_list("pk", flat=True):
        delivery.deliver(mail_id=pk, at=later)
    give_up_at = time.monotonic() + 5
    while Mail.objects.filter(state=State.SENDING).exists() and time.monotonic() < give_up_at:
        time.sleep(0.1)

    count = {state: number for state, _, number in Mail.objects.count_by_state()}
    assert count[State.SENT] + count[State.UNKNOWN] == len(mails)
    assert count[State.UNKNOWN] == 1
    assert mail_server.receivers == {mail.to: 1 for mail in mails}
