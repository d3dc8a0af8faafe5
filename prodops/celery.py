"""The Celery application; its settings are the CELERY_* ones of prodops.settings."""

import os

from celery import Celery
from celery.signals import beat_init, celeryd_init, worker_process_init
from django.conf import settings

from prodops import embedded
from prodops.embedded.privileges import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prodops.settings")

app = Celery("prodops")
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
