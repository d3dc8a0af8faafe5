"""What the schedule does for launches."""

from celery import shared_task
from django.utils import timezone

from launches import services


@shared_task
def remind(**_):
    """Remind of items that are due soon and escalate late ones; each goes out once."""
    services.remind(at=timezone.now())
