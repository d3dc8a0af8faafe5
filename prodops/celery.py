"""The Celery application; its settings are the CELERY_* ones of prodops.settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prodops.settings")

app = Celery("prodops")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
