"""What was said in a ticket after its first message: kept from each format, and quoted."""

import json
from datetime import UTC, datetime

from django.urls import reverse

from intake.models import SupportTicket
from tests.factories import themes
from tests.intake.imports.test_tickets import INTERCOM, ZENDESK


def test_what_was_said_after_the_first_message_can_be_quoted(client, steps, operator):
    said = [
        {"author_id": 7, "plain_body": ZENDESK["description"], "public": True},
        {"author_id": 8, "html_body": "<p>We <b>lost</b> a week</p>", "public": True}
        | {"created_at": "2026-10-02T08:30:00Z"},
        {"author_id": 7, "body": "Ask finance", "public": False},
        {"author_id": 7, "body": ""},
    ]
    people = [{"id": 7, "name": "Joe Doe"}, {"id": 8, "name": "Ann Agent"}]
    answer = {"users": people, "tickets": [{**ZENDESK, "comments": said}]}
    steps.imported(json.dumps(answer), subject="tickets", source="zendesk")
    ticket, theme = SupportTicket.objects.get(), themes.theme("Lost time")
    assert ticket.conversation == (
        "Ann Agent, 2026-10-02 08:30:\nWe lost a week\n\nJoe Doe, internal note:\nAsk finance"
    )
    client.force_login(operator)

    url = reverse("intake:ticket-quoting", args=[ticket.pk])
    typed = {"words": "lost a week", "part": "talk", "themes": [theme.pk]}
    client.post(url, typed)

    quote = ticket.quotes.get()
    assert (quote.part, quote.text, quote.place) == ("talk", "lost a week", "Conversation")
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert 'data-quotable="talk"' in page
    assert f'id="quote-{quote.pk}"' in page


def test_parts_of_a_conversation_of_intercom_are_kept(steps):
    parts = [
        {"part_type": "assignment", "body": None, "author": {"name": "Bot"}},
        {"part_type": "comment", "body": "<p>Any news?</p>", "created_at": 1790003600}
        | {"author": {"name": "Ann"}},
        {"part_type": "note", "body": "Known bug", "author": {"name": None}, "created_at": 10**30},
    ]
    talk = {**INTERCOM, "conversation_parts": {"conversation_parts": parts}}

    steps.imported(json.dumps({"conversations": [talk]}), subject="tickets", source="intercom")

    day = f"{datetime.fromtimestamp(1790003600, UTC):%Y-%m-%d %H:%M}"
    said = f"Ann, {day}:\nAny news?\n\nSomebody, internal note:\nKnown bug"
    assert SupportTicket.objects.get().conversation == said
