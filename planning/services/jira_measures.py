"""Key results that take their values from the synced Jira issues."""

import logging
from datetime import datetime

from django.db.models import Count, Q

from planning.models import KeyResult
from planning.services.check_ins import report_measured
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
    """Report every active key result that reads Jira; returns how many had news."""
    rows = KeyResult.objects.active().filter(source=KeyResult.Source.JIRA)
    told = 0
    for key_result in rows.select_related("objective__cycle", "objective__thread").order_by("pk"):
        try:
            value = measure(key_result)
        except QueryRefused:
            logger.exception("%s has a query nobody can read", key_result.key)
            continue
        if value is not None:
            path = f"{key_result.get_absolute_url()}#issues"
            told += _report(key_result, value, path, at)
    return told


def _report(key_result: KeyResult, value: float, path: str, at: datetime) -> bool:
    row = report_measured(
        key_result=key_result, value=value, source=KeyResult.Source.JIRA, evidence=path, at=at
    )
    return row is not None
