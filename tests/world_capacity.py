"""What tests/world.py has of capacity, and tests/crowd.py a hundredfold."""

from datetime import timedelta
from decimal import Decimal

from planning.models import Allocation, InitiativeTeam, InvestmentCategory, TeamCapacity
from planning.services.investment import classify, set_targets
from planning.services.scenarios import copy_plan
from prodops.people.models import Absence, Membership, Team


def build(world, mark):
    """Give weeks of the world's team to its initiative, and copy the plan into `scenario`."""
    told = {"by": world.users["ops"], "at": world.at}
    cycle, first = world.cycle, world.cycle.starts_on
    category = InvestmentCategory.objects.create(slug="mark", name=f"Category {mark}")
    classify(wishes={world.initiative: (None, category)}, **told)
    set_targets(cycle=cycle, shares={category: 100}, **told)
    TeamCapacity.objects.create(
        cycle=cycle, team=world.team, adjustment=Decimal(1), note=f"The {mark} helps"
    )
    away = {"user": world.users["contributor"], "from_on": first, "until_on": first}
    absence = Absence.objects.create(**away)
    weeks = Allocation.objects.create(
        cycle=cycle, initiative=world.initiative, team=world.team, weeks=Decimal(3), **told
    )
    scenario = copy_plan(cycle=cycle, name=f"Scenario {mark}", **told)
    Allocation.objects.filter(pk=weeks.pk).update(weeks=Decimal(4))
    world.add(
        absence=absence,
        membership=world.team.memberships.order_by("pk")[0],
        category=category,
        allocation=weeks,
        scenario=scenario,
        scenario_item=scenario.items.get(),
    )


def grow(world, number, *, copies):
    """Let every copied initiative of the plan have weeks of every copied team in both plans."""
    commitments = world.cycle.commitments.exclude(initiative=world.initiative)
    initiatives = [each.initiative for each in commitments.select_related("initiative")[:number]]
    InitiativeTeam.objects.bulk_create(
        [InitiativeTeam(initiative=each, team=world.team) for each in initiatives],
        ignore_conflicts=True,
    )
    copies(world.allocation, len(initiatives), initiative=initiatives)
    copies(world.scenario_item, len(initiatives), initiative=initiatives)
    of_scenario = Allocation.objects.get(scenario=world.scenario)
    copies(of_scenario, len(initiatives), initiative=initiatives)
    teams = list(Team.objects.exclude(pk=world.team.pk).order_by("pk")[:number])
    copies(world.allocation, len(teams), team=teams)
    copies(TeamCapacity.objects.get(scenario=None), len(teams), team=teams)
    people = Membership.objects.filter(team__in=teams).values_list("user", flat=True).distinct()
    first = world.cycle.starts_on
    Absence.objects.bulk_create(
        Absence(user_id=user, from_on=first, until_on=first + timedelta(days=2)) for user in people
    )
    last = [first + timedelta(days=place) for place in range(number)]
    copies(world.absence, number, until_on=last)
    names = [f"Scenario {place}" for place in range(number)]
    copies(world.scenario, number, name=names)
    slugs = [f"category-{place}" for place in range(number)]
    copies(world.category, number, slug=slugs, name=slugs)
