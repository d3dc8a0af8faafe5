"""What each role's home shows; only reading, each list short and each its own query."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from intake.models import ProductRequest
from launches.models import Launch, LaunchItem
from planning.models import (
    Action,
    Decision,
    Dependency,
    ForumSession,
    Initiative,
    KeyResult,
    Milestone,
    ScoringSession,
    TruthTask,
)
from planning.models.truth_check import with_last_look
from prodops.integrations.models import Connection
from prodops.people.models import User
from reporting import context as waiting
from reporting import letters, readings, sparkline
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
        "truth_tasks": TruthTask.objects.visible_to(user).waiting_for(user).for_display()[:SHOWN],
        "check_ins": _check_ins(user, at),
        "milestones": _milestones(user, on),
        "decisions": Decision.objects.visible_to(user).owed_by(user, on).for_display()[:SHOWN],
        "dependencies": Dependency.objects.visible_to(user).waiting_for(user).for_display()[:SHOWN],
        "initiatives": [(one, one.truth(on)) for one in mine],
        "scoring_sessions": ScoringSession.objects.visible_to(user).voting(user)[:SHOWN],
        **_forums(user, at),
    }


def _forums(user: User, at: datetime) -> dict[str, Any]:
    """Return the actions a person owes, the longest due first, and where they meet within days."""
    sessions = ForumSession.objects.of(user).ahead(at).filter(starts_at__lt=at + NEAR / 2)
    return {
        "actions": Action.objects.waiting_for(user).for_display()[:SHOWN],
        "forum_sessions": sessions.for_display().order_by("starts_at", "pk")[:3],
    }


def _check_ins(user: User, at: datetime) -> Any:
    """Return the key results that want a check-in of this person, the longest overdue first."""
    waiting = KeyResult.objects.visible_to(user).waiting_for(user, at)
    return waiting.for_display().order_by("check_in_due_at", "pk")[:SHOWN]


def _milestones(user: User, on: date) -> Any:
    """Return the milestones this person owes within two weeks, the late ones first."""
    waiting = Milestone.objects.visible_to(user).waiting_for(user)
    return waiting.filter(due_on__lte=on + NEAR).for_display()[:SHOWN]


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
        "milestones": _milestones(user, local_day(at)),
        "next_launches": _lines(Launch.objects.visible_to(user).unshipped()),
        "freshness": jira_freshness(),
        "today": local_day(at),
        **_forums(user, at),
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
