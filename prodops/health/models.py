"""The sign of life that the schedule and a worker leave together."""

from django.db import models


class Heartbeat(models.Model):
    """When a worker last ran the task that beat sends every minute; one row a queue."""

    queue = models.CharField(max_length=40, unique=True)
    beaten_at = models.DateTimeField()

    def __str__(self):
        return f"{self.queue} at {self.beaten_at:%Y-%m-%d %H:%M:%S}"
