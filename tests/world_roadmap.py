"""The roadmap of the small world, and of the crowd; see tests/world.py and tests/crowd.py."""

from datetime import timedelta

from planning import services as planning
from planning.models import InitiativeTeam
from planning.services import roadmap


def build(world, mark):
    """Put the initiative on the roadmap, word it for two audiences and share the words of one.

    What customers read is for strangers: it says nothing that is marked.
    """
    told = {"by": world.users["ops"], "at": world.at}
    on = world.at.date()
    initiative = planning.create_initiative(
        title=f"Initiative of the roadmap {mark}",
        problem=mark,
        outcome=mark,
        owner=world.users["ops"],
        teams=[world.team],
        start_on=on,
        target_on=on + timedelta(days=60),
        **told,
    )
    worded = {"initiative": initiative, "seen": "", **told}
    roadmap.word_initiative(audience="customer", title="What comes", text="Soon.", **worded)
    roadmap.word_initiative(audience="executive", title=f"For {mark}", text=mark, **worded)
    link, secret = roadmap.share_roadmap(
        name=f"Link {mark}",
        audience="customer",
        product_area=None,
        expires_at=world.at + timedelta(days=300),
        **told,
    )
    world.add(
        placed=initiative,
        roadmap_place=roadmap.place_on_roadmap(initiative=initiative, horizon="now", **told),
        roadmap_link=link,
        roadmap_secret=secret,
    )


def grow(world, number, *, copies):
    """Put as many more initiatives on the roadmap, worded alike, and some beside it."""
    initiatives = copies(world.placed, number)
    copies(world.roadmap_place, number, initiative=initiatives, position=lambda n: 1000 + n)
    for wording in world.placed.wordings.all():
        copies(wording, number, initiative=initiatives)
    for team in InitiativeTeam.objects.filter(initiative=world.placed):
        copies(team, number, initiative=initiatives)
    copies(world.roadmap_link, number, digest=lambda n: f"{n:064}")
    copies(world.placed, number)
