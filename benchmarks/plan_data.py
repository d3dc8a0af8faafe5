"""A large plan: 200 teams, 1,000 initiatives, their weeks, dates and dependencies, made once."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pgtrigger
from django.db import connection, transaction
from django.utils import timezone

from planning import services
from planning.models import (
    Allocation,
    Commitment,
    Cycle,
    Dependency,
    Initiative,
    InitiativeTeam,
    TeamCapacity,
)
from planning.services.scenarios import copy_plan
from prodops.audit.models import Thread
from prodops.people.models import Absence, Membership, ProductArea, Team, User

SLUG = "bench-quarter"
PEOPLE, AREAS, DEPENDENCIES = 6, 20, 3
VERBS = ["Rework", "Speed up", "Replace", "Open", "Retire", "Unify", "Measure", "Automate"]
THINGS = ["booking", "invoices", "carrier portal", "search", "alerts", "imports", "rates", "claims"]


def grow(*, teams: int, initiatives: int) -> Cycle:
    """Make the plan in a quarter of its own, once, and return the quarter."""
    found = Cycle.objects.filter(slug=SLUG).first()
    if found:
        return found
    dice, chief = random.Random(11), User.objects.with_role(User.Role.OPS).order_by("pk")[0]
    recorded = ("Initiative", "InitiativeTeam", "Commitment", "Allocation", "Dependency")
    ignored = [f"planning.{name}:recorded" for name in recorded]
    ignored += ["people.Team:recorded", "people.User:recorded", "people.Membership:recorded"]
    with pgtrigger.ignore(*ignored, "people.Absence:recorded"), transaction.atomic():
        cycle = _cycle(chief)
        made = _teams(dice, cycle, teams)
        plan = _initiatives(dice, cycle, chief, initiatives)
        given = _allocate(dice, cycle, chief, made, plan)
        _depend(dice, cycle, chief, given)
        for name in ("With fewer people", "Without the migration"):
            copy_plan(cycle=cycle, name=name, by=chief, at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return cycle


def _cycle(chief: User) -> Cycle:
    today = timezone.localdate()
    starts_on = date(today.year + 1, 1, 1)
    told = {"by": chief, "at": timezone.now()}
    cycle = services.open_cycle(
        name="A large quarter", slug=SLUG, kind=Cycle.Kind.CUSTOM,
        starts_on=starts_on, ends_on=date(today.year + 1, 3, 31), **told,
    )  # fmt: skip
    return services.start_planning(cycle=cycle, **told)


def _teams(dice: random.Random, cycle: Cycle, number: int) -> list[Team]:
    """Make teams of six with their absences; some people work for two."""
    areas = ProductArea.objects.bulk_create(
        ProductArea(slug=f"bench-area-{n}", name=f"Area {n + 1}") for n in range(AREAS)
    )
    teams = Team.objects.bulk_create(
        Team(
            slug=f"bench-team-{n}", name=f"Squad {n + 1:03}", product_area=areas[n % AREAS],
            holiday_calendar=dice.choice(["DE", "US", "GB", "IN"]),
        )
        for n in range(number)
    )  # fmt: skip
    TeamCapacity.objects.bulk_create(
        TeamCapacity(cycle=cycle, team=team, run_share=dice.choice([15, 20, 25, 30]))
        for team in teams
    )
    _people(dice, cycle, teams)
    return teams


def _people(dice: random.Random, cycle: Cycle, teams: list[Team]) -> None:
    number = len(teams)
    people = User.objects.bulk_create(
        User(email=f"bench{n}@northwind.example", name=f"Person {n + 1:04}", role="contributor")
        for n in range(number * PEOPLE)
    )
    Membership.objects.bulk_create(
        Membership(team=teams[n // PEOPLE], user=user, share=dice.choice([100, 100, 100, 80, 50]))
        for n, user in enumerate(people)
    )
    Membership.objects.bulk_create(
        Membership(team=teams[(n // PEOPLE + 1) % number], user=user, share=20)
        for n, user in enumerate(people)
        if n % 10 == 0
    )
    starts = [cycle.starts_on + timedelta(days=dice.randrange(80)) for _ in people]
    Absence.objects.bulk_create(
        Absence(user=user, from_on=first, until_on=first + timedelta(days=dice.choice([0, 4, 11])))
        for user, first in zip(people, starts, strict=True)
    )


def _threads(kind: str, mark: str, titles: list[str]) -> list[Thread]:
    return Thread.objects.bulk_create(
        Thread(kind=kind, key=f"{mark}-B{n}", title=title, path="/")
        for n, title in enumerate(titles)
    )


def _initiatives(dice: random.Random, cycle: Cycle, chief: User, number: int) -> list[Initiative]:
    """Make initiatives with dates in and around the quarter, and plan them all."""
    now = timezone.now()
    titles = [f"{dice.choice(VERBS)} {dice.choice(THINGS)} {n + 1}" for n in range(number)]
    spans = [(dice.randrange(-30, 60), dice.randrange(20, 120)) for _ in titles]
    made = Initiative.objects.bulk_create(
        Initiative(
            title=title, owner=chief, created_by=chief, created_at=now, thread=thread,
            stage="discovery", start_on=cycle.starts_on + timedelta(days=first),
            target_on=cycle.starts_on + timedelta(days=first + days),
        )
        for title, thread, (first, days) in zip(
            titles, _threads("initiative", "INI", titles), spans, strict=True
        )
    )  # fmt: skip
    Commitment.objects.bulk_create(
        Commitment(
            cycle=cycle, initiative=each, kind=dice.choice(["committed", "committed", "stretch"]),
            added_at=now, added_by=chief,
        )
        for each in made
    )  # fmt: skip
    return made


def _allocate(
    dice: random.Random,
    cycle: Cycle,
    chief: User,
    teams: list[Team],
    plan: list[Initiative],
) -> list[tuple[Initiative, list[Team]]]:
    """Let one to four teams give weeks to each initiative; neighbours mostly work together."""
    given = []
    for place, initiative in enumerate(plan):
        home = place % len(teams)
        near = [teams[(home + step) % len(teams)] for step in (0, 1, 3, 20)]
        given.append((initiative, near[: dice.randint(1, 4)]))
    InitiativeTeam.objects.bulk_create(
        InitiativeTeam(initiative=initiative, team=team)
        for initiative, near in given
        for team in near
    )
    Allocation.objects.bulk_create(
        Allocation(
            cycle=cycle, initiative=initiative, team=team, by=chief, at=timezone.now(),
            weeks=Decimal(dice.randrange(5, 90)) / 10,
        )
        for initiative, near in given
        for team in near
    )  # fmt: skip
    return given


def _depend(
    dice: random.Random,
    cycle: Cycle,
    chief: User,
    given: list[tuple[Initiative, list[Team]]],
) -> None:
    """Let initiatives wait for others of other teams, a few of them promised."""
    pairs = []
    for place, (initiative, near) in enumerate(given):
        for _ in range(dice.randrange(DEPENDENCIES)):
            other, others = given[(place + dice.randrange(1, 200)) % len(given)]
            if near[0] != others[0]:
                pairs.append((initiative, near[0], other, others[0]))
    titles = [f"What {asking} needs of {giving}" for _, asking, _, giving in pairs]
    now = timezone.now()
    Dependency.objects.bulk_create(
        Dependency(
            title=title, why="It cannot ship without.", asking_team=asking, giving_team=giving,
            initiative=initiative, giving_initiative=other, asked_by=chief, asked_at=now,
            needed_by_on=cycle.starts_on + timedelta(days=dice.randrange(80)), thread=thread,
        )
        for title, thread, (initiative, asking, other, giving) in zip(
            titles, _threads("dependency", "DEP", titles), pairs, strict=True
        )
    )  # fmt: skip
