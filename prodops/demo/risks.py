"""What the demo's squads see coming: risks answered and not, some that happened."""

from datetime import timedelta
from typing import NamedTuple

from planning.services.risks import add_risk, close_risk
from prodops.demo.plan import Planned
from prodops.demo.world import World, working


class Fear(NamedTuple):
    """A risk of the initiative at that place of the plan, and what came of it ("" is open)."""

    place: int
    title: str
    likelihood: int
    impact: int
    response: str
    outcome: str = ""
    note: str = ""


FEARS = [
    Fear(0, "Depots cannot export their old lists", 3, 2, "We import from paper for the first ten.",
         "occurred", "Three depots had no export; two afternoons of typing."),
    Fear(3, "The payroll partner changes its file", 2, 3, "A contract test against their sandbox.",
         "averted", "They announced it six weeks ahead."),
    Fear(7, "Auditors want figures of three years, we have two", 1, 2, "", "accepted"),
    Fear(27, "Rates of small carriers come as scans", 3, 3,
         "Ask the twelve largest for a file; read the rest by hand in the first month."),
    Fear(27, "The quote gets slower with postcodes", 2, 2, "A benchmark with 40,000 rates."),
    Fear(28, "Drivers share one phone", 3, 2, ""),
    Fear(31, "Squads of two depots measure differently", 2, 1, "One page that says what counts."),
    Fear(33, "Partners test against real bookings", 1, 3, "Sandbox keys open nothing else."),
    Fear(36, "The import of last year's rates fails halfway", 2, 3, "It can be run again; tried."),
    Fear(38, "Translations arrive after the launch", 2, 2, ""),
]  # fmt: skip


def tell(world: World, plan: list[Planned]) -> None:
    """Name risks soon after an initiative began, and close some of them later."""
    by_place = {one.place: one for one in plan}
    for fear in FEARS:
        planned = by_place.get(fear.place)
        if planned is None or planned.record is None:
            continue
        lead = world.lead(planned.squad)
        at = working(planned.record.created_at + timedelta(days=6))
        risk = add_risk(
            initiative=planned.record,
            title=fear.title,
            likelihood=fear.likelihood,
            impact=fear.impact,
            response=fear.response,
            owner=lead,
            by=lead,
            at=min(at, world.now),
        )
        if fear.outcome:
            over = working(at + timedelta(days=30))
            close_risk(
                risk=risk, outcome=fear.outcome, note=fear.note, by=lead, at=min(over, world.now)
            )
