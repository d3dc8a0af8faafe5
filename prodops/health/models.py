"""The sign of life of the schedule and a worker, and messages that kill workers."""

from django.db import models


class Heartbeat(models.Model):
    """When a worker last ran the task that beat sends every minute; one row a queue."""

    queue = models.CharField(max_length=40, unique=True)
    beaten_at = models.DateTimeField()

    def __str__(self):
        return f"{self.queue} at {self.beaten_at:%Y-%m-%d %H:%M:%S}"


class Redelivery(models.Model):
    """A message whose worker died, and how many workers have had it since; see `redeliveries`."""

    message = models.CharField(max_length=80, unique=True, help_text="Celery's number of it.")
    task = models.CharField(max_length=120)
    arguments = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    given_up_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return f"{self.task}, {self.attempts} attempts"
