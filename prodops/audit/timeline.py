"""A record's story as people read it: events and comments, oldest first."""

from dataclasses import dataclass
from datetime import datetime

from prodops.audit.models import Comment, Event, Thread
from prodops.people.models import User
from prodops.people.permissions import can_comment, can_run_operations, is_insider


@dataclass(frozen=True)
class Entry:
    """One line: an event, or a comment with what this reader may do with it."""

    at: datetime
    event: Event | None = None
    comment: Comment | None = None
    may_edit: bool = False


@dataclass(frozen=True)
class Timeline:
    """What `audit/_timeline.html` shows to one reader."""

    entries: list[Entry]
    may_comment: bool
    is_following: bool
    is_internal_possible: bool
    is_public_possible: bool
    may_see_changes: bool


def build(thread: Thread, user: User) -> Timeline:
    """Return the story of `thread` for `user`, in three queries; requesters get public lines."""
    insider = is_insider(user)
    events = thread.events.select_related("by").order_by("at", "pk")
    comments = thread.comments.select_related("by").order_by("at", "pk")
    if not insider:
        events, comments = events.filter(is_public=True), comments.filter(is_public=True)
    entries = [Entry(at=event.at, event=event) for event in events]
    entries += [
        Entry(at=comment.at, comment=comment, may_edit=comment.by_id == user.pk)
        for comment in comments
    ]
    return Timeline(
        entries=sorted(entries, key=lambda entry: entry.at),
        may_comment=can_comment(user),
        is_following=thread.followers.filter(pk=user.pk).exists(),
        is_internal_possible=insider,
        is_public_possible=thread.kind == Thread.REQUEST,
        may_see_changes=can_run_operations(user),
    )
