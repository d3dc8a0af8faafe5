"""Three quarters of planning: forty initiatives, what was promised, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from intake.models import ProductRequest
from planning import services as planning
from planning.models import Commitment, Cycle, Initiative
from prodops.demo import capacity, cycles, mornings, scoring
from prodops.demo.wishes import INITIATIVES, WISHES
from prodops.demo.world import World, working
from prodops.integrations.jira.models import JiraIssue
from prodops.people.models import User

DROPPED = {8, 21}
LATE = {3, 13, 24, 29}
UNPLANNED = {19, 33}
REVALUED = 15
TOLD = timedelta(weeks=5)
OUTCOMES = [
    "Planners spend less than an hour a week on it.",
    "Calls to the support desk about it fall by half.",
    "No account names it as a reason to leave.",
    "Nine of ten users finish without help.",
]
METRICS = [
    "Bookings finished without a call, from 61 % to 75 %",
    "Minutes until a delay is known, from 48 to 15",
    "",
    "Invoices disputed, from 4.1 % to 2 %",
    "Drivers active each week, from 310 to 500",
]
REPORTS = {
    "on_track": [
        "Half of the stories are done, the pilot account is happy.",
        "On plan. Design review passed, load test next week.",
        "First version runs in the sandbox; feedback was good.",
    ],
    "at_risk": [
        "The partner's test system is down since Tuesday; we lose a week if it stays so.",
        "One engineer is on call for the incident; the date holds only if that ends.",
    ],
    "off_track": ["The data migration needs a second pass. We will miss the date by two weeks."],
}


@dataclass
class Quarter:
    """A calendar quarter, 0 the present one, -1 the one before."""

    start: date
    end: date

    @property
    def name(self) -> str:
        return f"Q{(self.start.month - 1) // 3 + 1} {self.start.year}"


@dataclass
class Planned:
    """An initiative of the demo, with when it starts and when it is due."""

    place: int
    squad: str
    title: str
    quarter: int
    start: datetime
    target: datetime
    wish: tuple | None
    record: Initiative | None = None

    @property
    def is_delivered(self) -> bool:
        return self.place not in DROPPED and self.quarter < 0


def quarter(world: World, shift: int) -> Quarter:
    """Return the quarter `shift` away from the one the demo day is in."""
    first = (world.today.year * 4 + (world.today.month - 1) // 3) + shift
    start = date(first // 4, first % 4 * 3 + 1, 1)
    following = first + 1
    return Quarter(start, date(following // 4, following % 4 * 3 + 1, 1) - timedelta(days=1))


def draft(world: World) -> list[Planned]:
    """Lay out the forty initiatives over three quarters; nothing is written."""
    order = [(squad, titles[row]) for row in range(5) for squad, titles in INITIATIVES.items()]
    found = []
    for place, (squad, title) in enumerate(order):
        shift = -2 if place < 13 else -1 if place < 27 else 0
        span = quarter(world, shift)
        start = datetime.combine(span.start, world.now.timetz()) + timedelta(
            days=world.dice.randint(2, 18)
        )
        target = start + timedelta(days=world.dice.randint(48, 68))
        if place in LATE:
            target += timedelta(days=21)
        row = place // 8
        wish = WISHES[squad][row] if row < 4 else None
        found.append(Planned(place, squad, title, shift, working(start), working(target), wish))
    return found


def prepare(world: World, plan: list[Planned], epics: dict[str, JiraIssue]) -> None:
    """Open and commit the quarters with their initiatives, as they were at their start."""
    chief = world.ops[0]
    capacity.staff(world)
    for shift in (-2, -1, 0):
        span = quarter(world, shift)
        opened = datetime.combine(span.start, world.now.timetz()) - timedelta(days=21)
        cycle = planning.open_cycle(
            name=span.name, slug=span.name.lower().replace(" ", "-"), kind=Cycle.Kind.QUARTER,
            starts_on=span.start, ends_on=span.end, by=chief, at=opened - timedelta(days=24),
        )  # fmt: skip
        cycles.kick_off(world, cycle, chief, opened - timedelta(days=23))
        held = [one for one in plan if one.quarter == shift]
        for one in held:
            _create(world, one, epics[one.title], opened + timedelta(days=5))
            if one.place not in UNPLANNED:
                kind = "stretch" if one.place % 7 == 4 else "committed"
                planning.add_to_cycle(
                    cycle=cycle, initiative=one.record, kind=kind, by=world.lead(one.squad),
                    at=opened + timedelta(days=10),
                )  # fmt: skip
        _value(cycle, held, chief, opened + timedelta(days=14))
        capacity.plan(world, cycle, held, shift, opened + timedelta(days=15))
        scoring.score(world, cycle, held, shift, opened + timedelta(days=16))
        _go(world, cycle, held, chief)


def _value(cycle: Cycle, held: list[Planned], chief: User, at: datetime) -> None:
    """Agree on what the plan is to be worth; of the odd initiative nobody could say."""
    worth = {one.record.pk: 3 + one.place * 5 % 8 for one in held if one.place % 11 != 9}
    planned = cycle.commitments.filter(initiative__in=worth).values_list("pk", "initiative")
    wishes = {pk: planning.Wish(None, worth[initiative]) for pk, initiative in planned}
    planning.plan_values(cycle=cycle, values=wishes, by=chief, at=at)


def _create(world: World, one: Planned, epic: JiraIssue, at: datetime) -> None:
    lead = world.lead(one.squad)
    _, _, body, why = one.wish or ("", [], "Seen in interviews and in support tickets.", "")
    one.record = planning.create_initiative(
        title=one.title,
        owner=lead,
        by=lead,
        at=at,
        problem=f"{body} {why}".strip(),
        outcome=world.dice.choice(OUTCOMES),
        metric=METRICS[one.place % len(METRICS)],
        teams=[world.squads[one.squad]],
        product_area=world.squads[one.squad].product_area,
        stage=Initiative.Stage.DISCOVERY,
        start_on=one.start.date(),
        target_on=one.target.date(),
        confidence=world.dice.choice(["high", "medium", "medium"]),
    )
    planning.link_epic(initiative=one.record, key=epic.key, by=lead, at=at + timedelta(days=2))


def _go(world: World, cycle: Cycle, held: list[Planned], chief: User) -> None:
    begun = datetime.combine(cycle.starts_on, world.now.timetz())
    planning.commit_cycle(cycle=cycle, by=chief, at=begun + timedelta(days=1))
    planning.start_cycle(cycle=cycle, by=chief, at=begun + timedelta(days=1, hours=2))
    mornings.first(cycle, begun + timedelta(days=2))
    for one in held:
        if one.place in UNPLANNED:
            planning.add_to_cycle(
                cycle=cycle, initiative=one.record, by=world.lead(one.squad),
                at=begun + timedelta(days=24), reason=Commitment.AddReason.CUSTOMER,
                note="Two enterprise accounts made it a condition of their renewal.",
            )  # fmt: skip
        if one.start < world.now:
            planning.move_stage(
                initiative=one.record, stage="delivery", by=world.lead(one.squad), at=one.start
            )


def adopt(world: World, plan: list[Planned], accepted: dict) -> None:
    """Make the accepted requests part of the initiatives that answer them."""
    for one in plan:
        for product_request in accepted.get((one.squad, one.place // 8), []):
            if one.wish is None or one.record is None:
                continue
            at = max(product_request.decided_at, one.record.created_at) + timedelta(hours=5)
            if at < min(world.now, one.target) or (one.quarter == 0 and at < world.now):
                _adopt(one, product_request, world.lead(one.squad), at)


def _adopt(one: Planned, product_request: ProductRequest, lead: User, at: datetime) -> None:
    planning.adopt(
        product_request=product_request, initiative=one.record, kind=None, by=lead, at=at
    )


def report(world: World, plan: list[Planned]) -> None:
    """Report on the initiatives most weeks, drop two and move the dates of the late ones.

    One turns out to be worth more than was agreed on before the commit. What people reported in
    the last weeks, beside what Jira said, is told by `truth`.
    """
    for one in plan:
        lead, at = world.lead(one.squad), one.start + timedelta(days=6)
        end = min(one.target, world.now - TOLD if one.quarter == 0 else world.now)
        while at < end:
            status = _status(world, one, at)
            planning.report_status(
                initiative=one.record, status=status, text=world.dice.choice(REPORTS[status]),
                confidence="medium" if status != "off_track" else "low", by=lead, at=at,
            )  # fmt: skip
            at = working(at + timedelta(days=world.dice.choice([7, 7, 14])))
        if one.place in LATE and one.target - timedelta(days=25) < world.now:
            _slip(one, lead)
        if one.place in DROPPED:
            _drop(world, one, lead)
        if one.place == REVALUED:
            _revalue(one, lead)


def _status(world: World, one: Planned, at: datetime) -> str:
    if one.place in LATE and at > one.start + timedelta(days=35):
        return "at_risk" if world.dice.random() < 0.5 else "off_track"
    return world.dice.choices(["on_track", "at_risk"], [6, 1])[0]


def _slip(one: Planned, lead: User) -> None:
    planning.move_target(
        initiative=one.record, target_on=(one.target + timedelta(days=14)).date(),
        precision="day", by=lead, at=one.target - timedelta(days=25),
        reason="dependency", note="The carrier's interface came three weeks late.",
    )  # fmt: skip


def _drop(world: World, one: Planned, lead: User) -> None:
    commitment = Commitment.objects.select_related("cycle", "initiative").get(initiative=one.record)
    at = one.start + timedelta(days=30)
    planning.drop_from_cycle(
        commitment=commitment, by=lead, at=at, reason="priority",
        note="The e-invoicing deadline takes the squad's second half of the quarter.",
    )  # fmt: skip
    planning.cancel_initiative(
        initiative=one.record, by=lead, at=at + timedelta(days=1),
        reason="Overtaken by the new rules; we look at it again next year.",
    )  # fmt: skip


def _revalue(one: Planned, lead: User) -> None:
    held = Commitment.objects.select_related("cycle__thread").get(initiative=one.record)
    planning.plan_values(
        cycle=held.cycle, values={held.pk: planning.Wish(held.planned_value, 10)},
        by=lead, at=one.start + timedelta(days=9),
        reason="learnt", note="Three more accounts named it in their renewal talks.",
    )  # fmt: skip


def close(world: World, plan: list[Planned]) -> None:
    """Close the quarters that are over, one after the other, with what was left over each time."""
    for shift in (-2, -1):
        cycle = Cycle.objects.get(starts_on=quarter(world, shift).start)
        closed = datetime.combine(cycle.ends_on, world.now.timetz()) + timedelta(days=3)
        _finish(world, plan, min(closed, world.now))
        _judge(cycle, world.ops[0], closed - timedelta(hours=2))
        cycles.leave_over(cycle, world.ops[0], closed)
    _finish(world, plan, world.now)


def _finish(world: World, plan: list[Planned], until: datetime) -> None:
    """Finish what was delivered without a launch by then."""
    for one in plan:
        one.record.refresh_from_db(fields=["stage", "finished_at"])
        done = max(one.target, one.record.finished_at or one.target) + timedelta(days=1)
        if one.is_delivered and not one.record.is_over and done < until:
            planning.finish_initiative(initiative=one.record, by=world.lead(one.squad), at=done)


def _judge(cycle: Cycle, chief: User, at: datetime) -> None:
    """Say what was reached: most of it in time, half of it late, little where it is not out."""
    wishes = {}
    for each in cycle.commitments.judgeable_by(chief):
        reached = each.pk % 3
        if each.finished_at:
            is_late = each.finished_at >= cycle.closes_at
            reached = each.planned_value // 2 if is_late else each.planned_value - each.pk % 4
        wishes[each.pk] = planning.Wish(None, max(0, reached))
    planning.judge_values(cycle=cycle, values=wishes, by=chief, at=at)
