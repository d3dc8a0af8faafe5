"""Eight people answering one dependency at once leave one truth."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from intake.services import Refusal
from planning.models.dependency import MOVES
from planning.services import dependencies, dependency_answers
from tests.factories import dependencies as make
from tests.factories.people import UserFactory

LATER = date(2026, 12, 15)
ACTS = [
    lambda told: dependency_answers.commit_to(seen=1, **told),
    lambda told: dependency_answers.counter(seen=1, on=LATER, note="Holidays.", **told),
    lambda told: dependency_answers.refuse(reason="Nobody is free.", **told),
    lambda told: dependencies.withdraw(reason="No need.", **told),
    lambda told: dependencies.accept_offer(seen=2, **told),
    lambda told: dependencies.counter_offer(seen=2, on=LATER, note="Sooner.", **told),
    lambda told: dependency_answers.counter(seen=1, on=LATER, note="Capacity.", **told),
    lambda told: dependency_answers.commit_to(seen=1, **told),
]


@pytest.mark.django_db(transaction=True)
def test_eight_answers_at_once_leave_one_truth():
    made, ops = make.dependency(), UserFactory(role="ops")

    def act(step):
        mine = type(made).objects.get(pk=made.pk)
        try:
            step({"dependency": mine, "by": ops, "at": make.AT})
        except Refusal:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(8) as threads:
        taken = sum(threads.map(act, ACTS))

    made.refresh_from_db()
    steps = list(made.state_changes.order_by("number").values_list("from_state", "to_state"))
    assert taken == len(steps) - 1 >= 1
    assert all(step in MOVES for step in steps[1:])
    assert [before for before, _ in steps[1:]] == [after for _, after in steps[:-1]]
    assert made.state == steps[-1][1]
    numbers = list(made.offers.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
