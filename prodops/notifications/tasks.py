"""Wake-up calls: deliver a mail or all that are due, sweep the queue, send the digests."""

from celery import shared_task
from django.utils import timezone

from prodops.notifications.services import delivery, digests


@shared_task
def deliver(mail_id, **_):
    delivery.deliver(mail_id=mail_id, at=timezone.now())


@shared_task
def deliver_due(**_):
    delivery.deliver_due(clock=timezone.now)


@shared_task
def sweep_mail(**_):
    delivery.sweep(at=timezone.now())


@shared_task
def send_digests(**_):
    digests.send_digests(at=timezone.now())
