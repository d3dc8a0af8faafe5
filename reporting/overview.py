"""What each role's home shows; only reading, each list short and each its own query."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from intake.models import ProductRequest
from launches.models import Launch, LaunchItem
from planning.models import Dependency, ForumSession, Initiative
from planning.models.truth_check import with_last_look
from prodops.integrations.models import Connection
from prodops.people.models import User
from reporting import context as waiting
from reporting import letters, readings, sparkline, todo
from reporting.charts.drawing import local_day
from reporting.metrics import periods
from reporting.metrics.freshness import jira_freshness
from reporting.models import Edition

SHOWN = 6
HEADLINE = ("K3", "K4", "K5", "K7", "K9")
NEAR = timedelta(days=14)
SOON = timedelta(hours=24)


def for_contributor(user: User, at: datetime) -> dict[str, Any]:
    """Return what waits for a person who does the work, clocks first, and their initiatives."""
    on = local_day(at)
    initiatives = Initiative.objects.visible_to(user).unfinished().filter(owner=user)
    mine = list(_lines(with_last_look(initiatives.with_progress())))
    return {
        "at": at,
        "today": on,
        "to_triage": waiting.to_triage(user).for_display().by_clock()[:SHOWN],
        "items": waiting.items(user).for_display().order_by("due_on", "pk")[:SHOWN],
        "sign_offs": waiting.sign_offs(user).for_display()[:SHOWN],
        "dependencies": Dependency.objects.visible_to(user).waiting_for(user).for_display()[:SHOWN],
        "initiatives": [(one, one.truth(on)) for one in mine],
        "forum_sessions": _forum_sessions(user, at),
        **todo.of_planning(user, on=on, at=at, most=SHOWN),
    }


def _forum_sessions(user: User, at: datetime) -> Any:
    """Return where a person meets within days."""
    sessions = ForumSession.objects.of(user).ahead(at).filter(starts_at__lt=at + NEAR / 2)
    return sessions.for_display().order_by("starts_at", "pk")[:3]


def for_operations(user: User, at: datetime) -> dict[str, Any]:
    """Return what threatens the system: late requests, launches at risk, broken connections."""
    requests = ProductRequest.objects.visible_to(user).genuine().awaiting_triage()
    late_count, soon_count = requests.count_late(at=at, soon=at + SOON)
    return {
        "is_operations": True,
        "late_count": late_count,
        "soon_count": soon_count,
        "at_risk": _at_risk(user, at),
        "broken": Connection.objects.visible_to(user).exclude(broken_since=None).order_by("name"),
    }


def for_executive(user: User, at: datetime) -> dict[str, Any]:
    """Return whether we are on track: the latest readout, five numbers, what launches next."""
    months = readings.months_with_values()
    current = periods.containing(at)
    period = next((month for month in months if month < current), current.shifted(-1))
    found = {one.definition.key: one for one in readings.read_all(period=period, team=None)}
    shown = [found[key] for key in HEADLINE if key in found]
    edition = Edition.objects.visible_to(user).published().for_display().first()
    return {
        "period": period,
        "tiles": [(reading, sparkline.spark(reading)) for reading in shown],
        "judged": [one for one in found.values() if one.status != "unknown"],
        "on_target": [one for one in found.values() if one.status == "good"],
        "missed": [one for one in found.values() if one.status == "bad"],
        "edition": edition,
        "lines": [line for line in letters.lines(edition) if _is_news(line)] if edition else [],
        "at_risk": _at_risk(user, at),
        "next_launches": _lines(Launch.objects.visible_to(user).unshipped()),
        "freshness": jira_freshness(),
        "today": local_day(at),
        "forum_sessions": _forum_sessions(user, at),
        **todo.of_planning(user, on=local_day(at), at=at, most=SHOWN),
    }


def _is_news(line: letters.Line) -> bool:
    """What an executive reads first: figures off their target, signals, and a person's words."""
    figure = line.figure
    return figure.status == "bad" or bool(figure.is_signal) or bool(figure.edited_at)


def _at_risk(user: User, at: datetime) -> list[Launch]:
    """Return launches due within two weeks, or past due, with required items not done."""
    on = local_day(at)
    unready = LaunchItem.objects.unsettled().filter(launch=OuterRef("pk"), is_required=True)
    launches = Launch.objects.visible_to(user).unshipped().filter(launch_on__lte=on + NEAR)
    return list(_lines(launches.filter(Exists(unready))))


def _lines(rows: Any) -> Any:
    """Return the first of them for one line each: their teams are not shown."""
    return rows.for_display().prefetch_related(None)[:SHOWN]
