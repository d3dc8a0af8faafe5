"""The giving side of a dependency: commit, counter, refuse, move the date, deliver.

What somebody outside answers is noted by the asking side.
"""

from datetime import date, datetime

from django.db import transaction

from intake.services import Refusal
from planning.models import Dependency, DependencyDateChange
from planning.services.dependency_steps import (
    PROMISED,
    Side,
    State,
    hold,
    offer,
    people_of,
    refuse_stale,
    step,
    tell,
    tell_story,
)
from prodops.notifications.models import Kind
from prodops.people.models import User


@transaction.atomic
def commit_to(*, dependency: Dependency, seen: int, by: User, at: datetime) -> Dependency:
    """Promise what is asked by the day it is asked for.

    `seen` is the number of the offer the person read; raises OfferChanged for a newer one.
    """
    hold(dependency, State.PROPOSED, side=Side.GIVING, by=by)
    terms = refuse_stale(dependency, seen)
    words = f"{terms.on:%-d %b %Y}"
    change = step(
        dependency,
        State.COMMITTED,
        summary=f"committed {_for(dependency)}to {words}",
        committed_on=terms.on,
        first_committed_on=terms.on,
        by=by,
        at=at,
    )
    title = f"{dependency.giver} commits to {dependency.key} by {words}"
    _tell_askers(dependency, str(change.number), title, dependency.title, by=by, at=at)
    return dependency


@transaction.atomic
def counter(
    *,
    dependency: Dependency,
    seen: int,
    on: date,
    note: str,
    by: User,
    at: datetime,
    scope: str = "",
) -> Dependency:
    """Offer another date or another scope, and say why; it waits for the asking side then."""
    hold(dependency, State.PROPOSED, side=Side.GIVING, by=by)
    refuse_stale(dependency, seen)
    if not note.strip():
        raise Refusal("Say why these terms and not the ones asked for.")
    if on == dependency.needed_by_on and scope in ("", dependency.scope):
        raise Refusal("These are the terms that were asked for; commit to them instead.")
    offer(dependency, side=Side.GIVING, on=on, scope=scope, note=note, by=by, at=at)
    change = step(
        dependency,
        State.COUNTERED,
        summary=f"offered {_for(dependency)}{on:%-d %b %Y} instead",
        reason=note,
        by=by,
        at=at,
    )
    title = f"{dependency.giver} offers {on:%-d %b %Y} for {dependency.key} {dependency.title}"
    kind = Kind.ASSIGNMENT
    _tell_askers(dependency, str(change.number), title, note, kind=kind, by=by, at=at)
    return dependency


@transaction.atomic
def refuse(*, dependency: Dependency, reason: str, by: User, at: datetime) -> Dependency:
    """Refuse what is asked, or give up what was promised; the asking side reads why."""
    if not reason.strip():
        raise Refusal("Say why, so that they can look elsewhere.")
    hold(dependency, State.PROPOSED, *PROMISED, side=Side.GIVING, by=by)
    has_promised = dependency.committed_on is not None
    change = step(
        dependency,
        State.REFUSED,
        summary=f"gave {_for(dependency)}the promise up" if has_promised else "refused it",
        reason=reason,
        by=by,
        at=at,
    )
    word = "gives up" if has_promised else "refuses"
    title = f"{dependency.giver} {word} {dependency.key} {dependency.title}"
    kind = Kind.ASSIGNMENT
    _tell_askers(dependency, str(change.number), title, reason, kind=kind, by=by, at=at)
    return dependency


@transaction.atomic
def move_promise(
    *, dependency: Dependency, to_on: date, reason: str, note: str, by: User, at: datetime
) -> Dependency:
    """Move the day it is promised for; the reason stays in the record and the asker hears it."""
    hold(dependency, *PROMISED, side=Side.GIVING, by=by)
    if not (reason and note.strip()):
        raise Refusal("Say why the date moves.")
    before = dependency.committed_on
    assert before is not None
    if to_on == before:
        raise Refusal(f"It is promised for {before:%-d %b %Y} already.")
    change = DependencyDateChange.objects.create(
        dependency=dependency, from_on=before, to_on=to_on, reason=reason, note=note, by=by, at=at
    )
    dependency.committed_on = to_on
    dependency.save(update_fields=["committed_on"])
    _tell_move(dependency, change)
    return dependency


@transaction.atomic
def deliver(*, dependency: Dependency, note: str, by: User, at: datetime) -> Dependency:
    """Say that it is there, and where; the asking side confirms or disputes it."""
    hold(dependency, *PROMISED, side=Side.GIVING, by=by)
    change = step(
        dependency,
        State.DELIVERED,
        summary=f"delivered it {_for(dependency)}".strip(),
        reason=note,
        delivered_at=at,
        by=by,
        at=at,
    )
    title = (
        f"{dependency.giver} delivered {dependency.key} {dependency.title}: is it what you need?"
    )
    kind = Kind.ASSIGNMENT
    _tell_askers(dependency, str(change.number), title, note, kind=kind, by=by, at=at)
    return dependency


def _for(dependency):
    """Whose answer was noted, where it is not a team's own."""
    return f"for {dependency.outside_name} " if dependency.is_outside else ""


def _tell_move(dependency: Dependency, change: DependencyDateChange) -> None:
    why = f"{change.get_reason_display()}. {change.note}"
    before, after = f"{change.from_on:%-d %b %Y}", f"{change.to_on:%-d %b %Y}"
    tell_story(
        dependency,
        "dependency.moved",
        "moved the promised date",
        detail=why,
        before=before,
        after=after,
        by=change.by,
        at=change.at,
    )
    title = f"{dependency.key} {dependency.title} moves to {after}"
    _tell_askers(dependency, f"moved:{change.pk}", title, why, by=change.by, at=change.at)


def _tell_askers(dependency, cause, title, body, *, by, at, kind=Kind.INITIATIVE):
    people = people_of(dependency, Side.ASKING)
    tell(dependency, people, cause=cause, title=title, body=body, kind=kind, by=by, at=at)
