"""Milestones of a cycle: copied at its kick-off, planned anew, done, cancelled by a decision."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from intake.services import Refusal
from planning.models import (
    Cycle,
    Milestone,
    MilestoneChange,
    MilestoneTemplate,
    MilestoneTemplateItem,
)
from planning.services.cycles import WrongPhase, go, refuse_phase
from planning.services.decisions import decide, open_decision
from planning.services.records import lock
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.business_time import default_calendar
from prodops.people.models import User

Phase = Cycle.Phase


class MilestoneDraft(NamedTuple):
    """A milestone as the kick-off would make it."""

    title: str
    owner: User
    due_on: date


class AlreadyKickedOff(Refusal):
    """Somebody kicked this cycle off first."""


def draft_milestones(
    *, template: MilestoneTemplate, cycle: Cycle, by: User
) -> list[MilestoneDraft]:
    """Return what a kick-off of `cycle` would copy, by due date: working days only.

    An item for a role goes to `by` when they have it, else to the first person who has.
    """
    calendar = default_calendar()
    items = list(template.items.select_related("owner").order_by("pk"))
    roles = _people_of({item.owner_role for item in items if item.owner_role}, by)
    drafts = [
        MilestoneDraft(item.title, _owner(item, roles, by), item.due_on(cycle, calendar))
        for item in items
    ]
    return sorted(drafts, key=lambda draft: draft.due_on)


@transaction.atomic
def kick_off(*, cycle: Cycle, drafts: Sequence[MilestoneDraft], by: User, at: datetime) -> Cycle:
    """Make the milestones of a draft cycle, freeze their due dates and start planning.

    Their owners are told. Raises AlreadyKickedOff, WrongPhase once it is committed.
    """
    lock(cycle)
    if cycle.kicked_off_at:
        raise AlreadyKickedOff(f"{cycle.kicked_off_by} has kicked {cycle} off already.")
    refuse_phase(cycle, Phase.DRAFT, Phase.PLANNING)
    if not drafts:
        raise Refusal("Choose at least one milestone, or start planning without any.")
    for draft in drafts:
        _create(cycle, draft, by=by, at=at)
    cycle.kicked_off_at, cycle.kicked_off_by = at, by
    cycle.save(update_fields=["kicked_off_at", "kicked_off_by"])
    count = len(drafts)
    _record(cycle, f"kicked the cycle off with {_things(count)}", by=by, at=at)
    if cycle.phase == Phase.DRAFT:
        go(cycle, Phase.DRAFT, Phase.PLANNING, by=by, at=at)
    _tell_owners(cycle, drafts, by=by, at=at)
    return cycle


def _tell_owners(cycle, drafts, *, by, at):
    by_owner = defaultdict(list)
    for draft in sorted(drafts, key=lambda draft: draft.due_on):
        by_owner[draft.owner].append(f"– {draft.title}, due on {_day(draft.due_on)}")
    for owner, lines in by_owner.items():
        title = f"You own {_things(len(lines))} of {cycle}"
        _tell(owner, cycle, title, "kicked-off", body="\n".join(lines), by=by, at=at)


@transaction.atomic
def add_milestone(
    *, cycle: Cycle, title: str, owner: User, due_on: date, by: User, at: datetime
) -> Milestone:
    """Give a cycle one more milestone; its baseline is the date it is due on now."""
    lock(cycle)
    _refuse_closed(cycle)
    milestone = _create(cycle, MilestoneDraft(title, owner, due_on), by=by, at=at)
    _record(cycle, f"added the milestone {title}, due on {_day(due_on)}", by=by, at=at)
    told = {"body": f"Due on {_day(due_on)}.", "by": by, "at": at}
    _tell(owner, cycle, f"You own “{title}” of {cycle}", f"{milestone.pk}:added", **told)
    return milestone


@transaction.atomic
def edit_milestone(
    *,
    milestone: Milestone,
    title: str,
    owner: User,
    due_on: date,
    by: User,
    at: datetime,
    reason: str = "",
) -> Milestone:
    """Rename it, give it to somebody else, or plan it anew: the due date moves with a reason.

    The baseline stays, so K2 goes on asking for the first date.
    """
    _hold(milestone)
    if not milestone.is_open:
        raise Refusal(f"“{milestone}” is {_state(milestone)}; open it again to change it.")
    if due_on != milestone.due_on:
        _move(milestone, due_on, reason, by=by, at=at)
    if (title, owner.pk) != (milestone.title, milestone.owner_id):
        _rename(milestone, title, owner, by=by, at=at)
    return milestone


@transaction.atomic
def finish_milestone(*, milestone: Milestone, by: User, at: datetime) -> Milestone:
    """Say that a milestone is reached, as of now."""
    _hold(milestone)
    if not milestone.is_open:
        raise Refusal(f"“{milestone}” is {_state(milestone)} already.")
    milestone.done_at, milestone.done_by = at, by
    milestone.save(update_fields=["done_at", "done_by"])
    _record(milestone.cycle, f"reached the milestone {milestone}", by=by, at=at)
    return milestone


@transaction.atomic
def reopen_milestone(*, milestone: Milestone, by: User, at: datetime) -> Milestone:
    """Take back that a milestone is reached."""
    _hold(milestone)
    if not milestone.is_done:
        raise Refusal(f"“{milestone}” is {_state(milestone)}; only a reached one is opened again.")
    milestone.done_at = milestone.done_by = None
    milestone.save(update_fields=["done_at", "done_by"])
    _record(milestone.cycle, f"opened the milestone {milestone} again", by=by, at=at)
    return milestone


@transaction.atomic
def cancel_milestone(*, milestone: Milestone, rationale: str, by: User, at: datetime) -> Milestone:
    """Give a milestone up by a decision, recorded with it; K2 then leaves it out."""
    _hold(milestone)
    if not milestone.is_open:
        raise Refusal(f"“{milestone}” is {_state(milestone)} already.")
    cycle = milestone.cycle
    decision = open_decision(
        title=f"Cancel the milestone {milestone} of {cycle}"[:200],
        origin=f"“{milestone}” of {cycle}, due on {_day(milestone.baseline_on)} at first",
        cycle=cycle,
        decider=by,
        by=by,
        at=at,
    )
    decide(decision=decision, text="It is cancelled.", rationale=rationale, by=by, at=at)
    milestone.cancelled_at, milestone.decision = at, decision
    milestone.save(update_fields=["cancelled_at", "decision"])
    _record(cycle, f"cancelled the milestone {milestone}", detail=rationale, by=by, at=at)
    return milestone


def _create(cycle: Cycle, draft: MilestoneDraft, *, by: User, at: datetime) -> Milestone:
    return Milestone.objects.create(
        cycle=cycle,
        title=draft.title,
        owner=draft.owner,
        baseline_on=draft.due_on,
        due_on=draft.due_on,
        added_by=by,
        added_at=at,
    )


def _people_of(roles: set[str], by: User) -> dict[str, User]:
    """Return one person for each role: `by` where they have it, else the first by name."""
    people = {user.role: user for user in User.objects.with_role(*roles).order_by("-name", "-pk")}
    return {**people, by.role: by}


def _owner(item: MilestoneTemplateItem, roles: dict[str, User], by: User) -> User:
    if item.owner and item.owner.is_active:
        return item.owner
    return roles.get(item.owner_role, by)


def _move(milestone, due_on, reason, *, by, at):
    if not reason:
        raise Refusal("Say why the date moves.")
    MilestoneChange.objects.create(
        milestone=milestone, from_on=milestone.due_on, to_on=due_on, reason=reason, by=by, at=at
    )
    moved = {"before": _day(milestone.due_on), "after": _day(due_on), "detail": reason}
    milestone.due_on = due_on
    milestone.save(update_fields=["due_on"])
    _record(milestone.cycle, f"planned the milestone {milestone} anew", by=by, at=at, **moved)


def _rename(milestone, title, owner, *, by, at):
    before = f"{milestone.title} · {milestone.owner}"
    has_new_owner = owner.pk != milestone.owner_id
    milestone.title, milestone.owner = title, owner
    milestone.save(update_fields=["title", "owner"])
    words = {"before": before, "after": f"{title} · {owner}"}
    _record(milestone.cycle, f"changed the milestone {title}", by=by, at=at, **words)
    if has_new_owner:
        told = f"{milestone.pk}:owner:{at.timestamp():.0f}"
        cycle = milestone.cycle
        _tell(owner, cycle, f"You own “{title}” of {cycle}", told, by=by, at=at)


def _hold(milestone):
    lock(milestone.cycle)
    lock(milestone)
    _refuse_closed(milestone.cycle)


def _refuse_closed(cycle):
    if cycle.is_closed:
        raise WrongPhase(f"{cycle} is closed; its milestones stay as they were.")


def _state(milestone):
    if milestone.is_cancelled:
        return "cancelled"
    return "reached" if milestone.is_done else "open"


def _record(cycle, summary, *, by, at, **more):
    audit.record("milestone.changed", thread=cycle.thread, summary=summary, by=by, at=at, **more)


def _tell(owner, cycle, title, cause, *, body="", by, at):
    notify(
        [owner],
        kind=Kind.ASSIGNMENT,
        cause=f"milestones:{cycle.pk}:{cause}",
        title=title,
        body=body,
        path=f"{cycle.thread.path}milestones/",
        thread=cycle.thread,
        action_label="Open the milestones",
        by=by,
        at=at,
    )


def _things(count):
    return f"{count} milestone{'' if count == 1 else 's'}"


def _day(on):
    return f"{on:%-d %b %Y}"
