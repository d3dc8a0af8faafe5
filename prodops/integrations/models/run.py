"""One pass over a connection; the open one is the lock."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from prodops.integrations.models.connection import Connection


class SyncRunQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(finished_at=None)

    def for_display(self):
        return self.select_related("connection", "started_by").order_by("-started_at", "-pk")


class SyncRun(models.Model):
    """What one pass did, count by count."""

    class Trigger(models.TextChoices):
        SCHEDULE = "schedule", "Schedule"
        PERSON = "person", "A person"
        COMMAND = "command", "Command"

    class Mode(models.TextChoices):
        INCREMENTAL = "incremental", "Changes since the last run"
        FULL = "full", "Everything"

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"
        ABANDONED = "abandoned", "Abandoned"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="runs")
    trigger = models.CharField(max_length=10, choices=Trigger)
    mode = models.CharField(max_length=12, choices=Mode)
    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    cursor_before = models.DateTimeField(null=True)
    cursor_after = models.DateTimeField(null=True)
    step = models.CharField(max_length=120, blank=True, help_text="What it is doing now.")
    expected = models.PositiveIntegerField(null=True, help_text="Issues the source says there are.")
    fetched = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    deleted = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    requests = models.PositiveIntegerField(default=0)
    retries = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    error = models.TextField(blank=True)

    objects = SyncRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection"], condition=Q(finished_at=None), name="one_open_run_per_connection"
            )
        ]
        indexes = [models.Index(fields=["connection", "-started_at"], name="run_by_connection")]

    def __str__(self):
        return f"{self.connection} {self.started_at:%Y-%m-%d %H:%M}"


class SkippedRecord(models.Model):
    """A record of the source that could not be read, kept with its payload and the reason."""

    run = models.ForeignKey(SyncRun, models.CASCADE, related_name="skipped_records")
    source_id = models.CharField(max_length=80)
    reason = models.TextField()
    payload = models.JSONField(null=True)

    def __str__(self):
        return f"{self.source_id}: {self.reason[:80]}"
