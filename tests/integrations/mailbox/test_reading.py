"""Reading a mailbox over real IMAP: once each, whatever breaks, and nothing blocks the rest."""

from datetime import UTC, datetime, timedelta

import pytest

from prodops.integrations.mailbox import imap, reading, services, tasks
from prodops.integrations.mailbox.models import InboundMail, Mailbox
from tests.factories import mail
from tests.factories.mail import wire

pytestmark = pytest.mark.django_db
EARLIER = timedelta(minutes=30)


def test_new_mail_is_kept_whole_and_marked_as_read(post, box, read, at):
    raw = wire("Please add an export.", Subject="Export", From="Sam <SAM@example.com>")
    message = post.deliver(raw, arrived_at=at - EARLIER)

    assert read() == 1

    kept = InboundMail.objects.get()
    assert kept.content == raw
    assert (kept.sender, kept.sender_name, kept.subject) == ("sam@example.com", "Sam", "Export")
    assert kept.arrived_at == at - EARLIER
    assert kept.state == InboundMail.State.WAITING
    assert message.flags == {r"\Seen"}
    box.refresh_from_db()
    assert (box.last_uid, box.uid_validity, box.lease) == (1, 7, None)


def test_nothing_is_read_twice(post, read, at):
    post.deliver(wire("one"), arrived_at=at)
    assert read() == 1
    post.said.clear()

    assert read() == 0

    assert "FETCH" not in post.commands
    assert "STORE" not in post.commands


def test_mail_a_person_opened_first_is_read_too(post, read, at):
    post.deliver(wire("one"), arrived_at=at).flags.add(r"\Seen")

    assert read() == 1


def test_mail_from_before_the_mailbox_was_set_up_is_left_alone(post, box, read, at):
    box.read_from_at = at
    box.save()
    old = post.deliver(wire("old"), arrived_at=at - timedelta(days=40))
    same_day = post.deliver(wire("this morning"), arrived_at=at - timedelta(hours=1))
    post.deliver(wire("new"), arrived_at=at + timedelta(minutes=1))

    assert read() == 1

    assert b"new" in InboundMail.objects.get().content
    assert old.flags == set()
    assert same_day.flags == {r"\Seen"}


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 MOVE", "IMAP4rev1 UIDPLUS"])
def test_read_mail_is_moved(post, box, read, at, capabilities):
    post.capabilities = capabilities
    Mailbox.objects.update(done_folder="Done")
    post.deliver(wire("one"), arrived_at=at)
    post.deliver(wire("two"), arrived_at=at)

    assert read() == 2

    assert post.folders["INBOX"] == []
    assert len(post.folders["Done"]) == 2


def test_a_server_that_cannot_move_marks_only(post, box, read, at):
    post.capabilities = "IMAP4rev1"
    Mailbox.objects.update(done_folder="Done")
    post.deliver(wire("one"), arrived_at=at)

    assert read() == 1
    assert read() == 0
    assert [each.flags for each in post.folders["INBOX"]] == [{r"\Seen"}]


@pytest.mark.parametrize("command", ["UID STORE", "LOGOUT"])
def test_a_break_between_keeping_and_marking_doubles_nothing(post, box, read, at, command):
    message = post.deliver(wire("one"), arrived_at=at)
    post.breaks_at = command
    read()
    assert InboundMail.objects.count() == 1
    post.breaks_at = ""
    Mailbox.objects.update(next_read_at=None)

    assert read() == 0

    assert InboundMail.objects.count() == 1
    assert message.flags == {r"\Seen"}


def test_a_worker_killed_after_each_message_leaves_one_of_each(post, box, read, at, monkeypatch):
    for number in range(5):
        post.deliver(wire(f"number {number}"), arrived_at=at)
    keep, calls = reading._keep, []

    def killed(*args, **options):
        keep(*args, **options)
        calls.append(args)
        raise KeyboardInterrupt

    for _ in range(5):
        monkeypatch.setattr(reading, "_keep", killed)
        with pytest.raises(KeyboardInterrupt):
            read()
        Mailbox.objects.update(lease_until=at - EARLIER)
    monkeypatch.setattr(reading, "_keep", keep)
    assert read() == 0

    assert InboundMail.objects.count() == 5
    assert {r"\Seen"} == set().union(*(each.flags for each in post.folders["INBOX"]))


def test_a_message_the_server_will_not_give_is_set_aside(post, read, at):
    post.deliver(wire("one"), arrived_at=at)
    post.refuses.add(post.deliver(wire("poison"), arrived_at=at).uid)
    post.deliver(wire("three"), arrived_at=at)

    assert read() == 3
    assert read() == 0

    states = list(InboundMail.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["waiting", "aside", "waiting"]
    assert "broken" in InboundMail.objects.get(state="aside").reason


def test_a_message_the_server_tells_nothing_of_is_set_aside(post, read, at):
    post.hidden.add(post.deliver(wire("poison"), arrived_at=at).uid)
    post.deliver(wire("two"), arrived_at=at)

    assert read() == 2

    states = list(InboundMail.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["aside", "waiting"]


def test_a_message_at_which_the_server_breaks_off_is_left_to_it_in_the_end(post, box, read, at):
    poison = post.deliver(wire("poison"), arrived_at=at)
    post.deliver(wire("two"), arrived_at=at)
    post.breaks_at = f"UID FETCH {poison.uid} (BODY"
    for _ in range(reading.MOST_BREAKS):
        read()
    assert not InboundMail.objects.exists()

    read()
    assert read() == 1

    first, second = InboundMail.objects.order_by("pk")
    assert (first.state, second.state) == ("aside", "waiting")
    assert "broke off each time" in first.reason
    box.refresh_from_db()
    assert box.failures == 0


def test_a_message_with_an_impossible_id_blocks_nothing(post, read, at):
    post.deliver(wire("one", Message_ID="<a\x00b@example.com>"), arrived_at=at)

    assert read() == 1
    assert InboundMail.objects.get().key == "ab@example.com"


def test_a_very_large_mail_is_not_fetched(post, read, at):
    raw = wire("x" * 200_000, Subject="Our database")
    post.deliver(raw, arrived_at=at, size=60 << 20)

    assert read() == 1

    kept = InboundMail.objects.get()
    assert kept.reason == "It is too large: 60 MB, at most 40."
    assert kept.subject == "Our database"
    assert len(kept.content) == 64 << 10


def test_thirty_megabytes_are_kept(post, read, at):
    raw = wire("0123456789abcdef" * (30 << 16))
    post.deliver(raw, arrived_at=at)

    assert read() == 1
    assert len(InboundMail.objects.get().content) == len(raw) > 30_000_000


def test_the_same_message_twice_is_one(post, read, at):
    raw = wire("one", Message_ID="<same@example.com>")
    post.deliver(raw, arrived_at=at)
    post.deliver(b"Received: another way\r\n" + raw, arrived_at=at)

    assert read() == 1


def test_another_message_under_a_known_id_is_set_aside(post, read, at):
    post.deliver(wire("one", Message_ID="<same@example.com>"), arrived_at=at)
    post.deliver(wire("two", Message_ID="<same@example.com>"), arrived_at=at)

    assert read() == 2

    assert [each.state for each in InboundMail.objects.order_by("pk")] == ["waiting", "aside"]
    assert "same Message-ID" in InboundMail.objects.get(state="aside").reason


def test_a_mailbox_numbered_anew_doubles_nothing(post, box, read, at):
    post.deliver(wire("one", Message_ID=None), arrived_at=at)
    post.deliver(wire("two"), arrived_at=at)
    read()
    post.recount()
    post.deliver(wire("three"), arrived_at=at)

    assert read() == 1

    assert InboundMail.objects.count() == 3
    box.refresh_from_db()
    assert box.uid_validity == 8


@pytest.mark.parametrize("year", [1900, 2090])
def test_a_clock_nobody_believes(post, box, read, at, year):
    Mailbox.objects.update(read_from_at=datetime(1890, 1, 1, tzinfo=UTC))
    post.deliver(
        wire("x", Date="Mon, 01 Jan 1900 00:00:00 +0000"), arrived_at=at.replace(year=year)
    )

    read()

    assert InboundMail.objects.get().arrived_at == at


def test_many_at_once_are_read_in_turns(post, box, read, at, monkeypatch):
    monkeypatch.setattr(reading, "AT_ONCE", 3)
    for number in range(7):
        post.deliver(wire(f"number {number}"), arrived_at=at)

    assert [read() for _ in range(4)] == [3, 3, 1, 0]


def test_two_workers_read_one_mailbox_once(box, at):
    Mailbox.objects.update(lease_until=at + timedelta(minutes=5))

    assert reading.read(mailbox_id=box.pk, clock=lambda: at) is None


def test_a_worker_that_lost_its_lease_writes_nothing(post, box, read, at, monkeypatch):
    post.deliver(wire("one"), arrived_at=at)
    monkeypatch.setattr(
        imap.Box, "size", lambda *_: Mailbox.objects.update(lease=None) and imap.Size(1, at)
    )

    assert read() is None
    assert not InboundMail.objects.exists()


def test_the_schedule_reads_what_is_due(post, box, at, django_capture_on_commit_callbacks):
    post.deliver(wire("one"), arrived_at=at)

    with django_capture_on_commit_callbacks(execute=True):
        tasks.read_mailboxes()

    assert InboundMail.objects.count() == 1


def test_old_mail_is_forgotten_and_what_became_of_it_stays(at):
    kept = mail.inbound(wire("x"), state="ignored", reason="It says nothing.", settled_at=at)
    aside = mail.inbound(wire("y"), state="aside", reason="Who is it?", settled_at=at)

    assert services.forget_old_mail(before=at + timedelta(days=1)) == 1

    kept.refresh_from_db()
    aside.refresh_from_db()
    assert (kept.content, kept.reason) == (b"", "It says nothing.")
    assert aside.content
