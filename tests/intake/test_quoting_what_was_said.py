"""Words of comments and answers speak for themes; what is internal stays among insiders."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.urls import reverse

from intake import services
from intake.models import FormAnswer, FormField, Quote, ThemeQuote
from intake.models.passages import read_quotes
from intake.services.quoting import NotThere
from intake.services.weeks import Week, mail_of, summarise
from prodops.audit.models import Comment
from prodops.notifications.services import reword
from tests.factories.audit import CommentFactory
from tests.factories.intake import RequestKindFactory
from tests.factories.people import UserFactory
from tests.factories.themes import quote, theme
from tests.page_matrix import ROWS
from tests.world import build

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SECRET = "mongoose"


@pytest.fixture
def asked(ask):
    kind = RequestKindFactory()
    question = FormField.objects.create(kind=kind, label="What did you try?", type="long")
    made = ask(title="Bulk booking", body="By hand.", kind=kind)
    FormAnswer.objects.create(
        product_request=made, field=question, value="A script.\r\nIt broke <twice>\r\nin May."
    )
    return made


@pytest.fixture
def booking(db):
    return theme("Bulk booking")


@pytest.fixture
def comment(asked):
    by = UserFactory(name="Noor Haddad")
    return CommentFactory(thread=asked.thread, by=by, body="They **lose a deal** each month.")


def address(asked):
    return reverse("intake:quoting", args=[asked.pk])


def page(client, asked):
    return client.get(reverse("intake:request", args=[asked.pk])).content.decode()


def test_words_of_a_comment_are_quoted_from_the_page_and_marked_there(
    client, triager, asked, booking, comment
):
    told = {"words": "lose a deal each", "part": f"comment:{comment.pk}", "near": "5"}
    answer = client.post(address(asked), {**told, "themes": [booking.pk]}, headers=HTMX)

    shown = answer.content.decode()
    assert f'id="said-{comment.pk}"' in shown
    assert 'hx-swap-oob="true"' in shown
    for text in (shown, page(client, asked)):
        assert '<strong><mark class="quoted"' in text
        assert "Internal comment of Noor Haddad" in text
    kept = Quote.objects.get()
    assert (kept.part, kept.comment, kept.text) == ("comment", comment, "lose a deal each")


def test_words_of_an_answer_are_quoted_and_marked(client, triager, asked, booking):
    answer = asked.answers.get()
    told = {"words": "It broke <twice> in May", "part": f"answer:{answer.field_id}"}

    shown = client.post(address(asked), {**told, "themes": [booking.pk]}, headers=HTMX)

    assert ">It broke &lt;twice&gt;\r\nin May</mark>." in shown.content.decode()
    assert ">It broke &lt;twice&gt;\r\nin May</mark>." in page(client, asked)
    assert "Answer to “What did you try?”" in page(client, asked)
    assert Quote.objects.get().field == answer.field


def test_without_scripts_the_form_shows_all_texts_and_finds_the_words(
    client, triager, asked, booking, comment
):
    form = client.get(address(asked)).content.decode()
    assert "They lose a deal each month." in form
    assert "It broke &lt;twice&gt;" in form
    assert "Internal comment of Noor Haddad" in form

    for words in ("a deal", "broke <twice>", "by hand"):
        client.post(address(asked), {"words": words, "themes": [booking.pk]})

    parts = Quote.objects.order_by("pk").values_list("part", flat=True)
    assert list(parts) == ["comment", "answer", "body"]
    order = [one.quote.part for one in read_quotes(asked)]
    assert order == ["body", "answer", "comment"]


def test_a_part_that_is_not_of_the_request_is_refused(client, triager, asked, booking, ask):
    other = CommentFactory(thread=ask(title="Another").thread, body="By hand.")
    for part in (f"comment:{other.pk}", "comment:999999", "answer:999999"):
        told = {"words": "By hand", "part": part, "themes": [booking.pk]}
        assert client.post(address(asked), told).status_code == 422, part
    with pytest.raises(NotThere):
        quote(asked, booking, words="By hand", part=f"comment:{other.pk}")
    with pytest.raises(DatabaseError, match="belongs to the request"), transaction.atomic():
        Quote.objects.create(
            product_request=asked,
            part="comment",
            comment=other,
            start=0,
            end=2,
            text="By",
            by=triager,
            at=asked.submitted_at,
        )


def test_an_edited_comment_takes_its_quote_along_or_says_that_it_changed(
    client, triager, asked, booking, comment, at
):
    quote(asked, booking, words="a deal")
    reword(comment=comment, body="Noor: they lose **a deal** each month.", at=at)
    shown = read_quotes(asked)[0]
    assert (shown.is_gone, shown.span) == (False, (16, 22))
    assert ">a deal</mark>" in page(client, asked)

    reword(comment=Comment.objects.get(pk=comment.pk), body="Never mind.", at=at)

    assert read_quotes(asked)[0].is_gone
    text = page(client, asked)
    assert "The text has changed since" in text
    assert "<mark" not in text


def test_an_answer_that_is_gone_leaves_the_words_that_were_quoted(client, triager, asked, booking):
    quote(asked, booking, words="A script.")
    FormAnswer.objects.all().delete()
    shown = read_quotes(asked)[0]
    assert (shown.is_gone, shown.quote.text) == (True, "A script.")
    assert "A script." in page(client, asked)


def test_taking_a_quote_of_a_comment_away_unmarks_the_comment(
    client, triager, asked, booking, comment
):
    link = quote(asked, booking, words="a deal")
    answer = client.post(reverse("intake:quote-removal", args=[link.pk]), headers=HTMX)
    shown = answer.content.decode()
    assert f'id="said-{comment.pk}"' in shown
    assert "<mark" not in shown
    client.post(reverse("intake:quote-restoration", args=[link.pk]))
    assert ">a deal</mark>" in page(client, asked)


def test_a_new_comment_leaves_the_marks_of_the_others(client, triager, asked, booking, comment):
    quote(asked, booking, words="a deal")
    told = {"body": "I see.", "audience": "internal"}
    url = reverse("notifications:comments", args=[asked.thread_id])
    shown = client.post(url, told, headers=HTMX).content.decode()
    assert ">a deal</mark>" in shown


def test_a_quote_of_a_comment_is_told_by_who_said_it_on_theme_and_in_the_list(
    client, triager, asked, booking, comment
):
    quote(asked, booking, words="a deal")
    shown = client.get(booking.get_absolute_url()).content.decode()
    assert "Noor Haddad" in shown
    assert "Internal comment" in shown
    rows = client.get(reverse("intake:quotes"), {"format": "csv", "place": "comment"})
    text = b"".join(rows).decode()
    assert "a deal" in text
    assert "Internal comment" in text
    assert "Noor Haddad" in text


def test_public_and_internal_comments_show_marks_to_insiders_only(
    client, requester, asked, booking
):
    said = CommentFactory(thread=asked.thread, body="Every quay is closed.", is_public=True)
    quote(asked, booking, words="quay is closed")
    client.force_login(UserFactory(role="executive"))
    assert ">quay is closed</mark>" in page(client, asked)

    client.force_login(requester)
    text = page(client, asked)
    assert "Every quay is closed." in text
    assert f'id="comment-{said.pk}"' in text
    assert "<mark" not in text
    assert 'data-quotable="comment' not in text
    assert (
        booking.name
        not in re.sub(r"<h1>.*?</h1>|<title>.*?</title>", "", text, flags=re.S)[
            text.index("record__story") :
        ]
    )


def test_no_page_and_no_file_shows_a_requester_the_quote_of_an_internal_comment(
    client, monkeypatch
):
    monkeypatch.setattr("reporting.charts.png.png", lambda figure: b"a picture")
    world = build()
    thread, ops = world.request.thread, world.users["ops"]
    CommentFactory(thread=thread, body=f"The {SECRET} must not hear of it.", by=ops)
    quote(world.request, world.theme, words=f"The {SECRET}", by=ops)
    readers = {who: seen_by(client, world, who) for who in ("requester", "outsider", "executive")}

    assert readers["requester"] == readers["outsider"] == []
    assert {"intake:theme", "intake:quotes", "intake:request"} <= set(readers["executive"])
    assert SECRET not in "".join(f"{each.subject}{each.body}" for each in mail.outbox)


def seen_by(client, world, who):
    """Return the addresses, API among them, whose answers tell one person of the secret."""
    client.force_login(world.users[who])
    found = []
    for name, row in ROWS.items():
        url = reverse(name, kwargs=row.keys(world))
        for query in ("", "?format=csv", "?q=gate&filters=open", "?story=all"):
            answer = client.get(f"{url}{query}")
            body = b"".join(answer) if answer.streaming else answer.content
            if SECRET.encode() in body and name not in found:
                found.append(name)
    return found


def test_the_mail_of_the_week_holds_no_words_of_a_comment(asked, booking):
    at = datetime(2026, 11, 11, 10, tzinfo=UTC)
    CommentFactory(thread=asked.thread, body=f"The {SECRET} again.", at=at)
    quote(asked, booking, words=f"The {SECRET}", at=at)

    week = summarise(Week(at.date() - timedelta(days=2)))
    letter = mail_of(week, UserFactory(role="executive"))

    assert week.quoted == 1
    assert booking.name in letter["text"] or not week.top
    assert SECRET not in f"{letter['text']}{letter['html']}{letter['subject']}"


def test_nobody_is_written_to_because_a_comment_was_quoted(asked, booking, requester):
    CommentFactory(thread=asked.thread, body=f"The {SECRET} again.")
    link = quote(asked, booking, words=f"The {SECRET}")
    services.remove_quote(link=link, by=link.by, at=link.at)

    assert not requester.notifications.filter(body__contains=SECRET).exists()
    assert not asked.thread.events.filter(summary__contains=SECRET, is_public=True).exists()
    assert asked.thread.events.filter(summary__contains=SECRET).count() == 2
    assert not ThemeQuote.objects.visible_to(requester).exists()
