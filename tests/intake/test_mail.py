"""Mail taken in: requests, answers, what is nobody's, what is doubtful, and what breaks."""

import base64
from datetime import timedelta

import pytest
from django.urls import reverse

from intake import services
from intake.models import Attachment, MailPolicy, ProductRequest
from prodops.audit.models import Comment
from prodops.integrations.mailbox.models import InboundMail
from prodops.integrations.mailbox.services import save_mailbox
from prodops.notifications.models import Channel, Kind, Mail, Preference
from prodops.notifications.services import delivery, queue_mail, say
from prodops.people.models import User
from tests.factories import mail as mails
from tests.factories.files import png
from tests.factories.intake import RequestKindFactory
from tests.factories.mail import ARRIVED, inbound, wire
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
State = InboundMail.State
AT = ARRIVED + timedelta(minutes=1)
HUB = "requests@hub.example.com"


@pytest.fixture(autouse=True)
def box():
    RequestKindFactory()
    return mails.mailbox(address=HUB)


@pytest.fixture
def sam():
    """Who writes: a requester."""
    return UserFactory(role="requester", name="Sam Sales", email="sam@example.com")


@pytest.fixture
def mira():
    return UserFactory(role="contributor", name="Mira Chen", email="mira@example.com")


def take_in(raw, *, at=AT, **fields):
    kept = inbound(raw, **fields)
    services.take_in_waiting(at=at)
    kept.refresh_from_db()
    return kept


def with_file(name, content, text="See the picture", **headers):
    encoded = base64.b64encode(content).decode()
    body = (
        f"--x\nContent-Type: text/plain; charset=utf-8\n\n{text}\n--x\n"
        f'Content-Type: application/octet-stream; name="{name}"\n'
        f"Content-Transfer-Encoding: base64\nContent-Disposition: attachment\n\n{encoded}\n--x--\n"
    )
    return wire(body, head='Content-Type: multipart/mixed; boundary="x"', **headers)


def mailed(user, *, at=AT):
    """Return the mails to a person as the server gets them."""
    return [delivery.compose(each).message() for each in user.mails.order_by("pk")]


def instant(*users):
    Preference.objects.bulk_create(
        Preference(user=user, kind=kind, channel=Channel.INSTANT)
        for user in users
        for kind in (Kind.REQUEST, Kind.COMMENT, Kind.TRIAGE)
    )


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


def test_an_answer_to_a_mail_of_the_hub_becomes_a_public_comment(sam, mira, ask):
    instant(sam)
    made = ask(author=sam)
    say(thread=made.thread, body="Which depots?", is_public=True, by=mira, at=AT)
    (question,) = mailed(sam)

    kept = take_in(
        wire("Berlin.\n\n> Which depots?", Subject="Re: x", In_Reply_To=question["Message-ID"])
    )

    comment = Comment.objects.latest("pk")
    assert (comment.body, comment.is_public, comment.by) == ("Berlin.", True, sam)
    assert (kept.state, kept.comment, kept.thread) == (State.REPLY, comment, made.thread)
    assert ProductRequest.objects.count() == 1


def test_mails_about_one_request_are_one_conversation_and_name_where_answers_go(sam, mira, ask, at):
    instant(sam)
    save_mailbox(password="x", at=at, name="x", address=HUB, host="imap.example.com", username="x")
    made = ask(author=sam)
    for number in range(2):
        say(thread=made.thread, body=f"Number {number}", is_public=True, by=mira, at=AT)

    first, second = mailed(sam)

    assert first["References"] == second["References"] == first["In-Reply-To"]
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Reply-To"] in (HUB, mails.Mailbox.objects.earliest("pk").address)
    assert made.key in first["Subject"]


def test_an_answer_by_the_mark_alone_finds_its_request(sam, ask):
    made = ask(author=sam)

    take_in(wire("One more thing", Subject=f"Something [{made.key}]"))
    take_in(wire("And another", Subject=f"AW: Mira asks about {made.key}: Export"))

    assert [each.body for each in made.thread.comments.order_by("pk")] == [
        "One more thing",
        "And another",
    ]


def test_a_key_in_a_new_mail_is_no_answer(sam, ask):
    made = ask(author=sam)

    take_in(wire("Like that one, but for orders", Subject=f"Similar to {made.key}"))

    assert ProductRequest.objects.count() == 2


def test_an_answer_to_ones_own_mail_belongs_to_its_request(sam):
    take_in(wire("We need it.", Message_ID="<first@mail.example.com>"))

    take_in(wire("I forgot:", Subject="Re: x", References="<first@mail.example.com>"))

    assert ProductRequest.objects.get().thread.comments.get().body == "I forgot:"


def test_an_answer_to_what_we_asked_lets_the_clock_go_on(sam, mira, ask):
    instant(sam)
    made = ask(author=sam)
    services.ask_requester(product_request=made, question="Which depots?", by=mira, at=AT)
    question = mailed(sam)[-1]

    kept = take_in(
        with_file(
            "list.csv",
            b"Berlin;Kiel\n",
            "Berlin.",
            Subject="Re: x",
            In_Reply_To=question["Message-ID"],
        ),
        at=AT + timedelta(days=1),
    )

    made.refresh_from_db()
    assert (made.state, made.paused_since) == (ProductRequest.State.TRIAGE, None)
    assert made.state_changes.latest("pk").reason == "Berlin."
    assert kept.state == State.REPLY
    assert made.attachments.get().is_public


def test_an_answer_goes_where_a_merged_request_lives_on(sam, mira, ask):
    child, parent = ask(author=sam), ask(title="The same")
    services.merge(child=child, parent=parent, by=mira, at=AT)

    take_in(wire("More of it", Subject=f"Re: [{child.key}]"))

    assert parent.thread.comments.get().body == "More of it"


def test_an_insiders_answer_is_as_public_as_what_it_answers(sam, mira, ask):
    ops = UserFactory(role="ops", email="ops@example.com")
    instant(ops)
    made = ask(author=sam)
    made.thread.followers.add(ops)
    say(thread=made.thread, body="Is it true?", is_public=False, by=mira, at=AT)
    say(thread=made.thread, body="We look at it.", is_public=True, by=mira, at=AT)
    internal, public = mailed(ops)

    for question in (internal, public):
        take_in(wire("Yes", From="ops@example.com", In_Reply_To=question["Message-ID"]))
    take_in(wire("By the mark", From="ops@example.com", Subject=f"[{made.key}]"))

    said = Comment.objects.filter(by=ops).order_by("pk")
    assert [(each.body, each.is_public) for each in said] == [
        ("Yes", False),
        ("Yes", True),
        ("By the mark", False),
    ]


def test_no_mail_to_a_requester_holds_an_internal_word(sam, mira, ask):
    instant(sam)
    made = ask(author=sam)
    say(thread=made.thread, body="quokka: they will churn", is_public=False, by=mira, at=AT)
    say(thread=made.thread, body="We look at it.", is_public=True, by=mira, at=AT)
    take_in(wire("Thanks", Subject=f"Re: [{made.key}]"))

    assert not any("quokka" in message.as_string() for message in mailed(sam))
    assert "quokka" not in str(list(Mail.objects.values("body__text", "body__html")))


def test_who_may_not_see_a_request_adds_nothing_to_it(mira, ask, sam):
    made = ask(author=UserFactory(role="requester"))

    kept = take_in(wire("Let me in", Subject=f"Re: [{made.key}]"))

    assert kept.state == State.ASIDE
    assert f"answers {made.key}, which Sam Sales may not see" in kept.reason
    assert not made.thread.comments.exists()


def test_an_answer_to_a_digest_is_set_aside(sam):
    sent = queue_mail(key="digest:1", to=sam.email, subject="3 things", text="x", at=AT)
    message_id = delivery.compose(sent).message()["Message-ID"]

    kept = take_in(wire("Yes, please", Subject="Re: 3 things", In_Reply_To=message_id))

    assert kept.reason == "It answers a mail about several records at once."


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


FORGED = "mx.example.com; spf=fail smtp.mailfrom=evil.example; dmarc=fail header.from=example.com"


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


def test_taking_in_twice_makes_one_request(sam):
    kept = take_in(wire("We need it."))

    assert not services.take_in(mail_id=kept.pk, at=AT)
    assert ProductRequest.objects.count() == 1


def test_the_pages_of_mail(client, sam):
    raw = with_file("error.png", png(), "<script>alert(1)</script>", Subject="<b>Export</b>")
    kept = take_in(raw)
    client.force_login(UserFactory(role="ops"))

    listed = client.get(reverse("intake:mails")).content.decode()
    page = client.get(reverse("intake:mail", args=[kept.pk])).content.decode()

    assert "&lt;b&gt;Export&lt;/b&gt;" in listed
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "error.png" in page


def test_a_mail_nobody_can_read_has_a_page_too(client, monkeypatch):
    kept = inbound(b"\xff\xfe\x00", state=State.ASIDE, reason="It cannot be read.", settled_at=AT)
    client.force_login(UserFactory(role="ops"))

    assert client.get(reverse("intake:mail", args=[kept.pk])).status_code == 200
    client.post(reverse("intake:mail-dismissal", args=[kept.pk]))
    kept.refresh_from_db()
    assert kept.state == State.IGNORED


def test_the_policy_is_kept(client, box):
    client.force_login(UserFactory(role="ops"))
    kind = RequestKindFactory()

    client.post(
        reverse("intake:mail-policy", args=[box.pk]), {"kind": kind.pk, "strangers": "hold"}
    )

    policy = MailPolicy.objects.get()
    assert (policy.kind, policy.strangers) == (kind, "hold")
