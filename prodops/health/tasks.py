from celery import shared_task
from django.utils import timezone

from prodops.health.models import Heartbeat


@shared_task
def leave_heartbeat(queue="default", **_):
    """Note that beat sent a task and a worker ran it."""
    Heartbeat.objects.update_or_create(queue=queue, defaults={"beaten_at": timezone.now()})
