"""Support tickets: imported from each tool, tagged, attached as evidence, made requests."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from intake.models import Account, Backing, ProductRequest, SupportTicket, TicketLink
from intake.services import Refusal, merge, tagging, tickets
from intake.services.imports import undoing
from intake.services.imports.ticket_files import prose
from tests.factories import imports, themes
from tests.factories.intake import AccountFactory, RequestKindFactory, product_request
from tests.factories.people import UserFactory
from tests.intake.imports.conftest import AT, problems, table

ZENDESK = {
    "id": 35436,
    "subject": "Help, my printer is on fire!",
    "description": "The smoke is very colorful.\n\n\n\nSend help.",
    "requester": {"name": "Joe Doe", "email": "Joe@Example.com"},
    "organization": {"name": "Acme"},
    "status": "solved",
    "created_at": "2026-10-01T10:00:00Z",
    "updated_at": "2026-10-05T10:00:00Z",
    "tags": ["printer", "fire"],
    "url": "https://acme.zendesk.com/tickets/35436",
}
INTERCOM = {
    "type": "conversation",
    "id": "147",
    "created_at": 1790000000,
    "title": None,
    "state": "closed",
    "source": {
        "subject": "<p>Export</p>",
        "body": "<p>Hello,</p><p>I cannot <b>export</b> &amp; print.</p><script>alert(1)</script>",
        "author": {"name": "Ann", "email": "ann@globex.example"},
        "url": "https://app.intercom.example/147",
    },
    "tags": {"type": "tag.list", "tags": [{"id": "1", "name": "Export"}]},
    "statistics": {"last_close_at": 1790010000},
}


@pytest.fixture
def told(operator):
    return {"by": operator, "at": AT}


def test_zendesk_tickets_come_in_with_whom_they_are_of(steps):
    joe = UserFactory(email="joe@example.com", role="requester")
    acme = AccountFactory(name="ACME")
    lines = b"\n".join(
        json.dumps(each).encode() for each in [ZENDESK, {**ZENDESK, "id": 2, "status": "open"}]
    )

    importing = steps.imported(lines, subject="tickets", source="zendesk")

    ticket = SupportTicket.objects.get(external_id="35436")
    assert (importing.shape, importing.created, importing.makes) == ("zendesk", 2, {})
    assert (ticket.person, ticket.account) == (joe, acme)
    assert ticket.text == "The smoke is very colorful.\n\nSend help."
    assert ticket.opened_at == datetime(2026, 10, 1, 10, tzinfo=UTC)
    assert ticket.solved_at == datetime(2026, 10, 5, 10, tzinfo=UTC)
    assert ticket.tags == ["printer", "fire"]
    assert SupportTicket.objects.get(external_id="2").solved_at is None
    assert (ticket.thread.key, ticket.thread.path) == (ticket.key, ticket.get_absolute_url())


def test_an_answer_of_zendesk_names_people_beside_its_tickets(steps):
    bare = {
        name: value for name, value in ZENDESK.items() if name not in ("requester", "organization")
    }
    answer = {
        "users": [{"id": 7, "name": "Joe Doe", "email": "joe@example.com"}],
        "organizations": [{"id": 8, "name": "Acme"}],
        "tickets": [{**bare, "requester_id": 7, "organization_id": 8}],
    }

    steps.imported(json.dumps(answer), subject="tickets", source="zendesk")

    ticket = SupportTicket.objects.get()
    assert (ticket.requester_name, ticket.requester_email) == ("Joe Doe", "joe@example.com")
    assert ticket.account == Account.objects.get(name="Acme")


def test_conversations_of_intercom_lose_their_markup(steps):
    steps.imported(json.dumps({"conversations": [INTERCOM]}), subject="tickets", source="intercom")

    ticket = SupportTicket.objects.get()
    assert (ticket.subject, ticket.text) == ("Export", "Hello,\nI cannot export & print.")
    assert ticket.who == "Ann"
    assert ticket.solved_at - ticket.opened_at == timedelta(seconds=10_000)
    assert ticket.tags == ["export"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("plain < and > signs", "plain < and > signs"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<script>x" * 20_000, ""),
        ("<style>p{}</style>after", "after"),
        ("a\x00b", "ab"),
        (None, ""),
    ],
)
def test_text_is_cleaned_of_markup(text, read):
    assert prose(text) == read


def test_a_csv_of_tickets_names_what_is_wrong(steps):
    head = ["Ticket ID", "Subject", "Organization", "Created at", "Solved at", "Tags", "Status"]
    rows = [
        ["1", "Export fails", "Acme", "2026-10-01", "", "Export; bug", "open"],
        ["2", "", "Acme", "2026-10-01", "", "", "open"],
        ["3", "Solved first", "Acme", "2026-10-05", "2026-10-01", "", "solved"],
        ["1", "Twice", "Acme", "2026-10-01", "", "", "open"],
        ["", "No number", "Acme", "soon", "", "", "open"],
    ]

    importing = steps.checked(table(head, *rows), subject="tickets")

    assert (importing.created, importing.refused) == (1, 4)
    assert problems(importing) == [
        (3, "Subject", "Subject is empty."),
        (4, "Solved on", "It was solved before it was opened."),
        (5, "", "The same number stands in line 2 already."),
        (6, "Created at", "It is no date."),
        (6, "Ticket ID", "Number of the ticket is empty."),
    ]
    steps.write(importing, is_partial=True)
    assert SupportTicket.objects.get().tags == ["export", "bug"]


def test_the_same_tickets_twice_double_nothing_and_an_undo_takes_them_away(steps):
    content = json.dumps([ZENDESK])
    first = steps.imported(content, subject="tickets", source="zendesk")
    assert steps.checked(content, subject="tickets", source="zendesk").known == 1

    steps.undo(first)

    assert not SupportTicket.objects.exists()
    assert not Account.objects.exists()


def test_a_ticket_somebody_attached_stays_when_its_import_goes(steps, told):
    importing = steps.imported(json.dumps([ZENDESK]), subject="tickets", source="zendesk")
    ticket = SupportTicket.objects.get()
    imports.attached(ticket, product_request(at=AT), **told)

    assert undoing.preview_undo(importing=importing).changed_count == 1
    assert steps.undo(importing).kept == 1


def test_rules_tag_what_comes_in_and_on_request_what_is_here(steps, told):
    here = imports.ticket("EXPORT is slow", number="9", at=AT)
    other = imports.ticket("Exporting", number="10", at=AT)
    rule = imports.tag_rule("exports", ["export", "csv file"], **told)

    steps.imported(
        json.dumps([{**ZENDESK, "subject": "A CSV  file, please"}]),
        subject="tickets",
        source="zendesk",
    )

    assert SupportTicket.objects.get(external_id="35436").tags == ["printer", "fire", "exports"]
    tickets_here = SupportTicket.objects.all()
    assert tagging.apply_rules(rules=[rule], tickets=tickets_here) == 1
    assert tagging.apply_rules(rules=[rule], tickets=tickets_here) == 0
    here.refresh_from_db()
    other.refresh_from_db()
    assert (here.tags, other.tags) == (["exports"], [])


def test_a_voice_of_an_account_counts_once_however_many_tickets(told):
    account, wish = AccountFactory(name="Acme"), product_request(at=AT)
    made = [imports.ticket(number=str(n), account=account, at=AT) for n in range(3)]

    assert tickets.attach_tickets(tickets=made, product_request=wish, **told) == 3
    assert tickets.attach_tickets(tickets=made, product_request=wish, **told) == 0

    voice = Backing.objects.get(product_request=wish, account=account)
    assert voice.note == "Support ticket 0"
    first, second, third = TicketLink.objects.order_by("pk")
    tickets.detach_ticket(link=first, **told)
    second.refresh_from_db()
    assert second.backing == voice
    tickets.detach_ticket(link=second, **told)
    third.refresh_from_db()
    tickets.detach_ticket(link=third, **told)
    assert not Backing.objects.filter(account=account).exists()


def test_a_ticket_gives_no_voice_where_its_account_has_one(told):
    account = AccountFactory()
    wish = product_request(account=account, at=AT)

    link = imports.attached(imports.ticket(account=account, at=AT), wish, **told)

    assert link.backing is None
    tickets.detach_ticket(link=link, **told)
    assert Backing.objects.filter(account=account).count() == 1


def test_a_merged_request_hands_its_tickets_on(told):
    child, parent = product_request(at=AT), product_request(at=AT)
    merge(child=child, parent=parent, **told)
    ticket = imports.ticket(at=AT)

    tickets.attach_tickets(tickets=[ticket], product_request=child, **told)

    assert ticket.links.get().product_request == parent


def test_a_request_is_made_of_a_ticket_once(told):
    joe, account, kind = UserFactory(role="requester"), AccountFactory(), RequestKindFactory()
    ticket = imports.ticket(person=joe, account=account, text="All of it.", at=AT)
    words = {"kind": kind, "title": ticket.subject, "body": ticket.text}

    made = tickets.request_of_ticket(ticket=ticket, **words, **told)

    assert (made.author, made.account, made.source) == (joe, account, "support")
    assert made.backings.count() == 1
    assert ticket.links.get().product_request == made
    with pytest.raises(Refusal, match=f"{made.key} was made of this ticket already"):
        tickets.request_of_ticket(ticket=ticket, **words, **told)


def test_many_tickets_are_attached_from_the_list(client, operator):
    wish, theme = product_request(at=AT), themes.theme("Exports", by=operator, at=AT)
    made = [imports.ticket(number=str(n), at=AT) for n in range(3)]
    keys = [each.pk for each in made[:2]]
    address = reverse("intake:ticket-attaching")

    assert client.post(address, {"pk": keys}).status_code == 200
    assert client.post(address, {"pk": keys, "request": "REQ-999999"}).status_code == 422
    assert client.post(address, {"pk": keys, "request": "", "theme": ""}).status_code == 422
    client.post(address, {"pk": keys, "request": wish.key, "theme": theme.pk})

    assert wish.ticket_links.count() == 2
    assert SupportTicket.objects.of_theme(theme).count() == 2
    page = client.get(reverse("intake:tickets"), {"q": wish.key})
    assert {each.pk for each in page.context["objects"]} == set(keys)
    left = client.get(reverse("intake:tickets"), {"use": "none"})
    assert [each.pk for each in left.context["objects"]] == [made[2].pk]


def test_tags_are_changed_by_hand_and_told(client, operator):
    ticket = imports.ticket(tags=["old"], at=AT)

    client.post(
        reverse("intake:ticket-tagging"), {"pk": ticket.pk, "add": "New, urgent", "remove": "old"}
    )

    ticket.refresh_from_db()
    assert ticket.tags == ["new", "urgent"]
    assert ticket.thread.events.get().summary == "changed its tags"
    found = client.get(reverse("intake:tickets"), {"tag": "urgent"})
    assert [each.pk for each in found.context["objects"]] == [ticket.pk]


def test_a_request_is_made_of_a_ticket_on_its_page(client, operator):
    kind, ticket = RequestKindFactory(), imports.ticket(at=AT)
    address = reverse("intake:ticket-request", args=[ticket.pk])

    assert client.post(address, {"title": "", "kind": kind.pk}).status_code == 422
    client.post(address, {"title": "Exports that work", "kind": kind.pk, "body": ""})

    made = ProductRequest.objects.get()
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert made.title in page
    again = client.post(address, {"title": "Again", "kind": kind.pk})
    assert f"{made.key} was made of this ticket already." in again.content.decode()


def test_tickets_that_are_taken_back_take_their_voices_along(steps, operator):
    lines = b"\n".join(json.dumps({**ZENDESK, "id": number}).encode() for number in (1, 2))
    importing = steps.imported(lines, subject="tickets", source="zendesk")
    made, wish = list(SupportTicket.objects.all()), product_request(at=AT)
    tickets.attach_tickets(tickets=made, product_request=wish, by=operator, at=AT)
    assert wish.backings.filter(account__name="Acme").count() == 1

    importing = steps.undo(importing, chosen=[each.pk for each in made])

    assert (importing.kept, SupportTicket.objects.count()) == (0, 0)
    assert not wish.backings.filter(account__isnull=False).exists()
    assert not Account.objects.filter(name="Acme").exists()
    assert wish.thread.events.filter(summary__startswith="detached").count() == 2
