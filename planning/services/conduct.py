"""Holding a session: begin, go from item to item, say who is there, close it."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction

from intake.services import Refusal
from planning.models import (
    Action,
    AgendaItem,
    Attendance,
    Decision,
    ForumSession,
    ItemDecision,
    Minutes,
    SessionPresence,
)
from planning.models.agenda import STANDING
from planning.services.actions import open_action
from planning.services.agendas import add_item, carry_over, fill_agenda
from planning.services.decisions import decide, open_decision
from planning.services.minutes import mail_minutes, write_minutes
from planning.services.records import lock
from planning.services.sessions import NotPlanned
from planning.services.telling import invited
from prodops.audit import services as audit
from prodops.people.models import User

HERE = timedelta(seconds=20)
LAST_ITEM = "Any other business"
State = ForumSession.State


class NotLive(Refusal):
    """The session has not begun, or is over."""


@transaction.atomic
def begin_session(*, session: ForumSession, by: User, at: datetime) -> ForumSession:
    """Begin: the agenda as it stands becomes the session's, its first item is the current one."""
    lock(session)
    if not session.is_planned:
        raise NotPlanned(f"The session is {session.get_state_display().lower()}.")
    fill_agenda(session=session)
    if not session.items.on_the_table().exists():
        add_item(session=session, title=LAST_ITEM, minutes=5, source=STANDING)
    session.state, session.began_at = State.LIVE, at
    session.current_item = session.items.on_the_table().in_order().first()
    session.current_since = at
    session.save(update_fields=["state", "began_at", "current_item", "current_since"])
    _record(session, "began", "began the session", by=by, at=at)
    return session


@transaction.atomic
def go_to(*, session: ForumSession, item: AgendaItem | None, at: datetime) -> ForumSession:
    """Make another item the current one; the time spent on the one before is added to it."""
    _lock_live(session)
    _stop_clock(session, at)
    session.current_item = item
    session.current_since = at if item else None
    session.save(update_fields=["current_item", "current_since"])
    return session


def neighbour(session: ForumSession, step: int) -> AgendaItem | None:
    """Return the item `step` places from the current one, the nearest there is."""
    items = list(session.items.on_the_table().in_order())
    places = [place for place, each in enumerate(items) if each.pk == session.current_item_id]
    if not items:
        return None
    place = places[0] + step if places else 0
    return items[min(max(place, 0), len(items) - 1)]


@transaction.atomic
def note_attendance(
    *, session: ForumSession, there: Collection[int], by: User, at: datetime
) -> None:
    """Write down who of the invited was there (their keys) and who was not."""
    _lock_live(session)
    Attendance.objects.bulk_create(
        [
            Attendance(session=session, user=user, was_there=user.pk in there, by=by, at=at)
            for user in invited(session)
        ],
        update_conflicts=True,
        unique_fields=["session", "user"],
        update_fields=["was_there", "by", "at"],
    )


def be_here(*, session: ForumSession, user: User, at: datetime) -> None:
    """Note that somebody has the live page open."""
    SessionPresence.objects.bulk_create(
        [SessionPresence(session=session, user=user, seen_at=at)],
        update_conflicts=True,
        unique_fields=["session", "user"],
        update_fields=["seen_at"],
    )


def who_is_here(session: ForumSession, at: datetime) -> list[User]:
    """Return who has the live page open, by name."""
    seen = session.presences.filter(seen_at__gt=at - HERE).select_related("user")
    return sorted((each.user for each in seen), key=lambda user: (user.name, user.pk))


@transaction.atomic
def decide_on_item(
    *,
    item: AgendaItem,
    title: str,
    text: str,
    rationale: str,
    by: User,
    at: datetime,
    decision: Decision | None = None,
) -> Decision:
    """Take a decision on an item, or leave a stub where there is no `text` yet.

    `decision` is a stub that waits; without one a new decision is opened.
    """
    _lock_live(item.session)
    if decision is None:
        origin = f"{item.session.forum.open_name}, session of {item.session.local_start:%d %b %Y}"
        decision = open_decision(title=title, origin=origin, decider=by, by=by, at=at)
    if text:
        decide(decision=decision, text=text, rationale=rationale, by=by, at=at)
    ItemDecision.objects.get_or_create(item=item, decision=decision, defaults={"by": by, "at": at})
    return decision


@transaction.atomic
def act_on_item(
    *, item: AgendaItem, text: str, owner: User, due_on: date, by: User, at: datetime
) -> Action:
    """Let somebody promise something on an item."""
    session = item.session
    _lock_live(session)
    return open_action(
        text=text, owner=owner, due_on=due_on, session=session, item=item, by=by, at=at
    )


@transaction.atomic
def close_session(*, session: ForumSession, by: User, at: datetime) -> Minutes:
    """Close for good: what nobody came to is put off, the minutes are written and mailed once."""
    _lock_live(session)
    _stop_clock(session, at)
    carry_over(session=session)
    session.state, session.closed_at, session.closed_by = State.CLOSED, at, by
    session.current_item = session.current_since = None
    session.save(update_fields=["state", "closed_at", "closed_by", "current_item", "current_since"])
    session.presences.all().delete()
    minutes = write_minutes(session=session, by=by, at=at)
    _record(session, "closed", "closed the session; its minutes are mailed", by=by, at=at)
    mail_minutes(minutes=minutes, at=at)
    return minutes


def _lock_live(session: ForumSession) -> None:
    lock(session)
    if not session.is_live:
        raise NotLive(f"The session is {session.get_state_display().lower()}.")


def _stop_clock(session: ForumSession, at: datetime) -> None:
    item = session.current_item
    if item and session.current_since:
        lock(item)
        item.spent_seconds += max(0, round((at - session.current_since).total_seconds()))
        item.save(update_fields=["spent_seconds"])


def _record(session: ForumSession, verb: str, words: str, *, by: User, at: datetime) -> None:
    local = session.local_start
    summary = f"{words} of {local.day} {local:%b %Y}" if verb == "began" else words
    audit.record(f"session.{verb}", thread=session.forum.thread, summary=summary, by=by, at=at)
