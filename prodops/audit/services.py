"""Acts on a record's story: open its thread, record an event, comment, follow."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from prodops.audit.models import Comment, CommentRevision, Event, Thread
from prodops.people.models import User
from prodops.people.permissions import is_insider

MOST_A_MINUTE = 20


class TooManyComments(Exception):
    """Somebody comments faster than anybody could read."""


def open_thread(*, kind: str, key: str, title: str, path: str) -> Thread:
    """Make the thread a new record owns."""
    return Thread.objects.create(kind=kind, key=key, title=title[:300], path=path)


def record(
    verb: str,
    *,
    thread: Thread,
    summary: str,
    by: User | None,
    at: datetime,
    before: str = "",
    after: str = "",
    detail: str = "",
    is_public: bool = False,
) -> Event:
    """Write one line of a record's timeline.

    `verb` is "noun.past"; `summary` reads after the person's name; `is_public` lines are shown to
    requesters too; `before` and `after` are the human words of a change of state.
    """
    return Event.objects.create(
        verb=verb,
        thread=thread,
        summary=summary[:500],
        by=by,
        at=at,
        before=before[:200],
        after=after[:200],
        detail=detail,
        is_public=is_public,
    )


def follow(*, thread: Thread, users: Iterable[User | None]) -> None:
    """Let people hear of a record; who follows already, or is None, changes nothing."""
    thread.followers.add(*[user for user in users if user is not None])


def unfollow(*, thread: Thread, users: Iterable[User]) -> None:
    """Let people hear no more of a record; a requester no longer reads along either."""
    thread.followers.remove(*users)


@transaction.atomic
def comment(*, thread: Thread, body: str, is_public: bool, by: User, at: datetime) -> Comment:
    """Add a comment and let its author follow the record; a requester's is always public.

    Telling those who follow or are mentioned is `notifications.services.say`, which calls this.
    Raises TooManyComments past twenty a minute.
    """
    recent = thread.comments.filter(by=by, at__gt=at - timedelta(minutes=1), at__lte=at)
    if recent.count() >= MOST_A_MINUTE:
        raise TooManyComments(f"You wrote {MOST_A_MINUTE} comments in a minute. Wait a moment.")
    follow(thread=thread, users=[by])
    is_public = thread.kind == Thread.REQUEST and (is_public or not is_insider(by))
    return Comment.objects.create(thread=thread, body=body, is_public=is_public, by=by, at=at)


@transaction.atomic
def edit_comment(*, comment: Comment, body: str, at: datetime) -> Comment:
    """Replace what a comment says and keep what it said; the same words change nothing."""
    current = Comment.objects.select_for_update().get(pk=comment.pk)
    if body == current.body:
        return current
    CommentRevision.objects.create(comment=current, body=current.body, replaced_at=at)
    current.body, current.edited_at = body, at
    current.save(update_fields=["body", "edited_at"])
    return current
