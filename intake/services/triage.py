"""What a triager does with a request; each act can be undone until somebody acts again."""

from datetime import datetime

from django.db import transaction

from intake.models import ProductRequest, TriageAct
from intake.services.slack_news import tell_in_slack
from intake.services.states import (
    CLOCK_FIELDS,
    Refusal,
    WrongState,
    lock,
    log_act,
    move,
    refuse_unless_open,
    snapshot,
)
from intake.services.telling import record_change, tell, tell_requesters
from prodops.notifications.models import Kind
from prodops.people.models import User

State = ProductRequest.State
Verb = TriageAct.Verb
STATE_FIELDS = (
    "state",
    "decided_at",
    "triaged_at",
    "snoozed_until",
    "paused_since",
    "decline_reason",
    "owner",
    *CLOCK_FIELDS,
)


class NotSorted(Refusal):
    """A request needs a category before it can be accepted."""


@transaction.atomic
def start_triage(*, product_request: ProductRequest, by: User, at: datetime) -> ProductRequest:
    """Take a new request into triage; one that is there already stays as it is."""
    lock(product_request)
    if product_request.state == State.NEW:
        move(product_request, State.TRIAGE, by=by, at=at)
        record_change(
            product_request, "triage_started", "took it into triage", by=by, at=at, before="New"
        )
    return product_request


@transaction.atomic
def accept(
    *, product_request: ProductRequest, by: User, at: datetime, reason: str = ""
) -> TriageAct:
    """Say yes. Whoever accepts owns it, unless it has an owner.

    Raises NotSorted without a category, AlreadyDecided when somebody was faster.
    """
    lock(product_request)
    refuse_unless_open(product_request)
    if not product_request.category_id:
        raise NotSorted(f"Choose a category for {product_request.key} first, then accept it.")
    owner = product_request.owner or by
    return _decide(product_request, Verb.ACCEPT, State.ACCEPTED, reason, by=by, at=at, owner=owner)


@transaction.atomic
def decline(*, product_request: ProductRequest, reason: str, by: User, at: datetime) -> TriageAct:
    """Say no, with the reason that its requesters will read."""
    if not reason.strip():
        raise Refusal("Say why it is declined; the requester will read it.")
    lock(product_request)
    refuse_unless_open(product_request)
    return _decide(
        product_request, Verb.DECLINE, State.DECLINED, reason, by=by, at=at, decline_reason=reason
    )


@transaction.atomic
def snooze(
    *, product_request: ProductRequest, until: datetime, by: User, at: datetime, reason: str = ""
) -> TriageAct:
    """Put a request aside until a moment; its clocks run on."""
    if until <= at:
        raise Refusal("Choose a moment to come; that one has passed.")
    lock(product_request)
    refuse_unless_open(product_request)
    return _step(
        product_request, Verb.SNOOZE, State.SNOOZED, reason, by=by, at=at, snoozed_until=until
    )


@transaction.atomic
def wake_snoozed(*, at: datetime) -> int:
    """Bring every request whose time has come back into triage; return how many."""
    free = ProductRequest.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    asleep = free.filter(state=State.SNOOZED, snoozed_until__lte=at).order_by("pk")
    due = list(asleep.select_related("team", "owner"))
    for product_request in due:
        move(product_request, State.TRIAGE, by=None, at=at, reason="The snooze is over.")
        record_change(
            product_request, "woken", "came back from its snooze", by=None, at=at, before="Snoozed"
        )
        if product_request.owner:
            title = f"{product_request.key} is back: {product_request.title}"
            tell(
                product_request,
                [product_request.owner],
                cause=f"woken:{at:%Y%m%d%H%M}",
                title=title,
                kind=Kind.TRIAGE,
                by=None,
                at=at,
            )
    return len(due)


@transaction.atomic
def ask_requester(
    *, product_request: ProductRequest, question: str, by: User, at: datetime
) -> TriageAct:
    """Ask the author something; the clocks stand still until there is an answer."""
    if not question.strip():
        raise Refusal("Write the question.")
    lock(product_request)
    refuse_unless_open(product_request)
    if product_request.state == State.WAITING:
        raise WrongState(f"{product_request.key} waits for its requester already.")
    act = _step(product_request, Verb.ASK, State.WAITING, question, by=by, at=at, paused_since=at)
    title = f"{by} asks about {product_request.key}: {product_request.title}"
    cause, to = f"asked:{act.pk}", [product_request.author]
    tell(
        product_request,
        to,
        cause=cause,
        title=title,
        body=question,
        action_label="Answer",
        by=by,
        at=at,
    )
    how = f"You have no account in the hub: write the answer to {by} in Slack."
    words = f"{question}\n\n{how}"
    tell_in_slack(product_request, cause=cause, title=title, body=words, at=at)
    return act


@transaction.atomic
def resume(
    *, product_request: ProductRequest, by: User, at: datetime, answer: str = ""
) -> TriageAct:
    """Go on after the requester's answer; the clocks run again, later by the wait."""
    lock(product_request)
    if product_request.state != State.WAITING:
        raise WrongState(f"{product_request.key} does not wait for an answer.")
    act = _step(product_request, Verb.RESUME, State.TRIAGE, answer, by=by, at=at)
    if product_request.owner:
        tell(
            product_request,
            [product_request.owner],
            cause=f"resumed:{act.pk}",
            title=f"{product_request.key} has its answer: {product_request.title}",
            body=answer,
            kind=Kind.TRIAGE,
            by=by,
            at=at,
        )
    return act


WORDS = {
    Verb.ACCEPT: ("accepted", "accepted it"),
    Verb.DECLINE: ("declined", "declined it"),
    Verb.SNOOZE: ("snoozed", "put it aside"),
    Verb.ASK: ("asked", "asked the requester"),
    Verb.RESUME: ("resumed", "went on with it"),
}


def _step(
    product_request: ProductRequest,
    verb: str,
    to: str,
    detail: str,
    *,
    by: User,
    at: datetime,
    **fields,
) -> TriageAct:
    """Move, tell the timeline, remember how to undo it."""
    before = snapshot(product_request, STATE_FIELDS)
    old_words = product_request.get_state_display()
    move(product_request, to, by=by, at=at, reason=detail, **fields)
    event, summary = WORDS[Verb(verb)]
    record_change(product_request, event, summary, by=by, at=at, before=old_words, detail=detail)
    return log_act(product_request, verb, before=before, by=by, at=at)


def _decide(
    product_request: ProductRequest,
    verb: str,
    to: str,
    reason: str,
    *,
    by: User,
    at: datetime,
    **fields,
) -> TriageAct:
    """Take a decision and tell everybody who asked."""
    act = _step(product_request, verb, to, reason, by=by, at=at, **fields)
    words = product_request.get_state_display().lower()
    tell_requesters(
        product_request,
        cause=f"{to}:{act.pk}",
        title=f"{product_request.key} was {words}: {product_request.title}"[:300],
        body=reason,
        by=by,
        at=at,
    )
    return act
