"""The acts of triage through the front door."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from intake import services
from intake.models import ProductRequest, TriageAct
from prodops.notifications.models import Notification
from tests.factories.people import TeamFactory, UserFactory

State = ProductRequest.State
HTMX = {"HX-Request": "true"}


def act(client, name, product_request, headers=None, **data):
    return client.post(reverse(f"intake:{name}", args=[product_request.pk]), data, headers=headers)


def told(user):
    return list(Notification.objects.filter(recipient=user).values_list("title", flat=True))


def test_accepting_decides_gives_an_owner_and_tells_the_author(
    client, triager, ask, category, requester
):
    product_request = ask(at=timezone.now())
    act(client, "sorting", product_request, category=category.pk)

    response = act(client, "acceptance", product_request, headers=HTMX)

    product_request.refresh_from_db()
    assert response.status_code == 200
    assert product_request.state == State.ACCEPTED
    assert product_request.owner == triager
    assert product_request.decided_at
    assert product_request.triaged_at
    assert any("was accepted" in title for title in told(requester))
    events = product_request.thread.events.filter(verb="request.accepted", is_public=True)
    assert events.get().by == triager


def test_accepting_without_a_category_says_what_is_missing(client, triager, ask):
    product_request = ask()

    response = act(client, "acceptance", product_request, headers=HTMX)

    product_request.refresh_from_db()
    assert response.status_code == 422
    assert b"Choose a category" in response.content
    assert product_request.state == State.NEW


def test_declining_needs_a_reason_and_keeps_the_form_open(client, triager, ask):
    product_request = ask()

    response = act(client, "refusal", product_request, headers=HTMX, reason="  ")

    product_request.refresh_from_db()
    assert response.status_code == 422
    assert b"data-dialog-show" in response.content
    assert b"Say why; the requester will read it." in response.content
    assert product_request.state == State.NEW


def test_declining_shows_the_reason_to_author_and_backers(client, triager, ask, requester):
    product_request = ask()
    backer = UserFactory(role="requester")
    services.back(
        product_request=product_request, person=backer, by=backer, at=product_request.submitted_at
    )

    act(client, "refusal", product_request, reason="Not this year.")

    bodies = Notification.objects.filter(title__contains="declined").values_list(
        "recipient", "body"
    )
    assert set(bodies) == {(requester.pk, "Not this year."), (backer.pk, "Not this year.")}


def test_without_javascript_an_act_leads_to_the_next_request(client, triager, ask):
    first = ask("One", at=timezone.now() - timedelta(days=2))
    second = ask("Two", at=timezone.now())

    response = act(client, "refusal", first, reason="No.")

    assert response.status_code == 302
    assert response["Location"] == reverse("intake:triage-request", args=[second.pk])
    assert "Declined" in str(next(iter(get_messages(response.wsgi_request))))


def test_with_htmx_the_next_request_is_already_there(client, triager, ask):
    first = ask("One", at=timezone.now() - timedelta(days=2))
    second = ask("Two", at=timezone.now())

    response = act(client, "refusal", first, headers=HTMX, reason="No.")

    assert response.context["product_request"] == second
    assert response["HX-Push-Url"] == reverse("intake:triage-request", args=[second.pk])
    assert b"<html" not in response.content
    assert b"Undo" in response.content


def test_the_second_triager_is_told_who_decided(client, triager, ask):
    product_request = ask()
    other = UserFactory(role="ops", name="Olga Ops")
    services.decline(
        product_request=product_request, reason="No.", by=other, at=product_request.submitted_at
    )

    response = act(client, "refusal", product_request, headers=HTMX, reason="Also no.")

    assert response.status_code == 422
    assert b"Olga Ops already settled" in response.content
    assert TriageAct.objects.count() == 1


def test_merging_by_key_and_by_suggestion(client, triager, ask):
    parent, first, second = ask("Parent"), ask("First"), ask("Second")

    act(client, "merge", first, other=f"req-{parent.pk}")
    act(client, "merge", second, parent=parent.pk)

    first.refresh_from_db()
    assert first.merged_into == parent
    assert first.merges.get().was_suggested is False
    assert second.merges.get().was_suggested is True


@pytest.mark.parametrize("other", ["", "nonsense", "REQ-999999", "REQ-12345678901234567890"])
def test_merging_into_nothing_is_refused(client, triager, ask, other):
    product_request = ask()

    response = act(client, "merge", product_request, headers=HTMX, other=other)

    assert response.status_code == 422
    assert not product_request.merges.exists()


def test_merging_into_itself_is_refused(client, triager, ask):
    product_request = ask()

    response = act(client, "merge", product_request, headers=HTMX, other=product_request.key)

    assert response.status_code == 422
    assert b"cannot be merged into itself" in response.content


def test_asking_pauses_and_the_answer_goes_on(client, triager, ask, requester):
    product_request = ask(at=timezone.now())
    act(client, "question", product_request, question="Which format?")
    product_request.refresh_from_db()
    assert product_request.paused_since
    assert any("asks about" in title for title in told(requester))

    client.force_login(requester)
    client.post(reverse("intake:answer", args=[product_request.pk]), {"answer": "PDF"})

    product_request.refresh_from_db()
    assert product_request.state == State.TRIAGE
    assert product_request.paused_since is None
    assert product_request.thread.events.get(verb="request.resumed").detail == "PDF"


def test_escalating_makes_it_p0_and_tells_operations(client, triager, ask):
    ops = UserFactory(role="ops")
    product_request = ask()

    act(client, "escalation", product_request)

    product_request.refresh_from_db()
    assert product_request.priority == "P0"
    assert any("Escalated" in title for title in told(ops))


def test_escalating_twice_is_one_act(client, triager, ask):
    ops = UserFactory(role="ops")
    product_request = ask()

    act(client, "escalation", product_request)
    page = act(client, "escalation", product_request)

    assert f"{product_request.key} is P0 already" in page.content.decode()
    assert product_request.triage_acts.count() == 1
    assert len(told(ops)) == 1
    assert product_request.thread.events.filter(verb="request.escalated").count() == 1


def test_spam_leaves_the_queue_and_every_figure(client, triager, ask):
    product_request = ask()

    act(client, "spam", product_request)

    product_request.refresh_from_db()
    assert product_request.is_spam
    assert product_request.state == State.CLOSED
    assert not ProductRequest.objects.genuine().exists()


def test_sorting_stops_the_first_clock_and_tells_the_owner(client, triager, ask, category):
    owner = UserFactory(role="contributor")
    product_request = ask()

    act(client, "sorting", product_request, category=category.pk)
    product_request.refresh_from_db()
    assert product_request.triaged_at is None
    assert product_request.state == State.TRIAGE

    act(client, "sorting", product_request, owner=owner.pk)
    product_request.refresh_from_db()
    assert product_request.triaged_at
    assert product_request.category == category
    assert any("is yours" in title for title in told(owner))


def test_sorting_by_one_field_keeps_what_somebody_else_chose_meanwhile(
    client, triager, ask, category
):
    product_request, team = ask(), TeamFactory()
    act(client, "sorting", product_request, category=category.pk)

    response = act(client, "sorting", product_request, headers=HTMX, team=team.pk)

    product_request.refresh_from_db()
    assert (product_request.category, product_request.team) == (category, team)
    assert f"Sorted {product_request.key} by team." in response.content.decode()
    assert f'data-topic="sorting-{product_request.pk}"' in response.content.decode()
    assert "HX-Push-Url" not in response


def test_a_requester_cannot_own_a_request(client, triager, ask, requester):
    product_request = ask()

    response = act(client, "sorting", product_request, headers=HTMX, owner=requester.pk)

    assert response.status_code == 422
    product_request.refresh_from_db()
    assert product_request.owner is None


ACTS = ["acceptance", "refusal", "merge", "snooze", "question", "resumption", "escalation", "spam"]


@pytest.mark.parametrize("name", [*ACTS, "sorting", "unmerge", "reopening"])
@pytest.mark.parametrize("role", ["requester", "executive"])
def test_only_triagers_act(client, ask, name, role):
    product_request = ask()
    client.force_login(UserFactory(role=role))

    assert act(client, name, product_request).status_code == 403


def test_the_queue_puts_the_clock_that_runs_out_first_on_top(client, triager, ask):
    late = ask("Late", at=timezone.now() - timedelta(days=30))
    fresh = ask("Fresh", at=timezone.now())
    paused = ask("Paused", at=timezone.now() - timedelta(days=60))
    services.ask_requester(product_request=paused, question="?", by=triager, at=paused.submitted_at)

    response = client.get(reverse("intake:triage"))

    assert [each.pk for each in response.context["queue"]] == [late.pk, fresh.pk, paused.pk]
    assert b"late by" in response.content
    assert b"clock paused" in response.content


def test_markup_in_a_request_stays_harmless(client, triager, ask):
    attack = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    product_request = ask(f"{attack} title", body=f"{attack} [x](javascript:alert(3))", why=attack)

    for address in (
        reverse("intake:triage-request", args=[product_request.pk]),
        reverse("intake:request", args=[product_request.pk]),
        reverse("intake:requests"),
    ):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript' not in page
