"""Putting a request aside until the morning of a day."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from intake import services
from intake.models import ProductRequest
from intake.views.triage import snooze_presets

State = ProductRequest.State


def snooze(client, product_request, until):
    address = reverse("intake:snooze", args=[product_request.pk])
    return client.post(address, {"until": until}, headers={"HX-Request": "true"})


def test_snoozing_wakes_again_by_itself(client, triager, ask):
    product_request = ask()
    tomorrow = timezone.localdate() + timedelta(days=1)

    snooze(client, product_request, tomorrow.isoformat())
    product_request.refresh_from_db()
    assert product_request.state == State.SNOOZED

    assert services.wake_snoozed(at=timezone.now()) == 0
    assert services.wake_snoozed(at=timezone.now() + timedelta(days=2)) == 1
    product_request.refresh_from_db()
    assert product_request.state == State.TRIAGE
    assert product_request.snoozed_until is None


SUNDAY, FRIDAY = date(2026, 11, 22), date(2026, 11, 27)


@pytest.mark.parametrize("today", [SUNDAY + timedelta(days=number) for number in range(7)])
def test_snoozing_offers_each_weekday_once(today):
    days = [day for day, _ in snooze_presets(today)]

    assert len(days) == len(set(days))
    assert all(day > today and day.isoweekday() <= 5 for day in days)


@pytest.mark.parametrize(
    ("today", "first"),
    [(SUNDAY, "Tomorrow"), (FRIDAY, "Next Monday"), (date(2026, 11, 24), "Tomorrow")],
)
def test_tomorrow_is_offered_when_it_is_a_weekday(today, first):
    assert snooze_presets(today)[0][1] == first


@pytest.mark.parametrize("until", ["", "yesterday", "2020-01-01", "9999-12-31"])
def test_snoozing_wants_a_day_to_come(client, triager, ask, until):
    product_request = ask()

    response = snooze(client, product_request, until)

    product_request.refresh_from_db()
    assert response.status_code == 422
    assert product_request.state == State.NEW
