"""Wake-up calls of planning: epics that were asked for in Jira."""

from celery import shared_task
from django.utils import timezone

from planning.models import NewEpic
from planning.services import epic_writing


@shared_task(soft_time_limit=200, time_limit=240)
def write_epic(new_epic_id: int, **_) -> None:
    for new_epic in NewEpic.objects.select_related("write__connection").filter(pk=new_epic_id):
        epic_writing.deliver_epic(new_epic=new_epic, clock=timezone.now)


@shared_task
def link_written_epics(**_) -> None:
    epic_writing.link_all_written(at=timezone.now())
