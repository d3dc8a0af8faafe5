"""What becomes of a request after its decision: planned, shipped, closed, opened again."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from intake.models import ProductRequest, TriageAct
from intake.services.clocks import restart
from intake.services.states import Refusal, lock, log_act, move, refuse_unless, snapshot
from intake.services.telling import record_change, tell_requesters
from intake.services.triage import STATE_FIELDS
from prodops.people.models import User

State = ProductRequest.State
REOPENED = {State.ACCEPTED, State.DECLINED, State.CLOSED}


@transaction.atomic
def mark_planned(
    *, product_request: ProductRequest, by: User, at: datetime, reason: str = ""
) -> ProductRequest:
    """An accepted request found its place in a plan; `reason` says which.

    Raises WrongState unless it is accepted.
    """
    lock(product_request)
    before = product_request.get_state_display()
    change = move(product_request, State.PLANNED, by=by, at=at, reason=reason)
    record_change(
        product_request, "planned", "planned it", by=by, at=at, before=before, detail=reason
    )
    tell_requesters(
        product_request,
        cause=f"planned:{change.pk}",
        title=f"{product_request.key} is planned: {product_request.title}"[:300],
        body=reason,
        by=by,
        at=at,
    )
    return product_request


@transaction.atomic
def mark_unplanned(
    *, product_request: ProductRequest, by: User, at: datetime, reason: str = ""
) -> ProductRequest:
    """A planned request left its plan and is merely accepted again.

    Raises WrongState unless it is planned.
    """
    lock(product_request)
    refuse_unless(product_request, {State.PLANNED}, "taken out of a plan")
    before = product_request.get_state_display()
    move(product_request, State.ACCEPTED, by=by, at=at, reason=reason)
    record_change(
        product_request,
        "unplanned",
        "took it out of the plan",
        by=by,
        at=at,
        before=before,
        detail=reason,
    )
    return product_request


@transaction.atomic
def mark_shipped(
    *,
    product_request: ProductRequest,
    by: User,
    at: datetime,
    summary: str,
    path: str,
    told_already: Collection[User] = (),
) -> list[User]:
    """What was asked for is out: tell the author and every backer exactly once.

    `summary` says what shipped, `path` where to read more; `told_already` heard of the same launch
    through another request. Returns who was told; nobody when it had shipped before. Raises
    WrongState unless it is accepted or planned.
    """
    lock(product_request)
    if product_request.state == State.SHIPPED:
        return []
    before = product_request.get_state_display()
    move(product_request, State.SHIPPED, by=by, at=at, reason=summary)
    record_change(
        product_request, "shipped", "shipped it", by=by, at=at, before=before, detail=summary
    )
    return tell_requesters(
        product_request,
        cause="shipped",
        title=f"Shipped: {product_request.title}"[:300],
        body=summary,
        path=path,
        action_label="Read what shipped",
        but=told_already,
        by=None,
        at=at,
    )


@transaction.atomic
def close(
    *,
    product_request: ProductRequest,
    by: User,
    at: datetime,
    reason: str = "",
    is_spam: bool = False,
) -> TriageAct:
    """End a request without an answer; spam and tests leave every figure."""
    lock(product_request)
    before = snapshot(product_request, [*STATE_FIELDS, "is_spam"])
    old_words = product_request.get_state_display()
    move(product_request, State.CLOSED, by=by, at=at, reason=reason, is_spam=is_spam)
    summary = "closed it as spam" if is_spam else "closed it"
    record_change(product_request, "closed", summary, by=by, at=at, before=old_words, detail=reason)
    return log_act(product_request, TriageAct.Verb.CLOSE, before=before, by=by, at=at)


@transaction.atomic
def reopen(*, product_request: ProductRequest, reason: str, by: User, at: datetime) -> TriageAct:
    """Take a declined, closed or accepted request into triage again, saying why.

    Its first answer was given, so the clock of the answer begins anew.
    """
    if not reason.strip():
        raise Refusal("Say why it is opened again.")
    lock(product_request)
    refuse_unless(product_request, REOPENED, "opened again")
    before = snapshot(product_request, [*STATE_FIELDS, "is_spam"])
    old_words = product_request.get_state_display()
    restart(product_request, at)
    move(product_request, State.TRIAGE, by=by, at=at, reason=reason, is_spam=False)
    record_change(
        product_request,
        "reopened",
        "opened it again",
        by=by,
        at=at,
        before=old_words,
        detail=reason,
    )
    act = log_act(product_request, TriageAct.Verb.REOPEN, before=before, by=by, at=at)
    title = f"{product_request.key} is open again: {product_request.title}"[:300]
    cause = f"reopened:{act.pk}"
    tell_requesters(product_request, cause=cause, title=title, body=reason, by=by, at=at)
    return act
