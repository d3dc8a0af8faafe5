"""A record's story as people read it: events and comments, oldest first."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, QuerySet, Window

from prodops.audit.models import Comment, Event, Thread
from prodops.people.models import User
from prodops.people.permissions import can_comment, can_run_operations, is_insider
from prodops.ui.marking import Span

SHOWN = 200
Marks = dict[int, list[Span]]
# By kind of thread: what an app above marks in the comments of a record, for one reader.
MARKED: dict[str, Callable[[Thread, User], Marks]] = {}


@dataclass(frozen=True)
class Entry:
    """One line: an event, or a comment with what this reader may do with it."""

    at: datetime
    event: Event | None = None
    comment: Comment | None = None
    may_edit: bool = False
    marks: list[Span] = field(default_factory=list)


@dataclass(frozen=True)
class Timeline:
    """What `audit/_timeline.html` shows to one reader."""

    entries: list[Entry]
    earlier: int
    may_comment: bool
    is_following: bool
    is_internal_possible: bool
    is_public_possible: bool
    may_see_changes: bool


def build(
    thread: Thread, user: User, *, story: str | None = None, marks: Marks | None = None
) -> Timeline:
    """Return the story of `thread` for `user`, in four queries; requesters get public lines.

    The newest 200 entries, and how many are `earlier`; all of them when `story` is "all". A page
    that knows the `marks` of the comments saves a query by giving them.
    """
    insider = is_insider(user)
    shown = None if story == "all" else SHOWN
    events = _newest(thread.events.all(), insider, shown)
    comments = _newest(thread.comments.all(), insider, shown)
    entries = [Entry(at=event.at, event=event) for event in reversed(events)]
    if marks is None:
        marks = _read_marks(thread, user) if comments else {}
    entries += _said(comments, user, marks)
    entries = sorted(entries, key=lambda entry: entry.at)[-(shown or 0) :]
    total = sum(rows[0].total for rows in (events, comments) if rows)
    return Timeline(
        entries=entries,
        earlier=total - len(entries),
        may_comment=can_comment(user),
        is_following=thread.followers.filter(pk=user.pk).exists(),
        is_internal_possible=insider,
        is_public_possible=thread.kind == Thread.REQUEST,
        may_see_changes=can_run_operations(user),
    )


def _read_marks(thread: Thread, user: User) -> Marks:
    return MARKED[thread.kind](thread, user) if thread.kind in MARKED else {}


def _said(comments: list[Comment], user: User, marks: Marks) -> list[Entry]:
    """Return the entries of comments that come newest first, the oldest first."""
    return [
        Entry(
            at=comment.at,
            comment=comment,
            may_edit=comment.by_id == user.pk,
            marks=marks.get(comment.pk, []),
        )
        for comment in reversed(comments)
    ]


def _newest(rows: QuerySet, insider: bool, shown: int | None) -> list:
    """Return the newest rows this reader may see, each with the `total` of them all."""
    rows = rows if insider else rows.filter(is_public=True)
    counted = rows.select_related("by").annotate(total=Window(Count("pk")))
    return list(counted.order_by("-at", "-pk")[:shown])
