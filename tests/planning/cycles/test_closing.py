"""The close: what is left over is carried forward, dropped or left; then nothing changes."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from planning import services
from planning.models import Commitment, Cycle, Decision
from tests.factories import planning

NEXT = {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 3, 31)}
WHY = {"reason": "capacity", "note": "Two people left."}


@pytest.fixture
def left(db):
    return [planning.initiative(title=title) for title in ("Export", "Import", "Ledger")]


@pytest.fixture
def cycle(left):
    return planning.cycle(phase="active", plan=left, name="Q4 2026", slug="q4")


def held(cycle, initiative):
    return Commitment.objects.get(cycle=cycle, initiative=initiative)


def fates(cycle, left, *chosen):
    """Return what the wizard posts: a choice for each, with a reason and a note where given."""
    values = {}
    for initiative, (fate, reason, note) in zip(left, chosen, strict=True):
        pk = held(cycle, initiative).pk
        values |= {f"fate_{pk}": fate, f"reason_{pk}": reason, f"note_{pk}": note}
    return values


def test_the_wizard_asks_for_each_that_is_left_over(operator, get, cycle, left):
    following = planning.cycle(name="Q1 2027", **NEXT)
    services.finish_initiative(initiative=left[2], by=operator, at=planning.AT)

    page = get("close", cycle).content.decode()

    assert "2 not finished" in page
    assert f'value="carry-{following.pk}"' in page
    assert "Ledger" not in page
    assert "no longer counts for it" in page


def test_each_gets_what_was_chosen(operator, post, cycle, left):
    following = planning.cycle(name="Q1 2027", **NEXT)

    answer = post(
        "close", cycle,
        **fates(
            cycle, left, (f"carry-{following.pk}", "", ""),
            ("drop", "priority", "The rules come first."), ("leave", "", ""),
        ),
    )  # fmt: skip

    cycle.refresh_from_db()
    carried = held(following, left[0])
    assert answer.url == f"/planning/cycles/{cycle.pk}/changes/"
    assert cycle.phase == "closed"
    assert carried.carried_from == held(cycle, left[0])
    assert (carried.kind, carried.was_unplanned) == ("committed", False)
    assert held(cycle, left[1]).drop_note == "The rules come first."
    assert Decision.objects.get().title == "Drop Import from Q4 2026"
    assert not held(cycle, left[2]).is_dropped
    assert Cycle.objects.with_counts().get(pk=following.pk).carried_count == 1


def test_without_a_choice_it_does_not_close(operator, post, cycle, left):
    answer = post("close", cycle)

    cycle.refresh_from_db()
    assert answer.status_code == 422
    assert cycle.phase == "active"


def test_a_drop_says_why(operator, post, cycle, left):
    answer = post(
        "close", cycle,
        **fates(cycle, left, ("drop", "", ""), ("leave", "", ""), ("leave", "", "")),
    )  # fmt: skip

    page = answer.content.decode()
    assert "Choose why it is dropped." in page
    assert "Say what happened." in page
    assert not Commitment.objects.exclude(dropped_at=None).exists()


def test_into_a_committed_plan_it_comes_with_a_reason(operator, post, cycle, left):
    following = planning.cycle(phase="committed", name="Q1 2027", **NEXT)
    rest = [("leave", "", ""), ("leave", "", "")]
    silent = post("close", cycle, **fates(cycle, left, (f"carry-{following.pk}", "", ""), *rest))
    wrong = (f"carry-{following.pk}", "priority", "The rules come first.")
    assert silent.status_code == 422
    assert post("close", cycle, **fates(cycle, left, wrong, *rest)).status_code == 422

    told = (f"carry-{following.pk}", "add-dependency", "Billing waits for it.")
    post("close", cycle, **fates(cycle, left, told, *rest))

    carried = held(following, left[0])
    assert (carried.add_reason, carried.add_note) == ("dependency", "Billing waits for it.")


def test_what_stands_in_the_next_plan_already_is_only_linked(operator, cycle, left):
    following = planning.cycle(name="Q1 2027", plan=[left[0]], **NEXT)
    fate = services.Fate(services.Choice.CARRY, cycle=following)

    services.carry_forward(commitment=held(cycle, left[0]), fate=fate, by=operator, at=planning.AT)

    assert held(following, left[0]).carried_from == held(cycle, left[0])


def test_a_plan_that_changed_meanwhile_is_looked_at_again(operator, cycle, left):
    leave = services.Fate(services.Choice.LEAVE)
    seen = {held(cycle, one).pk: leave for one in left}
    planning.commitment(to=cycle, of=planning.initiative(title="New"))

    with pytest.raises(services.ChangedMeanwhile, match="left over too"):
        services.close_cycle(cycle=cycle, fates=seen, by=operator, at=planning.AT)

    services.finish_initiative(initiative=left[0], by=operator, at=planning.AT)
    with pytest.raises(services.ChangedMeanwhile):
        services.close_cycle(cycle=cycle, fates=seen, by=operator, at=planning.AT)
    cycle.refresh_from_db()
    assert cycle.phase == "active"


def test_what_is_finished_after_the_close_does_not_count_for_it(operator, cycle, left):
    services.close_cycle(cycle=cycle, by=operator, at=planning.AT)

    services.finish_initiative(initiative=left[0], by=operator, at=planning.AT)

    assert held(cycle, left[0]).finished_at is None
    assert Commitment.objects.predictability(cycle, cycle.closes_at).delivered == 0


def test_only_an_active_cycle_is_closed(operator, get, post):
    cycle = planning.cycle(phase="committed")

    assert "only an active cycle is closed" in get("close", cycle).content.decode()
    pk = cycle.commitments.get().pk
    answer = post("close", cycle, **{f"fate_{pk}": "leave"})
    assert answer.status_code == 422


def test_an_initiative_is_carried_over_from_its_own_plan(db, cycle, left):
    following = planning.cycle(name="Q1 2027", plan=[left[0]], **NEXT)

    with pytest.raises(IntegrityError, match="carried over"), transaction.atomic():
        Commitment.objects.filter(cycle=following).update(carried_from=held(cycle, left[1]))


def test_the_phase_button_does_not_close(operator, post, cycle):
    post("phase", cycle, to="closed")

    cycle.refresh_from_db()
    assert cycle.phase == "active"


def test_only_product_ops_closes(planner, get, cycle):
    assert get("close", cycle).status_code == 403
