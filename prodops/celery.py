"""The Celery application; its settings are the CELERY_* ones of prodops.settings."""

import logging
import os
import time
from functools import partial

from celery import Celery
from celery.contrib.django.task import DjangoTask
from celery.signals import beat_init, celeryd_init, worker_process_init
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from prodops import broker, embedded
from prodops.embedded.privileges import die_with_parent

logger = logging.getLogger(__name__)
SECONDS_WITHOUT_BROKER = 5

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prodops.settings")


class HubTask(DjangoTask):
    """A task whose changes are put down to the schedule or a sync, not to nobody.

    A broker that is away costs the wake-up, never the request whose work is saved already: the
    sweeper on the schedule wakes a worker for the row. A message that kills worker after worker
    is given up after `most_attempts`.
    """

    most_attempts = 3
    broker_away_until = 0.0  # for all tasks and threads of the process

    def __call__(self, *args, **kwargs):
        from prodops.audit import acting

        if self.request.is_eager:
            return super().__call__(*args, **kwargs)
        if self._is_given_up(args, kwargs):
            return None
        via = "sync" if self.name.startswith("prodops.integrations.") else "schedule"
        try:
            with acting(by=None, via=via):
                return super().__call__(*args, **kwargs)
        except MemoryError:
            self._leave_as_the_killed_do()
            raise

    def _leave_as_the_killed_do(self):
        """End this child of the pool; Celery would end the whole worker, with all that it does."""
        if not self.request.called_directly:
            logger.critical("%s ran out of memory; its process ends.", self.name)
            os._exit(1)

    def _is_given_up(self, args, kwargs):
        from prodops.health import redeliveries

        if not (self.request.delivery_info or {}).get("redelivered"):
            return False
        return redeliveries.is_given_up(
            message=self.request.id,
            task=self.name,
            arguments={"args": list(args), "kwargs": kwargs},
            most_attempts=self.most_attempts,
            at=timezone.now(),
        )

    def delay_on_commit(self, *args, **kwargs):
        wake = partial(self._wake_a_worker, partial(self.delay, *args, **kwargs))
        # Django names a hook that failed by this attribute, which a partial lacks.
        wake.__qualname__ = f"{self.name}.delay"  # type: ignore[attr-defined]
        transaction.on_commit(wake, robust=True)

    def _wake_a_worker(self, send):
        """Send the message; a broker that did not take one is left alone for a while."""
        if time.monotonic() < HubTask.broker_away_until:
            return
        try:
            send()
        except (OperationalError, OSError) as error:
            HubTask.broker_away_until = time.monotonic() + SECONDS_WITHOUT_BROKER
            logger.warning("The broker is away; the sweeper wakes %s later. %s", self.name, error)


broker.give_places_back()
app = Celery("prodops", task_cls=HubTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
def join_servers(**_):
    """Use the embedded servers when a worker or beat is started by hand."""
    embedded.serve_hub(settings.DATA_DIR, settings.EMBEDDED_SERVERS)


@worker_process_init.connect
def leave_with_worker(**_):
    """Let a killed worker take its pool along; its tasks go back to the queue."""
    die_with_parent()
