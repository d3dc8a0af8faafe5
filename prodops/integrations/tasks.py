"""Waking up: one task does a run, one starts those that are due."""

import logging

from celery import shared_task
from django.utils import timezone

from prodops.integrations import runs, services, setting_aside
from prodops.integrations.jira import deliveries
from prodops.integrations.models import Connection

logger = logging.getLogger(__name__)


@shared_task(time_limit=1500, soft_time_limit=1440, most_attempts=12)
def sync_connection(connection_id: int, mode: str = "", **_) -> None:
    """Do one run; another worker at it, or a connection gone or switched off, is no error.

    Runs count their own losses, and forgive those that got further: hence the many attempts.
    """
    for connection in Connection.objects.filter(pk=connection_id, is_active=True):
        try:
            services.sync_in_worker(connection=connection, mode=mode)
        except runs.AlreadyRunning as refusal:
            logger.info("%s", refusal)


@shared_task
def sync_due_connections(**_) -> None:
    """Start a run for each connection and each mode whose turn it is."""
    at = timezone.now()
    for connection in Connection.objects.due(at):
        for mode in connection.modes_due(at):
            sync_connection.delay_on_commit(connection.pk, mode)


@shared_task
def apply_deliveries(connection_id: int, **_) -> None:
    """Apply what webhooks told about one connection."""
    for connection in Connection.objects.filter(pk=connection_id, is_active=True):
        deliveries.apply(connection=connection)


@shared_task
def sweep_deliveries(**_) -> None:
    deliveries.sweep(at=timezone.now())


@shared_task
def retry_records(connection_id: int, record_ids: list[int], **_) -> None:
    """Read records that were set aside once more."""
    for connection in Connection.objects.filter(pk=connection_id, is_active=True):
        setting_aside.read_again(connection=connection, record_ids=record_ids)
