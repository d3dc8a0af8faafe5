"""After a sync, and every hour: rebuild the facts, and recompute the months they may move."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from prodops.integrations.models import SyncRun
from reporting import tasks
from reporting.metrics import periods
from reporting.metrics.periods import Period
from reporting.models import MetricValue, StaleMonth
from reporting.services import figures, flow, key_results, renderings
from reporting.services.definitions import load_definitions

HISTORY_MONTHS = 24
UNSETTLED_MONTHS = 3
AT_LEAST_EVERY = timedelta(hours=1)


def refresh(*, at: datetime, is_forced: bool = False) -> list[Period]:
    """Rebuild what changed in Jira, and wake a worker for each month whose figures may differ.

    Does nothing while no sync has finished since the figures were last computed, an hour at most.
    """
    if not (is_forced or _is_due(at)):
        wake_forgotten(at=at)
        return []
    with transaction.atomic():
        rebuilt = flow.rebuild(at=at)
        load_definitions()
        wanted = _wanted(rebuilt, at)
        StaleMonth.objects.mark([month.start for month in wanted], at=at)
    for month in wanted:
        tasks.recompute_month.delay_on_commit(month.slug)
    tasks.check_truth.delay_on_commit()
    renderings.request_due(at=at, has_changed=rebuilt.issues > 0 or rebuilt.is_full)
    return wanted


def wake_forgotten(*, at: datetime) -> None:
    """Wake a worker for every month and every drawing that nobody has made since."""
    for month in StaleMonth.objects.wake(at=at):
        tasks.recompute_month.delay_on_commit(f"{month:%Y-%m}")
    renderings.wake_forgotten(at=at)


@transaction.atomic
def recompute(*, month: Period, at: datetime) -> None:
    """Compute the figures of a month anew; a mark that came meanwhile stays."""
    stale = StaleMonth.objects.filter(starts_on=month.start)
    marks = stale.values_list("marks", flat=True).first() or 0
    figures.recompute(months=[month], at=at)
    key_results.read_values()
    stale.filter(marks=marks).delete()


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
