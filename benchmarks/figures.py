"""Makes the data, and times what is computed from them: facts, figures and charts."""

import io
import os
import platform
import time
from collections.abc import Callable

from django.conf import settings
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from benchmarks import data
from intake.models import ProductRequest
from prodops.audit.models import Change, Comment, Event
from prodops.integrations.jira.models import JiraChange, JiraIssue, JiraStatus
from prodops.people.models import Team, User
from prodops.supervisor.prepare import collect_static
from reporting.metrics import periods
from reporting.metrics.catalogue import METRICS
from reporting.models import MetricValue
from reporting.services import figures, flow, renderings

MONTHS = 24
CHANGED = 100


def make(*, requests: int, issues: int, events: int) -> dict[str, float]:
    """Make the data the pages show; returns the seconds of each step.

    What a kept database has already is not made again.
    """
    quiet = io.StringIO()
    seconds = {
        "migrate": _timed(lambda: call_command("migrate", verbosity=0)),
        "load the demo": _timed(lambda: call_command("demo", stdout=quiet, stderr=quiet)),
        "grow the demo": _timed(lambda: data.grow(requests=requests, issues=issues, events=events)),
    }
    collect_static()
    return seconds


def compute(*, issues: int) -> dict[str, float]:
    """Compute facts, figures and charts anew; returns the seconds of each step."""
    months = months_until_now()
    facts = f"facts of {issues:,} issues, all anew"
    values = f"{len(METRICS)} KPIs × {MONTHS} months × {Team.objects.count() + 1} scopes"
    at = timezone.now()
    return {
        facts: _timed(lambda: flow.rebuild(at=at, everything=True)),
        f"{values}, all anew": _timed(lambda: _forget_and_compute(months)),
        f"{values}, nothing changed": _timed(lambda: figures.recompute(months=months, at=at)),
        f"facts and figures after {CHANGED} changed issues": _timed(lambda: _change_some(months)),
        "charts of the dashboard, organisation": _timed(draw),
    }


def sizes(version: str) -> str:
    """Return what was measured on what, in one paragraph."""
    counted = {
        "requests": ProductRequest,
        "Jira issues": JiraIssue,
        "changes of them": JiraChange,
        "events": Event,
        "comments": Comment,
        "rows of history": Change,
        "people": User,
        "teams": Team,
    }
    parts = [f"{model.objects.count():,} {name}" for name, model in counted.items()]
    load = os.getloadavg()[0]
    return (
        f"{', '.join(parts)}; PostgreSQL {version}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, load {load:.1f} before the pages."
    )


def months_until_now() -> list[periods.Period]:
    current = periods.containing(timezone.now())
    return periods.between(current.shifted(1 - MONTHS), current)


def _timed(step: Callable[[], object]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


def _forget_and_compute(months: list[periods.Period]) -> None:
    MetricValue.objects.all().delete()
    figures.recompute(months=months, at=timezone.now())


def _change_some(months: list[periods.Period]) -> None:
    """Finish a few started issues as a sync would, and do what follows.

    Where a kept database has too few left, finished ones are started again instead.
    """
    now = timezone.now()
    steps = [JiraStatus.Step.ACTIVE, JiraStatus.Step.FINISHED]
    if JiraIssue.objects.filter(status__step=steps[0]).count() < CHANGED:
        steps.reverse()
    before, after = steps
    status = JiraStatus.objects.filter(step=after).order_by("pk").first()
    standing = JiraIssue.objects.filter(status__step=before).order_by("-updated", "pk")
    keys = list(standing.values_list("pk", flat=True)[:CHANGED])
    JiraChange.objects.bulk_create(
        JiraChange(
            issue_id=key, history_id=f"{now:%s}", position=0, at=now, field="status",
            from_text=before.label, to_id=status.jira_id, to_text=status.name,
        )
        for key in keys
    )  # fmt: skip
    JiraIssue.objects.filter(pk__in=keys).update(
        status=status, synced_at=now, change_count=F("change_count") + 1
    )
    rebuilt = flow.rebuild(at=now)
    touched = [month for month in months if rebuilt.touches(month)]
    figures.recompute(months=touched, at=now)


def draw() -> None:
    """Draw in this process the charts a worker draws (see benchmarks/settings.py)."""
    assert settings.CELERY_TASK_ALWAYS_EAGER
    renderings.request(team=None, at=timezone.now())
