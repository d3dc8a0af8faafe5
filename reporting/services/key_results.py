"""Which metric a key result is measured by, and the newest value of each."""

from datetime import datetime

from django.db import transaction

from planning.models import KeyResult
from prodops.audit import services as audit
from prodops.people.models import Team, User
from reporting.models import KeyResultMetric, MetricDefinition, MetricValue


@transaction.atomic
def choose_metric(
    *,
    key_result: KeyResult,
    definition: MetricDefinition,
    team: Team | None,
    by: User,
    at: datetime,
) -> KeyResultMetric:
    """Let a key result take its values from a figure of the organisation or of a team."""
    chosen, _ = KeyResultMetric.objects.update_or_create(
        key_result=key_result,
        defaults={
            "definition": definition,
            "team": team,
            "value": None,
            "period_start": None,
            "chosen_at": at,
            "chosen_by": by,
        },
    )
    audit.record(
        "key_result.metric_chosen",
        thread=key_result.objective.thread,
        summary=f"measures {key_result.key} by {chosen}"[:500],
        by=by,
        at=at,
    )
    read_values()
    chosen.refresh_from_db()
    return chosen


def read_values() -> int:
    """Keep the newest complete value of every chosen metric; returns how many moved."""
    moved = 0
    for link in KeyResultMetric.objects.select_related("definition").order_by("pk"):
        newest = (
            MetricValue.objects.filter(
                definition__key=link.definition.key,
                team=link.team_id,
                is_partial=False,
                value__isnull=False,
            )
            .order_by("-period_start", "-definition__version")
            .first()
        )
        if newest and (newest.value, newest.period_start) != (link.value, link.period_start):
            link.value, link.period_start = newest.value, newest.period_start
            link.save(update_fields=["value", "period_start"])
            moved += 1
    return moved
