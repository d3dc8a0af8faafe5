"""Merging many at once: what the page promises is what happens, all of it or nothing."""

import pytest
from django.urls import reverse

from intake import services
from intake.models import Merge, ProductRequest
from intake.services.states import CLOCK_FIELDS
from prodops.audit.models import Change
from prodops.notifications.models import Notification
from tests.factories.intake import SUBMITTED_AT, AccountFactory, product_request
from tests.factories.people import UserFactory

State = ProductRequest.State


@pytest.fixture
def people(db):
    return [UserFactory(role="requester", name=name) for name in ("Ann", "Ben", "Cem")]


@pytest.fixture
def alike(ask, people):
    """Three requests that ask for the same; Ben stands behind the first two."""
    titles = ["Export invoices", "Bulk export of invoices", "All invoices as one file"]
    made = [ask(title, author=who) for title, who in zip(titles, people, strict=True)]
    services.back(product_request=made[0], person=people[1], by=people[1], at=SUBMITTED_AT)
    return made


def page(*requests, **more):
    query = "&".join([f"pk={each.pk}" for each in requests] + [f"{k}={v}" for k, v in more.items()])
    return f"{reverse('intake:merging')}?{query}"


def post(client, requests, ready, **data):
    keys = {"pk": [each.pk for each in requests], "ready": [each.pk for each in ready]}
    return client.post(reverse("intake:merging"), {**keys, **data}, follow=True)


def test_the_preview_says_whose_voices_move_and_who_is_told(alike, triager):
    parent, second, third = alike

    preview = services.preview_merges(children=[third, second], parent=parent, by=triager)

    assert (preview.voices, preview.voices_after) == (2, 3)
    two, three = preview.ready
    assert (two.child, two.moving, len(two.known), two.told) == (second, (), 1, 1)
    assert [voice.person.name for voice in three.moving] == ["Cem"]


def test_a_voice_of_two_children_moves_once(alike, people, triager):
    parent, second, third = alike
    account = AccountFactory()
    for each in (second, third):
        services.back(
            product_request=each, person=people[0], account=account, by=triager, at=SUBMITTED_AT
        )
    preview = services.preview_merges(children=[second, third], parent=parent, by=triager)

    services.merge_many(children=[second, third], parent=parent, by=triager, at=SUBMITTED_AT)

    assert preview.voices_after == parent.backings.count() == 4


def test_what_cannot_be_merged_is_left_out_with_the_reason(alike, triager):
    planned = product_request(state="planned")
    merged = product_request(state="merged")

    preview = services.preview_merges(children=[planned, merged], parent=alike[0], by=triager)

    assert not preview.ready
    reasons = [each.obstacle for each in preview.left_out]
    assert reasons[0] == "It is planned, so it stays as it is."
    assert reasons[1] == f"It was merged into {merged.merged_into.key} already."


def test_the_strongest_is_proposed_and_the_page_does_what_it_says(client, triager, alike):
    parent, second, third = alike

    shown = client.get(page(*alike))
    done = post(client, alike, [second, third], into=parent.pk, reason="All the same.")

    assert shown.context["preview"].parent == parent
    assert f"Merge 2 requests into {parent.key}" in shown.content.decode()
    assert done.redirect_chain[-1][0] == reverse("intake:request", args=[parent.pk])
    assert {each.merged_into_id for each in ProductRequest.objects.exclude(pk=parent.pk)} == {
        parent.pk
    }
    batch = Merge.objects.values_list("batch", flat=True).distinct().get()
    assert reverse("intake:merging-undo", args=[batch]) in done.content.decode()
    told = Notification.objects.filter(title__contains="was merged into")
    assert {each.recipient.name for each in told} == {"Ben", "Cem"}
    assert {each.body for each in told} == {"All the same."}
    assert Change.objects.filter(table="intake_merge", operation="INSERT").count() == 2


def test_one_undo_takes_the_whole_batch_back(client, triager, alike):
    parent, second, third = alike
    fields = {each.attname for each in ProductRequest._meta.concrete_fields} - set(CLOCK_FIELDS)
    before = list(ProductRequest.objects.order_by("pk").values(*fields))
    batch = services.merge_many(
        children=[second, third], parent=parent, by=triager, at=SUBMITTED_AT
    )
    services.unmerge(child=second, by=triager, at=SUBMITTED_AT)

    address = reverse("intake:merging-undo", args=[batch])
    answer = client.post(address, follow=True)
    again = client.post(address, follow=True)

    assert f"{third.key} stands on its own again." in answer.content.decode()
    assert "taken back already" in again.content.decode()
    assert list(ProductRequest.objects.order_by("pk").values(*fields)) == before
    assert parent.backings.count() == 2


def test_undoing_the_last_act_of_a_batch_undoes_all_of_it(triager, alike):
    parent, second, third = alike
    services.merge_many(children=[second, third], parent=parent, by=triager, at=SUBMITTED_AT)

    services.undo(act=third.triage_acts.get(), by=triager, at=SUBMITTED_AT)

    assert not ProductRequest.objects.filter(state=State.MERGED).exists()


def test_when_one_was_settled_meanwhile_none_is_merged(client, triager, alike):
    parent, second, third = alike
    services.decline(product_request=third, reason="No", by=triager, at=SUBMITTED_AT)

    answer = post(client, alike, [second, third], into=parent.pk)

    assert answer.status_code == 422
    assert "Nothing was merged" in answer.content.decode()
    assert not Merge.objects.exists()
    assert [each.child for each in answer.context["preview"].ready] == [second]


def test_when_one_was_accepted_meanwhile_none_is_merged(client, triager, alike, category):
    parent, second, third = alike
    shown = client.get(page(*alike, into=parent.pk)).content.decode()
    assert f'name="seen_{third.pk}" value="{third.state}"' in shown
    services.classify(product_request=third, category=category, by=triager, at=SUBMITTED_AT)
    services.accept(product_request=third, by=triager, at=SUBMITTED_AT)

    seen = {f"seen_{third.pk}": "new", f"seen_{second.pk}": "new"}
    answer = post(client, alike, [second, third], into=parent.pk, **seen)

    assert answer.status_code == 422
    assert f"already settled {third.key}" in answer.content.decode()
    assert not Merge.objects.exists()


def test_nothing_goes_into_spam(client, triager, alike):
    spam, second, third = alike
    services.close(product_request=spam, is_spam=True, by=triager, at=SUBMITTED_AT)

    shown = client.get(page(*alike, into=spam.pk))
    bulk = post(client, alike, [second, third], into=spam.pk)
    one = client.post(reverse("intake:merge", args=[second.pk]), {"other": spam.key})

    assert "nothing is merged into it" in shown.content.decode()
    assert not shown.context["preview"].ready
    assert [bulk.status_code, one.status_code] == [422, 422]
    assert "nothing is merged into it" in one.content.decode()
    assert not Merge.objects.exists()


def test_another_request_can_be_the_one_that_lives_on(client, triager, alike, ask):
    root, child = ask("Everything about invoices"), ask("Invoices")
    services.merge(child=child, parent=root, by=triager, at=SUBMITTED_AT)

    shown = client.get(page(*alike, other=child.key))
    wrong = client.get(page(*alike, other="REQ-999999"))

    assert shown.context["preview"].parent == root
    assert len(shown.context["preview"].ready) == 3
    assert wrong.status_code == 422
    assert "There is no request REQ-999999." in wrong.content.decode()


def test_htmx_gets_the_form_alone(client, triager, alike):
    answer = client.get(page(*alike, into=alike[1].pk), headers={"HX-Request": "true"})

    assert "<html" not in answer.content.decode()
    assert answer.context["preview"].parent == alike[1]


def test_the_ticked_rows_of_the_list_lead_to_the_page(client, triager, alike):
    answer = client.post(reverse("intake:merging-choice"), {"pk": [each.pk for each in alike]})

    assert answer.url == page(*alike)


@pytest.mark.parametrize("query", ["", "?pk=x", f"?pk={2**70}", "?pk=0"])
def test_nothing_chosen_leads_back_with_a_word(client, triager, query):
    answer = client.get(reverse("intake:merging") + query, follow=True)

    assert "Select the requests that ask for the same." in answer.content.decode()


def test_a_page_of_many_asks_as_little_as_one_of_two(
    client, triager, ask, django_assert_max_num_queries
):
    some = [ask(f"Export {number}") for number in range(12)]

    with django_assert_max_num_queries(15):
        client.get(page(*some))


def test_triage_leads_from_what_is_similar_to_the_page(client, triager, alike):
    first, second, _ = alike

    shown = client.get(reverse("intake:triage-request", args=[second.pk])).content.decode()

    assert f"{reverse('intake:merging')}?pk={second.pk}&amp;pk=" in shown
    assert f"&amp;pk={first.pk}" in shown
    assert "Merge several of them…" in shown


def test_a_merged_request_says_for_how_many_voices_it_counts(client, triager, alike):
    parent, second, third = alike
    services.merge_many(children=[second, third], parent=parent, by=triager, at=SUBMITTED_AT)

    shown = client.get(reverse("intake:request", args=[second.pk])).content.decode()

    assert f"Open {parent.key} {parent.title}</a>, with 3 voices behind it." in shown
