"""Clocks run in business time, stand still while we wait, and say how much is left."""

from datetime import UTC, datetime, timedelta

import pytest

from intake import services
from intake.models import ProductRequest, RequestKind
from prodops.people.business_time import Calendar
from tests.factories.people import TeamFactory, UserFactory

FRIDAY_NOON = datetime(2026, 11, 6, 12, tzinfo=UTC)
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
CALENDAR = Calendar(time_zone="Europe/Berlin")


def kind(**hours):
    return RequestKind.objects.create(
        slug="swift", name="Swift", **{"acknowledge_hours": 4, "answer_hours": 8, **hours}
    )


def test_the_weekend_does_not_count(ask):
    product_request = ask(kind=kind(), at=FRIDAY_NOON)

    assert product_request.acknowledge_due_at == datetime(2026, 11, 6, 16, tzinfo=UTC)
    assert product_request.answer_due_at == datetime(2026, 11, 9, 12, tzinfo=UTC)


def test_another_team_means_another_calendar(ask, triager):
    team = TeamFactory(time_zone="America/New_York")
    product_request = ask(kind=kind(), at=FRIDAY_NOON)

    services.classify(product_request=product_request, team=team, by=triager, at=FRIDAY_NOON)

    assert product_request.answer_due_at == datetime(2026, 11, 6, 22, tzinfo=UTC)


def test_waiting_for_the_requester_moves_the_answer_by_the_wait(ask, triager):
    product_request = ask(kind=kind(), at=FRIDAY_NOON)
    monday = datetime(2026, 11, 9, 9, tzinfo=UTC)
    services.ask_requester(
        product_request=product_request,
        question="?",
        by=triager,
        at=FRIDAY_NOON + timedelta(hours=2),
    )

    clock = product_request.clock(monday)
    assert clock.is_paused
    assert clock.hours == pytest.approx(2)
    assert not ProductRequest.objects.late(monday + timedelta(days=30)).exists()

    services.resume(product_request=product_request, by=triager, at=monday)

    lost = CALENDAR.hours_between(FRIDAY_NOON + timedelta(hours=2), monday)
    assert product_request.answer_due_at == CALENDAR.add_hours(FRIDAY_NOON, 8 + lost)


def test_colour_comes_before_the_breach(ask):
    product_request = ask(kind=kind(acknowledge_hours=8, answer_hours=40), at=START)

    tones = [product_request.clock(START + timedelta(hours=h)).tone for h in (0, 5, 7, 24)]

    assert tones == ["neutral", "neutral", "caution", "negative"]
    assert "late by" in product_request.clock(START + timedelta(hours=24)).words


def test_what_is_left_of_a_day_is_said_to_be_working_time(ask):
    """On Sunday evening half an hour is the one of Monday morning."""
    product_request = ask(kind=kind(acknowledge_hours=4, answer_hours=40), at=START)

    left = [product_request.clock(START + timedelta(minutes=m)).words for m in (60, 210)]

    assert left == ["Sorting due in 3 working h", "Sorting due in 30 working min"]


def test_a_decided_request_has_no_clock(ask, triager):
    product_request = ask(at=START)

    services.decline(product_request=product_request, reason="No.", by=triager, at=START)

    assert product_request.clock(START) is None


def test_sorting_switches_to_the_answer_clock(ask, triager, category):
    product_request = ask(kind=kind(), at=START)
    assert product_request.clock(START).phase == "Sorting"

    services.classify(
        product_request=product_request, category=category, owner=triager, by=triager, at=START
    )

    assert product_request.clock(START).phase == "Answer"


def test_a_clock_of_a_person_without_team_is_the_organisations(ask):
    assert ask(author=UserFactory()).calendar().working_days == (1, 2, 3, 4, 5)
