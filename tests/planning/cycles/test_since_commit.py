"""Scores and capacity: frozen by the commit, and shown beside what they are now."""

from datetime import date
from decimal import Decimal

import pytest

from planning import services
from planning.models import Allocation
from planning.services import since_commit
from tests.factories import planning, scoring
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory


@pytest.fixture
def team(db):
    made = TeamFactory(name="Payments", holiday_calendar="")
    MembershipFactory(team=made)
    return made


@pytest.fixture
def cycle(team, operator):
    """Export scores 100 × 1 × 80 ÷ 4 = 20, and Payments gives it three weeks; then the commit."""
    export = planning.initiative(title="Export", teams=[team], target_on=date(2026, 12, 1))
    made = planning.cycle(plan=[export])
    scoring.sheet(made)
    scoring.say(made, export, reach=100, impact=1, confidence=80, effort=4)
    _give(made, export, team, 3)
    services.commit_cycle(cycle=made, by=operator, at=planning.AT)
    return made


def _give(cycle, initiative, team, weeks):
    given = {"cycle": cycle, "initiative": initiative, "team": team}
    told = {"weeks": Decimal(weeks), "by": UserFactory(), "at": planning.AT}
    Allocation.objects.update_or_create(**given, defaults=told)


def test_the_commit_freezes_score_and_weeks(cycle, team):
    line = cycle.baseline.lines.get()
    weeks = cycle.baseline.capacities.get()

    assert line.score == Decimal(20)
    assert line.score_words.startswith("1 of 1 by ")
    assert (weeks.team, weeks.weeks_allocated) == (team, Decimal(3))
    assert weeks.weeks_available > 0


def test_a_score_that_changed_is_shown_beside_the_frozen_one(cycle, get):
    assert since_commit.scores_since(cycle)[0].is_same

    scoring.say(cycle, cycle.commitments.get().initiative, reach=200)

    one = since_commit.scores_since(cycle)[0]
    assert (one.before, one.after) == (Decimal(20), Decimal(40))
    assert '<del><span class="visually-hidden">was </span>20' in _page(get, "scores-since", cycle)


def test_weeks_that_changed_are_shown_beside_the_frozen_ones(cycle, team, get):
    assert since_commit.capacity_since(cycle)[0].is_same

    _give(cycle, cycle.commitments.get().initiative, team, 5)

    one = since_commit.capacity_since(cycle)[0]
    assert (one.before[1], one.after[1]) == (Decimal(3), Decimal(5))
    assert '<del><span class="visually-hidden">was </span>3' in _page(get, "capacity-since", cycle)


def test_a_team_that_came_later_is_named_so(cycle, get):
    other = TeamFactory(name="Search")
    _give(cycle, cycle.commitments.get().initiative, other, 2)

    found = {one.team.name: one.before for one in since_commit.capacity_since(cycle)}

    assert found["Search"] is None
    assert "not part of the plan then" in _page(get, "capacity-since", cycle)


def test_before_the_commit_there_is_no_such_page(operator, get):
    cycle = planning.cycle()

    assert get("scores-since", cycle).status_code == 404
    assert get("capacity-since", cycle).status_code == 404


def _page(get, name, cycle):
    return get(name, cycle).content.decode()
