"""Support tickets speak for themes: put there, taken off, counted, suggested by their tags."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from intake import services
from intake.models import Quote, SupportTicket, Theme, ThemeQuote
from intake.services import tickets
from intake.services.weeks import Week, summarise
from tests.factories import imports
from tests.factories.intake import AccountFactory, product_request
from tests.factories.people import UserFactory
from tests.factories.themes import quote, theme, ticket_quote

pytestmark = pytest.mark.django_db
TEXT = "Hello,\n\nevery night the export <b>stops</b> at row 900.\n\nThank you"


@pytest.fixture
def ticket(at):
    return imports.ticket("Export stops", text=TEXT, account=AccountFactory(name="Acme"), at=at)


@pytest.fixture
def exports(db):
    return theme("Exports that stop")


def page(client, address, **query):
    return client.get(address, query).content.decode()


def standing(theme, at):
    return Theme.objects.with_standing(at + timedelta(days=1)).get(pk=theme.pk).standing


def test_a_ticket_is_put_to_a_theme_on_its_page_and_taken_off_with_undo(
    client, triager, ticket, exports
):
    address = reverse("intake:ticket-quoting", args=[ticket.pk])
    answer = client.post(address, {"themes": [exports.pk]})
    assert answer.url == ticket.get_absolute_url()
    shown = page(client, ticket.get_absolute_url())
    assert "The whole ticket" in shown
    assert exports.get_absolute_url() in shown

    link = ThemeQuote.objects.live().get()
    client.post(reverse("intake:quote-removal", args=[link.pk]))
    assert "It is evidence for nothing yet." in page(client, ticket.get_absolute_url())
    client.post(reverse("intake:quote-restoration", args=[link.pk]))
    assert SupportTicket.objects.of_theme(exports).get() == ticket


def test_words_of_a_ticket_are_quoted_and_marked_as_they_stand(client, triager, ticket, exports):
    address = reverse("intake:ticket-quoting", args=[ticket.pk])
    wrong = client.post(address, {"words": "row 901", "themes": [exports.pk]})
    assert f"{ticket.key} does not say that" in wrong.content.decode()

    told = {"words": "the export <b>stops</b>  at row 900", "part": "body", "themes": [exports.pk]}
    answer = client.post(address, told, headers={"HX-Request": "true"})

    shown = answer.content.decode()
    assert f'id="words-{ticket.key}"' in shown
    assert ">the export &lt;b&gt;stops&lt;/b&gt; at row 900</mark>" in shown
    kept = Quote.objects.get()
    assert (kept.part, TEXT[kept.start : kept.end]) == ("body", kept.text)
    SupportTicket.objects.update(text="Solved.")
    assert "The text has changed since" in page(client, ticket.get_absolute_url())
    assert "every night" in page(client, address) or "Solved." in page(client, address)


def test_a_ticket_has_no_comment_answer_or_reason_to_quote(client, triager, ticket, exports):
    address = reverse("intake:ticket-quoting", args=[ticket.pk])
    for part in ("why", "comment:1", "answer:1"):
        answer = client.post(address, {"words": "Hello", "part": part, "themes": [exports.pk]})
        assert answer.status_code == 422
    for part in ("comment", "comment:x", "whole", "body; drop"):
        answer = client.post(address, {"words": "Hello", "part": part, "themes": [exports.pk]})
        assert answer.status_code == 422, part
    assert not Quote.objects.exists()


def test_many_tickets_are_put_to_a_theme_and_taken_off_from_the_list(client, triager, exports, at):
    other = theme("Slow pages")
    made = [imports.ticket(number=str(n), at=at) for n in range(3)]
    keys = [each.pk for each in made]
    attach = reverse("intake:ticket-attaching")
    client.post(attach, {"pk": keys, "request": "", "theme": exports.pk})
    client.post(attach, {"pk": keys[:1], "request": "", "theme": other.pk})
    assert SupportTicket.objects.of_theme(exports).count() == 3

    address = reverse("intake:ticket-untheming")
    asked = client.post(address, {"pk": keys[:2]}).content.decode()
    assert "Exports that stop" in asked
    assert "Slow pages" in asked
    assert client.post(address, {"pk": keys[:2], "take": "1"}).status_code == 422
    wrong = client.post(address, {"pk": [keys[2]], "take": "1", "themes": [other.pk]})
    assert wrong.status_code == 422, "The third one does not speak for that theme."
    client.post(address, {"pk": keys[:2], "take": "1", "themes": [exports.pk]})

    assert list(SupportTicket.objects.of_theme(exports)) == [made[2]]
    assert list(SupportTicket.objects.of_theme(other)) == [made[0]]
    none = client.post(address, {"pk": [keys[1]]}, follow=True)
    assert "speak for no theme" in none.content.decode()
    assert "took all of it away from Exports that stop" in page(client, made[1].get_absolute_url())


def test_nobody_but_workers_puts_tickets_to_themes(client, ticket, exports):
    link = ticket_quote(ticket, exports)
    acts = [
        (reverse("intake:ticket-quoting", args=[ticket.pk]), {"themes": [exports.pk]}),
        (reverse("intake:ticket-untheming"), {"pk": [ticket.pk], "take": 1, "themes": exports.pk}),
        (reverse("intake:ticket-attaching"), {"pk": [ticket.pk], "theme": exports.pk}),
        (reverse("intake:quote-removal", args=[link.pk]), {}),
    ]
    for role in ("requester", "executive"):
        client.force_login(UserFactory(role=role))
        for address, posted in acts:
            assert client.post(address, posted).status_code == 403, address
    shown = page(client, ticket.get_absolute_url())
    assert exports.get_absolute_url() in shown
    assert "Attach to a theme" not in shown, "An executive reads and changes nothing."
    assert ThemeQuote.objects.live().count() == 1


def test_an_archived_theme_takes_no_ticket_and_a_merged_one_hands_it_on(
    client, triager, ticket, exports, at
):
    told = {"by": triager, "at": at}
    services.archive(theme=exports, **told)
    answer = client.post(
        reverse("intake:ticket-quoting", args=[ticket.pk]), {"themes": [exports.pk]}
    )
    assert answer.status_code == 422
    with pytest.raises(services.Refusal, match="archived"):
        ticket_quote(ticket, exports)
    services.bring_back(theme=exports, **told)
    link, parent = ticket_quote(ticket, exports), theme("All exports")

    services.merge_themes(child=exports, parent=parent, **told)
    assert SupportTicket.objects.of_theme(parent).get() == ticket
    listed = client.get(reverse("intake:tickets"), {"theme": parent.pk}).context["objects"]
    assert [each.theme_names for each in listed] == [["All exports"]]
    services.unmerge_theme(child=exports, **told)

    link.refresh_from_db()
    assert (link.theme, link.ticket) == (exports, ticket)
    assert not SupportTicket.objects.of_theme(parent).exists()


def test_an_account_counts_once_however_it_spoke(exports, at, triager):
    acme, globex = AccountFactory(name="Acme", arr=100), AccountFactory(name="Globex", arr=10)
    wish = product_request(account=acme, at=at)
    quote(wish, exports)
    made = [
        imports.ticket(number=str(n), account=account, at=at)
        for n, account in enumerate([acme, globex, globex, None])
    ]
    for each in made:
        ticket_quote(each, exports)

    found = standing(exports, at)

    assert (found.requests, found.tickets, found.voices, found.arr) == (1, 4, 2, 110)
    assert found.recent == 5, "Four tickets are evidence for no request of the theme."
    tickets.attach_tickets(tickets=made[:2], product_request=wish, by=triager, at=at)
    found = standing(exports, at)
    assert (found.tickets, found.voices, found.arr, found.recent) == (4, 2, 110, 3)
    services.close(product_request=wish, by=triager, at=at)
    assert standing(exports, at).arr == 10, "Globex wrote a second ticket, which is still open."


def test_the_page_of_a_theme_lists_its_tickets_and_leads_to_all(client, triager, exports, at):
    acme = AccountFactory(name="Acme", arr=100)
    for n in range(27):
        ticket_quote(imports.ticket(f"Late {n:02}", number=str(n), account=acme, at=at), exports)

    answer = client.get(exports.get_absolute_url())

    assert len(answer.context["tickets"]) == 26, "One more than is shown, to know that there are."
    shown = answer.content.decode()
    assert shown.count("Late ") >= 25
    assert f'{reverse("intake:tickets")}?theme={exports.pk}">All tickets' in shown
    account = answer.context["accounts"][0]
    names = ("account__name", "heard", "asked", "told")
    assert tuple(account[name] for name in names) == ("Acme", 0, 0, 27)
    rows = client.get(reverse("intake:tickets"), {"theme": exports.pk}).context
    assert rows["total"] == 27
    assert client.get(reverse("intake:tickets"), {"theme": "none"}).context["total"] == 0
    assert client.get(reverse("intake:tickets"), {"use": "theme"}).context["total"] == 27


def test_the_csvs_of_tickets_themes_and_quotes_agree(client, triager, ticket, exports):
    ticket_quote(ticket, exports, words="stops</b> at row 900")

    def rows(name, **query):
        answer = client.get(reverse(name), {"format": "csv", **query})
        return list(csv.DictReader(io.StringIO(b"".join(answer).decode())))

    assert [row["Themes"] for row in rows("intake:tickets")] == ["Exports that stop"]
    found = rows("intake:themes", sort="-tickets")[0]
    assert (found["Requests"], found["Tickets"], found["Voices"]) == ("0", "1", "1")
    said = rows("intake:quotes", place="ticket")[0]
    assert said["Said in"] == f"{ticket.key} Export stops"
    assert (said["Quote"], said["Account"]) == ("stops</b> at row 900", "Acme")
    assert rows("intake:quotes", place="request") == []


def test_the_week_counts_tickets_as_the_theme_does(ticket, exports, at):
    ticket_quote(ticket, exports)

    found = summarise(Week(at.date() - timedelta(days=at.weekday())))

    assert (found.asked, found.told) == (0, 1)
    assert [(each.name, each.count) for each in found.top] == [("Exports that stop", 1)]
    assert [each.name for each in found.growing] == ["Exports that stop"]


def test_tags_suggest_the_themes_of_tickets_tagged_alike(client, triager, exports, at):
    named = theme("Printing")
    theme("Unlike")
    for n in range(5):
        made = imports.ticket(number=str(n), tags=["export", "vip"], at=at)
        ticket_quote(made, exports if n < 2 else theme(f"Another {n}"))
    ticket = imports.ticket(number="9", tags=["export", "printing"], at=at)

    found = list(Theme.objects.suggested_by_tags(ticket))

    assert [(each.name, each.alike, each.among) for each in found] == [
        ("Exports that stop", 2, 5),
        ("Printing", 0, 5),
    ]
    shown = page(client, ticket.get_absolute_url())
    assert "2 of 5 tickets tagged like it speak for it" in shown
    client.post(reverse("intake:ticket-quoting", args=[ticket.pk]), {"themes": [named.pk]})
    assert [each.name for each in Theme.objects.suggested_by_tags(ticket)] == ["Exports that stop"]
    assert not Theme.objects.suggested_by_tags(imports.ticket(number="10", at=at)).exists()


def test_an_import_that_is_taken_back_takes_what_its_tickets_said(ticket, exports):
    ticket_quote(ticket, exports)
    ticket.delete()
    assert not ThemeQuote.objects.exists()
    assert not Quote.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"product_request": True},
        {"part": "why", "start": 0, "end": 4, "text": "four"},
        {"part": "answer", "start": 0, "end": 4, "text": "four"},
        {"part": "comment", "start": 0, "end": 4, "text": "four"},
    ],
)
def test_the_database_refuses_what_a_ticket_cannot_say(ticket, triager, at, wrong):
    of = {"part": "whole", **wrong, "ticket": ticket}
    if wrong.get("product_request"):
        of["product_request"] = product_request(at=at)
    if not wrong:
        of["ticket"] = None
    with pytest.raises(DatabaseError), transaction.atomic():
        Quote.objects.create(by=triager, at=at, **of)
