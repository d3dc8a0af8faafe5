"""The agenda builds itself, and people put it right."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max

from intake.services import Refusal
from planning.models import AgendaItem, Forum, ForumSession
from planning.models.agenda import OWN, STANDING
from planning.models.agenda_sources import SOURCES, Line
from planning.services.records import lock

AHEAD = timedelta(days=15)
MOST_OF_A_SOURCE = 8
GAP = 10
State = AgendaItem.State


@dataclass(frozen=True)
class Wanted:
    """A line an agenda should have, and how often it stood on one before."""

    line: Line
    source: str
    minutes: int = 5
    carried: int = 0


def fill_agendas(*, at: datetime) -> int:
    """Bring the agenda of each forum's next session up to date; return how many there are."""
    coming = ForumSession.objects.planned().filter(starts_at__range=(at, at + AHEAD))
    coming = coming.filter(forum__ended_on=None).order_by("forum", "starts_at", "pk")
    ahead = coming.distinct("forum").select_related("forum")
    return sum(fill_agenda(session=session) for session in ahead)


@transaction.atomic
def fill_agenda(*, session: ForumSession) -> bool:
    """Write onto a planned session's agenda what its forum should talk about; False of another.

    First what was put off, then what the sources pull, then what stands on every agenda. What is
    settled meanwhile goes again unless a person touched it. Running it twice changes nothing.
    """
    lock(session)
    if not session.is_planned:
        return False
    wanted = _wanted(session)
    known = {item.ref: item for item in session.items.all()}
    gone = [item.pk for ref, item in known.items() if ref not in wanted and _may_go(item)]
    session.items.filter(pk__in=gone).delete()
    is_arranged = any(item.is_touched for item in known.values())
    last = max((item.position for item in known.values()), default=0)
    for place, (ref, each) in enumerate(wanted.items(), start=1):
        position = (last if is_arranged else 0) + place * GAP
        _write(session, known.get(ref), each, position, is_arranged)
    return True


@transaction.atomic
def add_item(*, session: ForumSession, title: str, minutes: int, source: str = OWN) -> AgendaItem:
    """Put something of one's own at the end of a session's agenda."""
    _hold(session)
    last = session.items.aggregate(last=Max("position"))["last"] or 0
    number = session.items.filter(ref__startswith="own:").count() + 1
    return AgendaItem.objects.create(
        session=session,
        position=last + GAP,
        ref=f"own:{session.pk}:{number}",
        source=source,
        title=title,
        minutes=minutes,
        is_touched=True,
    )


@transaction.atomic
def put_off(*, item: AgendaItem, reason: str = "") -> AgendaItem:
    """Leave an item to the next session."""
    return _set(item, State.PUT_OFF, reason)


@transaction.atomic
def dismiss(*, item: AgendaItem, reason: str) -> AgendaItem:
    """Take an item off this forum's agendas for good, and say why."""
    if not reason.strip():
        raise Refusal("Say why it needs no talk.")
    return _set(item, State.DISMISSED, reason)


@transaction.atomic
def put_back(*, item: AgendaItem) -> AgendaItem:
    """Put an item that was put off or dismissed onto the agenda again."""
    return _set(item, State.OPEN, "")


@transaction.atomic
def give_minutes(*, item: AgendaItem, minutes: int) -> AgendaItem:
    """Give an item its time."""
    _hold(item.session)
    item.minutes, item.is_touched = minutes, True
    item.save(update_fields=["minutes", "is_touched"])
    return item


@transaction.atomic
def place_item(*, item: AgendaItem, before: int | None = None, step: int = 0) -> AgendaItem:
    """Put an item in front of another (its key), or `step` places on (-1 is up); None is last."""
    _hold(item.session)
    rows = [each for each in item.session.items.in_order() if each.pk != item.pk]
    place = len(rows)
    if step:
        order = list(item.session.items.in_order().values_list("pk", flat=True))
        place = min(max(order.index(item.pk) + step, 0), len(rows))
    elif before is not None:
        place = next((n for n, each in enumerate(rows) if each.pk == before), len(rows))
    rows.insert(place, item)
    for number, each in enumerate(rows, start=1):
        each.position = number * GAP
    AgendaItem.objects.bulk_update(rows, ["position"])
    AgendaItem.objects.filter(pk=item.pk).update(is_touched=True)
    return item


def _hold(session: ForumSession) -> None:
    lock(session)
    if not session.is_open:
        raise Refusal(f"The session is {session.get_state_display().lower()}.")


def _set(item: AgendaItem, state: str, reason: str) -> AgendaItem:
    _hold(item.session)
    item.state, item.reason, item.is_touched = state, reason.strip()[:300], True
    item.save(update_fields=["state", "reason", "is_touched"])
    return item


def _wanted(session: ForumSession) -> dict[str, Wanted]:
    """Return what the agenda should have, by reference, in order."""
    forum = session.forum
    before = _items_before(session)
    pulled = _pulled(forum, session)
    still = {each.line.ref for lines in pulled for each in lines}
    found = [_again(item) for item in before.values() if _comes_back(item, still)]
    for lines in pulled:
        found += lines[:MOST_OF_A_SOURCE]
    standing = forum.standing_items.order_by("position", "pk")
    found += [
        Wanted(Line(f"standing:{each.pk}", each.title, ""), STANDING, each.minutes)
        for each in standing
    ]
    never = set(_dismissed(forum, session))
    wanted: dict[str, Wanted] = {}
    for each in found:
        ref = each.line.ref
        if ref not in never and ref not in wanted:
            wanted[ref] = _counted(each, before.get(ref))
    return wanted


def _items_before(session: ForumSession) -> dict[str, AgendaItem]:
    """Return what stood on the agenda of the forum's session before this one, in order."""
    earlier = session.forum.sessions.closed().filter(starts_at__lt=session.starts_at)
    last = earlier.order_by("-starts_at", "-pk").first()
    return {item.ref: item for item in last.items.in_order()} if last else {}


def _again(item: AgendaItem) -> Wanted:
    line = Line(item.ref, item.title, item.path, item.detail)
    return Wanted(line, item.source, item.minutes)


def _counted(each: Wanted, before: AgendaItem | None) -> Wanted:
    """Count on how many agendas in a row it stood; what stands on every one has no count."""
    if before is None or each.source == STANDING or before.state == State.DISMISSED:
        return each
    return replace(each, carried=before.carried + 1)


def _comes_back(item: AgendaItem, still: set[str]) -> bool:
    """Was it put off, and is it not settled since? What people wrote themselves nobody settles."""
    is_own = item.source in {OWN, STANDING}
    return item.state == State.PUT_OFF and (is_own or item.ref in still)


def _pulled(forum: Forum, session: ForumSession) -> list[list[Wanted]]:
    """Return what each source of the forum finds for the day of the session."""
    on = session.local_start.date()
    return [
        [Wanted(line, name) for line in SOURCES[name].find(forum, on)]
        for name in forum.sources
        if name in SOURCES
    ]


def _dismissed(forum: Forum, session: ForumSession) -> Iterable[str]:
    items = AgendaItem.objects.filter(session__forum=forum, state=State.DISMISSED)
    return items.exclude(session=session).values_list("ref", flat=True)


def _may_go(item: AgendaItem) -> bool:
    return not item.is_touched and item.is_open


def _write(
    session: ForumSession,
    item: AgendaItem | None,
    each: Wanted,
    position: int,
    is_arranged: bool,
) -> None:
    """Write a line onto the agenda; where people arranged it, what they did stays."""
    line = each.line
    said: dict[str, str | int] = {
        "title": line.title[:250],
        "detail": line.detail[:300],
        "path": line.path,
    }
    said |= {"source": each.source, "carried": each.carried}
    if item is None:
        AgendaItem.objects.create(
            session=session, ref=line.ref, position=position, minutes=each.minutes, **said
        )
        return
    if not is_arranged:
        said |= {"position": position, "minutes": each.minutes}
    if any(getattr(item, name) != value for name, value in said.items()):
        AgendaItem.objects.filter(pk=item.pk).update(**said)


def carry_over(*, session: ForumSession) -> None:
    """Put off what nobody came to, as the session closes."""
    open_items = session.items.on_the_table()
    untouched = open_items.filter(spent_seconds=0, note="", decisions=None, actions=None)
    untouched.exclude(source=STANDING).update(
        state=State.PUT_OFF, reason="There was no time for it.", position=F("position")
    )
