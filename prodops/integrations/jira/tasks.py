"""Wake-up calls: write to Jira what people asked for, read the export files they handed in."""

from celery import shared_task
from django.utils import timezone

from prodops.integrations.jira.files import uploads
from prodops.integrations.jira.outward import delivery


@shared_task(soft_time_limit=200, time_limit=240)
def deliver_write(write_id: int, **_) -> None:
    delivery.deliver(write_id=write_id, clock=timezone.now)


@shared_task
def sweep_writes(**_) -> None:
    """Wake a worker for what waits, is in doubt, or lost its worker."""
    delivery.sweep(at=timezone.now())


@shared_task(soft_time_limit=3540, time_limit=3600)
def read_upload(upload_id: int, **_) -> None:
    uploads.read(upload_id=upload_id, clock=timezone.now)


@shared_task
def sweep_uploads(**_) -> None:
    """Wake a worker for files that wait, and forget the contents of old ones."""
    uploads.sweep(at=timezone.now())
