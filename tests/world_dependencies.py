"""A dependency of the small world, and a hundred of the crowd; see tests/world.py."""

from datetime import timedelta

from planning.services import dependencies, dependency_answers
from tests.factories.people import TeamFactory


def build(world, mark):
    """Ask a team that only operations answers for; it was countered, and its date moved once."""
    ops, asker = world.users["ops"], world.users["contributor"]
    on = world.at.date()
    world.add(
        dependency=dependencies.ask(
            title=f"Dependency {mark}",
            why=mark,
            scope=mark,
            asking_team=world.team,
            initiative=world.initiative,
            giving_team=TeamFactory(name=f"Giver {mark}"),
            needed_by_on=on - timedelta(days=3),
            by=asker,
            at=world.at,
        )
    )
    terms = {"on": on + timedelta(days=9), "scope": mark, "note": mark}
    told = {"dependency": world.dependency, "by": ops, "at": world.at}
    dependency_answers.counter(seen=1, **terms, **told)
    dependencies.accept_offer(seen=2, **told)
    dependency_answers.move_promise(
        to_on=on - timedelta(days=1), reason="earlier", note=mark, **told
    )


def grow(world, number, *, copies):
    """Copy the dependency with what was offered and moved; each copy asks of another team."""
    dependency = world.dependency
    teams = copies(dependency.giving_team, number, name=lambda n: f"Giver {n}")
    rows = copies(dependency, number, giving_team=teams)
    offer = dependency.offers.latest("pk")
    copies(offer, number, number=lambda n: 100 + n)
    copies(offer, number, dependency=rows)
    copies(dependency.date_changes.get(), number)
    others = copies(dependency, number, giving_team=teams, giving_initiative=world.initiative,
                    initiative=None)  # fmt: skip
    copies(offer, number, dependency=others)
    return rows
