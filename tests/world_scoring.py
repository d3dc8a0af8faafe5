"""Scores of the world's cycle, and a session with a hidden round, for tests/world.py."""

from decimal import Decimal

from planning.services import score_sheets, scoring
from tests.factories import scoring as factory


def build(world, *, mark):
    by, cycle, initiative = world.users["ops"], world.cycle, world.initiative
    told = {"by": by, "at": world.at}
    sheet = factory.sheet(cycle, **told)
    factory.say(cycle, initiative, reach=40, impact=2, confidence=80, effort=Decimal(4), **told)
    override = score_sheets.override_rank(
        cycle=cycle, initiative=initiative, place=1, reason=f"Because of the {mark}", **told
    )
    ranking = scoring.keep_ranking(cycle=cycle, occasion="kept", **told)
    members = [by, world.users["contributor"]]
    session = factory.session(
        cycle, [initiative], members=members, title=f"Scoring the {mark}", **told
    )
    asked = session.rounds.get()
    factory.cast(asked, world.users["contributor"], impact=2)
    world.add(
        scoring_model=sheet.version.scoring_model,
        rank_override=override,
        ranking=ranking,
        scoring_session=session,
        scoring_round=asked,
    )
