"""A dependency as a contract: who may say what, in which order, and what stays on record."""

from datetime import date, timedelta

import pytest

from intake.services import Refusal
from planning.models import Dependency
from planning.services import dependencies, dependency_answers
from planning.services.dependency_steps import NotYours
from prodops.notifications.models import Notification
from tests.factories import dependencies as make
from tests.factories import planning
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
LATER = date(2026, 12, 15)


def answer(name, made, by, **values):
    service = getattr(dependency_answers, name, None) or getattr(dependencies, name)
    return service(dependency=made, by=by, at=make.AT, **values)


def states(made):
    return list(made.state_changes.order_by("number").values_list("to_state", flat=True))


def told(user):
    return list(Notification.objects.filter(recipient=user).values_list("title", flat=True))


def test_asking_tells_who_leads_the_other_team(sides):
    made, asker, giver = sides

    assert told(giver) == [f"{made.asking_team} needs from you: {made.title}"]
    assert told(asker) == []
    assert made.offers.get().on == make.NEEDED


def test_committed_delivered_confirmed(sides):
    made, asker, giver = sides

    answer("commit_to", made, giver, seen=1)
    assert (made.committed_on, made.first_committed_on) == (make.NEEDED, make.NEEDED)
    answer("deliver", made, giver, note="In the API since today.")
    answer("confirm", made, asker)

    assert states(made) == ["proposed", "committed", "delivered", "confirmed"]
    assert (made.delivered_at, made.confirmed_at) == (make.AT, make.AT)
    assert len(told(asker)) == 2
    assert len(told(giver)) == 2


def test_a_counter_offer_is_accepted_with_its_date_and_scope(sides):
    made, asker, giver = sides

    answer("counter", made, giver, seen=1, on=LATER, scope="Without rates.", note="Holidays.")
    assert (made.state, made.committed_on) == ("countered", None)
    answer("accept_offer", made, asker, seen=2)

    assert (made.state, made.committed_on, made.scope) == ("committed", LATER, "Without rates.")
    assert list(made.offers.order_by("number").values_list("side", flat=True)) == [
        "asking",
        "giving",
    ]


def test_a_counter_offer_is_countered_and_then_committed_to(sides):
    made, asker, giver = sides
    between = date(2026, 12, 8)

    answer("counter", made, giver, seen=1, on=LATER, note="Holidays.")
    answer("counter_offer", made, asker, seen=2, on=between, note="The pilot starts then.")
    assert (made.state, made.needed_by_on) == ("proposed", between)
    answer("commit_to", made, giver, seen=3)

    assert made.committed_on == between
    assert states(made) == ["proposed", "countered", "proposed", "committed"]


def test_declining_a_counter_offer_ends_it_with_a_reason(sides):
    made, asker, giver = sides
    answer("counter", made, giver, seen=1, on=LATER, note="Holidays.")

    answer("withdraw", made, asker, reason="Then we buy it.")

    assert made.state == "withdrawn"
    assert any("declined your offer" in title for title in told(giver))


def test_what_was_refused_may_be_asked_again(sides):
    made, asker, giver = sides
    answer("refuse", made, giver, reason="Nobody is free.")
    assert any("refuses" in title for title in told(asker))

    answer("ask_again", made, asker, on=LATER, scope="", note="Next month is fine.")

    assert (made.state, made.needed_by_on) == ("proposed", LATER)


def test_a_disputed_delivery_is_owed_again(sides):
    made, asker, giver = sides
    answer("commit_to", made, giver, seen=1)
    answer("deliver", made, giver, note="Done.")

    answer("dispute", made, asker, reason="Postcodes are missing.")

    assert (made.state, made.delivered_at) == ("disputed", None)
    assert made.is_late(make.NEEDED + timedelta(days=1))
    answer("deliver", made, giver, note="With postcodes.")
    answer("confirm", made, asker)
    assert made.state == "confirmed"


def test_a_moved_promise_says_why_and_counts_from_the_first_one(sides):
    made, asker, giver = sides
    answer("commit_to", made, giver, seen=1)

    with pytest.raises(Refusal, match="Say why"):
        answer("move_promise", made, giver, to_on=LATER, reason="", note="")
    answer("move_promise", made, giver, to_on=LATER, reason="capacity", note="Two are ill.")
    answer("move_promise", made, giver, to_on=date(2026, 12, 20), reason="scope", note="More.")

    assert (made.first_committed_on, made.committed_on) == (make.NEEDED, date(2026, 12, 20))
    assert made.slip_days == 19
    assert len([title for title in told(asker) if "moves to" in title]) == 2
    assert made.date_changes.count() == 2


def test_the_slip_stands_on_the_timeline_of_the_initiative_that_waits():
    initiative = planning.initiative()
    made = make.committed(initiative=initiative)
    ops = UserFactory(role="ops")

    answer("move_promise", made, ops, to_on=LATER, reason="capacity", note="Two are ill.")

    event = initiative.thread.events.get(verb="dependency.moved")
    assert (event.before, event.after) == ("1 Dec 2026", "15 Dec 2026")
    assert made.key in event.summary


@pytest.mark.parametrize(
    ("step", "values", "side"),
    [
        ("commit_to", {"seen": 1}, "giver"),
        ("counter", {"seen": 1, "on": LATER, "note": "Later."}, "giver"),
        ("refuse", {"reason": "No."}, "giver"),
        ("withdraw", {"reason": "No need."}, "asker"),
    ],
)
def test_only_the_side_whose_turn_it_is_may_answer(sides, step, values, side):
    made, asker, giver = sides
    people = {"asker": asker, "giver": giver}
    other = people["asker" if side == "giver" else "giver"]

    for stranger in (other, UserFactory(), UserFactory(role="executive")):
        with pytest.raises(NotYours):
            answer(step, made, stranger, **values)
    answer(step, made, people[side], **values)


def test_product_operations_may_speak_for_either_side(sides):
    made, *_ = sides
    ops = UserFactory(role="ops")

    for step, values in [
        ("counter", {"seen": 1, "on": LATER, "note": "Later."}),
        ("accept_offer", {"seen": 2}),
        ("deliver", {"note": "There."}),
        ("confirm", {}),
    ]:
        answer(step, made, ops, **values)

    assert made.state == "confirmed"


def test_members_answer_for_a_team_that_nobody_leads():
    team, lead = make.led_team()
    member = UserFactory(teams=[team])
    made = make.dependency(giving_team=team)
    with pytest.raises(NotYours):
        answer("commit_to", made, member, seen=1)

    team.memberships.filter(user=lead).delete()

    answer("commit_to", made, member, seen=1)
    assert made.state == "committed"


def test_what_is_asked_outside_is_answered_by_the_asking_side():
    team, asker = make.led_team()
    made = make.dependency(
        asking_team=team, by=asker, outside_name="Acme Maps", outside_contact="Jo Park"
    )

    assert Dependency.objects.waiting_for(asker).get() == made
    answer("counter", made, asker, seen=1, on=LATER, note="They are closed in November.")
    answer("accept_offer", made, asker, seen=2)

    assert (made.state, made.giver) == ("committed", "Acme Maps")
    assert "for Acme Maps" in made.thread.events.get(verb="dependency.countered").summary
