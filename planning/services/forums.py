"""Open a forum, change it, say who belongs to it, and end it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from intake.services import Refusal
from planning.models import Action, Forum, ForumMember, StandingItem
from planning.models.forum import participants
from planning.services.actions import name_thread
from planning.services.editions import mark, refuse_changed
from planning.services.records import lock, open_record
from planning.services.sessions import plan_sessions
from planning.services.telling import tell_forum
from prodops.audit import services as audit
from prodops.people.models import User
from prodops.people.permissions import can_run_operations

# What decides when the forum meets; a change of any of it moves its sessions.
TIMES = (
    "rhythm",
    "every_weeks",
    "nth",
    "weekday",
    "meets_at",
    "time_zone",
    "minutes",
    "holiday_calendar",
    "moves_off_holidays",
    "starts_on",
)
OTHERS = ("name", "purpose", "owner", "facilitator", "team", "is_private", "sources")
# What decides who may change and see it; for those who lead it, and product operations.
LEADING = ("owner", "facilitator", "is_private")


@transaction.atomic
def create_forum(
    *,
    by: User,
    at: datetime,
    members: Iterable[User] = (),
    standing: Iterable[tuple[str, int]] = (),
    **fields: Any,
) -> Forum:
    """Open a forum with its first sessions; `standing` are (title, minutes) of each agenda."""
    forum = Forum(**fields)
    open_record(forum, followers=[])
    _close_threads(forum)
    _set_members(forum, members)
    _set_standing(forum, standing)
    record(forum, "created", f"opened the forum, {forum.rhythm_words()}", by=by, at=at)
    plan_sessions(forum=forum, at=at)
    title = f"You are in {forum.name}, {forum.rhythm_words()}"
    tell_forum(forum, "created", title, body=forum.purpose, by=by, at=at)
    return forum


@transaction.atomic
def edit_forum(
    *,
    forum: Forum,
    by: User,
    at: datetime,
    members: Iterable[User],
    standing: Iterable[tuple[str, int]],
    seen: str,
    **fields: Any,
) -> Forum:
    """Change a forum; where its times change, its sessions follow and its people are told.

    Who leads it, and whether it is private, only its owner, its facilitator and product operations
    change; who leads it no more is told. `seen` is `edition(forum)` as it was when the form was
    opened; raises ChangedMeanwhile when somebody saved since.
    """
    lock(forum)
    if not forum.is_going:
        raise Refusal(f"{forum} has ended.")
    members, standing = list(members), list(standing)
    if _mark(Forum(**fields), members, standing) == edition(forum):
        return forum
    edits = forum.thread.events.filter(verb="forum.changed")
    refuse_changed(seen, edition(forum), edits=edits)
    led = _led(forum, fields, by)
    before = _times(forum)
    for name in (*TIMES, *OTHERS):
        setattr(forum, name, fields[name])
    forum.save(update_fields=[*TIMES, *OTHERS])
    _close_threads(forum)
    _set_members(forum, members)
    _set_standing(forum, standing)
    record(forum, "changed", "changed the forum", by=by, at=at)
    plan_sessions(forum=forum, at=at)
    left = [user for user in led if user not in {forum.owner, forum.facilitator}]
    tell_forum(forum, f"led:{int(at.timestamp())}", _led_by(forum), people=left, by=by, at=at)
    if _times(forum) != before:
        when = f"{forum.rhythm_words()} at {forum.meets_at:%H:%M} ({forum.time_zone})"
        title = f"{forum.name} meets {when}"
        tell_forum(forum, f"times:{int(at.timestamp())}", title, by=by, at=at)
    return forum


@transaction.atomic
def end_forum(*, forum: Forum, by: User, at: datetime, on: date) -> Forum:
    """Let a forum meet no more; what is planned is cancelled, its minutes and actions stay."""
    lock(forum)
    if not forum.is_going:
        raise Refusal(f"{forum} has ended already.")
    forum.ended_on = on
    forum.save(update_fields=["ended_on"])
    plan_sessions(forum=forum, at=at)
    record(forum, "ended", "ended the forum", by=by, at=at)
    tell_forum(forum, "ended", f"{forum.name} has ended", by=by, at=at)
    return forum


def edition(forum: Forum) -> str:
    """Return what tells one state of what the form of a forum holds from another."""
    standing = forum.standing_items.order_by("position").values_list("title", "minutes")
    return _mark(forum, forum.members.all(), standing)


def _mark(forum: Forum, members: Iterable[User], standing: Iterable[tuple[str, int]]) -> str:
    people = sorted(user.pk for user in members)
    return mark(forum, (*TIMES, *OTHERS), people, [tuple(each) for each in standing])


def _led(forum: Forum, fields: dict[str, Any], by: User) -> list[User]:
    """Return who leads the forum until now; raises Refusal for others who would change that."""
    led = [user for user in (forum.owner, forum.facilitator) if user]
    is_led_by_them = by in led or can_run_operations(by)
    if not is_led_by_them and any(fields[name] != getattr(forum, name) for name in LEADING):
        names = " or ".join(dict.fromkeys(str(user) for user in led))
        raise Refusal(
            f"Ask {names}, or product operations: they say who leads {forum} and who sees it."
        )
    return led


def _led_by(forum: Forum) -> str:
    return f"{forum.name} is led by {forum.facilitator or forum.owner} now"


def record(forum: Forum, verb: str, summary: str, *, by: User | None, at: datetime) -> None:
    """Write a line of the forum's story."""
    audit.record(f"forum.{verb}", thread=forum.thread, summary=summary, by=by, at=at)


def _times(forum: Forum) -> list[Any]:
    return [getattr(forum, name) for name in TIMES]


def _close_threads(forum: Forum) -> None:
    """Call the forum's thread and its actions' as anybody may read them; close private ones."""
    forum.thread.title, forum.thread.is_private = forum.open_name, forum.is_private
    forum.thread.save(update_fields=["title", "is_private"])
    promised = Action.objects.filter(session__forum=forum).order_by("pk")
    for action in promised.select_related("thread", "session__forum"):
        name_thread(action)


def _set_members(forum: Forum, members: Iterable[User]) -> None:
    wanted = {user.pk for user in members}
    forum.memberships.exclude(user__in=wanted).delete()
    known = set(forum.memberships.values_list("user_id", flat=True))
    ForumMember.objects.bulk_create(
        ForumMember(forum=forum, user_id=pk) for pk in sorted(wanted - known)
    )
    people = participants(forum)
    audit.unfollow(
        thread=forum.thread,
        users=forum.thread.followers.exclude(pk__in=[user.pk for user in people]),
    )
    audit.follow(thread=forum.thread, users=people)


def _set_standing(forum: Forum, standing: Iterable[tuple[str, int]]) -> None:
    wanted = dict(standing)
    forum.standing_items.exclude(title__in=wanted).delete()
    StandingItem.objects.bulk_create(
        [
            StandingItem(forum=forum, position=place, title=title, minutes=minutes)
            for place, (title, minutes) in enumerate(wanted.items(), start=1)
        ],
        update_conflicts=True,
        unique_fields=["forum", "title"],
        update_fields=["position", "minutes"],
    )
