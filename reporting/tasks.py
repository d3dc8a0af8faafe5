"""Wake-up calls of reporting: refresh the figures, recompute a month, draw the dashboards."""

from celery import shared_task
from django.utils import timezone

from reporting.metrics import periods
from reporting.services import figures, renderings


@shared_task
def refresh(**_):
    """Read what the last syncs brought; running it twice changes nothing."""
    figures.refresh(at=timezone.now())


@shared_task
def recompute_month(month, **_):
    figures.recompute(months=[periods.parse(month)], at=timezone.now())


@shared_task
def request_dashboards(**_):
    renderings.request_all(at=timezone.now())


@shared_task
def draw(rendering_id, **_):
    renderings.draw(rendering_id=rendering_id, at=timezone.now())
