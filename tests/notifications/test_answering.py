"""Mails that can be answered say so, name where to, and carry the mark of their record."""

import pytest
from django.utils import timezone

from prodops.audit import services as audit
from prodops.notifications.models import Kind, Mail
from prodops.notifications.services import delivery, notify, set_reply_address
from prodops.notifications.services.replies import answered
from tests.factories.audit import ThreadFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tell():
    """Return a function that tells somebody of a request at once; it returns the message."""
    thread = ThreadFactory(kind="request")

    def once(title="It is yours", thread=thread):
        user = UserFactory()
        audit.follow(thread=thread, users=[user])
        told = {"cause": title, "title": title, "path": "/", "thread": thread}
        notify([user], kind=Kind.ASSIGNMENT, at=timezone.now(), **told)
        return delivery.compose(Mail.objects.get(recipient=user)).message()

    once.thread = thread
    return once


def test_without_a_mailbox_nothing_asks_for_answers(tell):
    message = tell()

    assert message["Reply-To"] is None
    assert message["Subject"] == "It is yours"
    assert "Answer this mail" not in message.as_string()


def test_with_one_the_mail_says_where_answers_go(tell):
    set_reply_address(thread_kind="request", address="requests@hub.example.com")

    message = tell()

    assert message["Reply-To"] == "requests@hub.example.com"
    assert message["Subject"] == f"It is yours [{tell.thread.key}]"
    assert "Answer this mail" in message.as_string()
    set_reply_address(thread_kind="request", address="")
    assert tell("Another")["Reply-To"] is None


def test_mails_about_other_records_ask_for_none(tell):
    set_reply_address(thread_kind="request", address="requests@hub.example.com")

    assert tell(thread=ThreadFactory(kind="launch"))["Reply-To"] is None


def test_an_answer_is_traced_by_the_mail_or_by_the_conversation(tell):
    message = tell()
    reference, root = (message[name].strip("<>") for name in ("Message-ID", "References"))

    assert answered(["strange@x", reference]).thread == tell.thread
    assert answered([root]).thread == tell.thread
    assert answered([reference.replace("localhost", "new.example.com")]).thread == tell.thread
    assert answered(["strange@x", "thread-9999999@localhost"]) is None
