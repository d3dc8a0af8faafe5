"""Mail nobody wrote, or not who it says; strangers."""

from datetime import timedelta

import pytest
from django.urls import reverse

from intake import services
from intake.models import MailPolicy, ProductRequest
from prodops.integrations.mailbox.models import InboundMail
from prodops.notifications.models import Mail
from prodops.notifications.services import delivery
from prodops.people.models import User
from tests.factories.mail import inbound, wire
from tests.factories.people import UserFactory
from tests.intake.mail.letters import AT, HUB, take_in

pytestmark = pytest.mark.django_db
State = InboundMail.State
FORGED = "mx.example.com; spf=fail smtp.mailfrom=evil.example; dmarc=fail header.from=example.com"


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Auto_Submitted": "auto-replied", "Subject": "Out of office"}, "by a machine"),
        ({"Return_Path": "<>"}, "no sender"),
        ({"From": HUB}, "The hub sent it itself"),
        ({"From": "hub@localhost"}, "The hub sent it itself"),
        ({"Precedence": "bulk"}, "to many"),
    ],
)
def test_what_nobody_wrote_is_ignored_and_answered_by_nobody(sam, headers, words):
    kept = take_in(wire("I am away until Monday.", **headers))

    assert kept.state == State.IGNORED
    assert words in kept.reason
    assert not ProductRequest.objects.exists()
    assert not Mail.objects.exists()


def test_a_mail_of_the_hub_that_comes_back_is_ignored(sam):
    take_in(wire("We need it."))
    raw = delivery.compose(sam.mails.get()).message()
    del raw["Auto-Submitted"]
    raw.replace_header("From", "sam@example.com")

    kept = take_in(raw.as_bytes())

    assert kept.reason == "It is a mail of the hub that came back."


def test_two_machines_that_write_to_each_other_are_stopped(sam):
    for _ in range(33):
        inbound(wire("Ticket received"))
    services.take_in_waiting(at=AT)

    states = list(InboundMail.objects.order_by("pk").values_list("state", flat=True))
    assert states.count(State.REQUEST) == 30
    assert states[30:] == [State.ASIDE] * 3


def test_a_stranger_is_answered_once_a_day():
    for _ in range(3):
        kept = take_in(wire("Hello", From="stranger@example.org", Subject="Hi"))
    take_in(wire("Again", From="stranger@example.org"), at=AT + timedelta(days=1))

    assert kept.state == State.IGNORED
    assert Mail.objects.filter(to="stranger@example.org").count() == 2
    assert not ProductRequest.objects.exists()
    assert not User.objects.filter(email="stranger@example.org").exists()


@pytest.mark.parametrize(("policy", "state"), [("hold", State.ASIDE), ("ignore", State.IGNORED)])
def test_a_stranger_is_held_or_ignored_in_silence(box, policy, state):
    MailPolicy.objects.create(mailbox=box, strangers=policy)

    kept = take_in(wire("Hello", From="stranger@example.org"))

    assert kept.state == state
    assert not Mail.objects.exists()


def test_who_left_is_a_stranger(sam):
    sam.is_active = False
    sam.save()

    assert take_in(wire("Hello")).person is None


def test_an_administrator_makes_the_account_and_the_request(client, box):
    MailPolicy.objects.create(mailbox=box, strangers="hold")
    kept = take_in(wire("We need it.", From="Ada Stranger <ada@example.org>", Subject="Export"))
    client.force_login(UserFactory(role="admin"))

    client.post(reverse("intake:mail-account", args=[kept.pk]))

    made = ProductRequest.objects.get()
    assert (made.author.name, made.author.role) == ("Ada Stranger", "requester")
    assert not made.author.has_usable_password()


@pytest.mark.parametrize(
    ("verifier", "results", "is_taken"),
    [
        ("", None, True),
        ("", "mx.example.com; dmarc=pass header.from=example.com", True),
        ("", FORGED, False),
        ("", "mx.example.com; spf=fail smtp.mailfrom=sam@example.com", False),
        ("", "mx.example.com; spf=fail; dkim=pass header.d=example.com", True),
        ("mx.example.com", None, False),
        ("mx.example.com", "mx.example.com; dmarc=pass header.from=example.com", True),
        ("mx.example.com", "mx.example.com; spf=pass smtp.mailfrom=sam@example.com", True),
        ("mx.example.com", "mx.example.com; dkim=pass header.d=com", False),
        ("mx.example.com", "mx.example.com; spf=pass smtp.mailfrom=evil.example", False),
        ("mx.example.com", "elsewhere.example; dmarc=pass header.from=example.com", False),
        ("mx.example.com", "mx.example.com; dmarc=pass header.from=evil.example", False),
        ("mx.example.com", "mx.example.com; dmarc=pass", True),
    ],
)
def test_forged_senders_are_set_aside(sam, box, verifier, results, is_taken):
    box.verifier = verifier
    box.save()

    kept = take_in(wire("Hello", Authentication_Results=results))

    assert (kept.state == State.REQUEST) == is_taken
    assert is_taken or "example.com" in kept.reason


def test_a_person_takes_a_doubtful_mail_in(client, sam):
    kept = take_in(wire("Hello", Subject="Export", Authentication_Results=FORGED))
    client.force_login(UserFactory(role="ops"))

    client.post(reverse("intake:mail-retry", args=[kept.pk]))
    assert not ProductRequest.objects.exists()
    client.post(reverse("intake:mail-retry", args=[kept.pk]), {"anyway": "1"})

    assert ProductRequest.objects.get().author == sam
    client.post(reverse("intake:mail-retry", args=[kept.pk]), {"anyway": "1"})
    assert ProductRequest.objects.count() == 1
