"""The synced issues as plain objects, for scripts and for comparing with the source."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db.models import Count
from django.db.models.functions import Length

from prodops.integrations.jira.models import JiraChange, JiraIssue
from prodops.integrations.models import Connection

AT_ONCE = 2000


def rows(connection: Connection) -> Iterator[dict[str, Any]]:
    """Yield each issue, deleted ones too, with its number of histories and its status changes."""
    last = 0
    issues = JiraIssue.objects.filter(connection=connection).select_related(
        "project", "issue_type", "status"
    )
    while batch := list(issues.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        last = batch[-1].pk
        transitions, histories = _transitions(batch), _histories(batch)
        for issue in batch:
            yield {
                "id": issue.jira_id,
                "key": issue.key,
                "project": issue.project.key,
                "type": issue.issue_type.name,
                "status": issue.status.name,
                "status_category": issue.status.category,
                "created": issue.created.isoformat(),
                "updated": issue.updated.isoformat(),
                "resolved": issue.resolved.isoformat() if issue.resolved else None,
                "deleted_at": issue.deleted_at.isoformat() if issue.deleted_at else None,
                "histories": histories.get(issue.pk, 0),
                "transitions": transitions.get(issue.pk, []),
            }


def _histories(batch: list[JiraIssue]) -> dict[int, int]:
    counts = (
        JiraChange.objects.filter(issue__in=batch)
        .order_by()
        .values_list("issue")
        .annotate(count=Count("history_id", distinct=True))
    )
    return dict(counts)


def _transitions(batch: list[JiraIssue]) -> dict[int, list[dict[str, Any]]]:
    """Return status changes by issue in order: by time, then by the number of the history."""
    moves = (
        JiraChange.objects.filter(issue__in=batch, field="status")
        .order_by("issue", "at", Length("history_id"), "history_id", "position")
        .values_list("issue", "at", "from_text", "to_text")
    )
    return {
        pk: [{"at": at.isoformat(), "from": before, "to": after} for _, at, before, after in group]
        for pk, group in groupby(moves, key=lambda move: move[0])
    }
