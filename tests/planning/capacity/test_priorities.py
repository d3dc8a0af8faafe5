"""What scenarios do to the scores: what is kept in, what is left out, and where the cut is."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from planning.formula import Gap
from planning.models.priorities import prioritise
from planning.models.ranking import Line
from planning.services import score_sheets
from planning.services.priorities import priorities
from planning.services.scenarios import copy_plan, pictures_of, place, take_out
from tests.factories import planning, scoring
from tests.factories.people import UserFactory


@pytest.fixture
def told(db):
    return {"by": UserFactory(role="ops", name="Ola Berg"), "at": planning.AT}


@pytest.fixture
def scored(quarter, plan, team, give, told):
    """Alpha scores 100 with four weeks, Beta 50 with two, Gamma 4 with five; Delta is an idea."""
    weeks = {"Alpha": 4, "Beta": 2, "Gamma": 5}
    for title, number in weeks.items():
        give(quarter, plan[title], team, number)
    delta = planning.initiative(title="Delta")
    scoring.sheet(quarter)
    score_sheets.add_candidates(cycle=quarter, initiatives=[delta], **told)
    for title, reach in {"Alpha": 400, "Beta": 100, "Gamma": 20}.items():
        scoring.say(quarter, plan[title], reach=reach, impact=1, confidence=100)
    scoring.say(quarter, delta, reach=30, impact=1, confidence=100, effort=1)
    return {**plan, "Delta": delta}


def read(cycle, *scenarios):
    pictures = pictures_of(cycle=cycle, scenarios=list(scenarios), teams=[])
    return priorities(cycle=cycle, pictures=pictures)


def titles(rows):
    return [one.initiative.title for one in rows]


def test_a_plan_says_what_it_keeps_and_what_it_passes_over(quarter, scored):
    [plan] = read(quarter).plans

    assert titles(plan.ranked) == ["Alpha", "Beta", "Delta", "Gamma"]
    assert (plan.kept, plan.left_out) == (154, 30)
    assert plan.last_in.initiative == scored["Gamma"]
    assert titles(plan.passed_over) == ["Delta"]


def test_a_scenario_is_scored_with_its_own_weeks(quarter, scored, team, told):
    scenario = copy_plan(cycle=quarter, name="Smaller", **told)
    take_out(item=scenario.items.get(initiative=scored["Gamma"]))
    scenario.allocations.filter(initiative=scored["Alpha"]).update(weeks=8)
    at_day = {"target_on": None, "target_precision": "day"}
    place(scenario=scenario, initiative=scored["Delta"], kind="stretch", **at_day)

    plan, smaller = read(quarter, scenario).plans

    assert plan.kept == 154
    assert (smaller.kept, smaller.left_out) == (50 + 50 + 30, 4)
    assert smaller.last_in.initiative == scored["Delta"]
    assert not smaller.passed_over


def test_what_is_in_a_scenario_only_is_ranked_too(quarter, scored, team, give, told):
    new = planning.initiative(title="Epsilon")
    scenario = copy_plan(cycle=quarter, name="Larger", **told)
    place(scenario=scenario, initiative=new, kind="stretch", target_on=None, target_precision="day")

    plan, larger = read(quarter, scenario).plans

    assert titles(larger.unscored) == ["Epsilon"]
    assert "Epsilon" in titles(plan.ranked)
    assert not plan.unscored


def test_the_page_shows_the_cut_and_leads_to_the_adoption(client, operator, quarter, scored, told):
    scenario = copy_plan(cycle=quarter, name="Smaller", **told)
    take_out(item=scenario.items.get(initiative=scored["Beta"]))
    url = reverse("planning:priorities", args=[quarter.pk], query={"scenario": scenario.pk})

    page = client.get(url).content.decode()

    assert "<strong>154.0</strong>" in page
    assert "<strong>104.0</strong>" in page
    assert page.count('class="is-apart"') == 1
    assert reverse("planning:scenario-adoption", args=[scenario.pk]) in page


def test_without_a_sheet_there_is_nothing_to_compare(client, planner, quarter):
    page = client.get(reverse("planning:priorities", args=[quarter.pk]))

    assert "Nothing is scored in this cycle yet" in page.content.decode()


@dataclass(frozen=True)
class Named:
    pk: int


@given(
    rows=st.lists(st.tuples(st.booleans(), st.one_of(st.none(), st.integers(0, 50))), max_size=12)
)
def test_every_score_is_in_or_out_and_nothing_above_the_cut_is_forgotten(rows):
    order = sorted(range(len(rows)), key=lambda pk: (rows[pk][1] is None, -(rows[pk][1] or 0), pk))
    lines = [
        Line(
            initiative_id=pk,
            inputs={},
            outcome=Gap() if rows[pk][1] is None else Decimal(rows[pk][1]),
            place=place,
        )
        for place, pk in enumerate(order, start=1)
    ]
    initiatives = {pk: Named(pk) for pk in range(len(rows))}
    planned = {pk for pk, (is_in, _) in enumerate(rows) if is_in}

    found = prioritise(reversed(lines), initiatives, planned)

    assert found.total == sum(value or 0 for _, value in rows)
    assert found.kept == sum(value or 0 for is_in, value in rows if is_in)
    places = {one.initiative.pk: one.place for one in found.ranked if one.value is not None}
    inside = [place for pk, place in places.items() if pk in planned]
    above = {
        pk for pk, place in places.items() if pk not in planned and place < max(inside, default=0)
    }
    assert {one.initiative.pk for one in found.passed_over} == above
