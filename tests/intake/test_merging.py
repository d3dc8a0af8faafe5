"""Merging and unmerging: voices count once, and what is taken back is as it was."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake import services
from intake.models import Backing, Merge, ProductRequest, RequestStateChange
from prodops.notifications.models import Notification
from tests.factories.intake import SUBMITTED_AT, product_request
from tests.factories.people import UserFactory
from tests.intake.threads import at_once

State = ProductRequest.State


def voices(request):
    """Return who stands behind a request as a set; a list with doubles would be longer."""
    found = list(request.backings.values_list("person", "account"))
    assert len(found) == len(set(found))
    return set(found)


def whole(request):
    """Return all of a request that an unmerge has to restore."""
    row = ProductRequest.objects.values().get(pk=request.pk)
    backings = request.backings.order_by("pk").values_list(
        "person", "account", "importance", "note", "came_from"
    )
    return row, sorted(backings, key=str)


def merge(child, parent, by):
    return services.merge(child=child, parent=parent, by=by, at=SUBMITTED_AT)


def test_each_voice_counts_once_and_the_child_stays_findable(ask, triager):
    parent, child = ask("Parent"), ask("Child", author=UserFactory(role="requester"))
    services.back(product_request=child, person=parent.author, by=triager, at=SUBMITTED_AT)

    merge(child, parent, triager)

    assert voices(parent) == {(parent.author_id, None), (child.author_id, None)}
    assert ProductRequest.objects.visible_to(child.author).filter(pk=parent.pk).exists()
    assert child in parent.merged_requests.all()
    told = Notification.objects.filter(recipient=child.author, title__contains="was merged into")
    assert told.count() == 1


def test_a_chain_ends_at_the_request_that_lives_on(ask, triager):
    first, second, third = ask("First"), ask("Second"), ask("Third")
    merge(first, second, triager)
    merge(second, third, triager)
    late = merge(ask("Late"), second, triager).product_request

    first.refresh_from_db()
    assert first.merged_into == third
    assert late.merged_into == third
    assert first.merges.get().parent == second

    services.unmerge(child=second, by=triager, at=SUBMITTED_AT)

    first.refresh_from_db()
    late.refresh_from_db()
    assert first.merged_into == second
    assert late.merged_into == third


def test_who_asked_hears_that_it_stands_on_its_own_again(ask, triager):
    parent, child = ask("Parent"), ask("Child", author=UserFactory(role="requester"))
    merge(child, parent, triager)

    services.unmerge(child=child, by=triager, at=SUBMITTED_AT)

    told = Notification.objects.filter(recipient=child.author).latest("pk")
    assert told.title == f"{child.key} stands on its own again: Child"
    assert told.path == child.thread.path
    assert child.merges.get().undone_by == triager


def test_later_changes_are_mirrored_to_what_was_merged(ask, triager, category):
    parent, child = ask("Parent"), ask("Child")
    merge(child, parent, triager)

    services.classify(product_request=parent, category=category, by=triager, at=SUBMITTED_AT)
    services.accept(product_request=parent, by=triager, at=SUBMITTED_AT)

    event = child.thread.events.get(verb="request.accepted")
    assert event.is_public
    assert event.after == "Accepted"
    assert parent.key in event.summary


def test_backing_a_merged_request_counts_where_it_lives_on(ask, triager):
    parent, child, person = ask("Parent"), ask("Child"), UserFactory(role="requester")
    merge(child, parent, triager)
    child.refresh_from_db()

    backing = services.back(product_request=child, person=person, by=person, at=SUBMITTED_AT)

    assert backing.product_request == parent


def test_what_was_planned_is_not_merged(ask, triager):
    planned = product_request(state="planned")

    with pytest.raises(services.WrongState, match="is planned"):
        merge(planned, ask("Parent"), triager)


STEPS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)), max_size=12
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_any_sequence_of_merges_can_be_taken_back_exactly(transactional_free_db, steps):
    by, people = transactional_free_db
    requests = [product_request(author=people[i % 3]) for i in range(4)]
    for each, person in zip(requests, [*people, people[0]], strict=True):
        services.back(product_request=each, person=person, by=person, at=SUBMITTED_AT)
    original = [whole(each) for each in requests]

    for is_merge, i, j, _ in steps:
        try:
            if is_merge:
                merge(requests[i], requests[j], by)
            else:
                services.unmerge(child=requests[i], by=by, at=SUBMITTED_AT)
        except services.Refusal:
            continue
        everybody = set()
        for each in ProductRequest.objects.filter(pk__in=[r.pk for r in requests]):
            assert each.merged_into is None or each.merged_into.merged_into is None
            if each.state != State.MERGED:
                everybody |= voices(each)
        assert everybody == {(person.pk, None) for person in people}

    while merged := Merge.objects.filter(undone_at=None, child__in=requests).last():
        services.unmerge(child=merged.child, by=by, at=SUBMITTED_AT)
    assert [whole(each) for each in requests] == original


@pytest.fixture
def transactional_free_db(db):
    return UserFactory(role="ops"), [UserFactory(role="requester") for _ in range(3)]


@pytest.mark.django_db(transaction=True)
def test_many_triagers_at_once_leave_one_decision():
    request, people = product_request(), [UserFactory(role="ops") for _ in range(6)]

    def decline(by):
        mine = ProductRequest.objects.get(pk=request.pk)
        services.decline(product_request=mine, reason=f"{by}", by=by, at=SUBMITTED_AT)

    results = at_once([lambda by=by: decline(by) for by in people])

    refused = [each for each in results if each]
    assert len(refused) == 5
    request.refresh_from_db()
    assert all(request.decline_reason in str(each) for each in refused)
    assert RequestStateChange.objects.filter(to_state=State.DECLINED).count() == 1
    assert Notification.objects.filter(title__contains="declined").count() == 1


@pytest.mark.django_db(transaction=True)
def test_merging_each_into_the_other_at_once_leaves_one_alive():
    first, second, by = product_request(), product_request(), UserFactory(role="ops")

    def fold(child, parent):
        merge(ProductRequest.objects.get(pk=child.pk), ProductRequest.objects.get(pk=parent.pk), by)

    at_once([lambda: fold(first, second), lambda: fold(second, first)] * 2)

    alive = ProductRequest.objects.exclude(state=State.MERGED)
    assert alive.count() == 1
    assert Merge.objects.filter(undone_at=None).count() == 1
    assert Backing.objects.filter(product_request=alive.get()).count() == 2
    assert not connection.needs_rollback
