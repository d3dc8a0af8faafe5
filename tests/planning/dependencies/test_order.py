"""What is out of order is refused in words, and by the database; late and waiting follow."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from intake.services import Refusal
from planning.models import Dependency, DependencyOffer, DependencyStateChange
from planning.services import dependencies
from planning.services.dependency_steps import OfferChanged, OutOfOrder
from tests.factories import dependencies as make
from tests.factories import planning
from tests.factories.people import MembershipFactory, UserFactory
from tests.planning.dependencies.test_contract import answer, states

pytestmark = pytest.mark.django_db
LATER = date(2026, 12, 15)


@pytest.mark.parametrize(
    ("step", "values"),
    [
        ("accept_offer", {"seen": 1}),
        ("counter_offer", {"seen": 1, "on": LATER, "note": "Why not."}),
        ("deliver", {"note": "There."}),
        ("confirm", {}),
        ("dispute", {"reason": "No."}),
        ("ask_again", {"on": LATER, "scope": "", "note": "Again."}),
        ("move_promise", {"to_on": LATER, "reason": "scope", "note": "More."}),
    ],
)
def test_a_step_out_of_order_is_refused_in_words(sides, step, values):
    made, *_ = sides
    ops = UserFactory(role="ops")

    with pytest.raises(OutOfOrder, match=made.key):
        answer(step, made, ops, **values)

    assert states(made) == ["proposed"]


def test_an_answer_to_an_older_offer_is_refused(sides):
    made, asker, giver = sides
    answer("counter", made, giver, seen=1, on=LATER, note="Holidays.")
    answer("counter_offer", made, asker, seen=2, on=date(2026, 12, 3), note="Sooner.")

    with pytest.raises(OfferChanged, match="3 Dec 2026"):
        answer("commit_to", made, giver, seen=1)


@pytest.mark.parametrize(
    "values",
    [
        {"giving_team": None},
        {"outside_name": "Acme", "outside_contact": "Jo"},
        {"giving_team": None, "outside_name": "Acme"},
    ],
)
def test_there_is_exactly_one_giver(sides, values):
    made, asker, _ = sides
    fields = {"asking_team": made.asking_team, "giving_team": made.giving_team, **values}

    with pytest.raises(Refusal):
        dependencies.ask(title="A", why="B", needed_by_on=LATER, by=asker, at=make.AT, **fields)


def test_nobody_asks_themselves(sides):
    made, asker, _ = sides
    initiative = planning.initiative()

    with pytest.raises(Refusal, match="cannot ask itself"):
        make.dependency(asking_team=made.asking_team, giving_team=made.asking_team)
    with pytest.raises(Refusal, match="cannot wait for itself"):
        make.dependency(initiative=initiative, giving_initiative=initiative)


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "delivered"},
        {"state": "confirmed"},
        {"state": "disputed"},
        {"state": "committed"},
        {"committed_on": LATER},
        {"outside_name": "Acme"},
        {"why": ""},
        {"delivered_at": make.AT},
    ],
)
def test_the_database_refuses_what_is_out_of_order(sides, fields):
    made, *_ = sides

    with pytest.raises(DatabaseError), transaction.atomic():
        Dependency.objects.filter(pk=made.pk).update(**fields)


def test_the_database_keeps_the_history_in_order_and_for_good(sides):
    made, asker, _ = sides
    jump = {"dependency": made, "number": 2, "by": asker, "at": make.AT}

    with pytest.raises(IntegrityError), transaction.atomic():
        DependencyStateChange.objects.create(from_state="proposed", to_state="confirmed", **jump)
    with pytest.raises(IntegrityError), transaction.atomic():
        DependencyStateChange.objects.create(from_state="proposed", to_state="refused", **jump)
    for model in (DependencyOffer, DependencyStateChange):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.filter(dependency=made).update(at=make.AT + timedelta(days=1))
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.filter(dependency=made).delete()


def test_late_is_past_the_promise_or_else_the_need(sides):
    made, asker, giver = sides
    day_after = make.NEEDED + timedelta(days=1)

    assert not Dependency.objects.late(make.NEEDED).exists()
    assert Dependency.objects.late(day_after).get() == made
    answer("commit_to", made, giver, seen=1)
    answer("move_promise", made, giver, to_on=LATER, reason="scope", note="More.")
    assert not Dependency.objects.late(day_after).exists()
    assert Dependency.objects.late(LATER + timedelta(days=1)).exists()
    answer("deliver", made, giver, note="There.")
    assert not Dependency.objects.late(LATER + timedelta(days=1)).exists()


def test_it_waits_for_whoever_has_to_answer(sides):
    made, asker, giver = sides
    bystander = UserFactory()
    MembershipFactory(team=made.giving_team, user=bystander)

    def waits_for():
        rows = Dependency.objects
        people = {"asker": asker, "giver": giver, "bystander": bystander}
        return {name for name, user in people.items() if rows.waiting_for(user).exists()}

    assert waits_for() == {"giver"}
    answer("counter", made, giver, seen=1, on=LATER, note="Holidays.")
    assert waits_for() == {"asker"}
    answer("accept_offer", made, asker, seen=2)
    assert waits_for() == set()
    answer("deliver", made, giver, note="There.")
    assert waits_for() == {"asker"}
    answer("dispute", made, asker, reason="No.")
    assert waits_for() == {"giver"}
