"""Check-ins and dependencies are answered in the wizard, by the forms and acts of their pages."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from planning.services import dependency_answers, overdue
from planning.services.cadence import pause
from planning.views.overdue_steps import KINDS
from tests.factories import dependencies as deps
from tests.factories import objectives, planning
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory

OVERDUE = reverse("planning:overdue")


def test_each_kind_of_overdue_thing_can_be_done_there():
    assert set(KINDS) == set(overdue.KINDS)


def step(client, kind, record, query="of=1", **values):
    path = reverse("planning:overdue-step", args=[kind, record.pk])
    return client.post(f"{path}?{query}", values)


@pytest.fixture
def key_result(planner):
    """A key result nobody has checked in on for a long time."""
    ago = timezone.now() - timedelta(days=40)
    cycle = planning.quarter_of_today(at=ago)
    goal = objectives.objective(
        cycle=cycle, owner=planner, at=ago, state="active", results=[{"owner": planner}]
    )
    return goal.key_results.get()


def test_a_check_in_is_made_there(client, planner, key_result):
    page = client.get(OVERDUE).content.decode()
    assert "Check-in 1 of 1" in page
    assert "nobody has checked in yet" in page

    said = {"value": "42", "confidence": "at_risk", "comment": "The pilot runs.", "seen": "0"}
    answer = step(client, "check_in", key_result, **said)

    assert answer.status_code == 302
    made = key_result.check_ins.get()
    assert (made.value, made.by, made.comment) == (Decimal(42), planner, "The pilot runs.")
    assert "Nothing is overdue" in client.get(answer.url).content.decode()


def test_half_a_check_in_comes_back_with_what_was_typed(client, key_result):
    answer = step(client, "check_in", key_result, value="", confidence="at_risk", seen="0")

    assert answer.status_code == 422
    assert "Check-in 1 of 1" in answer.content.decode()
    assert not key_result.check_ins.exists()


def test_a_check_in_that_came_meanwhile_is_told(client, key_result):
    at = timezone.now() - timedelta(days=35)
    objectives.report(key_result, 10, at=at, by=UserFactory())
    assert "Check-in 1 of 1" in client.get(OVERDUE).content.decode()

    said = {"value": "42", "confidence": "at_risk", "comment": "", "seen": "0"}
    refused = step(client, "check_in", key_result, **said)
    newest = key_result.check_ins.get()

    assert refused.status_code == 422
    assert f'value="{newest.pk}"' in refused.content.decode()
    step(client, "check_in", key_result, **said | {"seen": newest.pk})
    assert key_result.check_ins.count() == 2


@pytest.fixture
def giver(planner):
    team = TeamFactory(name="Harbour")
    MembershipFactory(team=team, user=planner, role="lead")
    return team


def asked(giver, *, days=10, **fields):
    at = timezone.now() - timedelta(days=days)
    needed = timezone.localdate() + timedelta(days=30)
    return deps.dependency(giving_team=giver, at=at, needed_by_on=needed, **fields)


def broken(record, *, by, at):
    """Move a promise to a day that is over by now."""
    told = {"to_on": timezone.localdate() - timedelta(days=2), "note": "Sooner.", "by": by}
    dependency_answers.move_promise(dependency=record, reason="earlier", at=at, **told)


def test_an_ask_is_answered_there_in_each_way(client, giver):
    record = asked(giver, why="Rates by postcode.")

    page = client.get(OVERDUE).content.decode()

    assert "Dependency 1 of 1" in page
    for label in ("Commit", "Offer other terms", "Refuse"):
        assert label in page
    assert "On the table" in page
    assert "Rates by postcode." in page
    answer = step(client, "dependency", record, "of=1&way=commitment", seen="1")
    assert answer.status_code == 302
    record.refresh_from_db()
    assert (record.state, record.committed_on) == ("committed", record.needed_by_on)


def test_another_way_is_chosen_by_a_link_and_kept_when_it_is_refused(client, giver):
    record = asked(giver)
    page = client.get(OVERDUE, {"of": 1, "way": "refusal"}).content.decode()
    assert 'name="reason"' in page
    assert "way=refusal" in page

    refused = step(client, "dependency", record, "of=1&way=refusal", reason="")
    assert refused.status_code == 422
    assert 'name="reason"' in refused.content.decode()
    step(client, "dependency", record, "of=1&way=refusal", reason="We are three people.")

    record.refresh_from_db()
    assert record.state == "refused"


def test_an_offer_that_changed_meanwhile_is_not_accepted_unread(client, planner):
    team = TeamFactory()
    MembershipFactory(team=team, user=planner, role="lead")
    at, ops = timezone.now() - timedelta(days=10), UserFactory(role="ops")
    record = deps.dependency(asking_team=team, at=at)
    terms = {"on": timezone.localdate() + timedelta(days=60), "note": "After the release."}
    dependency_answers.counter(dependency=record, seen=1, by=ops, at=at, **terms)
    assert "Accept the offer" in client.get(OVERDUE).content.decode()

    refused = step(client, "dependency", record, "way=acceptance", seen="1")

    assert refused.status_code == 422
    assert "offered other terms meanwhile" in refused.content.decode()
    record.refresh_from_db()
    assert record.state == "countered"


def test_what_was_promised_for_a_day_that_is_over_is_delivered_or_moved(client, giver):
    record = asked(giver, days=40)
    ops, at = UserFactory(role="ops"), timezone.now() - timedelta(days=39)
    dependency_answers.commit_to(dependency=record, seen=1, by=ops, at=at)
    assert "Nothing is overdue" in client.get(OVERDUE).content.decode()
    broken(record, by=ops, at=at)

    page = client.get(OVERDUE).content.decode()
    assert "Delivery 1 of 1" in page
    assert "Move the date" in page
    assert "Withdraw" not in page
    moved = {
        "to_on": (timezone.localdate() + timedelta(days=5)).isoformat(),
        "reason": "capacity",
        "note": "Two are ill.",
    }
    answer = step(client, "delivery", record, "of=1&way=move", **moved)

    assert "Nothing is overdue" in client.get(answer.url).content.decode()
    assert record.date_changes.latest("pk").note == "Two are ill."


def test_what_comes_out_of_work_that_rests_is_not_asked_for(client, planner, giver):
    source = planning.initiative(owner=planner, stage="delivery", teams=[giver])
    record = asked(giver, giving_initiative=source)
    ops, at = UserFactory(role="ops"), timezone.now() - timedelta(days=9)
    dependency_answers.commit_to(dependency=record, seen=1, by=ops, at=at)
    broken(record, by=ops, at=at)
    assert "Delivery" in client.get(OVERDUE).content.decode()

    pause(
        initiative=source, from_on=timezone.localdate(), until_on=None,
        reason="The law changes.", by=planner, at=timezone.now(),
    )  # fmt: skip

    assert record.title not in client.get(OVERDUE).content.decode()
