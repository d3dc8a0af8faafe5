"""Wake-up calls of reporting: refresh the figures, recompute a month, draw the dashboards."""

from celery import shared_task
from django.utils import timezone

from reporting.metrics import periods
from reporting.models import Edition
from reporting.services import refreshing, renderings, sending, truth_checks


@shared_task
def refresh(**_):
    """Read what the last syncs brought; running it twice changes nothing."""
    refreshing.refresh(at=timezone.now())


@shared_task
def check_truth(**_):
    """Hold reports against Jira where the week or a sync asks for it."""
    truth_checks.check_due(at=timezone.now())


@shared_task
def recompute_month(month, **_):
    refreshing.recompute(month=periods.parse(month), at=timezone.now())


@shared_task
def draw(rendering_id, **_):
    renderings.draw(rendering_id=rendering_id, at=timezone.now())


@shared_task
def compose_readout(edition_id, **_):
    """Make the mail of an approved edition; making it again returns the first one."""
    sending.compose(edition=Edition.objects.get(pk=edition_id))


@shared_task
def send_due_readouts(**_):
    sending.send_due(at=timezone.now())
