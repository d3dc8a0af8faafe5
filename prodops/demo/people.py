"""The sixty people of the demo, their squads, areas and functions."""

import unicodedata

from prodops.demo import catalogue
from prodops.demo.world import World
from prodops.people.models import (
    Function,
    FunctionMember,
    Membership,
    ProductArea,
    Team,
    User,
)

TITLES = ["Product manager", "Product designer", "Engineer", "Engineer", "Engineer"]
PARTS = ["lead", "designer", "engineer", "engineer", "engineer"]


def address(name: str) -> str:
    """Return the e-mail address of a demo person, in ASCII."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace("'", "").replace(" ", ".") + "@northwind.example"


def populate(world: World) -> None:
    """Make areas, squads, functions and everybody in them."""
    _people(world)
    for slug, (name, squads) in catalogue.AREAS.items():
        world.areas[slug] = ProductArea.objects.create(slug=slug, name=name)
        for squad in squads:
            _squad(world, squad, world.areas[slug])
    rotas = {slug: members for slug, (_, members) in catalogue.FUNCTIONS.items()}
    for slug, members in {**rotas, **catalogue.SECOND_HATS}.items():
        _function(world, slug, members)


def _function(world: World, slug: str, members: list[str]) -> None:
    name = slug.replace("-", " ").capitalize()
    function, _ = Function.objects.get_or_create(slug=slug, defaults={"name": name})
    world.functions[slug] = function
    FunctionMember.objects.bulk_create(
        FunctionMember(function=function, user=world.people[member], position=place)
        for place, member in enumerate(members)
    )


def _roles() -> dict[str, tuple[str, str, str]]:
    """Return role, job title and time zone of everybody by name."""
    roles: dict[str, tuple[str, str, str]] = {}
    for squad, names in catalogue.SQUAD_PEOPLE.items():
        zone = catalogue.SQUADS[squad][2]
        for name, title in zip(names, TITLES, strict=True):
            roles[name] = (User.Role.CONTRIBUTOR, title, zone)
    for name in catalogue.OPS:
        roles[name] = (User.Role.OPS, "Product operations", "Europe/Berlin")
    for name in catalogue.EXECUTIVES:
        roles[name] = (User.Role.EXECUTIVE, "Leadership", "Europe/Berlin")
    for slug, (function, names) in catalogue.FUNCTIONS.items():
        asks = slug in catalogue.REQUESTER_FUNCTIONS
        for name in names:
            only_asks = asks and name not in catalogue.SIGN_OFF_FOR_THEM
            role = User.Role.REQUESTER if only_asks else User.Role.CONTRIBUTOR
            roles[name] = (role, function, "Europe/Berlin")
    return roles


def _people(world: World) -> None:
    joined = world.at(400)
    made = []
    for name, (role, title, zone) in _roles().items():
        user = User(
            name=name,
            email=address(name),
            role=role,
            job_title=title,
            time_zone=zone,
            joined_at=joined,
        )
        user.set_unusable_password()
        made.append(user)
    world.people = {user.name: user for user in User.objects.bulk_create(made)}
    world.ops = [world.people[name] for name in catalogue.OPS]
    world.executives = [world.people[name] for name in catalogue.EXECUTIVES]
    world.requesters = [u for u in made if u.role == User.Role.REQUESTER]


def _squad(world: World, slug: str, area: ProductArea) -> None:
    name, _, zone, holidays = catalogue.SQUADS[slug]
    team = world.squads[slug] = Team.objects.create(
        slug=slug, name=name, product_area=area, time_zone=zone, holiday_calendar=holidays
    )
    members = [world.people[person] for person in catalogue.SQUAD_PEOPLE[slug]]
    world.squad_people[slug] = members
    Membership.objects.bulk_create(
        Membership(team=team, user=user, role=part)
        for user, part in zip(members, PARTS, strict=True)
    )
