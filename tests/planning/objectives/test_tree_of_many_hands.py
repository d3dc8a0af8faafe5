"""The tree stays a tree, whoever hangs what below what, and however many at a time."""

import random
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from planning.models import Objective
from planning.services import Refusal
from planning.services.objectives import edit_objective, edition
from tests.factories import objectives, planning

THREADS, TURNS, MANY = 8, 12, 10


def hang(below, above, by):
    """Hang one objective below another as a person would."""
    below.refresh_from_db()
    told = {name: getattr(below, name) for name in ("title", "why", "owner", "team", "weight")}
    told["seen"] = edition(below)
    edit_objective(objective=below, parent=above, by=by, at=timezone.now(), **told)


def climbs(pk, parents):
    """Return how many levels stand above; fails where it comes by one twice."""
    seen = set()
    while pk:
        assert pk not in seen, f"{pk} stands below itself"
        seen.add(pk)
        pk = parents[pk]
    return len(seen)


@pytest.mark.django_db(transaction=True)
def test_eight_threads_make_no_loop():
    cycle = planning.cycle()
    made = [objectives.objective(cycle=cycle) for _ in range(MANY)]
    by, keys, refused, odd = made[0].owner, [one.pk for one in made], [], []

    def work(seed):
        dice = random.Random(seed)
        try:
            for _ in range(TURNS):
                below, above = dice.sample(keys, 2)
                rows = Objective.objects.in_bulk([below, above])
                try:
                    hang(rows[below], rows[above], by)
                except Refusal as refusal:
                    refused.append(str(refusal))
        except Exception as error:  # noqa: BLE001 - told after all threads have ended
            odd.append(error)
        finally:
            connection.close()

    hands = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert odd == []
    parents = dict(Objective.objects.values_list("pk", "parent_id"))
    assert max(climbs(pk, parents) for pk in parents) <= 8
    assert any(parents.values())
    assert any("loop" in reason for reason in refused)


@pytest.mark.django_db(transaction=True)
def test_two_that_go_behind_the_services_back_cannot_make_a_loop_together():
    cycle = planning.cycle()
    first, second = objectives.objective(cycle=cycle), objectives.objective(cycle=cycle)
    begun, outcomes = threading.Barrier(2), []

    def hook(below, above):
        try:
            with transaction.atomic():
                begun.wait()
                Objective.objects.filter(pk=below).update(parent_id=above)
            outcomes.append("done")
        except IntegrityError:
            outcomes.append("refused")
        finally:
            connection.close()

    pairs = [(first.pk, second.pk), (second.pk, first.pk)]
    hands = [threading.Thread(target=hook, args=pair) for pair in pairs]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(outcomes) == ["done", "refused"]


@pytest.mark.django_db
def test_an_objective_is_not_put_below_itself_or_what_hangs_below_it():
    above = objectives.objective()
    below = objectives.objective(cycle=above.cycle, parent=above)
    for wanted in (above, below):
        with pytest.raises(Refusal, match="that would be a loop"):
            hang(above, wanted, above.owner)


@pytest.mark.django_db
def test_the_ninth_level_is_refused():
    lowest = objectives.objective()
    for _ in range(7):
        lowest = objectives.objective(cycle=lowest.cycle, parent=lowest)
    with pytest.raises(Refusal, match="9 levels; 8 are the most"):
        objectives.objective(cycle=lowest.cycle, parent=lowest)


@pytest.mark.django_db
def test_a_month_hangs_below_its_quarter_and_not_the_other_way_round():
    quarter = planning.cycle()
    month = planning.cycle(kind="month", starts_on=quarter.starts_on, ends_on="2026-10-31")
    month.refresh_from_db()
    above = objectives.objective(cycle=quarter)
    below = objectives.objective(cycle=month, parent=above)
    assert below.parent == above
    with pytest.raises(Refusal, match="whose days do not hold all"):
        objectives.objective(cycle=quarter, parent=objectives.objective(cycle=month))
