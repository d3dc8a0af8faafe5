"""Scores of three quarters: what was said of each initiative, and people who vote on them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from planning.models import (
    Cycle,
    Initiative,
    Ranking,
    ScoreInput,
    ScoringModel,
    ScoringRound,
    ScoringSession,
)
from planning.services import score_sheets, scoring_models, scoring_sessions
from planning.services.scoring import keep_ranking
from prodops.demo.world import World
from prodops.people.models import User

if TYPE_CHECKING:
    from prodops.demo.plan import Planned

FIBONACCI = [1, 2, 3, 5, 8, 13, 20]
IMPACTS = ["0.25", "0.5", "1", "2", "3"]
UNSCORED, OVERRIDDEN = 30, 34
# How the leads vote in turn: alike on the first, a step apart, and far apart on the last.
VOTES = [
    [("2", 60), ("2", 80), ("2", 70), ("3", 75), ("2", 65)],
    [("1", 40), ("2", 35), ("1", 45), ("1", None), ("1", 40)],
    [("0.25", 12), ("3", 240), ("1", 60), (None, None), ("3", 180)],
]


def score(world: World, cycle: Cycle, held: "list[Planned]", shift: int, at: datetime) -> None:
    """Choose the model of a quarter, and say what goes into its scores before the commit."""
    scoring_models.load_standard_models(at=world.at(390))
    name = "WSJF" if shift == -1 else "RICE"
    model = ScoringModel.objects.select_related("current").get(name=name)
    chief = world.ops[0]
    score_sheets.choose_version(cycle=cycle, version=model.current, by=chief, at=at)
    ScoreInput.objects.bulk_create(
        ScoreInput(
            cycle=cycle,
            initiative=one.record,
            scoring_model=model,
            name=name,
            value=Decimal(value),
            by=world.lead(one.squad),
            at=at + timedelta(hours=3 + one.place % 5),
        )
        for one in held
        for name, value in _said(one.place, model.name)
    )
    keep_ranking(cycle=cycle, occasion=Ranking.Occasion.KEPT, by=chief, at=at + timedelta(days=1))
    if shift == 0:
        _together(world, cycle, held, at + timedelta(days=2))
        _override(world, cycle, held, at + timedelta(days=3))


def _said(place: int, model: str) -> list[tuple[str, str]]:
    """Return what is known of an initiative; of one nobody has said enough."""
    if model == "WSJF":
        names = ["value", "urgency", "risk", "size"]
        return [(name, str(FIBONACCI[(place * 5 + 3 * n) % 7])) for n, name in enumerate(names)]
    told = [("reach", str(12 + place * 37 % 90)), ("impact", IMPACTS[place * 3 % 5])]
    if place % 6 == 2:
        told.append(("effort", str(2 + place % 7)))
    return told[:1] if place == UNSCORED else told


def _together(world: World, cycle: Cycle, held: "list[Planned]", at: datetime) -> None:
    """Let the leads vote on three, agree on two, and stand far apart on the last."""
    records = [one.record for one in held if one.record][:3]
    session = _open(world, cycle, records, "What is it worth to customers?", at)
    for place, asked in enumerate(session.rounds.order_by("position")):
        later = at + timedelta(minutes=20 * (place + 1))
        for user, (impact, reach) in zip(_leads(world), VOTES[place], strict=True):
            _vote(asked, user, impact, reach)
        scoring_sessions.reveal(asked=asked, by=session.facilitator, at=later)
        if place < 2:
            for name, value in (("impact", VOTES[place][0][0]), ("reach", VOTES[place][2][1])):
                told = {"name": name, "value": Decimal(value), "by": session.facilitator}
                scoring_sessions.agree(asked=asked, at=later + timedelta(minutes=5), **told)


def _override(world: World, cycle: Cycle, held: "list[Planned]", at: datetime) -> None:
    one = next(one for one in held if one.place == OVERRIDDEN)
    score_sheets.override_rank(
        cycle=cycle,
        initiative=one.record,
        place=2,
        reason="The customs authority switches the old interface off at the end of the quarter.",
        by=world.lead(one.squad),
        at=at,
    )


def vote(world: World) -> None:
    """Leave a session running: some have voted on some, and nobody sees what."""
    cycle = Cycle.objects.filter(score_sheet__isnull=False).order_by("-starts_on")[0]
    running = Initiative.objects.unfinished().in_cycle(cycle).order_by("-pk")[:4]
    at = world.now - timedelta(hours=5)
    session = _open(world, cycle, list(running), "Second look at mid-quarter", at)
    for place, asked in enumerate(session.rounds.order_by("position")[:3]):
        for number, user in enumerate(_leads(world)[: 4 - place]):
            _vote(asked, user, IMPACTS[(place + 2 * number) % 5], 20 + 15 * number)


def _open(
    world: World, cycle: Cycle, initiatives: list[Initiative], title: str, at: datetime
) -> ScoringSession:
    return scoring_sessions.open_session(
        title=title,
        cycle=cycle,
        version=cycle.score_sheet.version,
        asks=["impact", "reach"],
        initiatives=initiatives,
        members=_leads(world),
        facilitator=world.ops[-1],
        by=world.ops[-1],
        at=at,
    )


def _leads(world: World) -> list[User]:
    return [world.lead(squad) for squad in list(world.squads)[:5]]


def _vote(asked: ScoringRound, user: User, impact: str | None, reach: int | None) -> None:
    secret_votes = {
        "impact": None if impact is None else Decimal(impact),
        "reach": None if reach is None else Decimal(reach),
    }
    scoring_sessions.cast(asked=asked, secret_votes=secret_votes, by=user)
