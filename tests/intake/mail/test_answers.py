"""Mail that answers: it finds its record, and goes to whom it may."""

from datetime import timedelta

import pytest

from intake import services
from intake.models import ProductRequest
from prodops.audit.models import Comment
from prodops.integrations.mailbox.models import InboundMail
from prodops.integrations.mailbox.services import save_mailbox
from prodops.notifications.models import Mail
from prodops.notifications.services import delivery, queue_mail, say
from tests.factories import mail as mails
from tests.factories.files import attachment
from tests.factories.mail import wire
from tests.factories.people import UserFactory
from tests.intake.mail.letters import AT, HUB, instant, mailed, take_in, with_file

pytestmark = pytest.mark.django_db
State = InboundMail.State


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


def test_files_there_is_no_room_for_keep_no_words_back(sam, ask, monkeypatch):
    monkeypatch.setattr("intake.services.attachments.MOST_ON_A_REQUEST", 1)
    made = ask(author=sam)
    attachment(made, by=sam, at=AT)

    kept = take_in(with_file("b.csv", b"a;b", "Depots.", Subject=f"Re: [{made.key}]"))

    assert (kept.state, made.thread.comments.get().body) == (State.REPLY, "Depots.")
    assert "Its files were left out. A request holds 1 files at most" in kept.notes
    assert made.attachments.count() == 1
