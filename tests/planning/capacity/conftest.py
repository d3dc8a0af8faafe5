"""A cycle, a team and the people in it."""

from datetime import date
from decimal import Decimal

import pytest

from planning.models import Allocation
from tests.factories import planning
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory


@pytest.fixture
def quarter(db):
    """The first quarter of 2026 in planning, with three initiatives."""
    plan = [planning.initiative(title=title) for title in ("Alpha", "Beta", "Gamma")]
    return planning.cycle(
        name="Q1 2026",
        slug="q1-2026",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 3, 31),
        plan=plan,
    )


@pytest.fixture
def plan(quarter):
    return {each.initiative.title: each.initiative for each in quarter.commitments.all()}


@pytest.fixture
def team(db):
    """Checkout: two people in Berlin."""
    made = TeamFactory(name="Checkout", slug="checkout", holiday_calendar="DE")
    for name in ("Ada Lang", "Bo Lind"):
        MembershipFactory(team=made, user=UserFactory(name=name))
    return made


@pytest.fixture
def give():
    """Give weeks of a team to an initiative: `give(cycle, initiative, team, 4)`."""

    def write(cycle, initiative, team, weeks, **fields):
        fields = {"by": UserFactory(name="Olga Ops"), "at": planning.AT, **fields}
        return Allocation.objects.create(
            cycle=cycle, initiative=initiative, team=team, weeks=Decimal(str(weeks)), **fields
        )

    return write


@pytest.fixture
def mine(planner, team):
    MembershipFactory(team=team, user=planner, share=1)
    return team
