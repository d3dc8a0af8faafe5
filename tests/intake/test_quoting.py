"""Words of a request speak for themes: found, marked, taken away, brought back."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from intake import services
from intake.models import ProductRequest, Quote, ThemeQuote
from intake.models.passages import read_quotes
from intake.services.quoting import NotThere
from prodops.audit.models import Event
from tests.factories.people import UserFactory
from tests.factories.themes import quote, theme

pytestmark = pytest.mark.django_db
BODY = "Our planners key in **every shipment** by hand.\n\nThat takes two hours each Monday."


@pytest.fixture
def asked(ask):
    return ask(title="Bulk booking", body=BODY, why="Typing mistakes cost us re-deliveries.")


@pytest.fixture
def booking(db):
    return theme("Bulk booking")


def words(client, asked, **headers):
    return client.get(reverse("intake:request", args=[asked.pk]), **headers).content.decode()


def test_words_are_found_as_they_are_read_not_as_they_are_written(asked, booking):
    link = quote(asked, booking, words="key in every  shipment by hand. That takes")

    found = link.quote
    assert (found.part, found.text) == ("body", "key in every shipment by hand.\nThat takes")
    assert found.end - found.start == len(found.text)


def test_words_the_request_does_not_have_are_refused(asked, booking, triager, at):
    with pytest.raises(NotThere, match="does not say that"):
        quote(asked, booking, words="every shipment by foot")
    with pytest.raises(NotThere, match="at most 2,000"):
        quote(asked, booking, words="a" * 2_001)
    assert not Quote.objects.exists()


def test_the_same_words_are_one_quote_and_speak_for_a_theme_once(asked, booking, triager, at):
    first = quote(asked, booking, words="by hand")
    told = {"product_request": asked, "words": "by hand", "by": triager, "at": at}

    links = services.attach_quote(themes=[booking, theme("Typing")], **told)

    assert [link.theme.name for link in links] == ["Typing"]
    assert links[0].quote == first.quote
    assert Quote.objects.count() == 1


def test_without_words_the_whole_request_speaks(asked, booking, triager):
    link = quote(asked, booking)

    assert (link.quote.part, link.quote.text, link.quote.start) == ("whole", "", None)
    assert read_quotes(asked)[0].is_gone is False


def test_words_of_the_other_place_are_found_near_where_they_were_read(ask, booking):
    asked = ask(body="late, and late, and late")
    link = quote(asked, booking, words="late", part="body", near=11)
    assert link.quote.start == 10


def test_an_edit_moves_a_quote_along_and_says_so_when_its_words_are_gone(asked, booking, client):
    quote(asked, booking, words="two hours each Monday")
    ProductRequest.objects.filter(pk=asked.pk).update(body=f"A line above.\n\n{BODY}")
    asked.refresh_from_db()
    shown = read_quotes(asked)[0]
    assert not shown.is_gone
    assert shown.span[0] == shown.quote.start + len("A line above.\n")

    ProductRequest.objects.filter(pk=asked.pk).update(body="Something else.")
    client.force_login(UserFactory(role="executive"))

    assert "The text has changed since" in words(client, asked)


def test_marks_show_in_the_text_to_insiders_and_nothing_of_it_to_requesters(
    asked, booking, requester, client
):
    quote(asked, booking, words="every shipment by hand")
    client.force_login(UserFactory(role="executive"))
    page = words(client, asked)
    assert '<strong><mark class="quoted"' in page
    assert 'title="Bulk booking"' in page
    assert "Attach to a theme" not in page, "An executive changes nothing."

    client.force_login(requester)
    page = words(client, asked)
    assert "<mark" not in page
    assert booking.get_absolute_url() not in page
    assert "attached" not in page, "The timeline line is internal."


def test_a_form_without_scripts_takes_the_words(asked, booking, client, triager):
    url = reverse("intake:quoting", args=[asked.pk])
    assert "Bulk booking" in client.get(url).content.decode()

    refused = client.post(url, {"words": "by foot", "themes": [booking.pk]})
    assert refused.status_code == 422
    assert "does not say that" in refused.content.decode()

    answer = client.post(url, {"words": "by hand", "themes": [booking.pk], "new_theme": "Typing"})
    assert answer.status_code == 302
    assert answer.url == reverse("intake:request", args=[asked.pk])
    names = set(ThemeQuote.objects.live().values_list("theme__name", flat=True))
    assert names == {"Bulk booking", "Typing"}


def test_a_theme_that_cannot_be_made_leaves_no_quote_behind(asked, booking, client, triager):
    url = reverse("intake:quoting", args=[asked.pk])
    answer = client.post(url, {"words": "by hand", "new_theme": "BULK booking"})
    assert answer.status_code == 422
    assert "already" in answer.content.decode()
    assert not ThemeQuote.objects.exists()


def test_with_htmx_the_words_come_back_marked(asked, booking, client, triager):
    url = reverse("intake:quoting", args=[asked.pk])
    told = {"words": "by hand", "part": "body", "near": "40", "place": "triage"}
    answer = client.post(url, {**told, "themes": [booking.pk]}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert f'id="words-{asked.pk}"' in answer.content.decode()
    assert "<mark" in answer.content.decode()
    refused = client.post(url, told, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert refused["HX-Retarget"] == "#quoting-place"


def test_taking_away_and_its_undo_leave_what_was(asked, booking, client, triager):
    link = quote(asked, booking, words="by hand")
    client.post(reverse("intake:quote-removal", args=[link.pk]))
    assert not ThemeQuote.objects.live().exists()
    client.post(reverse("intake:quote-restoration", args=[link.pk]))
    restored = ThemeQuote.objects.live().get()
    assert (restored.pk, restored.by, restored.at) == (link.pk, link.by, link.at)


def test_the_second_to_take_it_away_is_told_who_was_first(asked, booking, triager, at):
    link = quote(asked, booking, words="by hand")
    services.remove_quote(link=link, by=triager, at=at)
    with pytest.raises(services.Refusal, match="Mira Chen took this quote away already"):
        services.remove_quote(link=link, by=triager, at=at)
    quote(asked, booking, words="by hand")
    with pytest.raises(services.Refusal, match="already"):
        services.restore_quote(link=link, by=triager, at=at)


def test_undoing_an_attachment_takes_all_its_themes_back_and_no_other(asked, booking, triager, at):
    other, kept = theme("Typing"), quote(asked, theme("Mondays"), words="by hand")
    later = at + timedelta(minutes=1)
    link = quote(asked, booking, other, words="by hand", by=triager, at=later)

    services.take_back(link=link, by=triager, at=later)

    assert list(ThemeQuote.objects.live()) == [kept]


def test_an_archived_theme_takes_no_more(asked, booking, triager, at):
    services.archive(theme=booking, by=triager, at=at)
    with pytest.raises(services.Refusal, match="archived"):
        quote(asked, booking)


def test_who_attached_what_stands_in_both_stories_and_only_insiders_read_it(asked, booking):
    quote(asked, booking, words="by hand")
    lines = Event.objects.filter(verb__in=["theme.quoted", "request.themed"])
    assert {line.thread for line in lines} == {asked.thread, booking.thread}
    assert not lines.filter(is_public=True).exists()
    assert "“by hand”" in lines.get(thread=booking.thread).summary


def test_many_requests_are_attached_whole_in_one_go(ask, booking, client, triager):
    chosen = [ask(title=f"Request {n}") for n in range(3)]
    url, keys = reverse("intake:theming"), [each.pk for each in chosen]
    assert client.post(url, {"pk": keys}).status_code == 200
    assert client.post(url, {"pk": keys, "attach": "1"}).status_code == 422

    answer = client.post(url, {"pk": keys, "attach": "1", "themes": [booking.pk]})

    assert answer.status_code == 302
    assert ThemeQuote.objects.live().filter(quote__part="whole").count() == 3
    listed = client.get(reverse("intake:requests"), {"theme": booking.pk}).context["objects"]
    assert {each.pk for each in listed} == set(keys)


@pytest.mark.parametrize(
    "wrong",
    [
        {"part": "body", "start": 0, "end": 5, "text": "four"},
        {"part": "whole", "start": 0, "end": 4, "text": "four"},
        {"part": "body", "start": 0, "end": 0, "text": ""},
        {"part": "comment", "start": 0, "end": 4, "text": "four"},
    ],
)
def test_the_database_refuses_a_quote_that_cannot_be(asked, triager, at, wrong):
    with pytest.raises(DatabaseError), transaction.atomic():
        Quote.objects.create(product_request=asked, by=triager, at=at, **wrong)
