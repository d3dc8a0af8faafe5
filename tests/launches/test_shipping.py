"""The launch goes out: initiatives are launched, everyone who asked is told exactly once."""

import threading
from datetime import timedelta

import pytest
from django.db import Error, connection, transaction
from django.urls import reverse

from intake import services as intake
from launches import services
from launches.models import Launch, Told
from prodops.notifications.models import Notification
from tests.factories.intake import product_request
from tests.factories.launches import CREATED_AT, adopted, asked_for, launch
from tests.factories.people import UserFactory

LATER = CREATED_AT + timedelta(days=1)


@pytest.mark.django_db
def test_everyone_who_asked_is_told_once_across_all_requests(ops):
    initiative = asked_for(requests=2, backers=3)
    first, second = [link.product_request for link in initiative.request_links.order_by("pk")]
    both = UserFactory(role="requester")
    for asked in (first, second):
        intake.back(product_request=asked, person=both, by=both, at=CREATED_AT)
    of = launch(stage="go_no_go", by=ops, initiatives=[initiative])
    promised = services.people_to_tell(of)

    told = services.ship(launch=of, by=ops, at=LATER)

    assert len(told) == len(promised) == 9
    assert {each.person for each in told} == {asker.person for asker in promised}
    assert Notification.objects.filter(recipient=both, title__startswith="Shipped").count() == 1
    initiative.refresh_from_db()
    first.refresh_from_db()
    assert (initiative.stage, first.state, of.stage) == ("launched", "shipped", "launched")
    assert of.thread.events.get(verb="launch.launched").summary == "launched it and told 9 people"


@pytest.mark.django_db
def test_the_author_of_a_merged_request_is_told_through_its_parent(ops):
    initiative = asked_for(requests=0)
    child = product_request()
    parent = product_request()
    intake.merge(child=child, parent=parent, by=ops, at=CREATED_AT)
    intake.accept(product_request=_sorted(parent, ops), by=ops, at=CREATED_AT)
    adopted(initiative, parent)
    of = launch(stage="go_no_go", by=ops, initiatives=[initiative])

    told = services.ship(launch=of, by=ops, at=LATER)

    assert {each.person for each in told} == {child.author, parent.author}


def _sorted(asked, by):
    from tests.factories.intake import CategoryFactory

    intake.classify(
        product_request=asked, category=CategoryFactory(), owner=by, by=by, at=CREATED_AT
    )
    return asked


@pytest.mark.django_db
def test_shipping_twice_tells_nobody_twice(client, ops):
    of = launch(stage="go_no_go", by=ops, initiatives=[asked_for(backers=2)])
    client.force_login(ops)
    address = reverse("launches:shipping", args=[of.pk])
    assert "Launch and tell 3 people" in client.get(address).content.decode()

    answers = [client.post(address, follow=True) for _ in range(2)]

    assert "is launched. Told 3 people." in answers[0].content.decode()
    assert "nobody was told twice" in answers[1].content.decode()
    assert Told.objects.filter(launch=of).count() == 3
    assert Notification.objects.filter(title__startswith="Shipped").count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_people_launching_at_once_tell_everyone_once():
    ops = UserFactory(role="ops")
    of = launch(stage="go_no_go", by=ops, initiatives=[asked_for(requests=2, backers=2)])
    counts, start = [], threading.Barrier(2)

    def ship():
        start.wait(timeout=10)
        told = services.ship(launch=Launch.objects.get(pk=of.pk), by=ops, at=LATER)
        counts.append(len(told))
        connection.close()

    threads = [threading.Thread(target=ship) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(counts) == [0, 6]
    assert Told.objects.count() == 6
    assert Notification.objects.filter(title__startswith="Shipped").count() == 6


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stage", "words"),
    [("planning", "no go/no-go yet"), ("cancelled", "was cancelled")],
)
def test_what_may_not_ship_says_why(client, ops, stage, words):
    of = launch(stage=stage, by=ops, initiatives=[asked_for()])
    client.force_login(ops)

    answer = client.post(reverse("launches:shipping", args=[of.pk]))

    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    of.refresh_from_db()
    assert of.launched_at is None
    assert not Told.objects.exists()


@pytest.mark.django_db
def test_a_no_go_after_a_go_holds_the_launch(ops):
    of = launch(stage="go_no_go", by=ops)
    services.decide_go_no_go(launch=of, decision="no_go", reason="A bug.", by=ops, at=LATER)

    with pytest.raises(services.NotOpen, match="was a no-go"):
        services.ship(launch=of, by=ops, at=LATER)


@pytest.mark.django_db
def test_nothing_ships_to_people_without_words(ops):
    of = launch(stage="go_no_go", by=ops, summary="", initiatives=[asked_for()])

    with pytest.raises(services.Refusal, match="Write what shipped"):
        services.ship(launch=of, by=ops, at=LATER)
    services.write_summary(
        launch=of,
        summary="You can export now.",
        release_note_url="https://notes.example.com/1",
        by=ops,
        at=LATER,
    )
    assert services.words_for(of) == (
        "You can export now.\n\nRead more: https://notes.example.com/1"
    )
    assert services.ship(launch=of, by=ops, at=LATER)


@pytest.mark.django_db
def test_a_person_is_told_of_a_launch_once_by_the_database_too(ops):
    of = launch(stage="go_no_go", by=ops, initiatives=[asked_for()])
    told = services.ship(launch=of, by=ops, at=LATER)[0]

    with pytest.raises(Error, match="told_once"), transaction.atomic():
        Told.objects.create(
            launch=of, person=told.person, product_request=told.product_request, at=LATER
        )


@pytest.mark.django_db
def test_cancelling_needs_a_reason_and_is_final(client, ops):
    of = launch(by=ops)
    client.force_login(ops)
    address = reverse("launches:cancellation", args=[of.pk])

    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "The market moved."}).status_code == 302
    again = client.post(address, {"reason": "Again."})

    of.refresh_from_db()
    assert (of.stage, of.cancel_reason) == ("cancelled", "The market moved.")
    assert (again.status_code, "was cancelled" in again.content.decode()) == (422, True)
    with pytest.raises(Error, match="cancelled_with_reason"), transaction.atomic():
        Launch.objects.filter(pk=of.pk).update(cancel_reason="")
