"""Waking up: one task does a run, one starts those that are due."""

import logging

from celery import shared_task
from django.utils import timezone

from prodops.integrations import runs, services
from prodops.integrations.models import Connection

logger = logging.getLogger(__name__)


@shared_task(time_limit=1500, soft_time_limit=1440)
def sync_connection(connection_id: int, **_) -> None:
    """Do one run; another worker at it, or a connection gone or switched off, is no error."""
    for connection in Connection.objects.filter(pk=connection_id, is_active=True):
        try:
            services.sync_in_worker(connection=connection)
        except runs.AlreadyRunning as refusal:
            logger.info("%s", refusal)


@shared_task
def sync_due_connections(**_) -> None:
    """Start a run for each connection whose turn it is."""
    for connection in Connection.objects.due(timezone.now()):
        sync_connection.delay_on_commit(connection.pk)
