"""Sign-offs: asked for, decided by the function alone, and held by the database."""

from datetime import timedelta

import pytest
from django.db import Error, transaction
from django.urls import reverse

from launches import services
from launches.models import LaunchItem, SignOff
from prodops.notifications.models import Notification
from tests.factories.launches import CREATED_AT, approver_of, function, item, launch
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
LATER = CREATED_AT + timedelta(hours=3)


@pytest.fixture
def privacy():
    return function(name="Privacy")


@pytest.fixture
def lawyer(privacy):
    return approver_of(privacy, name="Camille Laurent")


@pytest.fixture
def review(privacy, lawyer, pm):
    """An item that waits for the lawyer."""
    each = item(of=launch(owner=pm), function=privacy, needs_sign_off=True, owner=pm)
    return services.request_sign_off(item=each, by=pm, at=CREATED_AT)


def test_the_rota_names_who_has_least_to_do_and_tells_them(privacy, lawyer, pm):
    second = approver_of(privacy)
    of = launch()
    asked = [
        services.request_sign_off(
            item=item(of=of, function=privacy, needs_sign_off=True), by=pm, at=CREATED_AT
        ).approver
        for _ in range(3)
    ]

    assert asked == [lawyer, second, lawyer]
    assert Notification.objects.filter(kind="sign_off", recipient=lawyer).count() == 2


def test_nobody_is_asked_twice_or_without_the_evidence_or_without_members(privacy, lawyer, pm):
    of = launch()
    bare = item(of=of, function=privacy, needs_sign_off=True, evidence_wanted="Audit report")
    orphan = item(of=of, needs_sign_off=True)
    plain = item(of=of, function=privacy)

    with pytest.raises(services.Refusal, match="audit report"):
        services.request_sign_off(item=bare, by=pm, at=CREATED_AT)
    with pytest.raises(services.Refusal, match="has no members"):
        services.request_sign_off(item=orphan, by=pm, at=CREATED_AT)
    with pytest.raises(services.WrongState, match="needs no sign-off"):
        services.request_sign_off(item=plain, by=pm, at=CREATED_AT)
    services.request_sign_off(
        item=bare, evidence_url="https://a.example.com/", by=pm, at=CREATED_AT
    )
    with pytest.raises(services.WrongState, match="asked already"):
        services.request_sign_off(item=bare, by=pm, at=CREATED_AT)


def test_an_approval_completes_the_item_and_tells_its_owner(client, review, lawyer, pm):
    client.force_login(lawyer)

    response = client.post(reverse("launches:sign_off", args=[review.pk]), {"verdict": "approved"})

    assert response.status_code == 302
    review.item.refresh_from_db()
    assert (review.item.state, review.item.completed_by) == ("done", lawyer)
    assert pm.notifications.filter(cause__startswith="sign-off-decided").exists()
    assert review.item.launch.thread.events.filter(verb="item.sign_off_approved").count() == 1


def test_sending_back_needs_words_and_returns_it_to_the_owner(client, review, lawyer):
    client.force_login(lawyer)
    address = reverse("launches:sign_off", args=[review.pk])

    empty = client.post(address, {"verdict": "needs_work"}, headers={"HX-Request": "true"})
    assert (empty.status_code, b"Say what is missing." in empty.content) == (422, True)
    answer = client.post(address, {"verdict": "needs_work", "note": "Name the processor."})

    assert answer.status_code == 302
    review.item.refresh_from_db()
    assert (review.item.state, review.item.reason) == ("needs_work", "Name the processor.")
    services.request_sign_off(item=review.item, by=review.requested_by, at=LATER)
    review.refresh_from_db()
    assert (review.verdict, review.decided_by, review.note) == ("pending", None, "")
    assert [change.to_state for change in review.item.state_changes.order_by("pk")] == [
        "not_started",
        "requested",
        "needs_work",
        "requested",
    ]


@pytest.mark.parametrize("role", ["contributor", "ops", "admin", "executive"])
def test_nobody_outside_the_function_can_approve(client, review, role):
    client.force_login(UserFactory(role=role))

    response = client.post(reverse("launches:sign_off", args=[review.pk]), {"verdict": "approved"})

    assert response.status_code == 403
    review.refresh_from_db()
    assert review.is_pending
    with pytest.raises(services.NotInFunction):
        services.decide_sign_off(
            sign_off=review, verdict="approved", by=UserFactory(role=role), at=LATER
        )


def test_the_second_answer_is_refused_by_name(client, review, lawyer, privacy):
    other = approver_of(privacy)
    services.decide_sign_off(sign_off=review, verdict="approved", by=lawyer, at=LATER)
    client.force_login(other)

    response = client.post(
        reverse("launches:sign_off", args=[review.pk]), {"verdict": "needs_work", "note": "No."}
    )

    assert response.status_code == 422
    assert "Camille Laurent settled it first" in response.content.decode()


def test_the_database_refuses_an_approval_from_outside_the_function(review, pm, lawyer):
    row = SignOff.objects.filter(pk=review.pk)

    with pytest.raises(Error, match="only a member of the function"), transaction.atomic():
        row.update(verdict="approved", decided_by=pm, decided_at=LATER)
    with pytest.raises(Error, match="sign_off_decided"), transaction.atomic():
        row.update(verdict="needs_work", note="Forged.")
    with pytest.raises(Error, match="sign-off is approved"), transaction.atomic():
        LaunchItem.objects.filter(pk=review.item_id).update(
            state="done", completed_by=lawyer, completed_at=LATER
        )


def test_reopening_an_approved_item_asks_for_the_sign_off_again(review, lawyer, pm):
    services.decide_sign_off(sign_off=review, verdict="approved", by=lawyer, at=LATER)

    services.set_item_state(item=review.item, state="in_progress", by=pm, at=LATER)

    review.refresh_from_db()
    assert (review.verdict, review.item.completed_at) == ("withdrawn", None)


def test_the_queue_shows_what_waits_for_my_functions_and_what_i_decided(
    client, review, lawyer, privacy
):
    client.force_login(lawyer)
    page = client.get(reverse("launches:sign_offs"))
    assert review.item.title in page.content.decode()

    services.decide_sign_off(sign_off=review, verdict="approved", by=lawyer, at=LATER)
    page = client.get(reverse("launches:sign_offs")).content.decode()
    assert "Nothing waits for you" in page
    assert "Recently decided by me" in page

    client.force_login(UserFactory())
    assert "You are in no function" in client.get(reverse("launches:sign_offs")).content.decode()


def test_a_cancelled_launch_waits_for_nobody(client, review, lawyer, ops):
    services.cancel(launch=review.item.launch, reason="Gone.", by=ops, at=LATER)
    client.force_login(lawyer)

    page = client.get(reverse("launches:sign_offs"))
    answer = client.post(reverse("launches:sign_off", args=[review.pk]), {"verdict": "approved"})

    assert "Nothing waits for you" in page.content.decode()
    assert (answer.status_code, "was cancelled" in answer.content.decode()) == (422, True)
