"""The hub's own settings; tasks a benchmark wakes run at once instead of in a worker."""

from prodops.settings import *  # noqa: F403

CELERY_TASK_ALWAYS_EAGER = True
