"""Wake-up calls: send a message, sweep those that wait."""

from celery import shared_task
from django.utils import timezone

from prodops.integrations.slack import outbox


@shared_task
def deliver_note(note_id, **_):
    """Send one message to a person in Slack."""
    outbox.deliver(note_id=note_id, at=timezone.now())


@shared_task
def sweep_notes(**_):
    """Wake a worker for messages that are due again or whose worker died, and forget old ones."""
    outbox.sweep(at=timezone.now())
