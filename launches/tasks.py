"""What the schedule does for launches, and the wake-up call for a version asked for in Jira."""

from celery import shared_task
from django.utils import timezone

from launches import services
from launches.models import NewVersion


@shared_task
def remind(**_):
    """Remind of items that are due soon and escalate late ones; each goes out once."""
    services.remind(at=timezone.now())


@shared_task(soft_time_limit=200, time_limit=240)
def write_version(new_version_id: int, **_) -> None:
    for new_version in NewVersion.objects.filter(pk=new_version_id):
        services.deliver_version(new_version=new_version, clock=timezone.now)


@shared_task
def link_written_versions(**_) -> None:
    services.link_written_versions(at=timezone.now())
