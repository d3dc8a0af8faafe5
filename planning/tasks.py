"""Wake-up calls of planning."""

from celery import shared_task
from django.utils import timezone

from planning.models import Evidence, NewEpic
from planning.services import (
    actions,
    agendas,
    epic_writing,
    evidence,
    followers,
    initiative_queries,
    measuring,
    minutes,
    nudges,
    owed_decisions,
    plan_days,
    sessions,
)


@shared_task(soft_time_limit=200, time_limit=240)
def write_epic(new_epic_id: int, **_) -> None:
    for new_epic in NewEpic.objects.select_related("write__connection").filter(pk=new_epic_id):
        epic_writing.deliver_epic(new_epic=new_epic, clock=timezone.now)


@shared_task
def link_written_epics(**_) -> None:
    epic_writing.link_all_written(at=timezone.now())


@shared_task(soft_time_limit=100, time_limit=120)
def check_evidence(evidence_id: int, **_) -> None:
    for one in Evidence.objects.filter(pk=evidence_id):
        evidence.check_evidence(evidence=one, clock=timezone.now)


@shared_task
def sweep_evidence(**_) -> None:
    evidence.sweep_evidence(at=timezone.now())


@shared_task
def measure_key_results(**_) -> None:
    measuring.measure_all(at=timezone.now())


@shared_task(soft_time_limit=270, time_limit=300)
def refresh_queries(**_) -> None:
    initiative_queries.refresh_queries(at=timezone.now())


@shared_task
def open_owed_decisions(**_) -> None:
    owed_decisions.open_owed(at=timezone.now())


@shared_task
def prepare_forums(**_) -> None:
    at = timezone.now()
    sessions.plan_all(at=at)
    agendas.fill_agendas(at=at)
    minutes.send_prereads(at=at)
    minutes.forget_revisions(at=at)


@shared_task
def remind_of_actions(**_) -> None:
    actions.remind_of_actions(at=timezone.now())


@shared_task
def send_nudges(**_) -> None:
    nudges.send_nudges(at=timezone.now())


@shared_task
def send_followed(**_) -> None:
    followers.send_followed(at=timezone.now())


@shared_task
def keep_plan_days(**_) -> None:
    plan_days.keep_days(at=timezone.now())
