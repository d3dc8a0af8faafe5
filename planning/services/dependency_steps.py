"""What every step of a dependency shares: who may take it, its row held, its story told."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from intake.services import Refusal
from planning.models import Dependency, DependencyOffer, DependencyStateChange, Initiative
from planning.services.records import lock
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import Membership, Team, User
from prodops.people.permissions import can_plan, can_run_operations

State = Dependency.State
PROMISED = (State.COMMITTED, State.DISPUTED)
Side = DependencyOffer.Side
LEAD = Membership.Role.LEAD


class NotYours(Refusal):
    """This step is the other side's."""


class OutOfOrder(Refusal):
    """The dependency is past that, or not there yet."""


class OfferChanged(Refusal):
    """The other side made another offer after this person opened the form."""


def speakers(team: Team | None) -> list[User]:
    """Return who answers for a team: its leads, or everybody where nobody leads it."""
    if team is None:
        return []
    members = list(team.memberships.select_related("user").order_by("pk"))
    leads = [member.user for member in members if member.role == LEAD]
    return leads or [member.user for member in members]


def people_of(dependency: Dependency, side: str) -> list[User]:
    """Return who answers for one side; people outside are spoken for by the asking side.

    Beside those who speak for its team these are people of its initiative and who asked, unless
    they are of the other side: only who speaks for both teams strikes a bargain with themselves.
    """
    asking = [*_owner(dependency.initiative), dependency.asked_by]
    if side == Side.GIVING and not dependency.is_outside:
        team, beside = dependency.giving_team, _owner_at_work(dependency)
        others = [*asking, *speakers(dependency.asking_team)] if beside else []
    else:
        team, beside = dependency.asking_team, asking
        others = speakers(dependency.giving_team)
    found = {user.pk: user for user in (*speakers(team), *(set(beside) - set(others)))}
    return [found[pk] for pk in sorted(found)]


def _owner(initiative: Initiative | None) -> list[User]:
    return [initiative.owner] if initiative else []


def _owner_at_work(dependency: Dependency) -> list[User]:
    """Return the owner of what it comes out of, if that is the giving team's work."""
    source = dependency.giving_initiative
    is_theirs = source and dependency.giving_team in source.teams.all()
    return _owner(source) if is_theirs else []


def may_act(user: User, dependency: Dependency, side: str) -> bool:
    """Say whether a person may act for a side; product operations may for both."""
    if can_run_operations(user):
        return True
    return can_plan(user) and user in people_of(dependency, side)


def hold(dependency: Dependency, *states: str, side: str, by: User) -> Dependency:
    """Hold the row for a step of `side` that begins in one of `states`.

    Raises NotYours for people of the other side, OutOfOrder when it stands somewhere else.
    """
    lock(dependency)
    refuse_stranger(dependency, side, by)
    if dependency.state not in states:
        raise OutOfOrder(
            f"{dependency.key} is {dependency.get_state_display().lower()} by now; "
            "open it again to see what can be done."
        )
    return dependency


def refuse_stranger(dependency: Dependency, side: str, by: User) -> None:
    if not may_act(by, dependency, side):
        whose = dependency.giving_team if side == Side.GIVING else dependency.asking_team
        raise NotYours(
            f"That is for whoever leads {whose or dependency.asking_team}, or product operations."
        )


def refuse_stale(dependency: Dependency, seen: int) -> DependencyOffer:
    """Return the offer on the table; raises OfferChanged when it is not number `seen`."""
    latest = dependency.offers.order_by("number").select_related("by").last()
    assert latest is not None
    if latest.number != seen:
        raise OfferChanged(
            f"{latest.by} offered other terms meanwhile: {latest.on:%-d %b %Y}. "
            "Read them, then answer."
        )
    return latest


def offer(
    dependency: Dependency, *, side: str, on: date, scope: str, note: str, by: User, at: datetime
) -> DependencyOffer:
    """Put terms on the table."""
    number = dependency.offers.count() + 1
    return DependencyOffer.objects.create(
        dependency=dependency,
        number=number,
        side=side,
        on=on,
        scope=scope,
        note=note,
        by=by,
        at=at,
    )


def step(
    dependency: Dependency,
    to: str,
    *,
    summary: str,
    by: User,
    at: datetime,
    reason: str = "",
    **fields: Any,
) -> DependencyStateChange:
    """Bring a held dependency to a state, save `fields` with it, and tell it in every story."""
    before, number = dependency.get_state_display(), dependency.state_changes.count() + 1
    change = DependencyStateChange.objects.create(
        dependency=dependency,
        number=number,
        from_state=dependency.state,
        to_state=to,
        reason=reason,
        by=by,
        at=at,
    )
    for name, value in {"state": to, **fields}.items():
        setattr(dependency, name, value)
    dependency.save(update_fields=["state", *fields])
    tell_story(
        dependency,
        f"dependency.{to}",
        summary,
        detail=reason,
        before=before,
        after=dependency.get_state_display(),
        by=by,
        at=at,
    )
    return change


def tell_story(
    dependency: Dependency,
    verb: str,
    summary: str,
    *,
    by: User,
    at: datetime,
    detail: str = "",
    before: str = "",
    after: str = "",
) -> None:
    """Write a line on the timelines of the dependency and of the initiatives at both ends."""
    for record in (dependency, dependency.initiative, dependency.giving_initiative):
        if record:
            of = "" if record is dependency else f": {dependency.key} {dependency.title}"
            audit.record(
                verb,
                thread=record.thread,
                summary=f"{summary}{of}",
                detail=detail,
                before=before,
                after=after,
                by=by,
                at=at,
            )


def tell(
    dependency: Dependency,
    people: Iterable[User],
    *,
    cause: str,
    title: str,
    body: str,
    by: User,
    at: datetime,
    kind: Kind = Kind.ASSIGNMENT,
) -> None:
    """Tell people of a step; `cause` is what happened, once for this dependency."""
    notify(
        people,
        kind=kind,
        cause=f"dependency:{dependency.pk}:{cause}",
        title=title,
        body=body,
        path=dependency.thread.path,
        thread=dependency.thread,
        action_label="Open the dependency",
        by=by,
        at=at,
    )
