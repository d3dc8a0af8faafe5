"""Commenting: the words go to the record's story, the news to those who follow or are mentioned."""

from datetime import datetime

from django.db import transaction

from prodops.audit import mentions
from prodops.audit import services as audit
from prodops.audit.models import Comment, Thread
from prodops.notifications.models import Kind
from prodops.notifications.services.telling import notify
from prodops.people.models import User
from prodops.people.permissions import is_insider


@transaction.atomic
def say(*, thread: Thread, body: str, is_public: bool, by: User, at: datetime) -> Comment:
    """Comment on a record; mention people with @name, and they are told once.

    Internal words are told to insiders only; a requester's own words are always public.
    """
    comment = audit.comment(thread=thread, body=body, is_public=is_public, by=by, at=at)
    mentioned = _tell_mentioned(comment, at=at)
    followers = [user for user in thread.followers.all() if user not in mentioned]
    notify(
        _readers(comment, followers),
        kind=Kind.COMMENT,
        cause=f"comment:{comment.pk}",
        title=f"{by} commented on {thread}",
        body=body[:2000],
        path=f"{thread.path}#comment-{comment.pk}",
        thread=thread,
        action_label="Read and answer",
        by=by,
        at=at,
        is_public=comment.is_public,
    )
    return comment


@transaction.atomic
def reword(*, comment: Comment, body: str, at: datetime) -> Comment:
    """Edit a comment; what it said before is kept, and only people newly mentioned are told."""
    comment = audit.edit_comment(comment=comment, body=body, at=at)
    _tell_mentioned(comment, at=at)
    return comment


def _tell_mentioned(comment: Comment, *, at: datetime) -> list[User]:
    thread = comment.thread
    people = mentions.mentioned(comment.body)
    notify(
        _readers(comment, people),
        kind=Kind.MENTION,
        cause=f"mention:{comment.pk}",
        title=f"{comment.by} mentioned you on {thread}",
        body=comment.body[:2000],
        path=f"{thread.path}#comment-{comment.pk}",
        thread=thread,
        action_label="Read and answer",
        by=comment.by,
        at=at,
        is_public=comment.is_public,
    )
    return people


def _readers(comment: Comment, people: list[User]) -> list[User]:
    return [user for user in people if comment.is_public or is_insider(user)]
