"""Tagging the tickets that are here: few at once, many by a worker that shows how far it is."""

from datetime import timedelta

import pytest
from django.urls import reverse

from intake import services, tasks
from intake.models import SupportTicket, TaggingRun
from intake.services import tagging_runs
from tests.factories.imports import tag_rule, ticket
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
URL = "intake:ticket-rules"


@pytest.fixture
def operator(client):
    person = UserFactory(role="ops")
    client.force_login(person)
    return person


@pytest.fixture
def here(operator, at):
    """Five tickets, three of which speak of an export."""
    tag_rule("exports", ["export"], by=operator, at=at)
    words = ("Export", "No", "An export", "Yes", "export!")
    return [ticket(each, number=str(n), at=at) for n, each in enumerate(words)]


@pytest.fixture
def late(monkeypatch):
    """Nobody has woken a worker yet, and more than one ticket is many."""
    monkeypatch.setattr(tasks.tag_by_rules, "delay_on_commit", lambda *args: None)
    monkeypatch.setattr(tagging_runs, "FEW", 1)
    monkeypatch.setattr(tagging_runs, "AT_ONCE", 2)


def tagged():
    return SupportTicket.objects.filter(tags__contains=["exports"]).count()


def test_few_are_tagged_at_once(client, here):
    page = client.post(reverse("intake:ticket-rules-use"), follow=True).content.decode()
    assert "Tagged 3 tickets." in page
    assert tagged() == 3
    assert "3 of 5 got a tag" in page


def test_many_are_tagged_by_a_worker_and_the_page_shows_how_far_it_is(client, here, late, at):
    page = client.post(reverse("intake:ticket-rules-use"), follow=True).content.decode()
    assert "A worker tags them now." in page
    assert "Read 0 of 5 tickets" in page
    assert tagged() == 0
    again = client.post(reverse("intake:ticket-rules-use"), follow=True).content.decode()
    assert "Somebody asked already" in again

    run = TaggingRun.objects.get()
    tagging_runs.run_tagging(run_id=run.pk, clock=lambda: at)

    run.refresh_from_db()
    assert (run.state, run.done, run.changed, tagged()) == ("done", 5, 3, 3)
    headers = {"HX-Request": "true", "HX-Target": "tagging"}
    partial = client.get(reverse(URL), headers=headers).content.decode()
    assert partial.strip().startswith('<div id="tagging">')


def test_a_worker_that_takes_over_goes_on_behind_the_last_batch(here, late, operator, at):
    run = services.ask_for_tags(by=operator, at=at)
    real, calls = tagging_runs.apply_rules, []

    def dies(**told):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(**told)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tagging_runs, "apply_rules", dies)
        with pytest.raises(KeyboardInterrupt):
            tagging_runs.run_tagging(run_id=run.pk, clock=lambda: at)
    run.refresh_from_db()
    assert (run.done, run.is_open) == (2, True)
    assert tagging_runs.run_tagging(run_id=run.pk, clock=lambda: at) is None

    later = at + 2 * tagging_runs.LEASE
    tagging_runs.run_tagging(run_id=run.pk, clock=lambda: later)

    run.refresh_from_db()
    assert (run.state, run.done, run.changed, tagged()) == ("done", 5, 3, 3)


def test_three_deaths_at_one_place_are_enough(here, late, operator, at):
    run = services.ask_for_tags(by=operator, at=at)
    TaggingRun.objects.update(attempts=3)
    services.sweep_tagging(at=at + timedelta(hours=1))
    run.refresh_from_db()
    assert (run.state, "stays" in run.note) == ("failed", True)


def test_a_fault_is_on_the_page(client, here, late, operator, at, monkeypatch):
    run = services.ask_for_tags(by=operator, at=at)
    monkeypatch.setattr(tagging_runs, "apply_rules", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tagging_runs.run_tagging(run_id=run.pk, clock=lambda: at)
    assert "Unexpected: ZeroDivisionError." in client.get(reverse(URL)).content.decode()
