"""The asking side of a dependency: ask, answer a counter-offer, confirm, withdraw, ask again."""

from datetime import date, datetime

from django.db import transaction

from intake.services import Refusal
from planning.models import Dependency, DependencyStateChange, Initiative
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
from planning.services.records import open_record
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.people.models import Team, User


@transaction.atomic
def ask(
    *,
    title: str,
    why: str,
    asking_team: Team,
    needed_by_on: date,
    by: User,
    at: datetime,
    scope: str = "",
    initiative: Initiative | None = None,
    giving_team: Team | None = None,
    giving_initiative: Initiative | None = None,
    outside_name: str = "",
    outside_contact: str = "",
) -> Dependency:
    """Ask another team, or somebody outside (name and contact), for something by a date.

    Whoever answers for the giving side is told. Raises Refusal when a team asks itself, or an
    initiative itself, when it is to come out of the work of others than the giving team, and
    without exactly one giver.
    """
    _refuse_ask(asking_team, giving_team, outside_name, outside_contact)
    _refuse_source(initiative, giving_initiative, giving_team)
    dependency = Dependency(
        title=title,
        scope=scope,
        why=why,
        asking_team=asking_team,
        initiative=initiative,
        giving_team=giving_team,
        giving_initiative=giving_initiative,
        outside_name=outside_name,
        outside_contact=outside_contact,
        needed_by_on=needed_by_on,
        asked_at=at,
        asked_by=by,
    )
    open_record(dependency, followers=[by])
    _begin(dependency, by=by, at=at)
    return dependency


@transaction.atomic
def ask_again(
    *, dependency: Dependency, on: date, scope: str, note: str, by: User, at: datetime
) -> Dependency:
    """Ask once more for what was refused or withdrawn, with a date and a reason."""
    hold(dependency, State.REFUSED, State.WITHDRAWN, side=Side.ASKING, by=by)
    return _propose(dependency, on, scope, note, "asked again", by=by, at=at)


@transaction.atomic
def accept_offer(*, dependency: Dependency, seen: int, by: User, at: datetime) -> Dependency:
    """Accept the giver's counter-offer: its date and scope are the contract.

    `seen` is the number of the offer the person read; raises OfferChanged for a newer one.
    """
    hold(dependency, State.COUNTERED, side=Side.ASKING, by=by)
    terms = refuse_stale(dependency, seen)
    words = f"{terms.on:%-d %b %Y}"
    change = step(
        dependency,
        State.COMMITTED,
        summary=f"accepted the counter-offer for {words}",
        committed_on=terms.on,
        first_committed_on=terms.on,
        scope=terms.scope or dependency.scope,
        by=by,
        at=at,
    )
    title = f"Your offer for {dependency.key} is accepted: {words}"
    _tell_givers(dependency, change, title, dependency.title, by=by, at=at)
    return dependency


@transaction.atomic
def counter_offer(
    *,
    dependency: Dependency,
    seen: int,
    on: date,
    note: str,
    by: User,
    at: datetime,
    scope: str = "",
) -> Dependency:
    """Answer the giver's counter-offer with other terms; raises OfferChanged for a newer one."""
    hold(dependency, State.COUNTERED, side=Side.ASKING, by=by)
    refuse_stale(dependency, seen)
    return _propose(dependency, on, scope, note, "asked for other terms", by=by, at=at)


@transaction.atomic
def withdraw(*, dependency: Dependency, reason: str, by: User, at: datetime) -> Dependency:
    """Need it no more, or decline the counter-offer; the giver is told why."""
    _say_why(reason, "Say why it is not needed any more.")
    hold(dependency, State.PROPOSED, State.COUNTERED, *PROMISED, side=Side.ASKING, by=by)
    has_declined = dependency.state == State.COUNTERED
    change = step(
        dependency,
        State.WITHDRAWN,
        summary="declined the counter-offer" if has_declined else "withdrew it",
        reason=reason,
        by=by,
        at=at,
    )
    word = "declined your offer for" if has_declined else "withdrew"
    title = f"{by} {word} {dependency.key} {dependency.title}"
    _tell_givers(dependency, change, title, reason, by=by, at=at)
    return dependency


@transaction.atomic
def confirm(*, dependency: Dependency, by: User, at: datetime) -> Dependency:
    """Say that what was delivered is what was agreed."""
    hold(dependency, State.DELIVERED, side=Side.ASKING, by=by)
    change = step(
        dependency,
        State.CONFIRMED,
        summary="confirmed the delivery",
        confirmed_at=at,
        by=by,
        at=at,
    )
    title = f"{dependency.key} {dependency.title} is confirmed"
    _tell_givers(dependency, change, title, "", kind=Kind.INITIATIVE, by=by, at=at)
    return dependency


@transaction.atomic
def dispute(*, dependency: Dependency, reason: str, by: User, at: datetime) -> Dependency:
    """Say that what was delivered is not what was agreed; it is owed again."""
    _say_why(reason, "Say what is missing, so that they can mend it.")
    hold(dependency, State.DELIVERED, side=Side.ASKING, by=by)
    change = step(
        dependency,
        State.DISPUTED,
        summary="disputed the delivery",
        reason=reason,
        delivered_at=None,
        by=by,
        at=at,
    )
    title = f"{by} disputes the delivery of {dependency.key} {dependency.title}"
    _tell_givers(dependency, change, title, reason, by=by, at=at)
    return dependency


def _refuse_ask(asking_team, giving_team, outside_name, outside_contact):
    if asking_team == giving_team:
        raise Refusal("A team cannot ask itself; choose the team that gives it.")
    if bool(giving_team) == bool(outside_name):
        raise Refusal("Choose the team that gives it, or name somebody outside: one of the two.")
    if outside_name and not outside_contact:
        raise Refusal("Name the person to talk to there.")


def _refuse_source(initiative, source, giving_team):
    if source is None:
        return
    if source == initiative:
        raise Refusal("An initiative cannot wait for itself; choose another one, or none.")
    if giving_team and is_of_others(source, giving_team):
        raise Refusal(
            f"{giving_team} does not work on {source.key}; choose one of theirs, or none."
        )


def is_of_others(initiative: Initiative, team: Team) -> bool:
    """Is it known whose work the initiative is, and the team is not among them?"""
    teams = {each.pk for each in initiative.teams.all()}
    return bool(teams) and team.pk not in teams


def _say_why(reason, words):
    if not reason.strip():
        raise Refusal(words)


def _begin(dependency, *, by, at):
    """Write the first step and the first offer of a new dependency, and tell who was asked."""
    DependencyStateChange.objects.create(
        dependency=dependency, number=1, to_state=State.PROPOSED, by=by, at=at
    )
    terms = {"on": dependency.needed_by_on, "scope": dependency.scope, "note": ""}
    offer(dependency, side=Side.ASKING, by=by, at=at, **terms)
    summary = f"asked {dependency.giver} for it by {dependency.needed_by_on:%-d %b %Y}"
    tell_story(dependency, "dependency.asked", summary, detail=dependency.why, by=by, at=at)
    givers = people_of(dependency, Side.GIVING)
    audit.follow(thread=dependency.thread, users=[*givers, *people_of(dependency, Side.ASKING)])
    if not dependency.is_outside:
        title = f"{dependency.asking_team} needs from you: {dependency.title}"
        tell(dependency, givers, cause="1", title=title, body=dependency.why, by=by, at=at)


def _propose(dependency, on, scope, note, summary, *, by, at):
    _say_why(note, "Say why these terms.")
    offer(dependency, side=Side.ASKING, on=on, scope=scope, note=note, by=by, at=at)
    change = step(
        dependency,
        State.PROPOSED,
        summary=f"{summary}: {on:%-d %b %Y}",
        reason=note,
        needed_by_on=on,
        scope=scope or dependency.scope,
        committed_on=None,
        first_committed_on=None,
        by=by,
        at=at,
    )
    title = f"{dependency.asking_team} asks for {dependency.key} by {on:%-d %b %Y}"
    _tell_givers(dependency, change, title, note, by=by, at=at)
    return dependency


def _tell_givers(dependency, change, title, body, *, by, at, kind=Kind.ASSIGNMENT):
    if not dependency.is_outside:
        people = people_of(dependency, Side.GIVING)
        cause = str(change.number)
        tell(dependency, people, cause=cause, title=title, body=body, kind=kind, by=by, at=at)
