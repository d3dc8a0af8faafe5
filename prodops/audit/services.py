"""Acts on a record's story: open its thread, record an event, comment."""

from datetime import datetime

from prodops.audit.models import Event, Thread
from prodops.people.models import User


def open_thread(*, kind: str, key: str, title: str, path: str) -> Thread:
    """Make the thread a new record owns."""
    return Thread.objects.create(kind=kind, key=key, title=title, path=path)


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

    `verb` is "noun.past"; `is_public` lines are shown to requesters too; `before` and `after`
    are the human words of a change of state.
    """
    return Event.objects.create(
        verb=verb,
        thread=thread,
        summary=summary,
        by=by,
        at=at,
        before=before,
        after=after,
        detail=detail,
        is_public=is_public,
    )
