"""Acts on one readiness item: bring it to a state, give it to somebody."""

from datetime import date, datetime

from django.db import transaction

from launches.models import ItemStateChange, Launch, LaunchItem, SignOff
from launches.services.dates import due_on
from launches.services.locking import lock_item, move_item, move_stage
from launches.services.refusals import Refusal, WrongState
from launches.services.rota import is_member
from planning import services as planning
from planning.models import Decision
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User
from prodops.people.permissions import can_run_operations

State = LaunchItem.State
BY_SIGN_OFF = {State.REQUESTED, State.NEEDS_WORK}
SET_ASIDE = {State.WAIVED, State.NOT_APPLICABLE}


@transaction.atomic
def set_item_state(
    *,
    item: LaunchItem,
    state: str,
    by: User,
    at: datetime,
    reason: str = "",
    evidence_url: str = "",
    waived_until: date | None = None,
) -> LaunchItem:
    """Bring an item to a state a person may choose; the same state again changes only evidence.

    Waived and not applicable need a reason, waived an end date too; setting aside a required item
    takes product ops or a member of its function, and a waiver opens a decision. An item that
    needs a sign-off becomes done by its approval alone. Raises Refusal (with the field to
    change), WrongState or NotOpen.
    """
    lock_item(item)
    if evidence_url:
        item.evidence_url = evidence_url
    if state == item.state:
        item.save(update_fields=["evidence_url"])
        return item
    _refuse_state(item, state)
    if state in SET_ASIDE:
        _refuse_setting_aside(item, state, reason=reason, waived_until=waived_until, by=by)
    if state == State.DONE and item.lacks_evidence:
        raise Refusal(f"Give a link to the {item.evidence_wanted.lower()}.", field="evidence_url")
    before = item.get_state_display()
    item.waived_until = waived_until
    change = move_item(item, state, by=by, at=at, reason=reason)
    if state == State.WAIVED and item.is_required:
        _open_decision(change)
    SignOff.objects.filter(item=item).exclude(verdict=SignOff.Verdict.WITHDRAWN).update(
        verdict=SignOff.Verdict.WITHDRAWN, decided_at=None, decided_by=None
    )
    tell_story(item, "changed", f"set “{item.title}”", before=before, detail=reason, by=by, at=at)
    start_readiness(item.launch, by=by, at=at)
    return item


@transaction.atomic
def assign_item(
    *, item: LaunchItem, owner: User | None, by: User, at: datetime, due: date | None = None
) -> LaunchItem:
    """Give an item to somebody; its due date follows their calendar unless `due` says another."""
    lock_item(item)
    if owner == item.owner and due in (None, item.due_on):
        return item
    before, had_due_on = str(item.owner or "Nobody"), item.due_on
    is_new_owner, item.owner = owner != item.owner, owner
    if not item.is_settled:
        item.due_on = due or due_on(
            launch_on=item.launch.launch_on, offset_days=item.offset_days, owner=owner
        )
    if item.due_on != had_due_on:
        item.reminded_at = item.escalated_at = None
    item.save(update_fields=["owner", "due_on", "reminded_at", "escalated_at"])
    if is_new_owner:
        audit.record(
            "item.assigned",
            thread=item.launch.thread,
            summary=f"gave “{item.title}” to {owner or 'nobody'}",
            before=before,
            after=str(owner or "Nobody"),
            by=by,
            at=at,
        )
        _tell_owner(item, by=by, at=at)
    return item


def start_readiness(launch: Launch, *, by: User, at: datetime) -> None:
    """The first item that moves brings a launch from planning to readiness."""
    if launch.stage == Launch.Stage.PLANNING:
        move_stage(launch, Launch.Stage.READINESS, by=by, at=at)


def tell_story(
    item: LaunchItem, verb: str, summary: str, *, before: str, by: User, at: datetime, detail=""
) -> None:
    """Write an item's change of state on its launch's timeline."""
    audit.record(
        f"item.{verb}",
        thread=item.launch.thread,
        summary=summary,
        before=before,
        after=item.get_state_display(),
        detail=detail,
        by=by,
        at=at,
    )


def may_set_aside(user: User, item: LaunchItem) -> bool:
    """Required items are set aside by product ops or the function; advisory ones by anyone."""
    return not item.is_required or can_run_operations(user) or is_member(user, item.function)


def _refuse_state(item: LaunchItem, state: str) -> None:
    if state in BY_SIGN_OFF:
        raise WrongState("Only asking for a sign-off, and its answer, set that.", field="state")
    if state == State.DONE and item.needs_sign_off:
        raise WrongState(
            f"It is done once {item.function} signs it off. Ask for the sign-off.", field="state"
        )


def _refuse_setting_aside(
    item: LaunchItem, state: str, *, reason: str, waived_until: date | None, by: User
) -> None:
    word = State(state).label.lower()
    if not may_set_aside(by, item):
        raise Refusal(
            f"Only product ops or a member of {item.function} may call a required item {word}.",
            field="state",
        )
    if not reason.strip():
        raise Refusal(f"Say why it is {word}.", field="reason")
    if state == State.WAIVED and waived_until is None:
        raise Refusal("Say until when it is waived.", field="waived_until")


def _open_decision(change: ItemStateChange) -> None:
    """Open the decision a waiver calls for; it starts from the reason that was given."""
    item, launch = change.item, change.item.launch
    link = launch.initiative_links.select_related("initiative__thread").order_by("pk").first()
    until = f" until {item.waived_until:%-d %b %Y}" if item.waived_until else ""
    planning.open_decision(
        title=f"Waive “{item.title}” for {launch.key}"[:200],
        context=f"{item.function} wants it before {launch.title} goes live. It is waived{until}.",
        origin=f"A waiver for {launch.key}",
        initiative=link.initiative if link else None,
        decider=change.by,
        event=Decision.Event.WAIVER,
        cause=f"waiver:{change.pk}",
        draft=(f"We go without it{until}.", change.reason),
        by=change.by,
        at=change.at,
    )


def _tell_owner(item: LaunchItem, *, by: User, at: datetime) -> None:
    launch = item.launch
    audit.follow(thread=launch.thread, users=[item.owner])
    notify(
        [item.owner],
        kind=Kind.ASSIGNMENT,
        cause=f"item:{item.pk}:owner:{at.isoformat()}",
        title=f"Yours for {launch.key}: {item.title}",
        body=f"Due {item.due_on:%a} {item.due_on.day} {item.due_on:%b %Y} for {launch.title}.",
        path=f"{launch.thread.path}#item-{item.pk}",
        thread=launch.thread,
        action_label="Open the item",
        by=by,
        at=at,
    )
