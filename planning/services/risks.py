"""Risks of an initiative: named, weighed, answered, and closed with what came of them."""

from datetime import datetime

from django.db import transaction

from intake.services import Refusal
from planning.models import Initiative, Risk
from planning.services.records import lock
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User

LABELS = {
    "title": "what may happen",
    "likelihood": "the likelihood",
    "impact": "the impact",
    "response": "what is done about it",
    "owner": "the owner",
}


@transaction.atomic
def add_risk(
    *,
    initiative: Initiative,
    title: str,
    likelihood: int,
    impact: int,
    owner: User,
    by: User,
    at: datetime,
    response: str = "",
) -> Risk:
    """Name a risk of an initiative that is not over; its owner is told."""
    lock(initiative)
    if initiative.is_over:
        raise Refusal(f"{initiative.key} is {initiative.get_stage_display().lower()} already.")
    risk = Risk.objects.create(
        initiative=initiative,
        title=title,
        likelihood=likelihood,
        impact=impact,
        response=response,
        owner=owner,
        added_at=at,
        added_by=by,
    )
    _record(risk, "added", f"named a {risk.gravity.label.lower()} risk", by=by, at=at)
    _tell_owner(risk, by=by, at=at)
    return risk


@transaction.atomic
def edit_risk(
    *,
    risk: Risk,
    title: str,
    likelihood: int,
    impact: int,
    owner: User,
    by: User,
    at: datetime,
    response: str = "",
) -> Risk:
    """Say it anew while it is open; a new owner is told."""
    lock(risk)
    if not risk.is_open:
        raise Refusal("This risk is closed; open it again to change it.")
    wanted = {
        "title": title,
        "likelihood": likelihood,
        "impact": impact,
        "response": response,
        "owner": owner,
    }
    changed = [name for name, value in wanted.items() if getattr(risk, name) != value]
    if not changed:
        return risk
    before = risk.gravity.label
    for name in changed:
        setattr(risk, name, wanted[name])
    risk.save(update_fields=changed)
    words = f"changed {', '.join(LABELS[name] for name in changed)} of a risk"
    after = risk.gravity.label
    levels = {"before": before, "after": after} if before != after else {}
    _record(risk, "edited", words, by=by, at=at, **levels)
    if "owner" in changed:
        _tell_owner(risk, by=by, at=at)
    return risk


@transaction.atomic
def close_risk(*, risk: Risk, outcome: str, by: User, at: datetime, note: str = "") -> Risk:
    """Say what came of a risk; it stays on record."""
    lock(risk)
    if not risk.is_open:
        raise Refusal(f"{risk.closed_by} has closed this risk already.")
    risk.outcome, risk.closing_note, risk.closed_at, risk.closed_by = outcome, note, at, by
    risk.save(update_fields=["outcome", "closing_note", "closed_at", "closed_by"])
    words = f"closed a risk: {risk.get_outcome_display().lower()}"
    _record(risk, "closed", words, by=by, at=at, more=note)
    return risk


@transaction.atomic
def reopen_risk(*, risk: Risk, by: User, at: datetime) -> Risk:
    """Open a closed risk again; the timeline keeps what was said of it."""
    lock(risk)
    if risk.is_open:
        raise Refusal("This risk is open.")
    risk.outcome, risk.closing_note, risk.closed_at, risk.closed_by = "", "", None, None
    risk.save(update_fields=["outcome", "closing_note", "closed_at", "closed_by"])
    _record(risk, "reopened", "opened a risk again", by=by, at=at)
    return risk


def _record(risk, verb, summary, *, by, at, more="", **levels):
    detail = f"{risk.title}\n\n{more}" if more else risk.title
    audit.record(
        f"risk.{verb}",
        thread=risk.initiative.thread,
        summary=summary,
        detail=detail,
        by=by,
        at=at,
        **levels,
    )


def _tell_owner(risk, *, by, at):
    initiative = risk.initiative
    notify(
        [risk.owner],
        kind=Kind.ASSIGNMENT,
        cause=f"risk:{risk.pk}:owner:{at.timestamp():.0f}",
        title=f"You own a risk of {initiative.key}: {risk.title}"[:200],
        body=risk.response,
        path=risk.get_absolute_url(),
        thread=initiative.thread,
        action_label="Open the risks",
        by=by,
        at=at,
    )
