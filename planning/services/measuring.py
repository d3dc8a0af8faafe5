"""Key results that machines report: from the synced Jira issues, or a metric of the scorecard.

Reporting stands above planning and only reads. It keeps the newest value of the metric beside the
key result (`key_result.metric`), and here that is taken for a check-in.
"""

import logging
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from planning.models import KeyResult
from planning.services import check_ins
from planning.services.jira_filter import QueryRefused, matching, parse

logger = logging.getLogger(__name__)
JiraMeasure = KeyResult.JiraMeasure


def measure(key_result: KeyResult) -> float | None:
    """Return what its query gives now: a count, or a share in per cent; None of no issue at all.

    Done is what stands in a finished step; abandoned issues count neither as done nor at all.
    """
    issues = matching(parse(key_result.jira_query))
    if key_result.jira_measure == JiraMeasure.COUNT:
        return float(issues.count())
    counted = issues.exclude(status__step="abandoned").aggregate(
        whole=Count("pk"), done=Count("pk", filter=Q(status__step="finished"))
    )
    return 100 * counted["done"] / counted["whole"] if counted["whole"] else None


def counted_issues(key_result: KeyResult):
    """Return the issues behind its value, newest movement first; none where it reads no Jira."""
    if key_result.source != KeyResult.Source.JIRA:
        return None
    issues = matching(parse(key_result.jira_query))
    if key_result.jira_measure == JiraMeasure.SHARE_DONE:
        issues = issues.exclude(status__step="abandoned")
    return issues.select_related("status", "connection").order_by("-updated", "-pk")


def measure_all(*, at: datetime) -> int:
    """Report every active key result that a machine reports; returns how many had news."""
    rows = KeyResult.objects.active().exclude(source=KeyResult.Source.HAND)
    told = 0
    for key_result in rows.select_related("objective__cycle", "objective__thread").order_by("pk"):
        found = _found(key_result)
        if found is not None:
            value, evidence = found
            told += _report(key_result, value, evidence, at)
    return told


def _found(key_result: KeyResult) -> tuple[float, str] | None:
    """Return the value its source has now and the page that shows it; None where it has none."""
    if key_result.source == KeyResult.Source.METRIC:
        reading = metric_of(key_result)
        return None if reading is None or reading.value is None else (reading.value, reading.path)
    try:
        value = measure(key_result)
    except QueryRefused:
        logger.exception("%s has a query nobody can read", key_result.key)
        return None
    return None if value is None else (value, f"{key_result.get_absolute_url()}#issues")


def metric_of(key_result: KeyResult | None) -> Any:
    """Return what reporting keeps for it, or for the one it was carried forward from."""
    while key_result is not None:
        reading = getattr(key_result, "metric", None)
        if reading is not None:
            return reading
        key_result = key_result.carried_from
    return None


def _report(key_result: KeyResult, value: float, evidence: str, at: datetime) -> bool:
    row = check_ins.report_measured(
        key_result=key_result, value=value, source=key_result.source, evidence=evidence, at=at
    )
    return row is not None
