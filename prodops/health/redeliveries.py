"""Messages that come back because the worker that had them died.

Celery hands such a message to the next worker, and the next, without end. What kills its workers
(a record too large for the memory, say) is therefore counted here and given up.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from prodops.health.models import Redelivery

logger = logging.getLogger(__name__)
KEPT_FOR = timedelta(days=30)


@transaction.atomic
def is_given_up(
    *, message: str, task: str, arguments: dict[str, Any], most_attempts: int, at: datetime
) -> bool:
    """Count one more delivery of a message that came before; True past `most_attempts` of them."""
    row, is_new = Redelivery.objects.get_or_create(
        message=message,
        defaults={"task": task, "arguments": arguments, "first_at": at, "last_at": at},
    )
    if is_new:
        Redelivery.objects.filter(last_at__lt=at - KEPT_FOR).delete()
    Redelivery.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1, last_at=at)
    row.refresh_from_db()
    if row.attempts <= most_attempts:
        return False
    Redelivery.objects.filter(pk=row.pk).update(attempts=most_attempts, given_up_at=at)
    logger.error("%s is given up: it killed %s workers. %s", task, most_attempts, arguments)
    return True
