"""Waking up: one task reads a mailbox, one starts those whose turn it is."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from prodops.integrations.mailbox import reading, services
from prodops.integrations.mailbox.models import Mailbox


@shared_task
def read_mailbox(mailbox_id: int, **_) -> None:
    """Read one mailbox; another worker at it, or one that is gone or switched off, is no error."""
    reading.read(mailbox_id=mailbox_id, clock=timezone.now)


@shared_task
def read_mailboxes(**_) -> None:
    """Start a reading of each mailbox that is switched on and not paused."""
    for pk in Mailbox.objects.due(timezone.now()).values_list("pk", flat=True):
        read_mailbox.delay_on_commit(pk)


@shared_task
def forget_old_mail(**_) -> None:
    """Empty the messages that were settled long ago."""
    services.forget_old_mail(before=timezone.now() - timedelta(days=services.KEPT_FOR_DAYS))
