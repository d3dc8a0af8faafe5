"""Who no longer stands behind a request no longer reads what is said about it."""

import pytest
from django.urls import reverse

from intake import services
from prodops.audit.models import Thread
from tests.factories.audit import CommentFactory
from tests.factories.intake import SUBMITTED_AT, product_request
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def someone(client, requester):
    client.force_login(requester)
    return requester


def reach(client, request, person):
    """Return what a person gets of a request: its page, a comment, a say, and whether news."""
    comment = CommentFactory(thread=request.thread, is_public=True)
    said = client.post(reverse("notifications:comments", args=[request.thread_id]), {"body": "Hm"})
    return (
        client.get(reverse("intake:request", args=[request.pk])).status_code,
        client.get(reverse("audit:revisions", args=[comment.pk])).status_code,
        said.status_code,
        Thread.objects.visible_to(person).filter(pk=request.thread_id).exists(),
    )


INSIDE, OUTSIDE = (200, 200, 302, True), (404, 404, 404, False)


def test_withdrawing_ends_what_a_requester_reads(client, someone):
    made = product_request(author=UserFactory(role="requester"))
    services.back(product_request=made, person=someone, by=someone, at=SUBMITTED_AT)
    assert reach(client, made, someone) == INSIDE

    client.post(reverse("intake:withdrawal", args=[made.pk]))

    assert reach(client, made, someone) == OUTSIDE
    assert made.author in made.thread.followers.all()


def test_withdrawing_ends_it_on_what_the_request_was_merged_into_too(client, someone):
    by = UserFactory(role="ops")
    child, parent, top = (product_request(author=by) for _ in range(3))
    services.back(product_request=child, person=someone, by=someone, at=SUBMITTED_AT)
    services.merge(child=child, parent=parent, by=by, at=SUBMITTED_AT)
    services.merge(child=parent, parent=top, by=by, at=SUBMITTED_AT)
    assert reach(client, top, someone) == INSIDE

    client.post(reverse("intake:withdrawal", args=[child.pk]))

    assert [reach(client, each, someone) for each in (child, parent, top)] == [OUTSIDE] * 3


def test_unmerging_ends_what_requesters_of_the_child_read_of_the_parent(client, someone):
    by = UserFactory(role="ops")
    child, parent = product_request(author=someone), product_request(author=by)
    services.merge(child=child, parent=parent, by=by, at=SUBMITTED_AT)
    assert reach(client, parent, someone) == INSIDE
    client.force_login(by)

    client.post(reverse("intake:unmerge", args=[child.pk]))

    client.force_login(someone)
    assert reach(client, parent, someone) == OUTSIDE
    assert reach(client, child, someone) == INSIDE


def test_one_of_two_voices_withdrawn_leaves_the_other(client, someone):
    by = UserFactory(role="ops")
    child, parent = product_request(author=someone), product_request(author=by)
    services.back(product_request=parent, person=someone, by=someone, at=SUBMITTED_AT)
    services.merge(child=child, parent=parent, by=by, at=SUBMITTED_AT)

    client.post(reverse("intake:withdrawal", args=[parent.pk]))

    assert reach(client, parent, someone) == INSIDE


def test_insiders_go_on_following(client, triager):
    made = product_request()
    services.back(product_request=made, person=triager, by=triager, at=SUBMITTED_AT)

    client.post(reverse("intake:withdrawal", args=[made.pk]))

    assert triager in made.thread.followers.all()


def test_a_requester_cannot_cut_themselves_off_from_what_they_asked_for(client, someone):
    made = product_request(author=someone)
    address = reverse("audit:following", args=[made.thread_id])

    assert client.post(address, {"follow": "0"}).status_code == 403
    assert reach(client, made, someone) == INSIDE
