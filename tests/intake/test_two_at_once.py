"""Two triagers on one request: one wins, the other is told, and what they typed is not lost."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from intake import services
from intake.models import ProductRequest
from prodops.audit.models import Comment
from tests.factories.intake import SUBMITTED_AT, CategoryFactory, product_request
from tests.factories.people import UserFactory
from tests.intake.threads import at_once

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("name", "data", "typed"),
    [
        ("refusal", {"reason": "Because of the tariff."}, "Because of the tariff."),
        ("question", {"question": "Since which release?"}, "Since which release?"),
    ],
)
@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_who_comes_second_reads_who_was_first_and_keeps_the_words(
    client, triager, ask, name, data, typed, headers
):
    made, following = ask("First"), ask("Second")
    other = UserFactory(role="ops", name="Olga Ops")
    services.decline(product_request=made, reason="No.", by=other, at=made.submitted_at)

    response = client.post(reverse(f"intake:{name}", args=[made.pk]), data, headers=headers)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Olga Ops already settled" in page
    assert f"What you wrote about {made.key} was not sent" in page
    assert typed in page
    assert response.context["product_request"] == following

    client.post(
        reverse("notifications:comments", args=[made.thread_id]),
        {"body": typed, "audience": "internal"},
    )
    kept = Comment.objects.get(thread=made.thread)
    assert (kept.body, kept.is_public) == (typed, False)


def test_a_question_to_one_that_waits_already_stays_in_its_dialog(client, triager, ask):
    made = ask()
    services.ask_requester(product_request=made, question="Old", by=triager, at=made.submitted_at)

    response = client.post(
        reverse("intake:question", args=[made.pk]), {"question": "My long question"}, headers=HTMX
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "waits for its requester already" in page
    assert "My long question" in page
    assert "data-dialog-show" in page


def test_who_sorts_over_somebody_reads_what_they_had_chosen(client, triager, ask, category):
    made, mine = ask(), CategoryFactory(name="Mine")
    other = UserFactory(role="ops", name="Olga Ops")
    services.classify(product_request=made, category=category, by=other, at=made.submitted_at)
    address = reverse("intake:sorting", args=[made.pk])

    page = client.post(address, {"category": mine.pk, "was": ""}, headers=HTMX).content.decode()
    again = client.post(address, {"category": mine.pk, "was": ""}, headers=HTMX).content.decode()

    assert "Olga Ops had just set it to Billing." in page
    assert "Undo" in page
    assert "had just set it" not in again, "That was my own choice."
    client.post(reverse("intake:undo", args=[made.triage_acts.filter(by=triager).latest("pk").pk]))


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_who_merges_what_was_accepted_meanwhile_is_told(client, triager, ask, category, headers):
    made, following = ask("First"), ask("Second")
    other = UserFactory(role="ops", name="Olga Ops")
    at = made.submitted_at
    services.classify(product_request=made, category=category, by=other, at=at)
    services.accept(product_request=made, by=other, at=at)
    address = reverse("intake:merge", args=[made.pk])
    words = {"parent": following.pk, "reason": "The very same."}

    late = client.post(address, {**words, "seen": "new"}, headers=headers)

    page = late.content.decode()
    assert late.status_code == 422
    assert "Olga Ops already settled" in page
    assert "The very same." in page
    made.refresh_from_db()
    assert made.state == "accepted"
    knowing = client.post(address, {**words, "seen": "accepted"}, headers=headers)
    assert knowing.status_code < 400
    made.refresh_from_db()
    assert made.merged_into == following


def test_the_merge_dialog_says_which_state_it_showed(client, triager, ask):
    made = ask()
    page = client.get(reverse("intake:triage-request", args=[made.pk])).content.decode()
    assert '<input type="hidden" name="seen" value="new">' in page


def saved(client, made, **typed):
    """Save the whole sorting without JavaScript as it was shown before `typed` was chosen."""
    shown = {"kind": made.kind_id, "category": "", "product_area": "", "team": "", "owner": ""}
    shown["priority"] = ""
    was = {f"was_{name}": value for name, value in shown.items()}
    return client.post(reverse("intake:sorting", args=[made.pk]), {**shown, **was, **typed})


def test_saving_an_older_form_keeps_what_somebody_else_chose_meanwhile(
    client, triager, ask, category
):
    made, other = ask(), UserFactory(role="ops", name="Olga Ops")
    page = client.get(reverse("intake:triage-request", args=[made.pk])).content.decode()
    assert all(f'name="was_{name}"' in page for name in ("kind", "category", "owner", "priority"))
    services.classify(product_request=made, category=category, by=other, at=made.submitted_at)

    assert saved(client, made, priority="P1").status_code == 302

    made.refresh_from_db()
    assert (made.category, made.priority) == (category, "P1")


def test_saving_an_older_form_over_somebody_elses_choice_is_refused(client, triager, ask, category):
    made, other = ask(), UserFactory(role="ops", name="Olga Ops")
    mine = CategoryFactory(name="Mine")
    services.classify(product_request=made, category=category, by=other, at=made.submitted_at)

    answer = saved(client, made, category=mine.pk, priority="P1")

    assert answer.status_code == 422
    assert "Olga Ops has set the category to Billing" in answer.content.decode()
    made.refresh_from_db()
    assert (made.category, made.priority) == (category, "")


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_the_same_moment_one_wins():
    made = product_request()
    services.classify(
        product_request=made, category=CategoryFactory(), by=UserFactory(), at=SUBMITTED_AT
    )
    first, second = UserFactory(role="ops"), UserFactory(role="ops")
    told = {"at": SUBMITTED_AT + timedelta(hours=1)}

    def fetch():
        return ProductRequest.objects.get(pk=made.pk)

    results = at_once(
        [
            lambda: services.accept(product_request=fetch(), by=first, **told),
            lambda: services.decline(product_request=fetch(), reason="No.", by=second, **told),
        ]
    )

    won, lost = (first, results[1]) if results[0] is None else (second, results[0])
    assert [result is None for result in results].count(True) == 1
    assert isinstance(lost, services.AlreadyDecided)
    assert str(won) in str(lost)
    assert made.triage_acts.exclude(verb="classify").count() == 1
    assert made.state_changes.filter(at__gt=SUBMITTED_AT).count() == 1
    assert timezone.now() > made.submitted_at
