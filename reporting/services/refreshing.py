"""After a sync, and on the schedule: rebuild the facts, and recompute the months they may move."""

from datetime import datetime

from reporting import tasks
from reporting.metrics import periods
from reporting.metrics.periods import Period
from reporting.models import MetricValue
from reporting.services import flow
from reporting.services.definitions import load_definitions

HISTORY_MONTHS = 24
UNSETTLED_MONTHS = 3


def refresh(*, at: datetime) -> list[Period]:
    """Read what changed in Jira, and wake a worker for every month whose figures may differ."""
    rebuilt = flow.rebuild(at=at)
    load_definitions()
    current = periods.containing(at)
    history = periods.between(current.shifted(1 - HISTORY_MONTHS), current)
    known = set(MetricValue.objects.values_list("period_start", flat=True).distinct())
    wanted = [
        month
        for month in history
        if month.start not in known
        or rebuilt.touches(month)
        or month >= current.shifted(1 - UNSETTLED_MONTHS)
    ]
    older = [periods.month(day.year, day.month) for day in known if day < history[0].start]
    wanted += [month for month in older if rebuilt.touches(month)]
    for month in wanted:
        tasks.recompute_month.delay_on_commit(month.slug)
    tasks.request_dashboards.delay_on_commit()
    return wanted
