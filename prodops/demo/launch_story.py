"""Fifteen launches: nine went out (one after slipping twice), one was stopped, one called off."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from launches import services as launches
from launches.models import Launch, LaunchItem, SignOff
from prodops.demo.plan import Planned
from prodops.demo.world import World, working
from prodops.people.models import User

SLIPPED, STOPPED, CALLED_OFF = 4, 9, 10
# Places of the initiatives that each launch brings, in the order of the launches.
BRINGS = [
    *([0], [1, 2], [4], [6, 7], [9], [12], [14, 15], [17], [20]),
    *([22], [11], [23], [25], [28], [30, 31]),
]
# Days from the demo day on (before it where negative) of those that do not follow their target.
IN_DAYS = {7: -44, 8: -30, 9: 12, 11: 6, 12: 16, 13: 27, 14: 44}
ANSWERS = [
    {"audience": "everyone", "risk": "high", "revenue": "some", "data": "personal"},
    {"audience": "everyone", "risk": "medium", "revenue": "none", "data": "none"},
    {"audience": "selected", "risk": "low", "revenue": "none", "data": "none"},
    {"audience": "everyone", "risk": "medium", "revenue": "large", "data": "personal"},
]
EVIDENCE = "https://wiki.northwind.example/launches"


@dataclass
class Told:
    """A launch of the demo with the initiatives it brings."""

    place: int
    brings: list[Planned]
    date: datetime
    owner: User

    @property
    def title(self) -> str:
        return " and ".join(one.title for one in self.brings)

    @property
    def has_shipped(self) -> bool:
        return self.place < STOPPED


def draft(world: World, plan: list[Planned]) -> list[Told]:
    """Lay out the launches; nothing is written."""
    found = []
    for place, places in enumerate(BRINGS):
        brings = [plan[each] for each in places]
        date = working(max(one.target for one in brings) + timedelta(days=5))
        if place in IN_DAYS:
            date = working(world.now + timedelta(days=IN_DAYS[place]))
        found.append(Told(place, brings, date, world.lead(brings[0].squad)))
    return found


def shipped(stories: list[Told]) -> dict[tuple[str, int], datetime]:
    """Return when each wish came true: squad and place of the wish → day of its launch."""
    return {
        (one.squad, one.place // 8): story.date
        for story in stories
        if story.has_shipped
        for one in story.brings
    }


def tell(world: World, stories: list[Told]) -> None:
    """Create the launches and take each as far as it has come."""
    for story in stories:
        opened = min(story.date, world.now) - timedelta(days=34)
        launch = _open(world, story, max(opened, story.brings[0].start))
        if story.place == CALLED_OFF:
            launches.cancel(
                launch=launch, by=story.owner, at=min(story.date, world.now) - timedelta(days=9),
                reason="The pilot showed that carriers will not use it without the rate import.",
            )  # fmt: skip
            continue
        if story.place == SLIPPED:
            _slip(launch, story)
        _prepare(world, story, launch)
        _conclude(world, story, launch)


def _open(world: World, story: Told, at: datetime) -> Launch:
    early = timedelta(days=18 if story.place == SLIPPED else 0)
    sentences = (f"{one.title}: {one.record.outcome.lower()}" for one in story.brings)
    return launches.create_launch(
        title=story.title,
        answers=ANSWERS[story.place % len(ANSWERS)],
        launch_on=(story.date - early).date(),
        owner=story.owner,
        by=story.owner,
        at=at,
        initiatives=[one.record for one in story.brings],
        summary=" ".join(sentences),
        release_note_url=f"https://help.northwind.example/news/{story.place + 1}",
    )


def _slip(launch: Launch, story: Told) -> None:
    for days_before, back, reason in (
        (26, 8, "The load test failed at half of the expected traffic."),
        (12, 0, "The fix needs a second load test before we may go."),
    ):
        launches.move_date(
            launch=launch, to_on=(story.date - timedelta(days=back)).date(), to_precision="day",
            reason=reason, by=story.owner, at=story.date - timedelta(days=days_before),
        )  # fmt: skip


def _prepare(world: World, story: Told, launch: Launch) -> None:
    """Work the items in the order of their due dates; the last week's are open if it is to come."""
    dice = world.dice
    for item in launch.items.select_related("function", "owner", "launch").order_by("due_on", "pk"):
        if not item.is_required and dice.random() < 0.6:
            continue
        due = datetime.combine(item.due_on, world.now.timetz())
        at = working(due - timedelta(days=dice.choice([0, 0, 1, 2, 4]), hours=-1))
        if at >= min(world.now, story.date) or (story.place == STOPPED and dice.random() < 0.3):
            continue
        at = max(at, item.added_at + timedelta(hours=2))
        if story.has_shipped and dice.random() < 0.05:
            continue
        _settle(world, item, at)


def _settle(world: World, item: LaunchItem, at: datetime) -> None:
    owner = item.owner or item.launch.owner
    link = f"{EVIDENCE}/{item.launch_id}/{item.pk}" if item.evidence_wanted else ""
    if not item.needs_sign_off:
        if world.dice.random() < 0.06:
            launches.set_item_state(
                item=item, state="waived", by=world.ops[0], at=at, waived_until=world.today,
                reason="No change for support in this release; caught up in the next training.",
            )  # fmt: skip
            return
        launches.set_item_state(item=item, state="done", by=owner, at=at, evidence_url=link)
        return
    sign_off = launches.request_sign_off(
        item=item, by=owner, at=at - timedelta(hours=1), evidence_url=link
    )
    if world.dice.random() < 0.2:
        _return(item, sign_off, at, owner)
        sign_off.refresh_from_db()
    launches.decide_sign_off(
        sign_off=sign_off, verdict=SignOff.Verdict.APPROVED, by=sign_off.approver, at=at
    )


def _return(item: LaunchItem, sign_off: SignOff, at: datetime, owner: User) -> None:
    launches.decide_sign_off(
        sign_off=sign_off, verdict=SignOff.Verdict.NEEDS_WORK, by=sign_off.approver,
        at=at - timedelta(minutes=40), note="Section three is empty. Please add the test result.",
    )  # fmt: skip
    item.refresh_from_db()
    launches.request_sign_off(
        item=item, by=owner, at=at - timedelta(minutes=20), evidence_url=item.evidence_url
    )


def _conclude(world: World, story: Told, launch: Launch) -> None:
    chief, present = world.ops[0], [story.owner, world.ops[0], world.executives[0]]
    launch.refresh_from_db()
    if story.place == STOPPED:
        launches.decide_go_no_go(
            launch=launch, decision="no_go", by=chief, at=world.at(4, 13), attendees=present,
            reason="The security review found an open finding in the depot filter. Go once closed.",
        )  # fmt: skip
    if not story.has_shipped:
        return
    against = launches.is_against(launches.criteria(launch, on=story.date.date()))
    reason = "The open item does not touch customers; support catches up within a week."
    launches.decide_go_no_go(
        launch=launch, decision="go", by=chief, at=story.date - timedelta(hours=20),
        attendees=present, reason=reason if against else "",
        conditions="Watch the error rate for the first two hours.",
    )  # fmt: skip
    launches.ship(launch=launch, by=story.owner, at=story.date)
