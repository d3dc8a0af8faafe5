"""After a sync, and every hour: rebuild the facts, and recompute the months they may move."""

from datetime import datetime, timedelta

from django.db.models import Max

from prodops.integrations.models import SyncRun
from reporting import tasks
from reporting.metrics import periods
from reporting.metrics.periods import Period
from reporting.models import MetricValue
from reporting.services import flow, renderings
from reporting.services.definitions import load_definitions

HISTORY_MONTHS = 24
UNSETTLED_MONTHS = 3
AT_LEAST_EVERY = timedelta(hours=1)


def refresh(*, at: datetime, is_forced: bool = False) -> list[Period]:
    """Rebuild what changed in Jira, and wake a worker for each month whose figures may differ.

    Does nothing while no sync has finished since the figures were last computed, an hour at most.
    """
    if not (is_forced or _is_due(at)):
        renderings.wake_forgotten(at=at)
        return []
    rebuilt = flow.rebuild(at=at)
    load_definitions()
    wanted = _wanted(rebuilt, at)
    for month in wanted:
        tasks.recompute_month.delay_on_commit(month.slug)
    renderings.request_due(at=at, has_changed=rebuilt.issues > 0 or rebuilt.is_full)
    return wanted


def _is_due(at: datetime) -> bool:
    last = MetricValue.objects.aggregate(at=Max("computed_at"))["at"]
    if last is None or at - last >= AT_LEAST_EVERY:
        return True
    return SyncRun.objects.finished_since(last).exists()


def _wanted(rebuilt: flow.Rebuilt, at: datetime) -> list[Period]:
    """Return months without figures, months the changes touch, and those not settled yet."""
    current = periods.containing(at)
    history = periods.between(current.shifted(1 - HISTORY_MONTHS), current)
    known = set(MetricValue.objects.values_list("period_start", flat=True).distinct())
    older = [periods.month(day.year, day.month) for day in known if day < history[0].start]
    unsettled = current.shifted(1 - UNSETTLED_MONTHS)
    return [
        *(month for month in sorted(older) if rebuilt.touches(month)),
        *(
            month
            for month in history
            if month.start not in known or month >= unsettled or rebuilt.touches(month)
        ),
    ]
