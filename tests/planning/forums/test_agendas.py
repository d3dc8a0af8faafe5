"""The agenda builds itself: pulled, carried on, put off, dismissed, put right by people."""

from datetime import date, timedelta

import pytest

from planning.models import AgendaItem
from planning.models.agenda_sources import SOURCES, Line, Source
from planning.services import Refusal, actions, agendas, conduct, initiatives
from tests.factories import forums as factory
from tests.factories import planning
from tests.factories.forums import AT
from tests.factories.people import MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db


def titles(session, **lookups):
    found = session.items.filter(**lookups).order_by("position", "pk")
    return [each.title for each in found]


def hold(session):
    """Hold a session and close it without a word; return the forum's next one."""
    owner = session.forum.owner
    conduct.begin_session(session=session, by=owner, at=session.starts_at)
    conduct.close_session(session=session, by=owner, at=session.starts_at)
    coming = session.forum.sessions.planned().select_related("forum__thread").order_by("starts_at")
    agendas.fill_agenda(session=coming[0])
    return coming[0]


@pytest.fixture
def decisions(owner, member):
    """A forum that pulls undecided decisions."""
    return factory.forum(by=owner, members=[member], sources=["decisions"])


def test_a_stub_stands_on_the_agenda_until_it_is_decided(decisions, owner):
    stub = planning.decision(title="Which vendor?")
    session = factory.session(decisions)
    assert titles(session) == [f"{stub.key} Which vendor?"]
    assert session.items.get().path == stub.get_absolute_url()

    told = {"text": "The first.", "rationale": "It is the cheapest and it works in every region."}
    planning.services.decide(decision=stub, by=owner, at=AT, **told)
    agendas.fill_agenda(session=session)
    assert titles(session) == []


def test_filling_twice_changes_nothing(decisions):
    planning.decision()
    session = factory.session(decisions)
    before = list(session.items.values())

    agendas.fill_agenda(session=session)

    assert list(session.items.values()) == before


def test_what_nobody_came_to_comes_back_and_is_counted(decisions):
    planning.decision(title="Old question")
    second = hold(factory.session(decisions))
    third = hold(second)

    assert [each.carried_words for each in second.items.all()] == ["second time"]
    assert [each.carried_words for each in third.items.all()] == ["third time"]


def test_an_item_of_ones_own_is_put_off_to_the_next_session(forum):
    session = factory.session(forum)
    item = factory.item(session, "Where do we meet in spring?")
    agendas.put_off(item=item, reason="Ola is away.")

    following = hold(session)

    carried = following.items.get(title="Where do we meet in spring?")
    assert (carried.carried, carried.ref) == (1, item.ref)


def test_what_is_dismissed_stays_away_for_good(decisions):
    planning.decision(title="Old question")
    session = factory.session(decisions)
    with pytest.raises(Refusal, match="Say why"):
        agendas.dismiss(item=session.items.get(), reason=" ")
    agendas.dismiss(item=session.items.get(), reason="Mira decides it by herself.")

    following = hold(session)

    assert titles(following) == []
    assert [each.split(" ", 1)[1] for each in titles(session, state="dismissed")] == [
        "Old question"
    ]


def test_standing_items_stand_on_every_agenda_without_a_count(owner):
    forum = factory.forum(by=owner, standing=[("Numbers of the week", 10), ("Round", 5)])
    session = factory.session(forum)
    assert list(session.items.in_order().values_list("title", "minutes", "carried")) == [
        ("Numbers of the week", 10, 0),
        ("Round", 5, 0),
    ]

    assert [each.carried for each in hold(session).items.all()] == [0, 0]


def test_people_place_and_time_items_and_the_filling_leaves_it_so(decisions):
    planning.decision(title="One")
    session = factory.session(decisions)
    item = factory.item(session, "Mine")
    agendas.place_item(item=item, step=-1)
    agendas.give_minutes(item=item, minutes=25)
    planning.decision(title="Two")

    agendas.fill_agenda(session=session)

    assert [title.split(" ", 1)[-1] for title in titles(session)] == ["Mine", "One", "Two"]
    item.refresh_from_db()
    assert item.minutes == 25


def test_no_more_than_eight_lines_of_a_source(decisions):
    for number in range(10):
        planning.decision(title=f"Question {number}", at=AT - timedelta(days=number))

    session = factory.session(decisions)

    assert len(titles(session)) == 8
    assert titles(session)[0].endswith("Question 9")


def test_promises_off_track_are_pulled(owner):
    late = planning.initiative(title="Late one", owner=owner)
    planning.initiative(title="Good one", owner=owner)
    planning.cycle(phase="committed", plan=[late])
    initiatives.report_status(
        initiative=late, status="off_track", text="It will not do.", by=owner, at=AT
    )

    session = factory.session(factory.forum(by=owner, sources=["commitments"]))

    assert titles(session) == [f"{late.key} Late one"]
    assert "off track" in session.items.get().detail


def test_overdue_actions_come_back_until_they_are_done(forum, member):
    forum.sources = ["actions"]
    forum.save(update_fields=["sources"])
    session = factory.session(forum)
    action = actions.open_action(
        text="Call them",
        owner=member,
        due_on=date(2026, 11, 9),
        session=session,
        by=forum.owner,
        at=AT,
    )
    second = hold(session)
    third = hold(second)
    assert [each.carried for each in second.items.all()] == [0]
    assert [each.carried_words for each in third.items.all()] == ["second time"]

    actions.settle_action(action=action, state="done", by=member, at=AT)
    agendas.fill_agenda(session=third)
    assert titles(third) == []


def test_an_action_of_a_private_forum_stays_on_its_own_agenda(forum, owner, member):
    secret = factory.session(factory.forum(by=owner, is_private=True))
    told = {"owner": member, "due_on": date(2026, 11, 2), "by": owner, "at": AT}
    actions.open_action(text="Whisper", session=secret, **told)
    forum.sources = ["actions"]
    forum.save(update_fields=["sources"])

    assert titles(factory.session(forum)) == []


def test_a_forum_of_a_team_pulls_what_concerns_it(owner):
    team = TeamFactory()
    MembershipFactory(team=team, user=owner)
    ours = planning.initiative(title="Ours", teams=[team])
    planning.decision(title="Of others", initiative=planning.initiative())
    planning.decision(title="Of the team", initiative=ours)

    session = factory.session(factory.forum(by=owner, team=team, sources=["decisions"]))

    assert [title.split(" ", 1)[1] for title in titles(session)] == ["Of the team"]


def test_apps_above_bring_sources_of_their_own(owner, monkeypatch):
    found = Source("Weather", lambda forum, on: [Line(f"weather:{on}", "It rains", "/")])
    monkeypatch.setitem(SOURCES, "weather", found)

    session = factory.session(factory.forum(by=owner, sources=["weather", "gone"]))

    assert titles(session) == ["It rains"]
    assert {"waivers", "metrics", "dependencies", "key_results"} <= SOURCES.keys()


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_each_source_answers_where_there_is_nothing(forum, name):
    assert SOURCES[name].find(forum, AT.date()) == []


def test_the_agenda_of_a_closed_session_stays(live, owner):
    item = AgendaItem.objects.select_related("session__forum").get(pk=live.current_item_id)
    conduct.close_session(session=live, by=owner, at=AT + timedelta(days=2))

    with pytest.raises(Refusal, match="closed"):
        agendas.put_off(item=item)
    assert agendas.fill_agenda(session=live) is False
