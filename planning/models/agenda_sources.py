"""Where the lines of an agenda come from by themselves.

A source finds what a forum should talk about on a day. Apps above planning add theirs when they
start (`SOURCES["waivers"] = Source(…)`): planning knows nothing of launches and figures.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.utils import timezone

from planning.models.action import Action
from planning.models.commitment import Commitment
from planning.models.decision import Decision
from planning.models.dependency import Dependency
from planning.models.forum import Forum
from planning.models.initiative import Initiative
from planning.models.key_result import KeyResult


@dataclass(frozen=True)
class Line:
    """Something to talk about; `ref` is the same as long as it is the same matter."""

    ref: str
    title: str
    path: str
    detail: str = ""


@dataclass(frozen=True)
class Source:
    """A built-in part of agendas: what people choose it by, and how it finds its lines.

    `find(forum, on)` returns what a forum that meets on the day `on` should talk about, the most
    urgent first.
    """

    label: str
    find: Callable[[Forum, date], list[Line]]


def _commitments(forum: Forum, on: date) -> list[Line]:
    """Return promises that are off track, or whose date moved since the commit."""
    rows = Commitment.objects.binding().filter(
        Q(initiative__status=Initiative.Status.OFF_TRACK)
        | Q(initiative__target_on__gt=F("frozen_target_on"))
    )
    if forum.team_id:
        rows = rows.filter(initiative__teams=forum.team_id)
    rows = rows.select_related("initiative", "cycle").order_by("initiative__target_on", "pk")
    return [
        Line(
            f"commitment:{row.pk}",
            f"{row.initiative.key} {row.initiative.title}",
            row.initiative.get_absolute_url(),
            _trouble(row),
        )
        for row in rows.distinct()
    ]


def _trouble(row: Commitment) -> str:
    """Return what is wrong with a promise, in words."""
    initiative, words = row.initiative, []
    if initiative.status == Initiative.Status.OFF_TRACK:
        words.append("off track")
    if row.frozen_target_on and row.has_slipped:
        words.append(f"slipped from {day(row.frozen_target_on)} to {day(initiative.target_on)}")
    return f"{row.cycle}: {', '.join(words)}"


def _decisions(forum: Forum, on: date) -> list[Line]:
    """Return decisions nobody took yet, the longest open first."""
    rows = Decision.objects.undecided()
    if forum.team_id:
        rows = rows.filter(Q(team=forum.team_id) | Q(initiative__teams=forum.team_id))
    rows = rows.select_related("decider").order_by("opened_at", "pk").distinct()
    return [
        Line(
            f"decision:{row.pk}",
            f"{row.key} {row.title}",
            row.get_absolute_url(),
            f"to decide since {day(timezone.localdate(row.opened_at))}"
            + (f", {row.decider} decides" if row.decider else ""),
        )
        for row in rows
    ]


def _actions(forum: Forum, on: date) -> list[Line]:
    """Return the forum's own actions due by then, and overdue ones that came from no session.

    Those of other forums stay there: one of them may be private.
    """
    rows = Action.objects.open()
    elsewhere = Q(session=None, due_on__lt=on)
    if forum.team_id:
        elsewhere &= Q(owner__memberships__team=forum.team_id) | Q(initiative__teams=forum.team_id)
    rows = rows.filter(Q(session__forum=forum, due_on__lte=on) | elsewhere)
    rows = rows.select_related("owner").order_by("due_on", "pk").distinct()
    return [
        Line(
            f"action:{row.pk}",
            f"{row.key} {row.text}"[:250],
            row.get_absolute_url(),
            f"{row.owner}, {'was due' if row.due_on < on else 'due'} {day(row.due_on)}",
        )
        for row in rows
    ]


def _dependencies(forum: Forum, on: date) -> list[Line]:
    """Return what teams promised each other and is late, the longest first.

    The reference has the day it was due: a promise that is renewed and broken again is news.
    """
    rows = Dependency.objects.late(on)
    if forum.team_id:
        rows = rows.filter(Q(asking_team=forum.team_id) | Q(giving_team=forum.team_id))
    rows = rows.select_related("asking_team", "giving_team").order_by("falls_due_on", "pk")
    return [
        Line(
            f"dependency:{row.pk}:{row.falls_due_on}",
            f"{row.key} {row.title}"[:250],
            row.get_absolute_url(),
            f"{row.asking_team} waits for {row.giver}, due {day(row.falls_due_on)}",
        )
        for row in rows
    ]


def _key_results(forum: Forum, on: date) -> list[Line]:
    """Return key results that are behind where they should be: off track by their last report."""
    rows = KeyResult.objects.active().failing()
    if forum.team_id:
        rows = rows.filter(objective__team=forum.team_id)
    rows = rows.select_related("objective", "owner").order_by("check_in_due_at", "pk")
    return [
        Line(
            f"key_result:{row.pk}",
            f"{row.key} {row.title}"[:250],
            row.get_absolute_url(),
            f"{row.objective}, {row.owner}",
        )
        for row in rows
    ]


def day(on: date | None) -> str:
    """Return a day as the lines of an agenda write it: "3 Nov"."""
    return f"{on.day} {on:%b}" if on else "no date"


SOURCES: dict[str, Source] = {
    "dependencies": Source("Late dependencies", _dependencies),
    "actions": Source("Overdue actions", _actions),
    "key_results": Source("Red key results", _key_results),
    "commitments": Source("Promises off track or slipped", _commitments),
    "decisions": Source("Decisions to take", _decisions),
}


def choices() -> list[tuple[str, str]]:
    """Return (name, label) of every source there is."""
    return [(name, source.label) for name, source in SOURCES.items()]


def label(name: str) -> str:
    return SOURCES[name].label if name in SOURCES else ""
