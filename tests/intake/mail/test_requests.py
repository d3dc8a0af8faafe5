"""Mail taken in: requests, files, and what breaks."""

from zoneinfo import ZoneInfo

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from intake import services
from intake.models import Attachment, MailPolicy, ProductRequest
from prodops.integrations.mailbox.models import InboundMail
from tests.factories.files import png
from tests.factories.intake import RequestKindFactory
from tests.factories.mail import ARRIVED, inbound, wire
from tests.intake.mail.letters import AT, mailed, take_in, with_file

pytestmark = pytest.mark.django_db
State = InboundMail.State


def test_a_mail_becomes_a_request_as_of_when_it_came(sam):
    kept = take_in(wire("We need it.\n\n-- \nSam", Subject="Fwd: Export of invoices"))

    made = ProductRequest.objects.get()
    assert (made.title, made.body) == ("Export of invoices", "We need it.")
    assert (made.source, made.author, made.submitted_at) == ("email", sam, ARRIVED)
    assert (kept.state, kept.thread, kept.person) == (State.REQUEST, made.thread, sam)


def test_it_is_confirmed_under_what_was_written(sam):
    take_in(wire("We need it.", Subject="Export", Message_ID="<abc@mail.example.com>"))

    made = ProductRequest.objects.get()
    (confirmation,) = mailed(sam)
    assert confirmation["Subject"] == f"[{made.key}] Export"
    assert confirmation["In-Reply-To"] == "<abc@mail.example.com>"
    assert "<abc@mail.example.com>" in confirmation["References"]
    assert confirmation["Auto-Submitted"] == "auto-generated"


def test_it_says_when_we_answer_in_the_time_of_who_asked(sam):
    sam.time_zone = "Pacific/Auckland"
    sam.save()
    take_in(wire("We need it."))

    due = ProductRequest.objects.get().answer_due_at.astimezone(ZoneInfo("Pacific/Auckland"))
    assert f"answer it by {due:%A} {due.day} {due:%B, %H:%M}." in sam.mails.get().body.text


def test_the_kind_is_what_product_ops_chose(sam, box):
    problem = RequestKindFactory(slug="problem", name="Problem")
    MailPolicy.objects.create(mailbox=box, kind=problem)

    take_in(wire("It broke."))

    assert ProductRequest.objects.get().kind == problem


def test_a_mail_without_subject_is_called_by_its_first_line(sam):
    take_in(wire("\n\nPlease add an export.\nThanks", Subject=None))

    assert ProductRequest.objects.get().title == "Please add an export."


def test_an_empty_mail_is_ignored(sam):
    kept = take_in(wire("", Subject=""))

    assert (kept.state, kept.reason) == (State.IGNORED, "It says nothing.")


def test_files_come_along_under_the_same_limits(sam):
    kept = take_in(with_file("error.png", png()))

    made = ProductRequest.objects.get()
    attachment = made.attachments.get()
    assert (attachment.name, attachment.mail, attachment.is_public) == ("error.png", kept, True)


def test_a_refused_file_is_told_to_both_and_the_rest_goes_on(sam):
    kept = take_in(with_file("tool.exe", b"MZ\x90\x00"))

    assert ProductRequest.objects.get().body == "See the picture"
    assert not Attachment.objects.exists()
    assert kept.notes == "tool.exe was left out. It is a program."
    (confirmation,) = mailed(sam)
    assert "tool.exe was left out" in confirmation.get_payload(0).get_payload(decode=True).decode()


def test_a_poisoned_mail_is_set_aside_and_the_others_go_on(sam, monkeypatch):
    first = inbound(wire("one"))
    poison = inbound(wire("poison", Subject="Poison"))
    last = inbound(wire("three"))
    submit = services.mail.mail_requests.submit

    def broken(**fields):
        if fields["title"] == "Poison":
            raise ZeroDivisionError
        return submit(**fields)

    monkeypatch.setattr("intake.services.mail_requests.submit", broken)
    services.take_in_waiting(at=AT)

    for each in (first, poison, last):
        each.refresh_from_db()
    assert [first.state, poison.state, last.state] == [State.REQUEST, State.ASIDE, State.REQUEST]
    assert "ZeroDivisionError" in poison.reason
    assert not Attachment.objects.filter(mail=poison).exists()


def test_a_mail_that_kills_workers_is_set_aside_after_three(sam, monkeypatch):
    poison = inbound(wire("poison"))

    def killed(**_):
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr("intake.services.mail_requests.submit", killed)
        for _ in range(3):
            with pytest.raises(KeyboardInterrupt):
                services.take_in_waiting(at=AT)
    services.take_in_waiting(at=AT)

    poison.refresh_from_db()
    assert poison.state == State.ASIDE
    assert "Three workers" in poison.reason


def test_a_mail_at_which_a_workers_time_ran_out_waits_for_the_next(sam, monkeypatch):
    waiting = inbound(wire("We need it."))

    def late(**_):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr("intake.services.mail_requests.submit", late)
    with pytest.raises(SoftTimeLimitExceeded):
        services.take_in_waiting(at=AT)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == (State.WAITING, 1)


def test_taking_in_twice_makes_one_request(sam):
    kept = take_in(wire("We need it."))

    assert not services.take_in(mail_id=kept.pk, at=AT)
    assert ProductRequest.objects.count() == 1
