"""Asking for a function's word, and giving it; nothing else sets an approval."""

from datetime import datetime

from django.db import transaction

from launches.models import ItemStateChange, Launch, LaunchItem, SignOff
from launches.services.items import start_readiness, tell_story
from launches.services.locking import lock_item, move_item
from launches.services.refusals import AlreadyDecided, NotInFunction, NotOpen, Refusal, WrongState
from launches.services.rota import is_member, next_in_rota
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User

State = LaunchItem.State
Verdict = SignOff.Verdict


@transaction.atomic
def request_sign_off(
    *,
    item: LaunchItem,
    by: User,
    at: datetime,
    approver: User | None = None,
    evidence_url: str = "",
) -> SignOff:
    """Ask the function to sign an item off; without `approver` the rota says whose turn it is.

    Raises WrongState when the item needs none or is settled, Refusal when evidence is wanted and
    missing, when nobody can sign off, or when the approver is not in the function.
    """
    lock_item(item)
    _refuse_request(item)
    item.evidence_url = evidence_url or item.evidence_url
    if item.lacks_evidence:
        raise Refusal(f"Give a link to the {item.evidence_wanted.lower()}.", field="evidence_url")
    approver = _found_approver(item, approver, by)
    sign_off, _ = SignOff.objects.update_or_create(
        item=item,
        defaults={
            "requested_at": at,
            "requested_by": by,
            "approver": approver,
            "verdict": Verdict.PENDING,
            "decided_at": None,
            "decided_by": None,
            "note": "",
        },
    )
    before = item.get_state_display()
    change = move_item(item, State.REQUESTED, by=by, at=at)
    summary = f"asked {approver} to sign off “{item.title}”"
    tell_story(item, "sign_off_requested", summary, before=before, by=by, at=at)
    start_readiness(item.launch, by=by, at=at)
    _tell_approver(sign_off, change, by=by, at=at)
    return sign_off


@transaction.atomic
def decide_sign_off(
    *, sign_off: SignOff, verdict: str, by: User, at: datetime, note: str = ""
) -> SignOff:
    """Approve an item or send it back with what is missing.

    Raises NotInFunction (403) for anybody outside the item's function, AlreadyDecided when it is
    no longer waiting, NotOpen when the launch has shipped or was cancelled.
    """
    item = lock_item(sign_off.item)
    if not is_member(by, item.function):
        raise NotInFunction(f"Only a member of {item.function} can sign this off.")
    held = SignOff.objects.select_for_update(of=("self",), no_key=True)
    sign_off.refresh_from_db(from_queryset=held.select_related("decided_by", "requested_by"))
    _refuse_verdict(item.launch, sign_off, verdict, note)
    sign_off.verdict, sign_off.note = verdict, note
    sign_off.decided_at, sign_off.decided_by = at, by
    sign_off.save()
    before = item.get_state_display()
    is_approved = verdict == Verdict.APPROVED
    change = move_item(
        item, State.DONE if is_approved else State.NEEDS_WORK, by=by, at=at, reason=note
    )
    verb = "item.sign_off_approved" if is_approved else "item.sign_off_returned"
    summary = f"{'signed off' if is_approved else 'sent back'} “{item.title}”"
    tell_story(item, verb.partition(".")[2], summary, before=before, detail=note, by=by, at=at)
    _tell_owner(sign_off, change, summary, by=by, at=at)
    return sign_off


def _refuse_request(item: LaunchItem) -> None:
    if item.state == State.REQUESTED:
        raise WrongState(f"{item.function} has been asked already.")
    if item.launch.is_shipped:
        raise NotOpen(f"{item.launch.key} has launched already.")
    if not item.needs_sign_off:
        raise WrongState("This item needs no sign-off; call it done.")
    if item.is_settled:
        raise WrongState(f"It is {item.get_state_display().lower()}; open it again first.")


def _found_approver(item: LaunchItem, approver: User | None, by: User) -> User:
    """Return the person asked for, or the next in the rota of the item's function."""
    found = approver or next_in_rota(item.function, besides=by)
    if found is None:
        raise Refusal(f"{item.function} has no members. Ask an administrator to name some.")
    if not is_member(found, item.function):
        raise Refusal(f"{found} is not in {item.function}.", field="approver")
    return found


def _refuse_verdict(launch: Launch, sign_off: SignOff, verdict: str, note: str) -> None:
    if not sign_off.is_pending:
        who = sign_off.decided_by or "The owner"
        raise AlreadyDecided(f"{who} settled it first: {sign_off.get_verdict_display().lower()}.")
    if launch.is_shipped:
        raise NotOpen(f"{launch.key} has launched already.")
    if verdict not in {Verdict.APPROVED, Verdict.NEEDS_WORK}:
        raise Refusal("Approve it or send it back.", field="verdict")
    if verdict == Verdict.NEEDS_WORK and not note.strip():
        raise Refusal("Say what is missing.", field="note")


def _tell_approver(sign_off: SignOff, change: ItemStateChange, *, by: User, at: datetime) -> None:
    item, launch = sign_off.item, sign_off.item.launch
    audit.follow(thread=launch.thread, users=[sign_off.approver])
    notify(
        [sign_off.approver],
        kind=Kind.SIGN_OFF,
        cause=f"sign-off:{change.pk}",
        title=f"Sign off for {launch.key}: {item.title}",
        body=f"{launch.title}, {launch.date_text}. {item.evidence_url}".strip(),
        path=f"/launches/sign-offs/#sign-off-{sign_off.pk}",
        thread=launch.thread,
        action_label="Look at it",
        by=by,
        at=at,
    )


def _tell_owner(
    sign_off: SignOff, change: ItemStateChange, summary: str, *, by: User, at: datetime
) -> None:
    item, launch = sign_off.item, sign_off.item.launch
    notify(
        [item.owner or launch.owner, sign_off.requested_by],
        kind=Kind.LAUNCH if sign_off.is_approved else Kind.ASSIGNMENT,
        cause=f"sign-off-decided:{change.pk}",
        title=f"{by} {summary} for {launch.key}",
        body=sign_off.note,
        path=f"{launch.thread.path}#item-{item.pk}",
        thread=launch.thread,
        action_label="Open the item",
        by=by,
        at=at,
    )
