"""Tells the people of a forum, each once for a cause."""

from datetime import datetime

from planning.models import Forum, ForumSession
from planning.models.forum import participants
from prodops.notifications.models import Kind
from prodops.notifications.services import notify
from prodops.people.models import User


def invited(session: ForumSession) -> list[User]:
    """Return the people of the forum and the session's guests, each once, by name."""
    people = {user.pk: user for user in participants(session.forum)}
    people |= {user.pk: user for user in session.guests.filter(is_active=True)}
    return sorted(people.values(), key=lambda user: (user.name, user.pk))


def tell_forum(
    forum: Forum,
    what: str,
    title: str,
    *,
    at: datetime,
    body: str = "",
    by: User | None = None,
    people: list[User] | None = None,
) -> None:
    """Tell everybody who belongs to a forum, or some `people`."""
    people = participants(forum) if people is None else people
    _tell(
        people, forum, f"forum:{forum.pk}:{what}", title, forum.get_absolute_url(),
        body=body, by=by, at=at,
    )  # fmt: skip


def tell_invited(
    session: ForumSession,
    what: str,
    title: str,
    *,
    at: datetime,
    body: str = "",
    by: User | None = None,
    people: list[User] | None = None,
) -> None:
    """Tell everybody invited to a session, or some `people` of them."""
    cause = f"session:{session.pk}:{what}"
    people = invited(session) if people is None else people
    _tell(
        people, session.forum, cause, title, session.get_absolute_url(),
        body=body, by=by, at=at,
    )  # fmt: skip


def _tell(people, forum, cause, title, path, *, body, by, at) -> None:
    notify(
        people,
        kind=Kind.FORUM,
        cause=cause,
        title=title[:300],
        body=body,
        path=path,
        thread=forum.thread,
        action_label="Open it",
        by=by,
        at=at,
    )
