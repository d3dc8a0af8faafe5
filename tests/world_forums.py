"""A forum with a session to come, one that goes on and one that is over, for tests/world.py."""

from datetime import time, timedelta

from planning.models import Action, AgendaItem, ForumSession, Minutes
from planning.services import agendas, conduct, feeds, forums, notes


def build(world, *, mark):
    """Make the forum, and one of everything that belongs to it."""
    by, at = world.users["ops"], world.at
    told = {"by": by, "at": at}
    on = (at + timedelta(days=5)).date()
    forum = forums.create_forum(
        name=f"Forum {mark}",
        owner=by,
        members=[world.users["contributor"], world.users["executive"]],
        weekday=on.isoweekday(),
        meets_at=time(10),
        starts_on=on,
        standing=[(f"Numbers of the {mark}", 10)],
        sources=["actions", "decisions"],
        **told,
    )
    coming, going, over = forum.sessions.order_by("starts_at")[:3]
    for session in (going, over):
        conduct.begin_session(session=session, **told)
    conduct.close_session(session=over, **told)
    agendas.fill_agenda(session=coming)
    item = AgendaItem.objects.select_related("session__forum").get(pk=going.current_item_id)
    world.add(
        forum=forum,
        forum_session=coming,
        live_session=going,
        closed_session=over,
        agenda_item=item,
        note_conflict=_conflict(item, by, at, mark),
        promise=_promise(world, item, at, mark),
    )
    world.add(feed=feeds.make_feed(user=world.users["contributor"], forum=None, at=at)[0])


def grow(world, number, *, copies):
    """Copy the forum's lines, actions and sessions `number` times."""
    days = [world.forum_session.series_on + timedelta(days=100 + n) for n in range(number)]
    closed = {"series_on": days, "current_item_id": None}
    over = ForumSession.objects.get(pk=world.closed_session.pk)
    sessions = copies(over, number, **closed)
    copies(Minutes.objects.get(session=over), number, session=sessions)
    planned = ForumSession.objects.get(pk=world.forum_session.pk)
    later = [day + timedelta(days=200) for day in days]
    copies(planned, number, series_on=later)
    for session in (planned, world.live_session, over):
        item = AgendaItem.objects.filter(session=session).earliest("pk")
        copies(item, number, ref=lambda n: f"own:{n}")
    copies(Action.objects.get(pk=world.promise.pk), number)
    copies(world.forum, number)
    copies(world.note_conflict, number)
    copies(world.forum.standing_items.get(), number, title=lambda n: f"Number {n}")


def _conflict(item, by, at, mark):
    base = notes.save_note(item=item, text=f"The {mark}", base="0", by=by, at=at).base
    notes.save_note(item=item, text=f"One {mark}", base=base, by=by, at=at)
    [conflict] = notes.save_note(item=item, text=f"Two {mark}", base=base, by=by, at=at).conflicts
    return conflict


def _promise(world, item, at, mark):
    return conduct.act_on_item(
        item=item,
        text=f"Look after the {mark}",
        owner=world.users["ops"],
        due_on=(at + timedelta(days=30)).date(),
        by=world.users["ops"],
        at=at,
    )
