"""Asking, backing, answering; and what a requester may and may not see."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from intake import services
from intake.models import ProductRequest
from prodops.notifications.models import Notification
from tests.factories.intake import (
    SUBMITTED_AT,
    AccountFactory,
    RequestKindFactory,
    product_request,
)
from tests.factories.people import UserFactory
from tests.intake.threads import at_once

State = ProductRequest.State
WISH = {"title": "Export every invoice of a year", "urgency": "normal", "is_shared": "on"}


@pytest.fixture
def someone(client, requester):
    client.force_login(requester)
    return requester


def wish(**fields):
    return {**WISH, "kind": RequestKindFactory().pk, **fields}


def test_a_request_is_filed_with_its_clocks_and_first_voice(client, someone):
    account = AccountFactory()

    response = client.post(reverse("intake:new"), wish(account=account.pk, body="All at once"))

    made = ProductRequest.objects.get()
    assert response["Location"] == reverse("intake:request", args=[made.pk])
    assert made.submitted_at < made.acknowledge_due_at < made.answer_due_at
    assert made.thread.key == made.key
    assert made.thread.path == response["Location"]
    backing = made.backings.get()
    assert (backing.person, backing.account, backing.is_author) == (someone, account, True)
    assert [event.summary for event in made.thread.events.all()] == ["asked for this"]
    assert made.thread.followers.get() == someone
    assert not Notification.objects.exists()


@pytest.mark.parametrize("title", ["\u200b\u200b", "\u2060 \u200d", "\u202e"])
def test_a_title_nobody_can_see_is_none(client, someone, title):
    answer = client.post(reverse("intake:new"), wish(title=title))

    assert answer.status_code == 422
    assert not ProductRequest.objects.exists()


def test_a_title_cannot_turn_what_stands_behind_it(client, someone):
    client.post(reverse("intake:new"), wish(title="Export \u202e\u2066to\u200b PDF 👩\u200d💻"))

    assert ProductRequest.objects.get().title == "Export to PDF 👩\u200d💻"


@pytest.mark.django_db(transaction=True)
def test_one_page_sent_twice_at_once_makes_one_request(requester):
    typed, answers = wish(), []
    page = _page_of(requester)

    def send():
        browser = Client()
        browser.force_login(requester)
        answers.append(browser.post(reverse("intake:new"), {**typed, "page": page})["Location"])

    at_once([send, send])

    made = ProductRequest.objects.get()
    assert answers == [made.thread.path] * 2


def test_a_page_that_was_sent_may_be_sent_again_with_something_else(client, someone):
    typed = {**wish(), "page": _page_of(someone)}

    for title in ("Export every invoice of a year", "Show the hours of a driver"):
        client.post(reverse("intake:new"), {**typed, "title": title})

    assert ProductRequest.objects.count() == 2


def _page_of(person):
    """Return the mark that the form came with."""
    browser = Client()
    browser.force_login(person)
    shown = browser.get(reverse("intake:new")).content.decode()
    return re.search(r'name="page" value="(\w+)"', shown)[1]


def test_who_is_asked_for_is_told(someone):
    pm = UserFactory(name="Mira Chen")

    services.submit(
        kind=RequestKindFactory(), title="Export", author=someone, by=pm, at=SUBMITTED_AT
    )

    told = Notification.objects.get(recipient=someone)
    assert told.title.startswith("Mira Chen filed REQ-")


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"title": "x" * 301}, {"kind": 0}, {"urgency": "now"}, {"account": 9}]
)
def test_bad_input_is_answered_beside_the_field(client, someone, wrong):
    response = client.post(reverse("intake:new"), wish(**wrong))

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == wrong.keys()
    assert not ProductRequest.objects.exists()


def test_something_very_alike_is_shown_before_it_is_sent(client, someone):
    product_request(title="Export every invoice of a year")

    response = client.post(reverse("intake:new"), wish())
    assert response.status_code == 200
    assert b"Send anyway" in response.content
    assert b"Back this instead" in response.content
    assert ProductRequest.objects.count() == 1

    client.post(reverse("intake:new"), wish(anyway="1"))
    assert ProductRequest.objects.count() == 2


def test_a_requester_sees_own_backed_and_merged_into_only(client, someone):
    by = UserFactory(role="ops")
    own, backed = product_request(author=someone), product_request(author=by)
    parent, child, foreign = (
        product_request(author=by),
        product_request(author=someone),
        product_request(author=by),
    )
    services.back(product_request=backed, person=someone, by=someone, at=SUBMITTED_AT)
    services.merge(child=child, parent=parent, by=by, at=SUBMITTED_AT)

    for each in (own, backed, parent, child):
        assert client.get(reverse("intake:request", args=[each.pk])).status_code == 200
    assert client.get(reverse("intake:request", args=[foreign.pk])).status_code == 404
    assert client.get(reverse("intake:requests")).status_code == 403
    assert client.get(reverse("intake:triage")).status_code == 403


def test_a_requester_learns_neither_revenue_nor_other_names(client, someone):
    other = UserFactory(role="requester", name="Rival Customer")
    made = product_request(author=someone, account=AccountFactory(arr=123_000))
    services.back(product_request=made, person=other, by=other, at=SUBMITTED_AT)

    page = client.get(reverse("intake:request", args=[made.pk])).content.decode()

    assert "123k" not in page
    assert "ARR" not in page
    assert "Rival Customer" not in page


def test_the_portal_says_what_became_of_everything(client, someone):
    by = UserFactory(role="ops", name="Olga Ops")
    kind = RequestKindFactory(slug="of-its-own", name="Of its own", answer_hours=80)
    product_request(title="New one", author=someone, kind=kind)
    product_request(title="Taken", author=someone, state="accepted", by=by)
    waiting = product_request(title="Unclear", author=someone, state="waiting")
    merged = product_request(title="Same", author=someone, state="merged")

    page = client.get(reverse("intake:portal")).content.decode()

    assert "We meant to answer by Mon 16 Nov" in page
    assert "Olga Ops wants to do this" in page
    assert f"Answer about {waiting.key}" in page
    assert f"It counts for {merged.merged_into.key}" in page
    assert client.get(reverse("intake:mine")).status_code == 200


def test_an_empty_answer_keeps_the_clock_stopped(client, someone):
    waiting = product_request(author=someone, state="waiting")

    client.post(reverse("intake:answer", args=[waiting.pk]), {"answer": " "})

    waiting.refresh_from_db()
    assert waiting.state == State.WAITING


def test_shipping_tells_everyone_exactly_once(someone):
    by = UserFactory(role="ops")
    made = product_request(author=someone, state="planned")
    services.back(product_request=made, person=by, by=by, at=SUBMITTED_AT)
    Notification.objects.all().delete()

    told = [
        services.mark_shipped(
            product_request=made, by=by, at=SUBMITTED_AT, summary="It is out.", path="/launches/1/"
        )
        for _ in range(2)
    ]

    assert [len(each) for each in told] == [2, 0]
    shipped = Notification.objects.filter(cause__endswith=":shipped")
    assert {each.recipient for each in shipped} == {someone, by}
    assert {each.path for each in shipped} == {"/launches/1/"}


@pytest.mark.parametrize("state", ["new", "declined", "merged", "closed", "shipped", "planned"])
def test_only_what_was_accepted_can_be_planned(db, state):
    made = product_request(state=state)

    with pytest.raises(services.WrongState):
        services.mark_planned(product_request=made, by=UserFactory(), at=SUBMITTED_AT)


def test_reopening_tells_the_requester_why(client, someone, triager):
    made = product_request(author=someone, state="declined")

    client.post(reverse("intake:reopening", args=[made.pk]), {"reason": "New evidence."})

    made.refresh_from_db()
    assert made.state == State.TRIAGE
    assert made.decided_at is None
    assert Notification.objects.filter(recipient=someone, body="New evidence.").exists()


@pytest.mark.parametrize("name", ["portal", "mine", "request"])
def test_who_was_declined_reads_why_wherever_it_says_so(client, ask, requester, name):
    product_request = ask()
    by = UserFactory(role="ops")
    services.decline(
        product_request=product_request,
        reason="We leave **this** market.",
        by=by,
        at=product_request.submitted_at,
    )
    client.force_login(requester)

    page = client.get(
        reverse(f"intake:{name}", args=[product_request.pk] if name == "request" else [])
    ).content.decode()

    assert "We will not do this." in page
    assert "market." in page
