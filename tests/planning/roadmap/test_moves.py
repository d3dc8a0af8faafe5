"""The order of the roadmap: every move against a plain list, and many people at once."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning import services as planning_services
from planning.models import Initiative, RoadmapPlace
from planning.services import Refusal, roadmap
from prodops.audit.models import Change, Event
from tests.factories import planning
from tests.factories import roadmap as factory
from tests.factories.people import UserFactory
from tests.factories.planning import AT
from tests.intake.threads import at_once

HORIZONS = ("now", "next", "later")
CARDS = 6
MOVES = st.lists(
    st.tuples(
        st.integers(0, CARDS - 1),
        st.sampled_from([*HORIZONS, "up", "down", "off"]),
        st.none() | st.integers(0, CARDS - 1),
    ),
    max_size=14,
)


def orders():
    """Return the initiatives of each horizon in their order, having checked the numbers."""
    found = {}
    for horizon in HORIZONS:
        rows = list(RoadmapPlace.objects.filter(horizon=horizon).order_by("position"))
        assert [row.position for row in rows] == list(range(1, len(rows) + 1))
        found[horizon] = [row.initiative_id for row in rows]
    return found


def on_a_list(columns, card, to, before):
    """Do the same to plain lists."""
    here = next((name for name, cards in columns.items() if card in cards), None)
    if to in ("up", "down"):
        if here is None:
            return
        cards = columns[here]
        index = cards.index(card)
        other = index + (1 if to == "down" else -1)
        if 0 <= other < len(cards):
            cards[index], cards[other] = cards[other], cards[index]
        return
    if here:
        columns[here].remove(card)
    if to != "off":
        cards = columns[to]
        cards.insert(cards.index(before) if before in cards else len(cards), card)


def move(initiative, to, before, by, at):
    told = {"by": by, "at": at}
    if to == "off":
        roadmap.take_off_roadmap(initiative=initiative, **told)
    elif to in HORIZONS:
        roadmap.place_on_roadmap(initiative=initiative, horizon=to, before=before, **told)
    elif place := RoadmapPlace.objects.filter(initiative=initiative).first():
        roadmap.move_on_roadmap(place=place, down=to == "down", **told)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves=MOVES)
def test_moves_do_what_they_would_do_to_a_list(db, moves):
    by = UserFactory()
    cards = [planning.initiative(owner=by) for _ in range(CARDS)]
    columns = {name: [] for name in HORIZONS}
    for minute, (card, to, before) in enumerate(moves):
        before = None if before is None else cards[before].pk
        move(cards[card], to, before, by, AT + timedelta(minutes=minute))
        on_a_list(columns, cards[card].pk, to, before)

        assert orders() == columns

    RoadmapPlace.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_eight_people_moving_the_same_cards_leave_each_place_once():
    by = UserFactory()
    cards = [factory.place("now", owner=by).initiative for _ in range(6)]
    moves = [(0, "up"), (1, "next"), (2, "now"), (3, "down"), (4, "off"), (5, "later"), (1, "now"),
             (2, "next")]  # fmt: skip

    def run(person):
        def act():
            for step in range(4):
                card, to = moves[(person + step) % len(moves)]
                initiative = Initiative.objects.get(pk=cards[card].pk)
                at = AT + timedelta(minutes=person, seconds=step)
                move(initiative, to, cards[0].pk, by, at)

        return act

    refused = at_once([run(person) for person in range(8)])

    assert refused == [None] * 8
    placed = sum(orders().values(), [])
    assert len(placed) == len(set(placed)) >= 5


@pytest.mark.django_db
def test_past_what_one_sees_only():
    """Under a filter "up" goes past the next card that is shown, not past a hidden one."""
    places = [factory.place() for _ in range(4)]
    seen = RoadmapPlace.objects.filter(pk__in=[places[0].pk, places[3].pk])
    told = {"by": UserFactory(), "at": AT}

    roadmap.move_on_roadmap(place=places[3], down=False, among=seen, **told)
    first = [row.initiative_id for row in (places[3], *places[:3])]
    assert orders()["now"] == first

    roadmap.move_on_roadmap(place=places[3], down=True, among=seen, **told)
    assert orders()["now"] == [row.initiative_id for row in (places[0], places[3], *places[1:3])]


@pytest.mark.django_db
def test_what_is_out_or_cancelled_leaves_the_board_and_comes_back_not():
    done, dropped, stays = (factory.place() for _ in range(3))
    by = UserFactory(role="ops")
    planning_services.move_stage(initiative=done.initiative, stage="delivery", by=by, at=AT)
    planning_services.finish_initiative(initiative=done.initiative, by=by, at=AT)
    planning_services.cancel_initiative(
        initiative=dropped.initiative, reason="Nobody wants it.", by=by, at=AT
    )

    assert list(RoadmapPlace.objects.ahead()) == [stays]
    assert list(RoadmapPlace.objects.out_since(AT)) == [done]
    for place in (done, dropped):
        with pytest.raises(Refusal, match="is over"):
            roadmap.place_on_roadmap(initiative=place.initiative, horizon="next", by=by, at=AT)
    late = factory.place()
    roadmap.move_on_roadmap(place=late, down=False, by=by, at=AT)
    assert list(RoadmapPlace.objects.ahead().order_by("position")) == [late, stays]


@pytest.mark.django_db
def test_the_story_says_where_it_went_and_moving_nothing_says_nothing():
    place = factory.place("later")
    of, by = place.initiative, UserFactory()
    events = Event.objects.filter(thread=of.thread, verb="roadmap.moved").order_by("pk")
    assert [(one.before, one.after) for one in events] == [("Not on it", "Later")]

    again = roadmap.place_on_roadmap(initiative=of, horizon="later", by=by, at=AT)
    assert again.by == of.owner
    roadmap.place_on_roadmap(initiative=of, horizon="now", by=by, at=AT)
    roadmap.take_off_roadmap(initiative=of, by=by, at=AT)
    roadmap.take_off_roadmap(initiative=of, by=by, at=AT)

    assert [(one.before, one.after) for one in events.all()[1:]] == [
        ("Later", "Now"),
        ("Now", "Not on it"),
    ]


@pytest.mark.django_db
def test_only_the_card_somebody_moved_is_recorded():
    places = [factory.place() for _ in range(5)]
    changes = Change.objects.filter(table="planning_roadmapplace")
    before = changes.count()

    roadmap.place_on_roadmap(
        initiative=places[4].initiative, horizon="now", before=places[0].initiative_id,
        by=UserFactory(), at=AT + timedelta(hours=1),
    )  # fmt: skip

    assert changes.count() == before + 1
    assert orders()["now"][0] == places[4].initiative_id


def test_a_card_that_is_off_by_now_is_not_moved(db):
    place, by = factory.place("now"), UserFactory()
    roadmap.take_off_roadmap(initiative=place.initiative, by=by, at=AT)

    with pytest.raises(Refusal, match="Somebody removed this roadmap place meanwhile"):
        roadmap.move_on_roadmap(place=place, down=True, by=by, at=AT)
