"""Taking an act of triage back."""

import pytest
from django.urls import reverse

from intake import services
from intake.models import ProductRequest, TriageAct
from intake.services.states import CLOCK_FIELDS
from tests.factories.people import UserFactory


def act(client, name, product_request, **data):
    return client.post(reverse(f"intake:{name}", args=[product_request.pk]), data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("refusal", {"reason": "No."}),
        ("snooze", {"until": "2199-01-01"}),
        ("question", {"question": "Why?"}),
        ("escalation", {}),
        ("spam", {}),
        ("sorting", {"priority": "P1"}),
        ("merge", {}),
    ],
)
def test_every_act_can_be_undone(client, triager, ask, name, data):
    product_request = ask()
    fields = [f.attname for f in ProductRequest._meta.concrete_fields]
    if name == "merge":
        fields = [each for each in fields if each not in CLOCK_FIELDS]
    services.start_triage(
        product_request=product_request, by=triager, at=product_request.submitted_at
    )
    before = ProductRequest.objects.values(*fields).get(pk=product_request.pk)
    if name == "merge":
        data = {"parent": ask("Another").pk}
    act(client, name, product_request, **data)
    assert ProductRequest.objects.values(*fields).get(pk=product_request.pk) != before

    client.post(reverse("intake:undo", args=[TriageAct.objects.get().pk]))

    assert ProductRequest.objects.values(*fields).get(pk=product_request.pk) == before


def test_undo_is_refused_once_somebody_acted_again(client, triager, ask):
    product_request = ask()
    act(client, "escalation", product_request)
    first = TriageAct.objects.get()
    services.classify(
        product_request=product_request,
        priority="P2",
        by=UserFactory(),
        at=product_request.submitted_at,
    )

    client.post(reverse("intake:undo", args=[first.pk]))

    product_request.refresh_from_db()
    assert product_request.priority == "P2"


def test_nobody_undoes_the_act_of_another(client, triager, ask):
    product_request = ask()
    services.escalate(
        product_request=product_request, by=UserFactory(), at=product_request.submitted_at
    )

    response = client.post(reverse("intake:undo", args=[TriageAct.objects.get().pk]))

    assert response.status_code == 404
