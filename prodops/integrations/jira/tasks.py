"""Wake-up calls: write to Jira what people asked for."""

from celery import shared_task
from django.utils import timezone

from prodops.integrations.jira.outward import delivery


@shared_task(soft_time_limit=200, time_limit=240)
def deliver_write(write_id: int, **_) -> None:
    delivery.deliver(write_id=write_id, clock=timezone.now)


@shared_task
def sweep_writes(**_) -> None:
    """Wake a worker for what waits, is in doubt, or lost its worker."""
    delivery.sweep(at=timezone.now())
