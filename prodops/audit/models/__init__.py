"""What happened to a record: changes as the database saw them, and the story people read."""

from prodops.audit.models.append_only import AppendOnly
from prodops.audit.models.change import Change
from prodops.audit.models.thread import Comment, CommentRevision, Event, Thread
from prodops.people.models import Recorded

__all__ = ["AppendOnly", "Change", "Comment", "CommentRevision", "Event", "Recorded", "Thread"]
