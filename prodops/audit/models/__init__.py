"""What happened to a record: changes as the database saw them, and the story people read."""

from prodops.audit.models.change import Change, Recorded
from prodops.audit.models.thread import Comment, CommentRevision, Event, Thread

__all__ = ["Change", "Comment", "CommentRevision", "Event", "Recorded", "Thread"]
