"""What figures and histories are made of stays as it is: nobody gets round it by the database."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from planning import services
from planning.models import (
    Allocation,
    Ballot,
    Commitment,
    Decision,
    DecisionOption,
    Forecast,
    Scenario,
    TruthCheck,
)
from planning.services import dependency_answers, roadmap, scoring_sessions
from planning.services.scenarios import archive, copy_plan
from tests.factories import dependencies, forums, objectives, planning, scoring, truth
from tests.factories import roadmap as roadmaps
from tests.factories.people import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
AT = planning.AT
DAY = timedelta(days=1)
RATIONALE = "Because it costs us less than every other one would."


@pytest.fixture
def ops():
    return UserFactory(role="ops")


def rows_of(record):
    return type(record)._default_manager.filter(pk=record.pk)


def refused(record, words, /, **fields):
    """The database refuses to change a row so; without fields, to delete it."""
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        rows_of(record).update(**fields) if fields else rows_of(record)._raw_delete("default")


def test_the_first_promise_of_a_dependency():
    made = dependencies.committed()
    moved = {"to_on": made.committed_on + 9 * DAY, "reason": "scope", "note": "It grew."}
    by = {"by": UserFactory(role="ops"), "at": AT + DAY}
    dependency_answers.move_promise(dependency=made, **moved, **by)
    made.refresh_from_db()
    assert made.slip_days == 9

    refused(made, "first promise stays", first_committed_on=made.committed_on)
    refused(made, "first promise stays", first_committed_on=None)
    refused(made, "with a reason", committed_on=made.first_committed_on)


def test_the_moment_a_plan_was_delivered(ops):
    initiative = planning.initiative()
    commitment = planning.cycle(phase="active", plan=[initiative]).commitments.get()
    refused(commitment, "delivered when it is", finished_at=AT)

    services.finish_initiative(initiative=initiative, by=ops, at=AT + 9 * DAY)
    refused(commitment, "delivered when it is", finished_at=AT)
    refused(commitment, "delivered when it is", finished_at=None)
    refused(initiative, "and once", finished_at=AT)
    services.reopen_initiative(initiative=initiative, reason="Not yet.", by=ops, at=AT + 10 * DAY)
    assert Commitment.objects.get().finished_at is None


def test_an_initiative_is_not_finished_without_its_stage(ops):
    initiative = planning.initiative()

    refused(initiative, "finished when its stage says so", stage="done", finished_at=AT)


def test_the_looks_that_are_counted():
    initiative = planning.initiative(target_on=AT.date() + 40 * DAY, stage="delivery")
    for back in (0, 1):
        truth.check(initiative, at=AT + back * DAY, days=5 + back)
    weekly, daily = TruthCheck.objects.order_by("checked_at")
    assert (weekly.is_weekly, daily.is_weekly) == (True, False)

    for record in (weekly, Forecast.objects.get(pk=weekly.forecast_id)):
        refused(record, "first look of a week")
    refused(weekly, "first look of a week", derived="off_track")
    refused(weekly, "first look of a week", is_weekly=False)
    refused(weekly.forecast, "first look of a week", seed=1)
    refused(daily, "first look of a week", is_weekly=True)
    assert rows_of(daily).update(derived="unknown") == 1


def test_a_closed_session_and_its_notes():
    session = forums.session(state="closed")
    item = session.items.first()

    for state in ("live", "planned", "cancelled"):
        refused(session, "Invalid transition|minutes are written", state=state)
    refused(session, "its minutes are written", closed_at=AT + 30 * DAY)
    refused(item, "its minutes are written", note="We agreed on nothing.")
    refused(item, "its minutes are written", spent_seconds=1)
    refused(session, "minutes are written")
    refused(item, "minutes are written")


def test_a_session_that_goes_on_is_planned_no_more():
    refused(forums.session(state="live"), "Invalid transition", state="planned", began_at=None)


def test_the_words_of_a_decision_that_is_taken(ops):
    made, other = planning.decision(), planning.decision()
    choice = [{"text": "Acme", "is_chosen": True, "why_rejected": ""}]
    told = {"text": "Acme.", "rationale": RATIONALE, "by": ops}
    services.decide(decision=made, at=AT, options=choice, **told)
    services.decide(decision=other, at=AT + DAY, supersedes=made, **told)

    stays = "a decision that is taken stays"
    refused(other, stays, rationale=RATIONALE * 2)
    refused(other, stays, decision="Not Acme.")
    refused(other, stays, decider=made.opened_by)
    refused(made, "Invalid transition", state="decided")
    refused(other, "Invalid transition", state="stub", decided_at=None)
    refused(DecisionOption.objects.get(), "Cannot update or delete", text="Borg")
    assert Decision.objects.filter(pk=other.pk).update(review_on=AT.date() + 90 * DAY) == 1


@pytest.fixture
def scored(ops):
    """A closed scoring session with a round nobody saw, and somebody who was in it."""
    initiative, user = planning.initiative(), UserFactory()
    cycle = planning.cycle(plan=[initiative])
    scoring.sheet(cycle)
    session = scoring.session(cycle, [initiative], members=[user], by=ops)
    return session, session.rounds.get(), user


def test_a_closed_scoring_session(scored, ops):
    session, asked, user = scored
    scoring_sessions.close_session(session=session, by=ops, at=AT)

    refused(session, "scoring session is closed", closed_at=None, closed_by=None)
    refused(session, "scoring session is closed", facilitator=user)
    refused(asked, "scoring session is closed", revealed_at=AT, revealed_by=ops)
    with pytest.raises(IntegrityError, match="session is closed"), transaction.atomic():
        Ballot.objects.create(round=asked, user=user, sealed=b"late")


def test_votes_are_not_lost_by_a_reveal(scored, ops):
    _, asked, user = scored
    scoring.cast(asked, user, impact=3)

    refused(asked, "sealed votes would be lost", revealed_at=AT, revealed_by=ops)
    scoring_sessions.reveal(asked=asked, by=ops, at=AT)
    assert asked.votes.count() == 1


def test_the_weeks_of_a_closed_cycle(ops):
    initiative, team = planning.initiative(), TeamFactory()
    cycle = planning.cycle(phase="active", plan=[initiative])
    weeks = {"cycle": cycle, "initiative": initiative, "weeks": Decimal(4), "by": ops, "at": AT}
    given = Allocation.objects.create(team=team, **weeks)
    services.close_cycle(cycle=cycle, by=ops, at=AT)

    refused(given, "the cycle is closed", weeks=99)
    refused(given, "the cycle is closed")
    with pytest.raises(IntegrityError, match="cycle is closed"), transaction.atomic():
        Allocation.objects.create(team=TeamFactory(), **weeks)


def test_a_scenario_that_is_no_draft_any_more(ops):
    cycle = planning.cycle(plan=[planning.initiative()])
    scenario = copy_plan(cycle=cycle, name="Smaller", by=ops, at=AT)
    archive(scenario=scenario, by=ops, at=AT)

    refused(scenario, "no draft any more", state=Scenario.State.DRAFT)
    refused(scenario, "no draft any more", name="Larger")


def test_a_link_that_is_revoked_or_too_long(ops):
    link, _ = roadmaps.link(at=AT)
    refused(link, "until the day it was made for", expires_at=AT + 400 * DAY)
    refused(link, "until the day it was made for", audience="exec")
    roadmap.revoke_roadmap_link(link=link, by=ops, at=AT + DAY)

    refused(link, "the link is revoked", revoked_at=None, revoked_by=None)
    link.refresh_from_db()
    link.pk, link.digest, link.expires_at = None, "0" * 64, AT + 400 * DAY
    with pytest.raises(IntegrityError, match="within_a_year"), transaction.atomic():
        link.save(force_insert=True)


def test_what_proved_a_check_in():
    report = objectives.report(objectives.key_result(), evidence="https://example.com/report")
    evidence = report.evidence

    refused(evidence, "what proved a check-in stays", url="/planning/")
    refused(evidence, "what proved a check-in stays", label="INI-1")
    refused(evidence, "what proved a check-in stays")
    assert rows_of(evidence).update(state="good") == 1
