"""Letting somebody read a request along, and no longer."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from intake import services
from intake.models import ProductRequest, RequestShare
from prodops.notifications.models import Kind
from prodops.notifications.services import say
from tests.factories.intake import AccountFactory
from tests.factories.people import UserFactory

ARR = 76_543_210
WORTH = ("76.5m", "76543210", "76,543", "ARR")
SECRET, OPEN = "mongoose", "pelican"
pytestmark = pytest.mark.django_db


def share(client, made, email="kim@example.com"):
    return client.post(reverse("intake:shares", args=[made.pk]), {"email": email}, follow=True)


def test_who_asked_shares_it_and_the_other_reads_along(client, ask, requester, kim):
    made, other = ask(account=AccountFactory(arr=ARR)), ask("Another")
    client.force_login(requester)

    page = share(client, made, "KIM@example.com").content.decode()

    assert "If somebody signs in here as KIM@example.com, they can read it" in page.replace(
        made.key, "it"
    )
    client.force_login(kim)
    record = client.get(reverse("intake:request", args=[made.pk]))
    assert record.status_code == 200
    assert "Sam Sales" in record.content.decode()
    assert made.title in client.get(reverse("intake:mine")).content.decode()
    assert client.get(reverse("intake:request", args=[other.pk])).status_code == 404
    assert kim.notifications.get().title.startswith(f"Sam Sales shared {made.key} with you")
    assert not any(word in record.content.decode() for word in WORTH)


def test_who_reads_along_hears_what_is_said_aloud_and_nothing_else(ask, triager, requester, kim):
    made = ask()
    at = timezone.now()
    services.share(product_request=made, person=kim, by=requester, at=at)

    say(thread=made.thread, body=f"No {SECRET}", is_public=False, by=triager, at=at)
    say(thread=made.thread, body=f"A {OPEN}", is_public=True, by=triager, at=at)

    assert [each.body for each in kim.notifications.filter(kind=Kind.COMMENT)] == [f"A {OPEN}"]


def test_a_share_ends_and_with_it_all_reading(client, ask, requester, kim):
    made = ask()
    services.share(product_request=made, person=kim, by=requester, at=timezone.now())
    client.force_login(requester)

    client.post(reverse("intake:share-removal", args=[RequestShare.objects.get().pk]))

    assert not made.thread.followers.filter(pk=kim.pk).exists()
    client.force_login(kim)
    assert client.get(reverse("intake:request", args=[made.pk])).status_code == 404


def test_who_reads_along_may_leave_but_not_hand_it_on(client, ask, requester, kim):
    made, third = ask(), UserFactory(role="requester", email="third@example.com")
    services.share(product_request=made, person=kim, by=requester, at=timezone.now())
    client.force_login(kim)

    assert share(client, made, third.email).status_code == 403
    answer = client.post(reverse("intake:answer", args=[made.pk]), {"answer": "I say so"})
    assert answer.status_code == 404
    left = client.post(reverse("intake:share-removal", args=[RequestShare.objects.get().pk]))

    assert left["Location"] == reverse("intake:portal")
    assert not RequestShare.objects.exists()


def test_a_requester_learns_of_no_address_whether_somebody_has_it(client, ask, requester, kim):
    made, reader = ask(), UserFactory(role="ops", email="rosa@example.com")
    client.force_login(requester)

    told = []
    for email in (kim.email, "nobody@example.com", reader.email):
        page = share(client, made, email).content.decode()
        said = re.sub(r"<[^>]*>|\s+", " ", page[page.index("<main") :]).replace(email, "@@")
        told.append(re.findall(r"[^.]{0,29}@@[^.]{0,29}", said))
        client.post(reverse("intake:share-removal", args=[RequestShare.objects.get().pk]))

    assert told[0] == told[1] == told[2]
    assert "If somebody signs in here as @@, they can read" in " ".join(told[0])
    assert "shared by you" in " ".join(told[0])


def test_an_address_nobody_has_opens_nothing_until_it_is_shared_again(client, ask, requester):
    made = ask()
    client.force_login(requester)
    share(client, made, "Late@example.com")
    share(client, made, "late@example.com")
    assert RequestShare.objects.get().person is None
    late = UserFactory(role="requester", email="late@example.com")
    assert not ProductRequest.objects.visible_to(late).exists()

    share(client, made, "late@example.com")

    assert ProductRequest.objects.visible_to(late).get() == made
    assert late.notifications.count() == 1


def test_ones_own_address_and_none_at_all_are_answered_in_words(client, ask, requester):
    made = ask()
    client.force_login(requester)

    assert "You read" in share(client, made, requester.email).content.decode()
    assert "address" in share(client, made, "no address").content.decode()
    assert not RequestShare.objects.exists()


def test_ten_addresses_an_hour_are_enough_whoever_has_them(client, ask, requester, kim):
    made = ask()
    client.force_login(requester)
    known = [UserFactory(role="requester").email for _ in range(5)]
    for email in (*known, *(f"nobody{n}@example.com" for n in range(5))):
        assert "If somebody signs in" in share(client, made, email).content.decode()

    pages = [share(client, made, email).content.decode() for email in ("x@example.com", kim.email)]

    assert all("10 addresses an hour" in page for page in pages)
    assert RequestShare.objects.count() == 10


def test_insiders_read_who_it_is(client, ask, requester, kim, triager):
    made = ask()
    client.force_login(requester)
    share(client, made, kim.email)
    assert kim.name not in client.get(reverse("intake:request", args=[made.pk])).content.decode()
    client.force_login(triager)
    assert kim.name in client.get(reverse("intake:request", args=[made.pk])).content.decode()


def test_who_works_here_is_told_each_time(client, ask, triager):
    made = ask()
    client.force_login(triager)

    pages = [share(client, made, f"nobody{n}@example.com").content.decode() for n in range(7)]

    assert all("Nobody signs in here" in page for page in pages)


def test_a_merge_and_its_way_back_leave_shares_alone(ask, triager, requester, kim):
    made, parent = ask(), ask("Parent", author=UserFactory(role="requester"))
    at = timezone.now()
    services.share(product_request=made, person=kim, by=requester, at=at)

    services.merge(child=made, parent=parent, by=triager, at=at)
    assert ProductRequest.objects.visible_to(kim).get() == made
    services.unmerge(child=made, by=triager, at=at)

    assert made.thread.followers.filter(pk=kim.pk).exists()


def test_the_page_of_a_merged_one_leads_only_where_the_reader_may_go(
    client, ask, triager, requester, kim
):
    author = UserFactory(role="requester")
    made, parent = ask(), ask("Quokka exports", author=author, is_shared=False)
    services.share(product_request=made, person=kim, by=requester, at=timezone.now())
    services.merge(child=made, parent=parent, by=triager, at=timezone.now())
    pages = {}
    for person in (kim, requester):
        client.force_login(person)
        pages[person] = client.get(reverse("intake:request", args=[made.pk])).content.decode()

    assert all(parent.key in page for page in pages.values())
    assert reverse("intake:request", args=[parent.pk]) not in pages[kim]
    assert "Quokka" not in pages[kim]
    assert "Quokka" in pages[requester]


def test_nobody_is_shared_with_twice(ask, triager, kim):
    made = ask()
    services.share(product_request=made, person=kim, by=triager, at=timezone.now())

    with pytest.raises(services.Refusal, match="can read"):
        services.share(product_request=made, person=kim, by=triager, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        RequestShare.objects.create(
            product_request=made, person=kim, email="x@example.com", by=triager, at=timezone.now()
        )


def test_what_somebody_shared_ends_with_their_own_voice(client, ask, kim):
    made, leo = ask(), UserFactory(role="requester", name="Leo Loud")
    at = timezone.now()
    services.back(product_request=made, person=leo, by=leo, at=at)
    services.share(product_request=made, person=kim, by=leo, at=at)
    assert ProductRequest.objects.visible_to(kim).get() == made
    client.force_login(leo)

    client.post(reverse("intake:withdrawal", args=[made.pk]))

    assert not made.shares.exists()
    assert not ProductRequest.objects.visible_to(kim).exists()
    assert not made.thread.followers.filter(pk=kim.pk).exists()


def test_what_a_triager_shared_ends_when_they_leave_the_product_team(client, ask, triager, kim):
    made, again = ask(), UserFactory(role="ops")
    services.share(product_request=made, person=kim, by=triager, at=timezone.now())
    triager.role = "requester"
    triager.save()

    assert not ProductRequest.objects.visible_to(kim).exists()
    client.force_login(made.author)
    assert kim.name not in client.get(reverse("intake:request", args=[made.pk])).content.decode()

    services.share(product_request=made, person=kim, by=again, at=timezone.now())
    assert ProductRequest.objects.visible_to(kim).get() == made
