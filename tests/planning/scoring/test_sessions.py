"""Scoring sessions: late joiners, leavers, two who reveal at once, votes that come too late."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from planning import services
from planning.models import Ballot, ScoreInput, Vote
from planning.services import scoring_sessions
from planning.services.scoring import read_standing
from prodops.notifications.models import Notification
from tests.factories import planning
from tests.factories import scoring as factory
from tests.factories.people import UserFactory
from tests.intake.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    made = [planning.initiative(title=title) for title in ("Export", "Search")]
    found = planning.cycle(plan=made)
    factory.sheet(found)
    return found


@pytest.fixture
def people():
    return [UserFactory(name=name) for name in ("Ana Ruiz", "Bo Lind", "Cy Dale")]


@pytest.fixture
def running(cycle, people):
    initiatives = [one.initiative for one in cycle.commitments.order_by("pk")]
    return factory.session(cycle, initiatives, members=people[:2], title="Autumn")


def open_round(session, place=0):
    return session.rounds.hidden().order_by("position")[place]


@pytest.fixture
def post(client):
    def send(user, name, record, /, **values):
        client.force_login(user)
        return client.post(reverse(f"planning:{name}", args=[record.pk]), values)

    return send


@pytest.fixture
def read(client):
    def get(user, record, name="scoring-round", **headers):
        client.force_login(user)
        answer = client.get(reverse(f"planning:{name}", args=[record.pk]), headers=headers)
        return answer.content.decode()

    return get


def test_opening_asks_the_members(client, cycle, people):
    operator = UserFactory(role="ops")
    client.force_login(operator)
    path = reverse("planning:new-scoring-session", args=[cycle.pk])
    shown = client.get(path).context["form"].initial

    answer = client.post(
        path,
        {**shown, "title": "Autumn", "members": [one.pk for one in people], "asks": ["impact"]},
    )

    session = cycle.scoring_sessions.get()
    assert answer.url == session.get_absolute_url()
    assert session.rounds.count() == 2
    asked = Notification.objects.filter(title="Your votes are wanted: Autumn")
    assert {one.recipient for one in asked} == set(people)


def test_votes_are_cast_revealed_and_agreed_on(post, read, running, people, cycle):
    ana, bo, _ = people
    asked = open_round(running)
    assert "0 of 2 have voted" in read(ana, asked)

    post(ana, "scoring-ballot", asked, secret_impact="0.25")
    post(bo, "scoring-ballot", asked, secret_impact="3")
    post(bo, "scoring-ballot", asked, secret_impact="2")

    assert "2 of 2 have voted" in read(ana, asked)
    assert not Vote.objects.exists()
    post(running.facilitator, "scoring-reveal", asked)
    page = read(ana, asked)
    assert "From 0.25 to 2" in page
    assert page.count("Please say why") == 2
    assert not Ballot.objects.filter(round=asked).exists()

    post(running.facilitator, "scoring-agreement", asked, impact="1")

    said = ScoreInput.objects.get()
    assert (said.value, said.session, said.by) == (Decimal(1), running, running.facilitator)
    lines = {one.initiative_id: one for one in read_standing(cycle=cycle).lines}
    assert lines[asked.initiative_id].inputs["impact"].source == "session"
    post(running.facilitator, "scoring-closing", running)
    assert cycle.rankings.get().occasion == "session"


def test_a_vote_after_the_reveal_is_refused_with_a_message(post, running, people):
    ana, bo, _ = people
    asked = open_round(running)
    factory.cast(asked, bo, impact=2)
    post(running.facilitator, "scoring-reveal", asked)

    answer = post(ana, "scoring-ballot", asked, secret_impact="3")

    assert answer.status_code == 422
    assert "revealed the votes before yours came" in answer.content.decode()
    assert [vote.user for vote in Vote.objects.all()] == [bo]


def test_two_who_reveal_at_once_open_one_truth(running, people):
    asked = open_round(running)
    factory.cast(asked, people[0], impact=2)
    same = type(asked).objects.get(pk=asked.pk)
    operators = [UserFactory(role="ops"), UserFactory(role="ops")]

    scoring_sessions.reveal(asked=asked, by=operators[0], at=factory.AT)
    scoring_sessions.reveal(asked=same, by=operators[1], at=factory.AT)

    same.refresh_from_db()
    assert same.revealed_by == operators[0]
    assert Vote.objects.count() == 1
    assert running.thread.events.filter(verb="scoring.revealed").count() == 1


def test_who_comes_late_votes_in_what_is_still_hidden(post, read, running, people):
    ana, _, late = people
    first, second = open_round(running), open_round(running, 1)
    factory.cast(first, ana, impact=2)
    post(running.facilitator, "scoring-reveal", first)
    assert "Join and vote" in read(late, second)
    assert post(late, "scoring-ballot", second, secret_impact="3").status_code == 422

    post(late, "scoring-joining", running)
    post(late, "scoring-ballot", second, secret_impact="3")

    assert "1 of 3 have voted" in read(late, second)
    assert "From 2 to 2" in read(late, first)


def test_who_leaves_takes_hidden_votes_along_and_may_come_back(post, read, running, people):
    ana, bo, _ = people
    first, second = open_round(running), open_round(running, 1)
    for asked in (first, second):
        factory.cast(asked, ana, impact=3)
        factory.cast(asked, bo, impact=2)
    post(running.facilitator, "scoring-reveal", first)

    post(ana, "scoring-leaving", running)

    assert "1 of 1 have voted" in read(bo, second)
    assert "From 2 to 3" in read(bo, first)
    post(ana, "scoring-joining", running)
    assert "1 of 2 have voted" in read(bo, second)


def test_another_round_hides_the_votes_again(post, read, running, people):
    ana, bo, _ = people
    asked = open_round(running)
    factory.cast(asked, ana, impact=3)
    post(running.facilitator, "scoring-reveal", asked)

    post(running.facilitator, "scoring-again", asked)
    post(running.facilitator, "scoring-again", asked)

    again = running.rounds.get(initiative=asked.initiative, number=2)
    assert "0 of 2 have voted" in read(bo, again)
    factory.cast(again, ana, impact=1)
    assert "From 3 to 3" in read(bo, asked)


def test_the_page_that_asks_again_gets_the_votes_once_they_are_revealed(read, running, people):
    ana, bo, _ = people
    asked = open_round(running)
    factory.cast(asked, ana, impact=3)
    assert 'id="turnout"' in read(bo, asked, "scoring-turnout", **{"HX-Request": "true"})

    scoring_sessions.reveal(asked=asked, by=running.facilitator, at=factory.AT)

    assert 'id="round"' in read(bo, asked, "scoring-turnout", **{"HX-Request": "true"})


@pytest.mark.parametrize("wrong", [{}, {"secret_impact": "7"}, {"secret_impact": "many"}])
def test_a_vote_is_a_step_of_the_scale_or_dont_know(post, running, people, wrong):
    asked = open_round(running)

    assert post(people[0], "scoring-ballot", asked, **wrong).status_code == 422
    assert not Ballot.objects.exists()
    assert post(people[0], "scoring-ballot", asked, secret_impact="unsure").status_code == 302


def test_a_number_or_dont_know_is_one_of_the_two(post, cycle, people):
    initiative = cycle.commitments.first().initiative
    session = factory.session(cycle, [initiative], asks=["reach"], members=people)
    asked = session.rounds.get()
    ana = people[0]

    for wrong in ({}, {"secret_reach": "4", "unsure_reach": "on"}, {"secret_reach": "-1"}):
        assert post(ana, "scoring-ballot", asked, **wrong).status_code == 422
    assert post(ana, "scoring-ballot", asked, secret_reach="40").status_code == 302
    assert scoring_sessions.own_votes(asked=asked, user=ana) == {"reach": Decimal(40)}
    assert post(ana, "scoring-ballot", asked, unsure_reach="on").status_code == 302
    assert scoring_sessions.own_votes(asked=asked, user=ana) == {"reach": None}


def test_only_who_leads_reveals_agrees_and_closes(post, running, people):
    ana = people[0]
    asked = open_round(running)
    factory.cast(asked, ana, impact=3)

    for name in ("scoring-reveal", "scoring-again", "scoring-agreement"):
        assert post(ana, name, asked).status_code == 403
    assert post(ana, "scoring-closing", running).status_code == 403
    assert post(ana, "scoring-leaving", running, user=people[1].pk).status_code == 403
    assert post(UserFactory(role="executive"), "scoring-joining", running).status_code == 403


@pytest.mark.parametrize("odd", ["²", "9" * 5000, "-1", "Ana", "999999999999999999"])
def test_nobody_leaves_for_a_person_who_is_none(post, running, people, odd):
    for user in (running.facilitator, people[0]):
        assert post(user, "scoring-leaving", running, user=odd).status_code in {403, 404}
    assert not running.members.exclude(left_at=None).exists()


def test_nothing_is_revealed_where_nobody_voted(running):
    with pytest.raises(services.Refusal, match="Nobody has voted yet"):
        scoring_sessions.reveal(asked=open_round(running), by=running.facilitator, at=factory.AT)


def test_a_closed_session_takes_nothing_and_forgets_hidden_votes(running, people):
    asked = open_round(running)
    factory.cast(asked, people[0], impact=3)

    scoring_sessions.close_session(session=running, by=running.facilitator, at=factory.AT)

    assert not Ballot.objects.exists()
    with pytest.raises(services.Refusal, match="has closed this session"):
        factory.cast(asked, people[0], impact=2)


@pytest.mark.django_db(transaction=True)
def test_who_votes_and_agrees_while_a_session_closes_is_counted_or_refused(running, people):
    first, second = running.rounds.order_by("position")
    factory.cast(first, people[0], impact=3)
    by = {"by": running.facilitator, "at": factory.AT}
    scoring_sessions.reveal(asked=first, **by)

    refused = at_once(
        [
            lambda: scoring_sessions.close_session(session=reload(running), **by),
            *[lambda one=one: factory.cast(reload(second), one, impact=3) for one in people[:2]],
            lambda: scoring_sessions.agree(asked=reload(first), name="impact", value=2, **by),
        ]
    )

    assert refused[0] is None
    assert not Ballot.objects.exists()
    closed = running.thread.events.get(verb="scoring.closed")
    kept = running.cycle.rankings.get(occasion="session")
    assert closed.at == kept.at
    assert ScoreInput.objects.filter(session=running).exists() is (refused[3] is None)


def reload(record):
    return type(record).objects.get(pk=record.pk)


def test_the_database_refuses_what_the_acts_would(running, people):
    asked = open_round(running)
    factory.cast(asked, people[0], impact=3)
    with pytest.raises(DatabaseError, match="not revealed yet"), transaction.atomic():
        Vote.objects.create(round=asked, user=people[0], name="impact", value=1)
    scoring_sessions.reveal(asked=asked, by=running.facilitator, at=factory.AT)

    with pytest.raises(DatabaseError), transaction.atomic():
        Vote.objects.update(value=1)
    with pytest.raises(DatabaseError, match="are revealed"), transaction.atomic():
        Ballot.objects.create(round=asked, user=people[1], sealed=b"late")
    with pytest.raises(DatabaseError), transaction.atomic():
        type(asked).objects.filter(pk=asked.pk).update(revealed_at=None, revealed_by=None)
