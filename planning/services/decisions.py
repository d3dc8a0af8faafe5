"""Open a decision that is owed, and take it."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from intake.services import Refusal
from planning.models import Cycle, Decision, DecisionOption, Initiative
from planning.models.decision import RATIONALE_LENGTH
from planning.services.records import lock, open_record
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User


class AlreadyDecided(Refusal):
    """Somebody took this decision first."""


@transaction.atomic
def open_decision(
    *,
    title: str,
    by: User | None,
    at: datetime,
    context: str = "",
    origin: str = "",
    initiative: Initiative | None = None,
    cycle: Cycle | None = None,
    decider: User | None = None,
) -> Decision:
    """Open a stub: a decision `decider` or else the initiative's owner owes; they are told."""
    decision = Decision(
        title=title,
        context=context,
        origin=origin,
        initiative=initiative,
        cycle=cycle,
        decider=decider,
        opened_at=at,
        opened_by=by,
    )
    asked = decider or (initiative.owner if initiative else None)
    open_record(decision, followers=[user for user in (asked, by) if user])
    _record(decision, "opened", "opened the decision", detail=origin, by=by, at=at)
    _ask(asked, decision, by=by, at=at)
    return decision


@transaction.atomic
def decide(
    *,
    decision: Decision,
    text: str,
    rationale: str,
    by: User,
    at: datetime,
    options: Iterable[dict] = (),
    review_on: date | None = None,
    supersedes: Decision | None = None,
) -> Decision:
    """Take a decision: what, why (40 characters at least), what else was considered.

    `options` are dicts with `text`, `is_chosen` and `why_rejected`, in order; all but one chosen
    at most say why they were rejected. `supersedes` is a decided one that no longer holds.
    """
    lock(decision)
    if not decision.is_stub:
        raise AlreadyDecided(f"{decision.decider} has taken this decision already.")
    if len(rationale.strip()) < RATIONALE_LENGTH:
        raise Refusal(f"Give the rationale at least {RATIONALE_LENGTH} characters.")
    decision.state = Decision.State.DECIDED
    decision.decision, decision.rationale = text, rationale.strip()
    decision.decider, decision.decided_at, decision.review_on = by, at, review_on
    decision.supersedes = supersedes and _supersede(supersedes, decision, by=by, at=at)
    decision.save()
    DecisionOption.objects.bulk_create(
        DecisionOption(decision=decision, position=position, **option)
        for position, option in enumerate(options, start=1)
    )
    moved = {"before": "To decide", "after": "Decided", "detail": text}
    _record(decision, "decided", "decided", by=by, at=at, **moved)
    return decision


def _ask(user, decision, *, by, at):
    notify(
        [user],
        kind=Kind.ASSIGNMENT,
        cause=f"decision:{decision.pk}",
        title=f"A decision is waiting: {decision.title}",
        body=decision.origin,
        path=decision.thread.path,
        thread=decision.thread,
        action_label="Open the decision",
        by=by,
        at=at,
    )


def _supersede(older, decision, *, by, at):
    lock(older)
    if older.state != Decision.State.DECIDED:
        raise Refusal(f"{older.key} is {older.get_state_display().lower()}; it cannot be replaced.")
    older.state = Decision.State.SUPERSEDED
    older.save(update_fields=["state"])
    audit.record(
        "decision.superseded",
        thread=older.thread,
        summary=f"replaced it by {decision.key} {decision.title}"[:500],
        before="Decided",
        after="Superseded",
        by=by,
        at=at,
    )
    return older


def _record(decision, verb, words, *, by, at, **more):
    """Tell it on the decision's timeline and on those of its initiative and cycle."""
    for record in (decision, decision.initiative, decision.cycle):
        if record:
            name = "" if record is decision else f" {decision.key} {decision.title}"
            audit.record(
                f"decision.{verb}",
                thread=record.thread,
                summary=f"{words}{name}"[:500],
                by=by,
                at=at,
                **more,
            )
