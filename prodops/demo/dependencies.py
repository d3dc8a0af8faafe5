"""What the demo's squads asked of each other over three quarters, and of two partners outside."""

from datetime import datetime, timedelta
from typing import NamedTuple

from planning.models import Dependency
from planning.services import dependencies as asking
from planning.services import dependency_answers as giving
from prodops.demo.plan import Planned
from prodops.demo.world import World, working


class Wish(NamedTuple):
    """What one initiative needs of another (places in the plan), and what becomes of it."""

    asks: int
    gives: int
    title: str
    why: str
    fate: str


PARTNERS = {
    41: ("Acme Maps", "Jo Park, partner manager"),
    42: ("Portnet EDI", "Ines Duarte, integrations"),
}
WISHES = [
    Wish(0, 5, "Carrier references on every booking", "Bulk rows cannot be matched.", "kept"),
    Wish(1, 8, "Vehicle positions every minute", "The map is stale within a mile.", "moved"),
    Wish(2, 7, "Push messages of the driver app", "Proof reaches the shipper late.", "kept"),
    Wish(3, 4, "Company ids in the invoice export", "SAP refuses invoices without.", "countered"),
    Wish(4, 0, "Roles of a depot in the booking form", "Depots see each other.", "kept"),
    Wish(6, 5, "Signed events for emissions", "Auditors ask where figures come from.", "disputed"),
    Wish(7, 4, "Sessions that last a shift", "Drivers sign in nine times a day.", "kept"),
    Wish(9, 41, "Geocoding of small ports", "One in twelve is placed at sea.", "moved"),
    Wish(10, 3, "Driver hours of the payroll export", "Nobody types them twice.", "refused"),
    Wish(11, 6, "Cost per lane as a table", "Finance checks invoices by hand.", "kept"),
    Wish(12, 1, "Delay reasons in the status feed", "Reports show that, not why.", "withdrawn"),
    Wish(13, 16, "Templates of a customer by API", "Resellers keep two lists.", "kept"),
    Wish(14, 15, "Consignee addresses, validated", "Links go to the wrong people.", "moved"),
    Wish(16, 20, "Licence data of drivers", "The guard needs what they may drive.", "kept"),
    Wish(17, 22, "Tax rates by country", "E-invoices are refused in Poland.", "kept"),
    Wish(18, 13, "Who opened which quote", "The access log must name it.", "countered"),
    Wish(19, 42, "Version 4 of the status messages", "Two carriers switch in March.", "late_kept"),
    Wish(20, 14, "Position history of 90 days", "Reports start in the past.", "kept"),
    Wish(21, 16, "Day boards on a small screen", "Foremen walk the yard.", "disputed"),
    Wish(22, 17, "Amounts before rounding", "Totals differ by cents.", "kept"),
    Wish(25, 18, "Invitations in bulk", "Sub-contractors come by the dozen.", "kept"),
    Wish(27, 36, "Rates by postcode", "Quotes are wrong outside towns.", "late"),
    Wish(28, 35, "Passkeys for drivers", "Offline means no passwords.", "open"),
    Wish(29, 30, "Depot closing days", "Arrivals are told on holidays.", "late_moved"),
    Wish(30, 31, "Invoices of sub-contractors", "Dunning starts with them.", "open"),
    Wish(31, 37, "Depot codes in the benchmark", "Rules differ by depot.", "asked"),
    Wish(32, 28, "Damage photos with a time", "Insurers ask when.", "countered_open"),
    Wish(33, 34, "Sandbox accounts by self-service", "Partners wait for us.", "open"),
    Wish(34, 38, "Test drivers", "The sandbox is empty.", "asked"),
    Wish(36, 27, "Quotes that carry a rate id", "Imports cannot be traced.", "late"),
    Wish(37, 41, "Distances along rivers", "Barges are benchmarked as lorries.", "asked"),
    Wish(38, 39, "Booking states, translated", "Drivers read four languages.", "delivered"),
]
LOOP = [
    Wish(35, 33, "Quote views by role", "Passkeys replace the shared login.", "open"),
    Wish(34, 35, "Sign-in for the sandbox", "Partners share one account.", "open"),
]


def negotiate(world: World, plan: list[Planned]) -> None:
    """Let the squads ask and answer as the story goes, as far as its day has come."""
    for number, wish in enumerate([*WISHES, *LOOP]):
        _tell(world, plan, wish, number)


def _tell(world: World, plan: list[Planned], wish: Wish, number: int) -> None:
    asker = plan[wish.asks]
    lead = world.lead(asker.squad)
    needed = working(asker.target - timedelta(days=16 + number % 9))
    if wish.fate.startswith("late"):
        needed = min(needed, world.now - timedelta(days=4 + number % 6))
    asked_at = min(asker.start + timedelta(days=number % 4), needed - timedelta(days=20))
    asked_at = working(min(asked_at, world.now - timedelta(days=3)))
    if wish.fate in ("asked", "countered_open"):
        asked_at = working(world.now - timedelta(days=6 + number % 4))
        needed = working(max(needed, world.now + timedelta(days=12 + number % 7)))
    made = asking.ask(
        title=wish.title, why=wish.why, asking_team=world.squads[asker.squad],
        initiative=asker.record, needed_by_on=needed.date(), by=lead, at=asked_at,
        scope=f"{wish.title}, on staging first, with a test account.",
        **_giver(world, plan, wish),
    )  # fmt: skip
    by = lead if made.is_outside else world.lead(plan[wish.gives].squad)
    _answer(world, made, wish.fate, by, lead, asked_at, needed)


def _giver(world: World, plan: list[Planned], wish: Wish) -> dict:
    if wish.gives in PARTNERS:
        name, contact = PARTNERS[wish.gives]
        return {"outside_name": name, "outside_contact": contact}
    giver = plan[wish.gives]
    return {"giving_team": world.squads[giver.squad], "giving_initiative": giver.record}


def _answer(world, made: Dependency, fate, giver, asker, asked_at, needed) -> None:
    """Take the steps of a fate, each on its day, until the demo's day."""
    step = _Steps(world.now, made, working(asked_at + timedelta(days=1)))
    if fate == "refused":
        step.take(giving.refuse, giver, reason="The payroll vendor changes in spring; not before.")
    elif fate == "withdrawn":
        step.take(asking.withdraw, asker, reason="The reports show delays without the reasons now.")
    elif fate != "asked":
        _agree(step, fate, giver, asker, needed)
        if fate in ("moved", "late_moved", "late_kept"):
            _move(step, fate, giver, needed)
        if fate not in ("countered_open", "late", "late_moved", "open"):
            _deliver(step, fate, giver, asker, needed)


def _agree(step, fate, giver, asker, needed) -> None:
    if not fate.startswith("countered"):
        step.take(giving.commit_to, giver, seen=1)
        return
    later = {"on": (needed + timedelta(days=9)).date(), "note": "Two of us are on call."}
    step.take(giving.counter, giver, seen=1, scope="Without the history.", **later)
    if fate != "countered_open":
        step.take(asking.accept_offer, asker, seen=2)


def _move(step, fate, giver, needed) -> None:
    late = (step.now - timedelta(days=2)).date()
    to_on = late if fate == "late_moved" else (needed + timedelta(days=11)).date()
    step.at = max(step.at, working(needed - timedelta(days=6)))
    why = {"reason": "capacity", "note": "An incident took the squad's week."}
    step.take(giving.move_promise, giver, to_on=to_on, **why)


def _deliver(step, fate, giver, asker, needed) -> None:
    if fate == "delivered":
        step.at = working(step.now - timedelta(days=2))
    else:
        step.at = max(step.at, working(needed - timedelta(days=2)))
    step.take(giving.deliver, giver, note="It is on staging; the page of the team says how.")
    if fate == "disputed":
        step.take(asking.dispute, asker, reason="The test account sees an empty list.")
        step.take(giving.deliver, giver, note="The account has data now.")
    if fate != "delivered":
        step.take(asking.confirm, asker)


class _Steps:
    """Takes steps two days apart, none after the demo's day, nor one that others wait for."""

    def __init__(self, now: datetime, made: Dependency, at: datetime):
        self.now, self.made, self.at, self.is_over = now, made, at, False

    def take(self, step, by, **values) -> None:
        self.is_over = self.is_over or self.at >= self.now
        if not self.is_over:
            step(dependency=self.made, by=by, at=self.at, **values)
            self.at = working(self.at + timedelta(days=2))
