"""K3 from the plan: how many promises were kept."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning import services
from planning.models import Commitment
from tests.factories import planning
from tests.factories.people import UserFactory

ENDS_AT = datetime(2026, 12, 31, 23, tzinfo=UTC)  # midnight of 1 January in Berlin
AFTER = ENDS_AT + timedelta(days=1)


def count(cycle, at=AFTER):
    return Commitment.objects.predictability(cycle, at)


def test_delivered_of_promised(operator):
    kept, missed, late = (planning.initiative() for _ in range(3))
    cycle = planning.cycle(phase="active", plan=[kept, missed, late])
    services.finish_initiative(initiative=kept, by=operator, at=ENDS_AT - timedelta(seconds=1))
    services.finish_initiative(initiative=late, by=operator, at=ENDS_AT)

    found = count(cycle)

    assert (found.delivered, found.promised, found.open) == (1, 3, 2)
    assert found.share == pytest.approx(1 / 3)


def test_stretch_and_unplanned_work_is_beside_the_ratio(operator):
    stretch, unplanned, promise = (planning.initiative() for _ in range(3))
    cycle = planning.cycle()
    planning.commitment(of=promise, to=cycle)
    planning.commitment(of=stretch, to=cycle, kind="stretch")
    services.commit_cycle(cycle=cycle, by=operator, at=planning.AT)
    planning.commitment(of=unplanned, to=cycle)
    for each in (stretch, unplanned):
        services.finish_initiative(initiative=each, by=operator, at=planning.AT)

    found = count(cycle)

    assert (found.delivered, found.promised) == (0, 1)
    assert (found.stretch_delivered, found.unplanned_delivered) == (1, 1)


def test_what_comes_in_within_three_business_days_joins_the_promise(operator):
    cycle = planning.cycle()
    planning.commitment(to=cycle, at=cycle.opens_at - timedelta(days=9))
    services.commit_cycle(cycle=cycle, by=operator, at=cycle.opens_at - timedelta(days=1))
    planning.commitment(to=cycle, at=cycle.freezes_at - timedelta(seconds=1))
    planning.commitment(to=cycle, at=cycle.freezes_at)

    found = count(cycle)

    assert cycle.freezes_at == datetime(2026, 10, 5, 22, tzinfo=UTC)  # a Thursday and three days
    assert (found.promised, found.unplanned) == (2, 1)


def test_a_plan_freezes_at_one_moment_wherever_somebody_looks(db):
    cycle = planning.cycle()
    moments = cycle.opens_at, cycle.freezes_at, cycle.turns_at, cycle.closes_at

    with timezone.override("Pacific/Auckland"):
        assert (cycle.opens_at, cycle.freezes_at, cycle.turns_at, cycle.closes_at) == moments


def test_what_is_dropped_before_the_plan_froze_was_never_promised(operator):
    cycle = planning.cycle()
    early, late = planning.commitment(to=cycle), planning.commitment(to=cycle)
    services.commit_cycle(cycle=cycle, by=operator, at=cycle.opens_at - timedelta(days=1))
    drop(early, operator, cycle.freezes_at - timedelta(seconds=1), None)
    drop(late, operator, cycle.freezes_at, None)

    found = count(cycle)

    assert (found.promised, found.withdrawn, found.dropped) == (1, 1, 1)


def test_a_plan_committed_late_is_the_promise_from_its_commit_on(operator):
    cycle = planning.cycle()
    late = cycle.freezes_at + timedelta(days=20)
    planning.commitment(to=cycle, at=late - timedelta(days=1))
    services.commit_cycle(cycle=cycle, by=operator, at=late)
    planning.commitment(to=cycle, at=late + timedelta(days=1))

    found = count(cycle)

    assert (found.promised, found.unplanned) == (1, 1)


def test_a_drop_leaves_the_ratio_only_by_a_decision_before_mid_cycle(operator):
    plan = [planning.initiative() for _ in range(4)]
    cycle = planning.cycle(phase="active", plan=plan)
    early, late = cycle.turns_at - timedelta(days=2), cycle.turns_at + timedelta(days=2)
    cases = [(early, early), (early, late), (early, None), (late, late)]
    for commitment, (dropped_at, decided_at) in zip(cycle.commitments.all(), cases, strict=True):
        drop(commitment, operator, dropped_at, decided_at)

    found = count(cycle)

    assert (found.descoped, found.promised, found.dropped, found.delivered) == (1, 3, 3, 0)


def test_nothing_promised_is_no_number(operator):
    cycle = planning.cycle()

    assert count(cycle).share is None


def test_the_page_shows_numerator_and_denominator(operator, get):
    plan = [planning.initiative() for _ in range(4)]
    cycle = planning.quarter_of_today(phase="active", plan=plan)
    services.finish_initiative(initiative=plan[0], by=operator, at=planning.AT)

    page = get("cycle", cycle).content.decode()

    assert "1 of 4" in page
    assert "25 %" in page


FATES = ["open", "delivered", "delivered late", "dropped", "descoped", "dropped late"]
plans = st.lists(st.tuples(st.sampled_from(["committed", "stretch"]), st.sampled_from(FATES)))


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plan=plans.filter(bool), unplanned=st.integers(0, 3))
def test_whatever_happens_the_numbers_stay_in_bounds(plan, unplanned):
    by = UserFactory(role="ops")
    cycle = planning.cycle(kind="custom", **free_dates())
    commitments = [planning.commitment(to=cycle, kind=kind) for kind, _ in plan]
    services.commit_cycle(cycle=cycle, by=by, at=cycle.opens_at)
    for commitment, (_, fate) in zip(commitments, plan, strict=True):
        meet(commitment, cycle, fate, by)

    before = count(cycle, cycle.closes_at + timedelta(days=30))
    for _ in range(unplanned):
        late = planning.commitment(to=cycle, at=cycle.freezes_at)
        services.finish_initiative(initiative=late.initiative, by=by, at=cycle.turns_at)
    after = count(cycle, cycle.closes_at + timedelta(days=30))

    fates = [fate for kind, fate in plan if kind == "committed"]
    assert before.promised == len(fates) - fates.count("descoped")
    assert before.delivered == fates.count("delivered")
    assert 0 <= before.delivered <= before.promised
    assert before.share is None or 0 <= before.share <= 1
    assert before.open == fates.count("open") + fates.count("delivered late")
    assert (after.promised, after.delivered, after.share) == (
        before.promised,
        before.delivered,
        before.share,
    )
    assert after.unplanned_delivered == unplanned


def free_dates():
    """Return the dates of a quarter no other cycle of its kind has."""
    number = next(planning.NUMBERS)
    starts_on = planning.STARTS_ON + timedelta(days=100 * number)
    return {"starts_on": starts_on, "ends_on": starts_on + timedelta(days=90)}


def meet(commitment, cycle, fate, by):
    commitment.refresh_from_db()
    early, late = cycle.turns_at - timedelta(days=2), cycle.turns_at + timedelta(days=2)
    if fate.startswith("delivered"):
        at = late if fate == "delivered" else cycle.closes_at
        services.finish_initiative(initiative=commitment.initiative, by=by, at=at)
    elif fate != "open":
        at = late if fate == "dropped late" else early
        drop(commitment, by, at, None if fate == "dropped" else at)


def drop(commitment, by, at, decided_at):
    services.drop_from_cycle(commitment=commitment, reason="scope", note="Too big.", by=by, at=at)
    if decided_at:
        services.decide(
            decision=commitment.drop_decision,
            text="Drop it.",
            rationale="Its outcome is reached by another initiative already.",
            by=by,
            at=decided_at,
        )
