"""What intake does on the schedule."""

from celery import shared_task
from django.utils import timezone

from intake import services


@shared_task
def wake_snoozed(**_):
    """Bring back the requests whose snooze is over."""
    services.wake_snoozed(at=timezone.now())


@shared_task
def learn(**_):
    """Learn anew from how people sorted requests, where anything was sorted since."""
    services.learn(at=timezone.now())


@shared_task
def count_words(**_):
    """Count anew how rare each word is; finding similar requests rests on it."""
    services.count_words()


@shared_task
def learn_meaning(**_):
    """Give new and changed requests their vectors, where a local embedding model is named."""
    services.learn_meaning()
