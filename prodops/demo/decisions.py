"""What was decided over three quarters: what events called for, and a few choices of its own."""

from datetime import timedelta

from planning.models import Decision
from planning.services import decide, open_decision
from planning.services.decisions import review_decision
from planning.services.owed_decisions import open_owed
from prodops.demo.world import World, working

WHY = "The cost of waiting is higher than the risk, which the squad watches."
OPTIONS = [
    {"text": "Go on as planned", "is_chosen": True},
    {"text": "Stop and re-plan", "why_rejected": "Costs the quarter's goal."},
]
# Days ago, question, what was decided, why, what was turned down and why; each replaces the last.
MAPS = [
    (320, "Which maps provider?", "We take OpenTiles, hosted by ourselves.",
     "It costs a tenth of the others and no address of a customer leaves our servers.",
     "Acme Maps", "Eight times the price at our volume."),
    (190, "Which maps provider, now that tiles are late?", "We take Acme Maps for live views.",
     "Our own tile servers fall behind in peak season, and three accounts complained in writing.",
     "More servers of our own", "Two engineers for a quarter, and peak season is in two months."),
    (40, "Maps provider for ports and rivers", "Acme Maps stays, with the maritime layer.",
     "One port in twelve is placed at sea, and the maritime layer costs less than mending it.",
     "Mend the geocoder", "Nobody here knows harbours."),
]  # fmt: skip
OTHERS = [
    (260, "API versions: how long do we keep old ones?", "Eighteen months after the next one.",
     "Carriers release twice a year, so that two of their releases fit into the time.",
     "Twelve months", "Three carriers could not follow last time.", -12),
    (150, "Do drivers sign in by phone number?", "No; by passkey, with a code of the depot.",
     "Numbers change hands with vehicles, and a depot knows who drives for it.",
     "Text messages", "They cost, and fail at borders.", 60),
    (75, "Emissions by distance or by fuel?", "By distance, with fuel where carriers report it.",
     "Auditors accept both, and two thirds of the carriers do not report any fuel.",
     "By fuel alone", "A third of the lanes would have no figure.", 9),
]  # fmt: skip


def settle(world: World) -> None:
    """Open what was owed of late, take most decisions, and replace two as the world changed."""
    open_owed(at=world.now)
    _choose(world)
    _take(world)


def _choose(world: World) -> None:
    older = None
    for days, title, text, rationale, other, why in MAPS:
        told = (title, text, rationale, other, why)
        older = _decided(world, days, told, supersedes=older, review_in=400)
    for days, title, text, rationale, other, why, review_in in OTHERS:
        _decided(world, days, (title, text, rationale, other, why), review_in=review_in)
    held = Decision.objects.get(title=OTHERS[0][1])
    later = (world.now + timedelta(days=120)).date()
    review_decision(
        decision=held, note="No carrier asked for longer this year.", next_on=later,
        by=held.decider, at=world.at(30),
    )  # fmt: skip


def _decided(world, days, told, *, review_in, supersedes=None) -> Decision:
    title, text, rationale, other, why = told
    by, at = world.ops[days % len(world.ops)], world.at(days)
    decision = open_decision(
        title=title, by=by, at=at, decider=by, is_key=True,
        context="The yearly review of vendors and of what the platform promises came to it.",
    )  # fmt: skip
    squads = list(world.squads)
    return decide(
        decision=decision, text=text, rationale=rationale, supersedes=supersedes,
        options=[{"text": text, "is_chosen": True}, {"text": other, "why_rejected": why}],
        consulted=[world.lead(squads[days % 8]), world.lead(squads[(days + 3) % 8])],
        review_on=(world.now + timedelta(days=review_in)).date(),
        by=by, at=working(at + timedelta(days=2)),
    )  # fmt: skip


def _take(world: World) -> None:
    """Take most of the decisions the story opened; the newest wait on somebody's Home."""
    for decision in Decision.objects.undecided().select_related("decider").order_by("opened_at"):
        at = decision.opened_at + timedelta(days=world.dice.choice([1, 2, 3, 6, 9]))
        if at < world.now and world.dice.random() < 0.85:
            drafted = f"{decision.rationale} {WHY}".strip()
            decide(
                decision=decision,
                text=decision.decision or "We accept it and go on as planned.",
                rationale=drafted,
                options=OPTIONS if world.dice.random() < 0.93 else (),
                by=decision.decider or world.ops[0],
                at=at,
            )
