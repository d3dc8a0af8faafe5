"""Forums, sessions and actions, through the same acts a person would use."""

import itertools
from datetime import UTC, date, datetime, time, timedelta

from planning.models import ForumSession
from planning.services import actions, agendas, conduct, forums
from tests.factories.people import UserFactory

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
NUMBERS = itertools.count(1)


def forum(*, at=AT, **fields):
    """Make a forum; from `at` on it meets each Tuesday at ten in Berlin."""
    by = fields.pop("by", None) or UserFactory(role="ops")
    fields = {
        "name": f"Forum {next(NUMBERS)}",
        "owner": by,
        "weekday": 2,
        "meets_at": time(10),
        "starts_on": at.date(),
        **fields,
    }
    return forums.create_forum(by=by, at=at, **fields)


def session(of=None, *, state="planned", at=AT, **fields):
    """Return the first session of a forum; `state` is planned, live or closed."""
    made = of or forum(at=at, **fields)
    found = made.sessions.select_related("forum__thread").earliest("starts_at")
    by = made.owner
    if state == "planned":
        agendas.fill_agenda(session=found)
    if state in {"live", "closed"}:
        conduct.begin_session(session=found, by=by, at=found.starts_at)
    if state == "closed":
        conduct.close_session(session=found, by=by, at=found.ends_at)
    return ForumSession.objects.select_related("forum__thread").get(pk=found.pk)


def item(of, title="What next?", minutes=5):
    """Put an item of somebody's own on a session's agenda."""
    return agendas.add_item(session=of, title=title, minutes=minutes)


def action(*, at=AT, **fields):
    """Make an open action, due in a week."""
    owner = fields.pop("owner", None) or UserFactory()
    fields = {
        "text": f"Do number {next(NUMBERS)}",
        "due_on": (at + timedelta(days=7)).date(),
        "by": owner,
        **fields,
    }
    return actions.open_action(owner=owner, at=at, **fields)


def day(number, month=11):
    return date(2026, month, number)
