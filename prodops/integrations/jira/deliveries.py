"""Applying what webhooks told: each issue is read again and written as a sync would write it."""

import itertools
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from prodops.integrations import services, tasks
from prodops.integrations.errors import SourceBusy, SourceError
from prodops.integrations.jira.client import Missing
from prodops.integrations.jira.directory import Directory
from prodops.integrations.jira.fields import FieldMap
from prodops.integrations.jira.models import JiraIssue
from prodops.integrations.jira.pages import write_page
from prodops.integrations.jira.work import Pass
from prodops.integrations.models import Connection, SyncRun, WebhookDelivery
from prodops.integrations.models.webhook import KEPT_FOR

AT_ONCE, BATCHES = 50, 10
LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 6
State = WebhookDelivery.State


def apply(*, connection: Connection, clock: Callable[[], datetime] = timezone.now) -> int:
    """Apply what waits, the oldest first; return how many calls were settled.

    While the breaker is open everything waits: a run tries the source first.
    """
    settled = 0
    for _ in range(BATCHES):
        if not connection.takes_calls or not (claimed := _claim(connection, at=clock())):
            break
        settled += _apply(connection, claimed, clock)
        connection.refresh_from_db()
    return settled


def sweep(*, at: datetime) -> None:
    """Wake a worker for calls nobody is at, give up poison, forget what is old."""
    WebhookDelivery.objects.filter(received_at__lt=at - KEPT_FOR).delete()
    WebhookDelivery.objects.waiting(at).filter(attempts__gte=MOST_ATTEMPTS).update(
        state=State.FAILED,
        settled_at=at,
        leased_until=None,
        note=f"Given up after {MOST_ATTEMPTS} attempts; the next sync reads the issue.",
    )
    waiting = WebhookDelivery.objects.waiting(at).filter(connection__is_active=True)
    for pk in waiting.values_list("connection", flat=True).distinct():
        tasks.apply_deliveries.delay_on_commit(pk)


def unrecorded_pass(connection: Connection, clock: Callable[[], datetime]) -> Pass:
    """Return a pass without a row of its own, for single issues beside the runs."""
    run = SyncRun(connection=connection, mode=SyncRun.Mode.INCREMENTAL)
    client = services.jira_client(connection)
    work = Pass(run, client, clock, lambda run: None, None, Directory(connection))
    work.fields = FieldMap.from_json(connection.field_map)
    waiting = connection.skipped_records.unresolved()
    work.aside = set(waiting.values_list("source_id", flat=True))
    return work


def reread(work: Pass, jira_id: str, *, is_deletion: bool = False) -> tuple[str, str]:
    """Read one issue and write what it is now; return how the call is settled and why.

    Only an issue Jira says it deleted, and under a proved login knows no more, is marked so.
    """
    try:
        payload = work.client.issue(jira_id, fields=work.fields.asked, expand="changelog")
    except Missing:
        if not is_deletion:
            return State.IGNORED, "The account cannot see the issue, or it is gone."
        work.client.myself()
        gone = _mark_deleted(work.run.connection_id, jira_id, at=work.clock())
        return (State.APPLIED, "") if gone else (State.IGNORED, "The hub does not have the issue.")
    project = ((payload.get("fields") or {}).get("project") or {}).get("key")
    wanted = work.run.connection.projects
    if wanted and project not in wanted:
        return State.IGNORED, f"The connection does not read {project}."
    write_page(work, [payload])
    if jira_id in work.aside:
        return State.APPLIED, "It cannot be read and was set aside."
    return State.APPLIED, "Jira still has the issue." if is_deletion else ""


def _mark_deleted(connection_id: int, jira_id: str, *, at: datetime) -> int:
    ours = JiraIssue.objects.alive().filter(connection=connection_id, jira_id=jira_id)
    return ours.update(deleted_at=at, synced_at=at)


def _claim(connection: Connection, *, at: datetime) -> list[WebhookDelivery]:
    """Take the oldest calls for this worker, for three minutes."""
    waiting = WebhookDelivery.objects.waiting(at).filter(attempts__lt=MOST_ATTEMPTS)
    with transaction.atomic():
        mine = waiting.filter(connection=connection).order_by("received_at", "pk")
        claimed = list(mine.select_for_update(skip_locked=True)[:AT_ONCE])
        WebhookDelivery.objects.filter(pk__in=[one.pk for one in claimed]).update(
            attempts=F("attempts") + 1, leased_until=at + LEASE
        )
    return claimed


def _apply(
    connection: Connection, claimed: list[WebhookDelivery], clock: Callable[[], datetime]
) -> int:
    """Read each issue once, however often it was named; return how many calls were settled."""
    if not connection.field_map:
        return _settle(claimed, (State.IGNORED, "The first sync reads it."), at=clock())
    settled, by_issue = 0, sorted(claimed, key=lambda one: one.issue_id)
    groups = [list(group) for _, group in itertools.groupby(by_issue, lambda one: one.issue_id)]
    try:
        work = unrecorded_pass(connection, clock)
        for group in groups:
            is_deletion = any(one.event == "jira:issue_deleted" for one in group)
            outcome = reread(work, group[0].issue_id, is_deletion=is_deletion)
            settled += _settle(group, outcome, at=clock())
    except SourceError as error:
        _postpone(claimed, error, at=clock())
    return settled


def _settle(calls: Sequence[WebhookDelivery], outcome: tuple[str, str], *, at: datetime) -> int:
    ours = WebhookDelivery.objects.filter(pk__in=[call.pk for call in calls])
    return ours.filter(state=State.RECEIVED).update(
        state=outcome[0], note=outcome[1], settled_at=at, leased_until=None
    )


def _postpone(calls: Sequence[WebhookDelivery], error: SourceError, *, at: datetime) -> None:
    """Leave those not settled to later; what only a person or time can mend counts no attempt."""
    wait = timedelta(seconds=30 * 2 ** max(call.attempts for call in calls))
    if isinstance(error, SourceBusy):
        wait = timedelta(seconds=error.seconds)
    left = WebhookDelivery.objects.filter(pk__in=[call.pk for call in calls], state=State.RECEIVED)
    left.update(leased_until=at + wait, note=str(error))
    if error.is_final or isinstance(error, SourceBusy):
        left.update(attempts=F("attempts") - 1)
