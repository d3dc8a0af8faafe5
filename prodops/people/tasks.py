"""What people's programs leave behind."""

from celery import shared_task
from django.utils import timezone

from prodops.people.models import StoredAnswer


@shared_task
def forget_answers(**_):
    """Drop answers of the API that nobody may ask for again."""
    StoredAnswer.objects.outlived(timezone.now()).delete()
