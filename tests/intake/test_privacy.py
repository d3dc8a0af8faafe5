"""Who sees what of a request: what is shared, what it is worth, what is said among colleagues."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from intake import services
from intake.models import ProductRequest
from prodops.audit.models import Comment
from prodops.notifications.models import Channel, Kind, Preference
from prodops.notifications.services import reword, say
from prodops.notifications.services.digests import send_digests
from prodops.people.models import User
from tests.factories.intake import AccountFactory, CategoryFactory, product_request
from tests.factories.people import UserFactory
from tests.page_matrix import ROWS
from tests.world import build

ARR = 76_543_210
WORTH = ("76.5m", "76543210", "76,543", "ARR")
SECRET, OPEN = "mongoose", "pelican"
HTMX = {"HX-Request": "true"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def rich_world(monkeypatch):
    """The world of all pages, in which every request is for an account worth a telling sum."""
    monkeypatch.setattr("reporting.charts.png.png", lambda figure: b"a picture")
    world = build()
    account = AccountFactory(name="Riches", arr=ARR)
    ProductRequest.objects.update(account=account)
    for made in ProductRequest.objects.all():
        made.backings.update(account=account)
    return world


def test_no_page_and_no_file_tells_a_requester_what_an_account_is_worth(client, rich_world):
    client.force_login(rich_world.users["requester"])
    seen = 0
    for name, row in ROWS.items():
        address = reverse(name, kwargs=row.keys(rich_world))
        for query in ("", "?format=csv", "?q=export&filters=open"):
            response = client.get(f"{address}{query}")
            if response.status_code != 200:
                continue
            seen += 1
            body = b"".join(response) if response.streaming else response.content
            text = body.decode(errors="replace")
            assert not any(word in text for word in WORTH[:3]), f"{name}{query}"
            assert ">ARR" not in text, f"{name}{query}"
    assert seen > 30


def test_an_insider_does_see_it_so_the_test_above_can_fail(client, rich_world):
    client.force_login(rich_world.users["ops"])

    address = reverse("intake:request", args=[rich_world.request.pk])

    assert "76.5m" in client.get(address).content.decode()


def instant(*users):
    Preference.objects.bulk_create(
        Preference(user=user, kind=kind, channel=Channel.INSTANT) for user in users for kind in Kind
    )


def letters_to(user):
    """Return everything a mail program would show of the mails to somebody, headers included."""
    shown = []
    for letter in mail.outbox:
        if user.email in letter.to:
            parts = [letter.subject, letter.body, str(letter.extra_headers)]
            parts += [alternative.content for alternative in letter.alternatives]
            shown.append("\n".join(str(part) for part in parts))
    return shown


def test_the_mail_for_one_never_contains_the_words_for_the_other(
    ask, triager, requester, kim, django_capture_on_commit_callbacks
):
    ops, backer = UserFactory(role="ops"), UserFactory(role="requester")
    at = timezone.now() - timedelta(hours=1)
    with django_capture_on_commit_callbacks(execute=True):
        instant(ops, triager, requester, kim, backer)
        made = ask(account=AccountFactory(arr=ARR), at=at)
        services.back(product_request=made, person=backer, by=backer, at=at)
        services.share(product_request=made, person=kim, by=requester, at=at)
        made.thread.followers.add(ops, triager)
        _talk(made, triager, ops, at)
        _decide(made, triager, ops, at)

    outside = {user: letters_to(user) for user in (requester, backer, kim)}
    inside = "\n".join(letters_to(ops))
    assert SECRET in inside
    assert f"{OPEN} in public" in inside
    for user, letters in outside.items():
        assert letters, user
        for letter in letters:
            assert SECRET not in letter
            assert not any(word in letter for word in WORTH)
    assert any(f"{OPEN} in public" in letter for letter in outside[backer])
    assert any(f"{OPEN} declined" in letter for letter in outside[requester])


def _talk(made, triager, ops, at):
    handle = made.author.handle
    for number, (body, is_public) in enumerate(
        [
            (f"Internal {SECRET}, says @{handle} and @{ops.handle}", False),
            (f"{OPEN} in public for @{handle}", True),
            (f"Another internal {SECRET}", False),
        ]
    ):
        comment = say(
            thread=made.thread,
            body=body,
            is_public=is_public,
            by=triager,
            at=at + timedelta(minutes=number),
        )
    reword(comment=comment, body=f"Reworded {SECRET} for @{handle}", at=at)


def _decide(made, triager, ops, at):
    category = CategoryFactory(name=f"Category {SECRET}")
    told = {"product_request": made, "at": at + timedelta(minutes=5)}
    services.classify(category=category, owner=ops, priority="P1", by=triager, **told)
    services.escalate(by=triager, **told)
    services.ask_requester(question=f"{OPEN} asked", by=triager, **told)
    services.resume(answer="Yes", by=made.author, **told)
    services.decline(reason=f"{OPEN} declined", by=triager, **told)


def test_the_daily_mail_keeps_them_apart_too(
    ask, triager, requester, django_capture_on_commit_callbacks
):
    ops, made = UserFactory(role="ops"), ask()
    made.thread.followers.add(ops)
    long_ago = timezone.now() - timedelta(days=3)
    for body, is_public in ((f"Internal {SECRET}", False), (f"{OPEN} in public", True)):
        say(thread=made.thread, body=body, is_public=is_public, by=triager, at=long_ago)

    with django_capture_on_commit_callbacks(execute=True):
        send_digests(at=(timezone.now() - timedelta(days=1)).replace(hour=12))

    (outside,), (inside,) = letters_to(requester), letters_to(ops)
    assert OPEN in outside
    assert SECRET not in outside
    assert SECRET in inside


def test_who_no_longer_is_a_colleague_gets_no_internal_words_in_the_daily_mail(
    ask, triager, django_capture_on_commit_callbacks
):
    leaver, made = UserFactory(role="contributor"), ask()
    made.thread.followers.add(leaver)
    long_ago = timezone.now() - timedelta(days=3)
    for body, is_public in ((f"Internal {SECRET}", False), (f"{OPEN} in public", True)):
        say(thread=made.thread, body=body, is_public=is_public, by=triager, at=long_ago)
    User.objects.filter(pk=leaver.pk).update(role="requester")

    with django_capture_on_commit_callbacks(execute=True):
        send_digests(at=(timezone.now() - timedelta(days=1)).replace(hour=12))

    (letter,) = letters_to(leaver)
    assert OPEN in letter
    assert SECRET not in letter


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
@pytest.mark.parametrize(("choice", "is_public"), [("public", True), ("internal", False)])
def test_the_first_words_that_leave_the_house_are_asked_about_once(
    client, triager, ask, headers, choice, is_public
):
    made = ask()
    address = reverse("notifications:comments", args=[made.thread_id])
    words = {"body": "It comes *in spring*", "audience": "public"}

    asked = client.post(address, words, headers=headers)

    page = asked.content.decode()
    assert asked.status_code == 200
    assert "first comment that people outside the product team read" in page
    assert "Sam Sales" in page
    assert "It comes *in spring*</textarea>" in page
    assert not Comment.objects.exists()

    client.post(address, {**words, "confirmed": choice}, headers=headers)
    said = Comment.objects.get()
    assert (said.body, said.is_public) == ("It comes *in spring*", is_public)

    client.post(address, {**words, "body": "Again"}, headers=headers)
    assert Comment.objects.filter(body="Again").exists() is is_public, "Asked until one was public."


def test_nobody_is_asked_where_there_is_nothing_to_confuse(client, triager, ask, requester):
    made = ask()
    address = reverse("notifications:comments", args=[made.thread_id])

    client.post(address, {"body": "Among us", "audience": "internal"})
    client.force_login(requester)
    client.post(address, {"body": "Thank you"})

    said = dict(Comment.objects.values_list("body", "is_public"))
    assert said == {"Among us": False, "Thank you": True}


def test_public_and_internal_look_unlike(client, triager, ask):
    made = ask()
    at = timezone.now()
    say(thread=made.thread, body="Among us", is_public=False, by=triager, at=at)
    say(thread=made.thread, body="For all", is_public=True, by=triager, at=at)

    page = client.get(reverse("intake:request", args=[made.pk])).content.decode()

    internal, public = page.split('id="comment-')[1:3]
    assert "Internal" in internal
    assert "Visible to requester" in public
    assert page.count("timeline__comment--public") == 1


def test_requests_that_are_not_shared_are_not_counted_or_found(client, requester, ask, kim):
    product_request(title=f"Secret {SECRET}", is_shared=False)
    client.force_login(kim)

    for name in ("intake:portal", "intake:mine", "intake:similar", "audit:search"):
        page = client.get(reverse(name), {"q": SECRET, "title": SECRET}).content.decode()
        assert f"Secret {SECRET}" not in page, name
