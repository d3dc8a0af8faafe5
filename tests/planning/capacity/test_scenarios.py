"""Scenarios: copies that leave the plan alone, until one of them is the plan."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from planning import services
from planning.models import Allocation, Scenario, TeamCapacity
from planning.services.allocations import Cell, CellWish, save_cells
from planning.services.capacity import assume, team_weeks
from planning.services.comparison import lines, sides
from planning.services.scenario_adoption import PlanChanged, adopt_scenario
from planning.services.scenarios import archive, copy_plan, differences, picture_of, place, take_out
from prodops.audit.models import Event
from tests.factories import planning
from tests.factories.people import UserFactory
from tests.intake.threads import at_once

AT = planning.AT


@pytest.fixture
def told(db):
    return {"by": UserFactory(role="ops", name="Ola Berg"), "at": AT}


@pytest.fixture
def scenario(quarter, team, plan, give, told):
    """A copy of a plan in which Alpha has four weeks and Beta two."""
    give(quarter, plan["Alpha"], team, 4)
    give(quarter, plan["Beta"], team, 2, months=[Decimal(2), Decimal(0), Decimal(0)])
    return copy_plan(cycle=quarter, name="Smaller", **told)


def mark(cycle):
    return picture_of(cycle=cycle).mark


def write(cycle, initiative, team, wanted, *, seen, told, scenario=None):
    wish = CellWish(Cell(initiative.pk, team.pk), Decimal(seen), Decimal(wanted))
    [answer] = save_cells(cycle=cycle, wishes=[wish], scenario=scenario, **told)
    assert answer.is_saved


def change(scenario, plan, team, told):
    """Take Beta out, put another in, move Gamma, give Alpha six weeks, halve the run-work."""
    cycle, new = scenario.cycle, planning.initiative(title="Delta")
    take_out(item=scenario.items.get(initiative=plan["Beta"]))
    at_day = {"target_on": date(2026, 3, 20), "target_precision": "day"}
    place(scenario=scenario, initiative=new, kind="stretch", **at_day)
    place(scenario=scenario, initiative=plan["Gamma"], kind="stretch", **at_day)
    write(cycle, plan["Alpha"], team, 6, seen=4, told=told, scenario=scenario)
    write(cycle, new, team, 1, seen=0, told=told, scenario=scenario)
    seen = {"seen": (20, Decimal(0)), "adjustment": Decimal(0), "note": ""}
    assume(cycle=cycle, scenario=scenario, team=team, run_share=10, **seen, **told)
    return new


def test_a_copy_is_equal_to_the_plan(quarter, scenario):
    assert (
        picture_of(cycle=quarter, scenario=scenario).as_json()
        == picture_of(cycle=quarter).as_json()
    )


def test_a_scenario_changes_and_the_plan_stays(quarter, scenario, plan, team, told):
    before = mark(quarter)

    change(scenario, plan, team, told)

    assert mark(quarter) == before
    [row] = team_weeks(cycle=quarter, scenario=scenario, teams=[team])
    assert (row.allocated, row.run_share) == (7, 10)
    [row] = team_weeks(cycle=quarter, teams=[team])
    assert (row.allocated, row.run_share) == (6, 20)


def test_adopting_makes_it_the_plan_and_says_so(quarter, scenario, plan, team, told):
    other = copy_plan(cycle=quarter, name="Larger", **told)
    new = change(scenario, plan, team, told)
    wanted = picture_of(cycle=quarter, scenario=scenario)

    adopt_scenario(scenario=scenario, seen=mark(quarter), **told)

    assert picture_of(cycle=quarter).as_json() == wanted.as_json()
    kinds = dict(quarter.commitments.values_list("initiative", "kind"))
    assert kinds == {plan["Alpha"].pk: "committed", plan["Gamma"].pk: "stretch", new.pk: "stretch"}
    plan["Gamma"].refresh_from_db()
    assert plan["Gamma"].target_on == date(2026, 3, 20)
    event = Event.objects.get(thread=quarter.thread, verb="scenario.adopted")
    assert f"- {plan['Alpha'].key} Alpha, Checkout, weeks: 4 → 6" in event.detail
    other.refresh_from_db()
    assert other.state == Scenario.State.ARCHIVED


def test_what_changed_since_the_look_is_shown_before_it_is_overwritten(
    quarter, scenario, plan, team, told
):
    seen = mark(quarter)
    write(quarter, plan["Alpha"], team, 5, seen=4, told=told)

    with pytest.raises(PlanChanged):
        adopt_scenario(scenario=scenario, seen=seen, **told)

    assert scenario.state == Scenario.State.DRAFT
    adopt_scenario(scenario=scenario, seen=mark(quarter), **told)
    assert Allocation.objects.get(scenario=None, initiative=plan["Alpha"]).weeks == 4


def test_a_committed_plan_is_not_exchanged(quarter, scenario, told):
    services.commit_cycle(cycle=quarter, **told)

    with pytest.raises(services.Refusal, match="is committed"):
        adopt_scenario(scenario=scenario, seen=mark(quarter), **told)
    with pytest.raises(services.Refusal, match="is committed"):
        copy_plan(cycle=quarter, name="Another", **told)


def test_one_of_two_adopters_at_once_is_told(transactional_db, quarter, scenario, plan, team, told):
    other = copy_plan(cycle=quarter, name="Larger", **told)
    write(quarter, plan["Alpha"], team, 7, seen=4, told=told, scenario=other)
    write(quarter, plan["Alpha"], team, 3, seen=4, told=told, scenario=scenario)
    seen = mark(quarter)

    refusals = at_once(
        [
            lambda: adopt_scenario(scenario=scenario, seen=seen, **told),
            lambda: adopt_scenario(scenario=other, seen=seen, **told),
        ]
    )

    assert sorted(refusal is None for refusal in refusals) == [False, True]
    adopted = Scenario.objects.get(state=Scenario.State.ADOPTED)
    weeks = Allocation.objects.get(scenario=None, initiative=plan["Alpha"]).weeks
    assert weeks == {"Larger": 7, "Smaller": 3}[adopted.name]


def test_one_that_cannot_be_adopted_whole_changes_nothing(quarter, scenario, plan, team, told):
    change(scenario, plan, team, told)
    services.cancel_initiative(
        initiative=planning.initiative(title="Epsilon"), reason="No.", **told
    )
    delta = scenario.items.get(initiative__title="Delta").initiative
    services.cancel_initiative(initiative=delta, reason="No.", **told)
    before = mark(quarter)

    with pytest.raises(services.Refusal, match=f"{delta.key} Delta"):
        adopt_scenario(scenario=scenario, seen=before, **told)

    assert mark(quarter) == before
    assert not TeamCapacity.objects.filter(scenario=None).exists()


def test_what_is_laid_aside_stays_as_it_was(quarter, scenario, plan, team, told):
    archive(scenario=scenario, **told)

    with pytest.raises(services.Refusal, match="is archived"):
        write(quarter, plan["Alpha"], team, 5, seen=4, told=told, scenario=scenario)
    with pytest.raises(services.Refusal, match="is archived"):
        take_out(item=scenario.items.first())


def test_plans_side_by_side_say_what_is_apart(quarter, scenario, plan, team, told):
    change(scenario, plan, team, told)

    compared = sides(cycle=quarter, scenarios=[scenario])
    found = {line.initiative.title: line for line in lines(compared)}

    assert [side.allocated for side in compared] == [6, 7]
    words = {title: [each.words for each in line.standings] for title, line in found.items()}
    assert words["Beta"] == ["Committed, no date", "Out"]
    assert words["Delta"] == ["Out", "Stretch, 20 Mar 2026"]
    assert words["Gamma"] == ["Committed, no date", "Stretch, 20 Mar 2026"]
    assert [each.weeks for each in found["Alpha"].standings] == ["4", "6"]
    assert not differences(before=compared[0].picture, after=picture_of(cycle=quarter))


def test_a_scenario_is_made_changed_compared_and_adopted_on_its_pages(
    client, operator, quarter, team, plan, give
):
    give(quarter, plan["Alpha"], team, 4)
    pages = {"cycle": [quarter.pk]}
    made = client.post(reverse("planning:scenarios", args=pages["cycle"]), {"name": "Smaller"})
    scenario = Scenario.objects.get()
    assert made.url == scenario.get_absolute_url()

    query = {"scenario": scenario.pk}
    key = f"{plan['Alpha'].pk}-{team.pk}"
    cell = reverse("planning:capacity-cell", args=[quarter.pk], query=query)
    client.post(cell, {f"w-{key}": "6", f"s-{key}": "4"}, headers={"HX-Request": "true"})
    item = scenario.items.get(initiative=plan["Beta"])
    client.post(reverse("planning:scenario-item-removal", args=[item.pk]))
    gamma = scenario.items.get(initiative=plan["Gamma"])
    data = {"initiative": plan["Gamma"].pk, "kind": "stretch", "target_on": "2026-03-20"}
    client.post(reverse("planning:scenario-item", args=[gamma.pk]), data)

    page = client.get(scenario.get_absolute_url()).content.decode()
    assert "Alpha, Checkout, weeks" in page
    assert "taken out" in page
    compared = client.get(reverse("planning:comparison", args=[quarter.pk], query=query))
    assert "20 Mar 2026" in compared.content.decode()

    url = reverse("planning:scenario-adoption", args=[scenario.pk])
    seen = client.get(url).context["mark"]
    give(quarter, plan["Gamma"], team, 9)
    stale = client.post(url, {"seen": seen})
    assert stale.status_code == 422
    assert "changed since you looked" in stale.content.decode()
    assert "The plan changed since the scenario was copied" in stale.content.decode()
    done = client.post(url, {"seen": stale.context["mark"]})
    assert done.url == quarter.get_absolute_url()
    weeks = dict(Allocation.objects.filter(scenario=None).values_list("initiative__title", "weeks"))
    assert weeks == {"Alpha": 6}


def test_two_scenarios_of_a_cycle_have_two_names(client, planner, quarter, scenario):
    url = reverse("planning:scenarios", args=[quarter.pk])

    response = client.post(url, {"name": "Smaller"})

    assert response.status_code == 422
    assert "has this name already" in response.content.decode()
