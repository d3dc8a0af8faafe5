"""Decisions the hub opens by itself: one for each event, however often anything runs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from intake import services as intake
from launches import services as launching
from planning import services, tasks
from planning.models import Decision
from planning.services import owed_decisions
from reporting.services.definitions import load_definitions, revise_definition
from tests.factories import launches, planning
from tests.factories.intake import AccountFactory, product_request
from tests.factories.people import FunctionFactory, UserFactory

pytestmark = pytest.mark.django_db
AT = planning.AT
LATER = AT + timedelta(hours=1)
WHY = {"reason": "capacity", "note": "Two are ill."}


@pytest.fixture
def ops():
    return UserFactory(role="ops", name="Ola Berg")


def opened(event):
    return list(Decision.objects.filter(event=event))


def test_a_slip_after_the_commit(ops):
    initiative = planning.initiative(target_on=AT.date() + timedelta(days=20))
    planning.cycle(phase="committed", plan=[initiative])

    moved = {"precision": "day", "by": ops, "at": AT, **WHY}
    services.move_target(initiative=initiative, target_on=AT.date() + timedelta(days=30), **moved)
    services.move_target(initiative=initiative, target_on=AT.date() + timedelta(days=25), **moved)

    (stub,) = opened("slip")
    assert (stub.event_at, stub.is_stub, stub.initiative) == (AT, True, initiative)


def test_a_dropped_commitment(ops):
    cycle = planning.cycle(phase="committed")
    commitment = cycle.commitments.get()

    services.drop_from_cycle(commitment=commitment, by=ops, at=AT, **WHY)

    (stub,) = opened("drop")
    commitment.refresh_from_db()
    assert commitment.drop_decision == stub


def test_every_go_no_go_starts_from_what_was_said(ops):
    launch = launches.launch(at=AT)

    launching.decide_go_no_go(
        launch=launch, decision="no_go", reason="The load test failed.", by=ops, at=AT
    )
    launching.decide_go_no_go(
        launch=launch, decision="go", reason="It holds now.", by=ops, at=LATER
    )

    first, second = sorted(opened("go_no_go"), key=lambda stub: stub.event_at)
    assert first.rationale == "The load test failed."
    assert (first.decider, second.event_at) == (ops, LATER)
    assert launch.go_no_gos.latest("decided_at").decision_record == second


def test_a_waiver_of_what_is_required_and_no_other(ops):
    launch, function = launches.launch(at=AT), FunctionFactory()
    required = launches.item(of=launch, function=function, at=AT)
    advisory = launches.item(of=launch, function=function, is_required=False, at=AT)

    for item in (required, advisory):
        launching.set_item_state(
            item=item, state="waived", reason="The vendor is late.", by=ops, at=AT,
            waived_until=AT.date() + timedelta(days=30),
        )  # fmt: skip

    (stub,) = opened("waiver")
    assert (stub.rationale, stub.decider) == ("The vendor is late.", ops)


def test_a_changed_target_and_not_another_owner(ops):
    definition = load_definitions()["K14"]
    given = {"target_low": 85.0, "target_high": None, "reason": "It is ours now.", "by": ops}

    revised = revise_definition(definition=definition, owner="Ola", at=AT, **given)
    assert opened("target") == []
    revise_definition(definition=revised, owner="Ola", at=AT, **{**given, "target_low": 90.0})

    (stub,) = opened("target")
    assert "at least 90" in stub.title


@pytest.fixture
def asked_for():
    """Return a request in triage that accounts of so much revenue stand behind."""

    def make(*revenues):
        first, *others = [AccountFactory(arr=Decimal(each)) for each in revenues]
        made = product_request(state="triage", account=first, at=AT)
        for account in others:
            person = UserFactory()
            intake.back(product_request=made, person=person, account=account, by=person, at=AT)
        return made

    return make


def declined(request, by):
    return intake.decline(product_request=request, reason="We bet on the API.", by=by, at=AT)


def test_a_declined_request_of_high_revenue_has_one_however_often_it_runs(ops, asked_for):
    declined(asked_for(200_000, 60_000), ops)
    declined(asked_for(200_000), ops)

    for _ in range(3):
        owed_decisions.open_owed(at=LATER)

    (stub,) = opened("decline")
    assert (stub.decider, stub.event_at) == (ops, AT)
    assert stub.rationale == "We bet on the API."
    assert "260,000" in stub.context


def test_an_escalation_to_p0(ops, asked_for):
    intake.escalate(product_request=asked_for(1), by=ops, at=AT)

    owed_decisions.open_owed(at=LATER)
    owed_decisions.open_owed(at=LATER)

    assert len(opened("escalation")) == 1


def test_what_was_taken_back_at_once_calls_for_nothing(ops, asked_for):
    act = declined(asked_for(900_000), ops)

    assert owed_decisions.open_owed(at=AT + timedelta(minutes=9)) == []
    intake.undo(act=act, by=ops, at=AT + timedelta(minutes=9))
    assert owed_decisions.open_owed(at=LATER) == []


def test_the_task_may_run_twice(ops, asked_for):
    request = asked_for(900_000)
    act = declined(request, ops)
    type(act).objects.filter(pk=act.pk).update(at=timezone.now() - timedelta(hours=1))

    tasks.open_owed_decisions()
    tasks.open_owed_decisions()

    assert len(opened("decline")) == 1


def test_the_same_cause_gives_the_same_decision(ops):
    told = {"title": "Which?", "by": ops, "at": AT, "event": "override", "cause": "override:7"}

    assert services.open_decision(**told) == services.open_decision(**told)
    other = planning.decision()
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=other.pk).update(
            event="override", cause="override:7", event_at=AT
        )


@pytest.mark.parametrize("fields", [{"event": "slip"}, {"cause": "slip:1"}, {"event_at": AT}])
def test_the_database_keeps_an_event_whole(fields):
    decision = planning.decision()

    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(**fields)
