"""Set an objective, edit it, hang it below another, and begin with it."""

from datetime import datetime

from django.db import connection, transaction

from intake.services import Refusal
from planning.models import Cycle, Objective
from planning.models.objective import MOST_LEVELS
from planning.services.editions import mark, refuse_changed
from planning.services.records import lock, open_record
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import Team, User

LABELS = {
    "title": "the title",
    "why": "the reason",
    "owner": "the owner",
    "team": "the team",
    "parent": "what it is part of",
    "weight": "the weight",
}
BELOW = """
WITH RECURSIVE below AS (
    SELECT id, 1 AS level FROM planning_objective WHERE id = %(pk)s
    UNION ALL
    SELECT down.id, below.level + 1 FROM planning_objective down
    JOIN below ON down.parent_id = below.id WHERE below.level < %(most)s
)
SELECT id, level FROM below
"""
ABOVE = """
WITH RECURSIVE above AS (
    SELECT id, parent_id, 1 AS level FROM planning_objective WHERE id = %(pk)s
    UNION ALL
    SELECT up.id, up.parent_id, above.level + 1 FROM planning_objective up
    JOIN above ON up.id = above.parent_id WHERE above.level < %(most)s
)
SELECT max(level) FROM above
"""


@transaction.atomic
def create_objective(
    *,
    cycle: Cycle,
    title: str,
    owner: User,
    by: User,
    at: datetime,
    why: str = "",
    team: Team | None = None,
    parent: Objective | None = None,
    weight: int = 1,
    carried_from: Objective | None = None,
) -> Objective:
    """Set an objective as a draft of `cycle`; raises Refusal where it cannot hang below `parent`.

    `carried_from` is the closed objective of an earlier cycle that it goes on with.
    """
    hold_tree()
    _refuse_closed(cycle)
    objective = Objective(
        cycle=cycle,
        title=title,
        why=why,
        owner=owner,
        team=team,
        parent=parent,
        weight=weight,
        created_at=at,
        created_by=by,
        carried_from=carried_from,
    )
    _refuse_place(objective, parent)
    open_record(objective, followers=[owner, by])
    summary = f"carried {carried_from.key} forward into {cycle}" if carried_from else "set it"
    _record(objective, "created", summary, by=by, at=at)
    _tell_owner(objective, by=by, at=at)
    return objective


@transaction.atomic
def edit_objective(
    *,
    objective: Objective,
    title: str,
    why: str,
    owner: User,
    team: Team | None,
    parent: Objective | None,
    weight: int,
    seen: str,
    by: User,
    at: datetime,
) -> Objective:
    """Write the objective anew; raises Refusal when it is closed or would stand below itself.

    `seen` is `edition(objective)` as it was when the form was opened; raises ChangedMeanwhile
    when somebody saved since.
    """
    hold_tree()
    lock(objective)
    _refuse_over(objective)
    wanted = {
        "title": title,
        "why": why,
        "owner": owner,
        "team": team,
        "parent": parent,
        "weight": weight,
    }
    before = objective.parent
    changed = [name for name, value in wanted.items() if getattr(objective, name) != value]
    if not changed:
        return objective
    edits = objective.thread.events.filter(verb="objective.edited")
    refuse_changed(seen, edition(objective), edits=edits)
    if "parent" in changed:
        _refuse_place(objective, parent)
    for name in changed:
        setattr(objective, name, wanted[name])
    objective.save(update_fields=changed)
    _record_edit(objective, changed, before, by=by, at=at)
    return objective


def edition(objective: Objective) -> str:
    """Return what tells one state of what an objective says from another."""
    return mark(objective, LABELS)


@transaction.atomic
def activate_objective(*, objective: Objective, by: User, at: datetime) -> Objective:
    """Draft → active: its key results are reported on from now, each in its cadence."""
    lock(objective)
    _refuse_over(objective)
    if not objective.is_draft:
        raise Refusal(f"{objective.key} is {objective.get_state_display().lower()} already.")
    if not objective.key_results.standing().exists() and not objective.children.exists():
        raise Refusal("Say first how one will see it: add a key result, or an objective below it.")
    objective.state, objective.activated_at = Objective.State.ACTIVE, at
    objective.save(update_fields=["state", "activated_at"])
    for key_result in objective.key_results.standing():
        key_result.check_in_due_at = key_result.due_after(at)
        key_result.save(update_fields=["check_in_due_at"])
    _record(objective, "activated", "began with it", by=by, at=at, before="Draft", after="Active")
    return objective


def hold_tree() -> None:
    """Let nobody else change the tree until the transaction ends; the trigger takes the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('planning.objectives'))")


def _refuse_place(objective: Objective, parent: Objective | None) -> None:
    if parent is None:
        return
    if parent.is_deleted:
        raise Refusal(f"{parent.key} was deleted; nothing can be put below it.")
    if parent.is_closed:
        raise Refusal(f"{parent.key} is closed; nothing can be put below it.")
    if objective.cycle.starts_on < parent.cycle.starts_on or (
        objective.cycle.ends_on > parent.cycle.ends_on
    ):
        raise Refusal(
            f"{parent.key} belongs to {parent.cycle}, whose days do not hold all of "
            f"{objective.cycle}. Choose one of the same cycle, or of a longer one around it."
        )
    below = _levels(BELOW, objective.pk) if objective.pk else [(0, 1)]
    if any(pk == parent.pk for pk, _ in below):
        raise Refusal(f"{parent.key} is {objective.key} itself or below it: that would be a loop.")
    height, depth = max(level for _, level in below), _levels(ABOVE, parent.pk)[0][0]
    if height + depth > MOST_LEVELS:
        raise Refusal(f"That would be {height + depth} levels; {MOST_LEVELS} are the most.")


def _levels(statement: str, pk: int) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"pk": pk, "most": 10 * MOST_LEVELS})
        return cursor.fetchall()


def _refuse_closed(cycle: Cycle) -> None:
    if cycle.is_closed:
        raise Refusal(f"{cycle} is closed; set the objective in an open cycle.")


def _refuse_over(objective: Objective) -> None:
    if objective.is_deleted:
        raise Refusal(f"{objective.key} was deleted.")
    if objective.is_closed:
        raise Refusal(f"{objective.key} is closed; what it says stays as it was graded.")


def _record_edit(objective, changed, before, *, by, at):
    moved = {}
    if "parent" in changed:
        after = objective.parent
        moved = {"before": before.key if before else "", "after": after.key if after else ""}
    summary = f"changed {', '.join(LABELS[name] for name in changed)}"
    _record(objective, "edited", summary, by=by, at=at, **moved)
    if "title" in changed:
        objective.thread.title = objective.title
        objective.thread.save(update_fields=["title"])
    if "owner" in changed:
        audit.follow(thread=objective.thread, users=[objective.owner])
        _tell_owner(objective, by=by, at=at)


def _record(objective, verb, summary, *, by, at, **more):
    told = {"summary": summary, "by": by, "at": at, **more}
    audit.record(f"objective.{verb}", thread=objective.thread, **told)


def _tell_owner(objective, *, by, at):
    notify(
        [objective.owner],
        kind=Kind.ASSIGNMENT,
        cause=f"objective:{objective.pk}:owner:{at.timestamp():.0f}",
        title=f"You own {objective.key} {objective.title}",
        path=objective.thread.path,
        thread=objective.thread,
        action_label="Open the objective",
        by=by,
        at=at,
    )
