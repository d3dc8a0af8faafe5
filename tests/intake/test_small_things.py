"""Small refusals and rights: merges the wrong way round, names, forms of kinds, spam, readers."""

import pytest
from django.urls import reverse
from django.utils import timezone

from intake import services
from intake.models import FormField, RequestKind, TicketLink
from intake.services.imports.fields import fields_of, guess
from tests.factories import imports
from tests.factories.intake import RequestKindFactory, product_request
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops(client):
    person = UserFactory(role="ops")
    client.force_login(person)
    return person


def test_a_merge_the_wrong_way_round_says_how_to_turn_it(client, ops):
    child, parent = product_request(), product_request()
    services.merge(child=child, parent=parent, by=ops, at=timezone.now())
    parent.refresh_from_db()
    words = f"{child.key} counts for {parent.key} already, so {parent.key} cannot go into it."
    with pytest.raises(services.Refusal, match=words):
        services.merge(child=parent, parent=child, by=ops, at=timezone.now())


def test_a_ticket_is_no_evidence_for_spam(client, ops):
    spam, ticket = product_request(), imports.ticket(at=timezone.now())
    services.close(product_request=spam, reason="x", is_spam=True, by=ops, at=timezone.now())
    answer = client.post(
        reverse("intake:ticket-attaching"), {"pk": ticket.pk, "request": spam.key, "theme": ""}
    )
    assert "was closed as spam" in answer.content.decode()
    assert not TicketLink.objects.exists()


@pytest.mark.parametrize("name", ["routing", "suggestions", "ticket-rules"])
def test_executives_read_rules_and_suggestions(client, name):
    client.force_login(UserFactory(role="executive"))
    assert client.get(reverse(f"intake:{name}")).status_code == 200


def test_nobody_takes_the_name_of_a_colleague(client, ops):
    UserFactory(name="Rosa Martens")
    url, zone = reverse("people:profile"), {"time_zone": "Europe/Berlin"}
    answer = client.post(url, {"name": "rosa  MARTENS", **zone})
    assert "Somebody here is called rosa MARTENS already." in answer.content.decode()
    assert client.post(url, {"name": ops.name, **zone}).status_code == 302
    assert client.post(url, {"name": "Somebody New", **zone}).status_code == 302


def test_a_new_theme_of_nothing_to_be_seen_is_no_theme(client, ops):
    made = product_request()
    typed = {"words": "", "new_theme": "\u200b\u200b"}
    answer = client.post(reverse("intake:quoting", args=[made.pk]), typed)
    assert answer.status_code == 422
    assert not made.quotes.exists()


def question(kind, **fields):
    return FormField.objects.create(kind=kind, label="Hours lost a week", **fields)


def file_one(client, kind, asked, answer):
    typed = {"kind": kind.pk, "title": "Slow export", "body": "x", "urgency": "normal"}
    typed |= {f"answer_{asked.pk}": answer}
    return client.post(reverse("intake:new"), typed)


def test_a_number_is_at_least_0_unless_its_question_lets_it_be_less(client, ops):
    kind = RequestKindFactory()
    asked = question(kind, type="number")
    refused = file_one(client, kind, asked, "-5")
    assert "Write 0 or more for “Hours lost a week”." in refused.content.decode()
    asked.allows_negative = True
    asked.save()
    assert file_one(client, kind, asked, "-5").status_code == 302


def test_deleting_an_answered_question_says_what_to_do_instead(client):
    client.force_login(UserFactory(role="admin"))
    kind = RequestKindFactory()
    asked = question(kind, type="number")
    product_request(kind=kind).answers.create(field=asked, value="3")
    url = reverse("admin:intake_requestkind_change", args=[kind.pk])
    typed = {name: getattr(kind, name) for name in ("name", "slug", "description", "position")}
    typed |= {"acknowledge_hours": 8, "answer_hours": 40, "is_active": "on"}
    for prefix, count in (("promises", 0), ("form_fields", 1)):
        typed |= {f"{prefix}-TOTAL_FORMS": count, f"{prefix}-INITIAL_FORMS": count}
    typed |= {f"form_fields-0-{name}": getattr(asked, name) for name in ("label", "type")}
    typed |= {"form_fields-0-id": asked.pk, "form_fields-0-kind": kind.pk}
    typed |= {"form_fields-0-position": 0, "form_fields-0-DELETE": "on"}

    page = client.post(url, typed).content.decode()

    assert "“Hours lost a week” has answers, and they stay." in page
    assert "would require deleting" not in page
    assert FormField.objects.filter(kind=RequestKind.objects.get(pk=kind.pk)).exists()


def test_reasons_of_decisions_are_known_by_their_usual_headings():
    known = fields_of("requests")
    assert guess(["Title", "Reason", "Nr"], known) == ["title", "decline_reason", "external_id"]
