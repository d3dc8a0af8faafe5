"""Milestones of the demo's quarters, what changed after their commits, and what was left over."""

from datetime import UTC, date, datetime, time, timedelta

from planning import services as planning
from planning.models import Cycle, Milestone, MilestoneTemplate
from prodops.demo.world import World
from prodops.people.models import User

THE_COMMIT = "Plan committed"
LATE_DAYS = {1: 2, 5: 4, 6: 1}
REPLANNED = 6
CANCELLED = 7
RATIONALE = (
    "The heads of product go through the same questions in their monthly forum, so a meeting of "
    "its own would only repeat it."
)


def kick_off(world: World, cycle: Cycle, by: User, at: datetime) -> None:
    """Copy the template that ships with the hub; squad leads own some of what it asks for."""
    template = MilestoneTemplate.objects.order_by("pk").first()
    drafts = planning.draft_milestones(template=template, cycle=cycle, by=by)
    leads = [world.lead(squad) for squad in world.squads]
    owned = [
        draft._replace(owner=leads[place % len(leads)]) if place % 3 == 1 else draft
        for place, draft in enumerate(drafts)
    ]
    planning.kick_off(cycle=cycle, drafts=owned, by=by, at=at)


def live_through(world: World) -> None:
    """Reach the milestones, some of them late; plan one anew, and give one up in the past."""
    for number, cycle in enumerate(_kicked_off()):
        milestones = list(cycle.milestones.select_related("owner").order_by("baseline_on", "pk"))
        for place, milestone in enumerate(milestones):
            _live(world, milestone, (place + 3 * number) % len(milestones), number)


def _live(world: World, milestone: Milestone, part: int, number: int) -> None:
    chief = world.ops[0]
    if part == REPLANNED:
        _plan_anew(world, milestone, chief)
    if part == CANCELLED and number == 0:
        at = _noon(milestone.baseline_on - timedelta(days=6))
        planning.cancel_milestone(milestone=milestone, rationale=RATIONALE, by=chief, at=at)
        return
    at = _noon(milestone.due_on + timedelta(days=LATE_DAYS.get(part, 0)))
    if milestone.title == THE_COMMIT:
        at = max(at, milestone.cycle.committed_at or at)
    if at < world.now:
        planning.finish_milestone(milestone=milestone, by=milestone.owner, at=at)


def _plan_anew(world: World, milestone: Milestone, by: User) -> None:
    at = _noon(milestone.baseline_on - timedelta(days=3))
    if at < world.now:
        planning.edit_milestone(
            milestone=milestone, title=milestone.title, owner=milestone.owner,
            due_on=milestone.due_on + timedelta(days=7), by=by, at=at,
            reason="Two heads of product are away that week.",
        )  # fmt: skip


def rethink(world: World) -> None:
    """Change the plan of the running quarter after its commit: one is only a stretch now."""
    cycle = Cycle.objects.filter(phase=Cycle.Phase.ACTIVE).first()
    at = _noon(cycle.starts_on + timedelta(days=26))
    held = cycle.commitments.unfinished().filter(kind="committed", was_unplanned=False)
    commitment = held.with_records().order_by("-pk").first()
    if commitment and at < world.now:
        planning.change_kind(
            commitment=commitment, kind="stretch", by=commitment.initiative.owner, at=at,
            reason="capacity", note="One engineer moved to the e-invoicing work until December.",
        )  # fmt: skip


def leave_over(cycle: Cycle, by: User, at: datetime) -> None:
    """Close a quarter: what is not finished goes on in the next one."""
    following = Cycle.objects.filter(starts_on__gt=cycle.ends_on).order_by("starts_on").first()
    why = {"reason": "capacity", "note": "Nearly done; the rest of it comes first."}
    fates = {
        one.pk: planning.Fate(planning.Choice.CARRY, cycle=following, kind=one.kind, **why)
        for one in cycle.commitments.unfinished()
    }
    planning.close_cycle(cycle=cycle, fates=fates, by=by, at=at)


def _noon(on: date) -> datetime:
    return datetime.combine(on, time(12), UTC)


def _kicked_off():
    return Cycle.objects.exclude(kicked_off_at=None).order_by("starts_on")
