"""Open a decision that is owed, and take it."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from intake.services import Refusal
from planning.models import (
    Cycle,
    Decision,
    DecisionConsulted,
    DecisionOption,
    DecisionReview,
    Initiative,
)
from planning.models.decision import RATIONALE_LENGTH
from planning.services.records import lock, open_record
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import Team, User
from prodops.ui.words import one_line


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
    team: Team | None = None,
    decider: User | None = None,
    is_key: bool = False,
    event: str = "",
    cause: str = "",
    draft: tuple[str, str] = ("", ""),
) -> Decision:
    """Open a stub: a decision `decider` or else the initiative's owner owes; they are told.

    What the hub opens by itself names its `event`, and by `cause` which one it was ("drop:12"): a
    second call for the same cause returns the decision there is. `draft` is the decision and the
    rationale its decider starts from; `is_key` is a person's word that it belongs to K14.
    """
    known = _opened_for(cause)
    if known:
        return known
    decision = Decision(
        title=title,
        context=context,
        origin=origin,
        decision=draft[0],
        rationale=draft[1],
        initiative=initiative,
        cycle=cycle,
        team=team,
        decider=decider,
        is_key=is_key,
        event=event,
        cause=cause,
        event_at=at if event else None,
        opened_at=at,
        opened_by=by,
    )
    asked = decider or (initiative.owner if initiative else None)
    open_record(decision, followers=[user for user in (asked, by) if user])
    _record(decision, "opened", "opened the decision", detail=origin, by=by, at=at)
    _ask(asked, decision, by=by, at=at)
    return decision


def _opened_for(cause):
    """Return the decision opened for a cause; nobody else opens one until this is written."""
    if not cause:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"decision:{cause}"])
    return Decision.objects.filter(cause=cause).first()


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
    consulted: Iterable[User] = (),
) -> Decision:
    """Take a decision: what, why (40 characters at least), what else was considered.

    `options` are dicts with `text`, `is_chosen` and `why_rejected`, in order; all but one chosen
    at most say why they were rejected. `supersedes` is a decided one that no longer holds. Whoever
    owed it is told, and stays on record, when somebody else takes it.
    """
    lock(decision)
    if not decision.is_stub:
        raise AlreadyDecided(f"{decision.decider} has taken this decision already.")
    if len(one_line(rationale)) < RATIONALE_LENGTH:
        raise Refusal(f"Give the rationale at least {RATIONALE_LENGTH} characters.")
    if review_on and review_on <= timezone.localdate(at):
        raise Refusal("Choose a day to come for looking at it again.")
    owed_by = decision.decider or (decision.initiative.owner if decision.initiative else by)
    decision.state = Decision.State.DECIDED
    decision.decision, decision.rationale = text, rationale.strip()
    decision.decider, decision.decided_at, decision.review_on = by, at, review_on
    decision.supersedes = supersedes and _supersede(supersedes, decision, by=by, at=at)
    decision.save()
    DecisionOption.objects.bulk_create(
        DecisionOption(decision=decision, position=position, **option)
        for position, option in enumerate(options, start=1)
    )
    _consult(decision, consulted)
    moved = {"before": "To decide", "after": "Decided", "detail": text}
    words = "decided" if owed_by == by else f"decided, in place of {owed_by},"
    _record(decision, "decided", words, by=by, at=at, **moved)
    _tell_owed(owed_by, decision, by=by, at=at)
    return decision


@transaction.atomic
def review_decision(
    *, decision: Decision, note: str, next_on: date | None, by: User, at: datetime
) -> DecisionReview:
    """Say that a decision still holds and why, and when it is looked at again, if at all."""
    lock(decision)
    if decision.state != Decision.State.DECIDED:
        raise Refusal(f"{decision.key} is {decision.get_state_display().lower()}.")
    if not note.strip():
        raise Refusal("Say why it still holds.")
    if next_on and next_on <= timezone.localdate(at):
        raise Refusal("Choose a day to come.")
    before = decision.review_on
    decision.review_on = next_on
    decision.save(update_fields=["review_on"])
    audit.record(
        "decision.reviewed",
        thread=decision.thread,
        summary="looked at it again: it still holds",
        before=f"{before:%-d %b %Y}" if before else "",
        after=f"{next_on:%-d %b %Y}" if next_on else "No date",
        detail=note,
        by=by,
        at=at,
    )
    return DecisionReview.objects.create(
        decision=decision, note=note, next_on=next_on, by=by, at=at
    )


def _consult(decision, people):
    people = {user.pk: user for user in people if user.pk != decision.decider_id}
    DecisionConsulted.objects.bulk_create(
        DecisionConsulted(decision=decision, user=user) for user in people.values()
    )
    audit.follow(thread=decision.thread, users=people.values())


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


def _tell_owed(user, decision, *, by, at):
    notify(
        [user],
        kind=Kind.INITIATIVE,
        cause=f"decision:{decision.pk}:decided",
        title=f"{by} decided what was yours to decide: {decision.title}",
        body=decision.decision,
        path=decision.thread.path,
        thread=decision.thread,
        action_label="Read the decision",
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
