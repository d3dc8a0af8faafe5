"""Why the capacity of a committed plan changes: asked for, written down, and read again."""

from collections.abc import Collection
from datetime import datetime

from planning.models import Cycle, Initiative, Scenario
from planning.models.people_weeks import plain
from planning.services.commitments import ReasonNeeded
from prodops.audit import services as audit
from prodops.audit.models import Event
from prodops.people.models import Team, User

CHANGED, ASSUMED = "cycle.capacity_changed", "cycle.capacity_assumed"
MOST_NAMED = 50


def refuse_unexplained(cycle: Cycle, scenario: Scenario | None, why: str) -> None:
    """Raise ReasonNeeded where a committed plan would change and nobody said why."""
    if scenario is None and cycle.is_committed and not why:
        raise ReasonNeeded(f"{cycle} is committed: say why its capacity changes.")


def tell_weeks(*, cycle: Cycle, wishes: Collection, why: str, by: User, at: datetime) -> None:
    """Tell in the story of a cycle which weeks changed, and why; `wishes` are those written."""
    if not wishes:
        return
    initiatives = Initiative.objects.in_bulk({each.cell.initiative for each in wishes})
    teams = Team.objects.in_bulk({each.cell.team for each in wishes})
    lines = [
        f"- {initiatives[each.cell.initiative].key} {initiatives[each.cell.initiative].title}, "
        f"{teams[each.cell.team]}: {plain(each.seen)} → {plain(each.wanted)}"
        for each in list(wishes)[:MOST_NAMED]
    ]
    more = len(wishes) - len(lines)
    lines += [f"- and {more} more"] if more else []
    cells = f"{len(wishes)} cell{'' if len(wishes) == 1 else 's'}"
    audit.record(
        CHANGED,
        thread=cycle.thread,
        summary=f"changed the weeks of {cells} of the committed plan",
        detail="\n".join([why, "", *lines]),
        by=by,
        at=at,
    )


def capacity_told(*, cycle: Cycle, since: datetime) -> list[Event]:
    """Return who changed the capacity of a plan since a moment and why, the newest first."""
    rows = Event.objects.filter(thread=cycle.thread_id, verb__in=[CHANGED, ASSUMED], at__gte=since)
    return list(rows.select_related("by").order_by("-at", "-pk")[:MOST_NAMED])
