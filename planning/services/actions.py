"""Actions: promise one, settle it, put it into other hands, and be reminded of it."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q, prefetch_related_objects

from intake.services import Refusal
from planning.models import Action, AgendaItem, Cycle, Decision, ForumSession, Initiative
from planning.services.editions import mark, refuse_changed
from planning.services.records import lock, open_record
from prodops.audit import services as audit
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.business_time import Calendar, default_calendar
from prodops.people.models import User

REMIND_WORKING_DAYS_AHEAD = 1
REMIND_AT = time(8)
LOOK_AHEAD = timedelta(days=14)


class AlreadySettled(Refusal):
    """The action is done or dropped."""


@transaction.atomic
def open_action(
    *,
    text: str,
    owner: User,
    due_on: date,
    by: User | None,
    at: datetime,
    session: ForumSession | None = None,
    item: AgendaItem | None = None,
    decision: Decision | None = None,
    initiative: Initiative | None = None,
    cycle: Cycle | None = None,
    origin: str = "",
) -> Action:
    """Let `owner` promise something by a day; they are told unless they wrote it themselves.

    Where it comes from is any of a session (with the item of its agenda), a decision, an
    initiative, a cycle (its retrospective); `origin` says it in words where none of them does.
    """
    action = Action(
        **{"text": text, "owner": owner, "due_on": due_on, "session": session, "item": item},
        **{"decision": decision, "initiative": initiative, "cycle": cycle, "origin": origin},
        **{"opened_at": at, "opened_by": by},
    )
    open_record(action, followers=[user for user in (owner, by) if user])
    name_thread(action)
    audit.record(
        "action.opened",
        thread=action.thread,
        summary="opened the action",
        detail=_from(action),
        by=by,
        at=at,
    )
    _tell_about_sources(action, by=by, at=at)
    _tell_owner(action, "assigned", f"For you by {_day(due_on)}", by=by, at=at)
    return action


@transaction.atomic
def settle_action(
    *, action: Action, state: str, by: User, at: datetime, reason: str = ""
) -> Action:
    """Call an action done, or drop it with a reason; raises AlreadySettled for a settled one."""
    lock(action)
    if not action.is_open:
        raise AlreadySettled(f"{action.key} is {action.get_state_display().lower()} already.")
    if state == Action.State.DROPPED and not reason.strip():
        raise Refusal(f"Say why {action.key} is dropped.")
    action.state, action.reason = state, reason.strip()
    action.settled_at, action.settled_by = at, by
    action.save(update_fields=["state", "reason", "settled_at", "settled_by"])
    words = action.get_state_display()
    audit.record(
        f"action.{state}",
        thread=action.thread,
        summary="did it" if state == Action.State.DONE else "dropped it",
        before="Open",
        after=words,
        detail=action.reason,
        by=by,
        at=at,
    )
    title = f"{words}: {action.text}"
    what = f"settled:{int(at.timestamp())}"
    _tell({action.opened_by, action.owner}, action, what, title, body=reason, by=by, at=at)
    return action


@transaction.atomic
def reopen_action(*, action: Action, by: User, at: datetime) -> Action:
    """Open a settled action again."""
    lock(action)
    if action.is_open:
        raise Refusal(f"{action.key} is open.")
    before = action.get_state_display()
    action.state, action.reason = Action.State.OPEN, ""
    action.settled_at = action.settled_by = None
    action.save(update_fields=["state", "reason", "settled_at", "settled_by"])
    audit.record(
        "action.reopened",
        thread=action.thread,
        summary="opened it again",
        before=before,
        after="Open",
        by=by,
        at=at,
    )
    return action


@transaction.atomic
def change_action(
    *, action: Action, text: str, owner: User, due_on: date, seen: str, by: User, at: datetime
) -> Action:
    """Reword an open action, give it to somebody else or to another day.

    `seen` is `edition(action)` as it was when the form was opened; raises ChangedMeanwhile when
    somebody saved since.
    """
    lock(action)
    if not action.is_open:
        raise AlreadySettled(f"{action.key} is {action.get_state_display().lower()} already.")
    if (text, owner.pk, due_on) == (action.text, action.owner_id, action.due_on):
        return action
    refuse_changed(seen, edition(action), edits=action.thread.events.filter(verb="action.changed"))
    before = (str(action.owner), _day(action.due_on))
    has_new_owner = owner.pk != action.owner_id
    action.text, action.owner, action.due_on = text, owner, due_on
    action.save(update_fields=["text", "owner", "due_on"])
    name_thread(action)
    audit.follow(thread=action.thread, users=[owner])
    audit.record(
        "action.changed",
        thread=action.thread,
        summary="changed it",
        before=", due ".join(before),
        after=f"{owner}, due {_day(due_on)}",
        by=by,
        at=at,
    )
    if has_new_owner:
        what = f"assigned:{owner.pk}:{int(at.timestamp())}"
        _tell_owner(action, what, f"For you by {_day(due_on)}", by=by, at=at)
    return action


def edition(action: Action) -> str:
    """Return what tells one state of an action's words, owner and day from another."""
    return mark(action, ("text", "owner", "due_on"))


@transaction.atomic
def remind_of_actions(*, at: datetime) -> tuple[int, int]:
    """Remind owners a working day ahead, and tell them once when the day has passed.

    Days are those of the owner: their time zone, their team's working days and holidays. Returns
    how many were reminded and how many were told; a second run tells nobody.
    """
    around = (at - timedelta(days=1)).date(), (at + LOOK_AHEAD).date()
    coming = list(_open(~Q(reminded_for_on=F("due_on")), due_on__range=around))
    gone = list(_open(~Q(chased_for_on=F("due_on")), due_on__lt=(at + timedelta(days=1)).date()))
    with_calendars([action.owner for action in [*coming, *gone]])
    reminded = [action for action in coming if _is_near(action, at)]
    chased = [action for action in gone if _is_past(action, at)]
    for action in reminded:
        title = f"Due {_day(action.due_on)}: {action.text}"
        _tell_owner(action, f"reminder:{action.due_on}", title, at=at)
    for action in chased:
        title = f"Was due {_day(action.due_on)}: {action.text}"
        _tell_owner(action, f"overdue:{action.due_on}", title, at=at)
    Action.objects.filter(pk__in=[one.pk for one in reminded]).update(reminded_for_on=F("due_on"))
    Action.objects.filter(pk__in=[one.pk for one in chased]).update(chased_for_on=F("due_on"))
    return len(reminded), len(chased)


def calendar_of(user: User) -> Calendar:
    """Return the working days of a person's first team, in their own time zone."""
    memberships = sorted(user.memberships.all(), key=lambda each: each.pk)
    calendar = memberships[0].team.calendar() if memberships else default_calendar()
    return Calendar(
        time_zone=user.time_zone,
        working_days=calendar.working_days,
        holiday_calendar=calendar.holiday_calendar,
    )


def with_calendars(people: list[User]) -> None:
    """Load what `calendar_of` reads for many people in two queries."""
    prefetch_related_objects(people, "memberships__team")


def _is_near(action: Action, at: datetime) -> bool:
    """Has the owner's working day before the due day come, and not yet passed?"""
    calendar = calendar_of(action.owner)
    from_on = calendar.add_working_days(action.due_on, -REMIND_WORKING_DAYS_AHEAD)
    return from_on <= calendar.local_date(at) <= action.due_on and _is_up(action.owner, at)


def _is_past(action: Action, at: datetime) -> bool:
    """Is the due day over where the owner is, and a working day of theirs begun?"""
    calendar = calendar_of(action.owner)
    today = calendar.local_date(at)
    return action.due_on < today and calendar.is_working_day(today) and _is_up(action.owner, at)


def _is_up(user: User, at: datetime) -> bool:
    """Is it eight in the morning, or later, where somebody is?"""
    return at.astimezone(ZoneInfo(user.time_zone)).time() >= REMIND_AT


def _open(*conditions: Q, **lookups):
    """Return open actions to tell of; what another run holds is left to it."""
    rows = Action.objects.open().filter(*conditions, **lookups).order_by("pk")
    rows = rows.select_related("owner", "thread", "session__forum")
    return rows.select_for_update(of=("self",), skip_locked=True, no_key=True)


def name_thread(action: Action) -> None:
    """Call the thread as anybody may read it: the words of a private forum stay in it."""
    action.thread.title, action.thread.is_private = action.open_name[:300], action.is_private
    action.thread.save(update_fields=["title", "is_private"])


def _from(action: Action) -> str:
    """Return where an action comes from, as anybody may read it."""
    return action.session.forum.open_name if action.session else action.comes_from


def _tell_about_sources(action: Action, *, by: User | None, at: datetime) -> None:
    """Tell it in the stories of the records it comes from, unless their forum is private."""
    if action.is_private:
        return
    for record in (action.decision, action.initiative, action.cycle):
        if record:
            summary = f"opened {action.key} {action.text}, for {action.owner}"
            audit.record("action.opened", thread=record.thread, summary=summary, by=by, at=at)


def _tell_owner(action: Action, what: str, title: str, *, at: datetime, by: User | None = None):
    title = title if action.text in title else f"{title}: {action.text}"
    _tell([action.owner], action, what, title, body=_from(action), by=by, at=at)


def _tell(
    people: Iterable[User | None],
    action: Action,
    what: str,
    title: str,
    *,
    at: datetime,
    body: str = "",
    by: User | None = None,
) -> None:
    notify(
        people,
        kind=Kind.ASSIGNMENT,
        cause=f"action:{action.pk}:{what}",
        title=title[:300],
        body=body,
        path=action.thread.path,
        thread=action.thread,
        action_label="Open the action",
        by=by,
        at=at,
    )


def _day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b}"
