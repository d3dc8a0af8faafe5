"""Records set aside: read once more on a person's word, or put away."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from prodops.integrations import tasks
from prodops.integrations.errors import SourceError
from prodops.integrations.jira import deliveries
from prodops.integrations.jira.pages import refetch
from prodops.integrations.models import Connection, SkippedRecord

AT_ONCE = 200


def try_again(*, connection: Connection, record_id: int | None = None) -> int:
    """Wake a worker for one record, or for those that waited longest; return how many it reads.

    A lost message costs nothing: the next run tries them too.
    """
    if not connection.is_jira:
        return 0
    waiting = connection.skipped_records.unresolved().named().order_by("at", "pk")
    if record_id is not None:
        waiting = waiting.filter(pk=record_id)
    chosen = list(waiting.values_list("pk", flat=True)[:AT_ONCE])
    if chosen:
        tasks.retry_records.delay_on_commit(connection.pk, chosen)
    return len(chosen)


def read_again(
    *,
    connection: Connection,
    record_ids: list[int],
    clock: Callable[[], datetime] = timezone.now,
) -> int:
    """Read the records by their numbers; return how many are no longer set aside.

    A source that fails ends it; what is left waits for the next run.
    """
    records = SkippedRecord.objects.unresolved().named().filter(connection=connection)
    chosen = records.filter(pk__in=record_ids)
    wanted = list(chosen.order_by("at", "pk").values_list("source_id", flat=True))
    if not (wanted and connection.takes_calls and connection.field_map):
        return 0
    try:
        work = deliveries.unrecorded_pass(connection, clock)
        for jira_id in wanted:
            refetch(work, jira_id)
    except SourceError:
        pass
    return len(wanted) - chosen.count()


def dismiss(*, record: SkippedRecord, at: datetime) -> None:
    """Count a record as done with; one without a number can never be read again by itself."""
    SkippedRecord.objects.unresolved().filter(pk=record.pk).update(resolved_at=at)
