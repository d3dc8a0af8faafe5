"""Sessions ahead: made by the series, moved or cancelled by people."""

from datetime import date, datetime, timedelta

from django.db import transaction

from intake.services import Refusal
from planning.models import Forum, ForumSession, SessionGuest
from planning.services.records import lock
from planning.services.telling import tell_invited
from prodops.audit import services as audit
from prodops.people.models import User

AHEAD = timedelta(weeks=12)
LATEST = timedelta(days=366)
# A holiday may push a session on by days; the series is looked at from a little earlier.
BEHIND = timedelta(days=10)
OTHER_TIMES, ENDED = "The forum meets at other times now.", "The forum has ended."
State = ForumSession.State


class NotPlanned(Refusal):
    """The session has begun, is over or was cancelled."""


def plan_all(*, at: datetime) -> int:
    """Make the sessions of every forum for twelve weeks ahead; return how many are new."""
    return sum(plan_sessions(forum=forum, at=at) for forum in Forum.objects.going().order_by("pk"))


@transaction.atomic
def plan_sessions(*, forum: Forum, at: datetime) -> int:
    """Bring the sessions ahead in step with the series; return how many are new.

    What a person moved or cancelled stays so. What no longer belongs to the series is cancelled,
    and comes back when it does again. Running it twice changes nothing.
    """
    lock(forum)
    today = forum.cadence().calendar().local_date(at)
    known = {each.series_on: each for each in forum.sessions.filter(series_on__gte=today - BEHIND)}
    wanted = _wanted(forum, today, at)
    for day, session in known.items():
        if day in wanted:
            _follow(session, wanted[day], forum.minutes, at)
        elif session.is_planned and session.starts_at > at and not session.was_moved:
            _drop(session, ENDED if forum.ended_on else OTHER_TIMES, at)
    new = [
        ForumSession(
            forum=forum, series_on=day, starts_at=begins, minutes=forum.minutes, changed_at=at
        )
        for day, begins in wanted.items()
        if day not in known
    ]
    ForumSession.objects.bulk_create(new)
    return len(new)


@transaction.atomic
def move_session(
    *, session: ForumSession, starts_at: datetime, minutes: int, reason: str, by: User, at: datetime
) -> ForumSession:
    """Let one session meet at another time; everybody invited is told."""
    _lock_planned(session)
    if starts_at <= at:
        raise Refusal("Choose a time that is still to come.")
    if starts_at > at + LATEST:
        raise Refusal("A session moves within a year; make a forum of its own for later.")
    if (starts_at, minutes) == (session.starts_at, session.minutes):
        raise Refusal("It meets then already.")
    before = _moment(session)
    session.starts_at, session.minutes, session.reason = starts_at, minutes, reason
    session.was_moved, session.preread_at = True, None
    _save(session, at, "starts_at", "minutes", "reason", "was_moved", "preread_at")
    words = f"moved the session of {before} to {_moment(session)}"
    _record(session, "moved", words, reason, by=by, at=at)
    title = f"{session.forum}: {before} moves to {_moment(session)}"
    tell_invited(session, f"moved:{session.sequence}", title, body=reason, by=by, at=at)
    return session


@transaction.atomic
def cancel_session(*, session: ForumSession, reason: str, by: User, at: datetime) -> ForumSession:
    """Let one session not meet; what stood on its agenda goes to the next."""
    _lock_planned(session)
    session.state, session.reason, session.cancelled_by = State.CANCELLED, reason, by
    _save(session, at, "state", "reason", "cancelled_by")
    words = f"cancelled the session of {_moment(session)}"
    _record(session, "cancelled", words, reason, by=by, at=at)
    title = f"{session.forum} does not meet on {_moment(session)}"
    tell_invited(session, f"cancelled:{session.sequence}", title, body=reason, by=by, at=at)
    return session


@transaction.atomic
def restore_session(*, session: ForumSession, by: User, at: datetime) -> ForumSession:
    """Let a cancelled session of a forum that goes on meet after all."""
    forum = lock(session.forum)
    lock(session)
    if not forum.is_going:
        raise Refusal(f"{forum} has ended: it meets no more.")
    if session.state != State.CANCELLED or session.starts_at <= at:
        raise Refusal("Only a cancelled session that is still to come can be put back.")
    session.state, session.reason, session.cancelled_by = State.PLANNED, "", None
    _save(session, at, "state", "reason", "cancelled_by")
    words = f"put the session of {_moment(session)} back"
    _record(session, "restored", words, "", by=by, at=at)
    title = f"{session.forum} meets on {_moment(session)} after all"
    tell_invited(session, f"restored:{session.sequence}", title, by=by, at=at)
    return session


@transaction.atomic
def invite(*, session: ForumSession, people: list[User], by: User, at: datetime) -> None:
    """Set the guests of one session; the new ones are told."""
    lock(session)
    if not session.is_open:
        raise NotPlanned(f"The session is {session.get_state_display().lower()}.")
    session.invitations.exclude(user__in=people).delete()
    known = set(session.invitations.values_list("user_id", flat=True))
    new = [user for user in people if user.pk not in known]
    SessionGuest.objects.bulk_create(SessionGuest(session=session, user=user) for user in new)
    title = f"You are invited to {session.forum} on {_moment(session)}"
    tell_invited(session, "invited", title, people=new, by=by, at=at)


def _wanted(forum: Forum, today: date, at: datetime) -> dict[date, datetime]:
    """Return the days of the series that are to come, with the moments they begin."""
    if forum.ended_on:
        return {}
    cadence = forum.cadence()
    days = {day: cadence.begins_at(day) for day in cadence.days(today - BEHIND, today + AHEAD)}
    return {day: begins for day, begins in days.items() if begins > at}


def _follow(session: ForumSession, begins: datetime, minutes: int, at: datetime) -> None:
    """Bring a session nobody touched to the time of the series."""
    if session.state == State.CANCELLED and session.cancelled_by_id is None:
        session.state, session.reason = State.PLANNED, ""
    elif not session.is_planned or session.was_moved or _meets(session, begins, minutes):
        return
    session.starts_at, session.minutes, session.preread_at = begins, minutes, None
    _save(session, at, "starts_at", "minutes", "preread_at", "state", "reason")


def _meets(session: ForumSession, begins: datetime, minutes: int) -> bool:
    return (session.starts_at, session.minutes) == (begins, minutes)


def _drop(session: ForumSession, reason: str, at: datetime) -> None:
    session.state, session.reason = State.CANCELLED, reason
    _save(session, at, "state", "reason")


def _save(session: ForumSession, at: datetime, *fields: str) -> None:
    session.sequence, session.changed_at = session.sequence + 1, at
    session.save(update_fields=[*fields, "sequence", "changed_at"])


def _lock_planned(session: ForumSession) -> None:
    lock(session)
    if not session.is_planned:
        raise NotPlanned(f"The session is {session.get_state_display().lower()}.")


def _moment(session: ForumSession) -> str:
    local = session.local_start
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def _record(session: ForumSession, verb: str, words: str, why: str, *, by: User, at: datetime):
    thread = session.forum.thread
    audit.record(f"session.{verb}", thread=thread, summary=words, detail=why, by=by, at=at)
