"""Readiness items: states, reasons, who may set aside, and the share K9 is made of."""

from datetime import date, timedelta

import pytest
from django.db import Error, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launches import services
from launches.models import ItemStateChange, Launch, LaunchItem
from tests.factories.launches import CREATED_AT, approver_of, function, item, launch
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
LATER = CREATED_AT + timedelta(hours=2)


def bring(each, state, by, **fields):
    return services.set_item_state(item=each, state=state, by=by, at=LATER, **fields)


def test_the_first_item_that_moves_brings_the_launch_to_readiness(pm):
    each = item(of=launch())

    bring(each, "in_progress", pm)

    assert Launch.objects.get().stage == "readiness"
    change = ItemStateChange.objects.latest("pk")
    assert (change.from_state, change.to_state, change.by) == ("not_started", "in_progress", pm)


def test_done_says_when_and_by_whom_and_reopening_takes_it_back(pm):
    each = bring(item(of=launch()), "done", pm)
    assert (each.completed_at, each.completed_by) == (LATER, pm)

    bring(each, "in_progress", pm)
    assert (each.completed_at, each.completed_by) == (None, None)


@pytest.mark.parametrize(
    ("state", "fields", "field"),
    [
        ("waived", {"waived_until": date(2027, 1, 1)}, "reason"),
        ("waived", {"reason": "Later."}, "waived_until"),
        ("not_applicable", {"reason": "  "}, "reason"),
        ("requested", {}, "state"),
        ("needs_work", {}, "state"),
    ],
)
def test_what_is_missing_is_named(ops, state, fields, field):
    each = item(of=launch())

    with pytest.raises(services.Refusal) as refusal:
        bring(each, state, ops, **fields)

    assert refusal.value.field == field
    each.refresh_from_db()
    assert each.state == "not_started"


def test_evidence_that_is_wanted_must_be_there(pm):
    each = item(of=launch(), evidence_wanted="Run book")

    with pytest.raises(services.Refusal, match="link to the run book"):
        bring(each, "done", pm)

    bring(each, "done", pm, evidence_url="https://wiki.example.com/run-book")
    assert each.is_settled


def test_a_required_item_is_set_aside_by_ops_or_its_function_only(ops, pm):
    legal = function()
    each = item(of=launch(), function=legal)
    waiver = {"reason": "Covered by the old terms.", "waived_until": date(2027, 1, 1)}

    with pytest.raises(services.Refusal, match="Only product ops or a member"):
        bring(each, "waived", pm, **waiver)
    bring(each, "waived", approver_of(legal), **waiver)
    assert each.set_aside_by_id
    bring(item(of=launch(), is_required=False), "not_applicable", pm, reason="No such page.")


def test_an_item_that_needs_a_sign_off_is_not_done_by_hand(ops):
    each = item(of=launch(), needs_sign_off=True)

    with pytest.raises(services.WrongState, match="signs it off"):
        bring(each, "done", ops)
    with pytest.raises(Error, match="sign-off is approved"), transaction.atomic():
        LaunchItem.objects.filter(pk=each.pk).update(
            state="done", completed_at=LATER, completed_by=ops
        )


def test_items_of_a_cancelled_launch_stay_as_they_are(ops):
    each = item(of=launch(by=ops))
    services.cancel(launch=each.launch, reason="Gone.", by=ops, at=LATER)

    with pytest.raises(services.NotOpen, match="Gone"):
        bring(each, "in_progress", ops)


def test_a_new_owner_brings_their_own_calendar_and_is_told(ops, pm):
    from tests.factories.people import TeamFactory

    other = UserFactory(teams=[TeamFactory(working_days=[7, 1, 2, 3, 4])])
    each = item(of=launch(launch_on=date(2026, 12, 15)), owner=pm, offset_days=-2)

    services.assign_item(item=each, owner=other, by=ops, at=LATER)

    assert each.due_on == date(2026, 12, 13)
    assert other.notifications.get().title.endswith(each.title)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    states=st.lists(
        st.tuples(
            st.sampled_from(["not_started", "in_progress", "done", "waived", "not_applicable"]),
            st.booleans(),
        ),
        max_size=8,
    )
)
def test_waived_and_not_applicable_leave_both_sides_of_the_share(states):
    made = launch()
    for state, is_required in states:
        item(of=made, state=state, is_required=is_required)
    required = [state for state, is_required in states if is_required]

    counted = Launch.objects.with_readiness().get(pk=made.pk)

    assert counted.required_done == required.count("done")
    assert counted.required_total == len(required) - counted.required_waived - (
        counted.required_not_applicable
    )
    assert counted.required_waived == required.count("waived")


def test_the_state_at_the_real_launch_can_be_told_afterwards(ops):
    made = launch(by=ops)
    done, open_, waived = item(of=made, state="done"), item(of=made), item(of=made, state="waived")
    services.decide_go_no_go(launch=made, decision="go", reason="Fine.", by=ops, at=LATER)
    shipped_at = LATER + timedelta(days=1)
    services.ship(launch=made, by=ops, at=shipped_at)
    after = shipped_at + timedelta(days=2)
    services.set_item_state(item=done, state="in_progress", by=ops, at=after)
    services.set_item_state(item=open_, state="done", by=ops, at=after)
    late = item(of=made, at=after)

    then = {each.pk: each.state_at_launch for each in made.items.as_of_launch()}

    assert then == {done.pk: "done", open_.pk: "not_started", waived.pk: "waived"}
    assert late.pk not in then
