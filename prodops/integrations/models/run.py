"""One pass over a connection; the open one is the lock."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from prodops.integrations.models.connection import Connection

SILENCE = timedelta(minutes=10)
NAMELESS = "run "  # how a record without a number is called: by its run and place


class SyncRunQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.role in {user.Role.OPS, user.Role.ADMIN} else self.none()

    def unfinished(self):
        return self.filter(finished_at=None)

    def newest_by_mode(self):
        """Return the newest run of each mode."""
        return self.order_by("mode", "-started_at", "-pk").distinct("mode")

    def counting(self):
        """Return the runs that ended well and counted every issue of the source."""
        modes = [SyncRun.Mode.FULL, SyncRun.Mode.RECONCILE]
        return self.filter(mode__in=modes, status=SyncRun.Status.SUCCEEDED)

    def finished_since(self, at):
        """Return runs that ended after `at`; what they wrote is `synced_since` their start."""
        return self.filter(finished_at__gt=at).order_by("finished_at", "pk")

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
        RECONCILE = "reconcile", "What is gone or moved"
        FILE = "file", "A file"
        REMAP = "remap", "What is stored, again"

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Succeeded"
        PAUSED = "paused", "Paused"
        FAILED = "failed", "Failed"
        ABANDONED = "abandoned", "Abandoned"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="runs")
    trigger = models.CharField(max_length=10, choices=Trigger)
    mode = models.CharField(max_length=12, choices=Mode)
    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    token = models.UUIDField(default=uuid.uuid4, help_text="Fences off a worker that lost the run.")
    backend = models.CharField(
        max_length=60, blank=True, help_text="Database session of the worker."
    )
    place = models.CharField(
        max_length=40, blank=True, help_text="How far the copy had come when it began."
    )
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    cursor_before = models.DateTimeField(null=True, blank=True)
    cursor_after = models.DateTimeField(null=True, blank=True)
    step = models.CharField(max_length=120, blank=True, help_text="What it is doing now.")
    expected = models.PositiveIntegerField(
        null=True, blank=True, help_text="Issues the source says there are."
    )
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
    counts = models.JSONField(
        default=dict, blank=True, help_text="Project → [in Jira, in the hub]."
    )
    warnings = ArrayField(models.TextField(), default=list, blank=True)
    error = models.TextField(blank=True)

    objects = SyncRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "mode"],
                condition=Q(finished_at=None),
                name="one_open_run_per_connection_and_mode",
            ),
            models.CheckConstraint(
                condition=Q(status="running", finished_at=None)
                | (~Q(status="running") & Q(finished_at__isnull=False)),
                name="run_is_running_while_open",
            ),
        ]
        indexes = [
            models.Index(fields=["connection", "-started_at"], name="run_by_connection"),
            models.Index(fields=["finished_at"], name="run_by_end"),
        ]

    def __str__(self):
        return f"{self.connection} {self.started_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self):
        return reverse("integrations:run", args=[self.pk])

    @property
    def is_open(self):
        return self.finished_at is None

    @property
    def outcome(self):
        """The word of the status badge."""
        is_warned = self.status == self.Status.SUCCEEDED and self.warnings
        return "Succeeded with warnings" if is_warned else self.get_status_display()

    @property
    def tone(self):
        """The tone of the status badge."""
        if self.status == self.Status.SUCCEEDED:
            return "caution" if self.warnings else "positive"
        tones = {self.Status.FAILED.value: "negative", self.Status.RUNNING.value: "accent"}
        return tones.get(self.status, "neutral")

    @property
    def counted(self):
        """Projects in order: key, Jira's count, ours, and ours less Jira's."""
        counts = sorted(self.counts.items())
        return [(key, theirs, ours, ours - theirs) for key, (theirs, ours) in counts]

    def looks_dead(self, at) -> bool:
        """An open run whose worker has been silent for ten minutes."""
        return self.is_open and at - self.heartbeat_at > SILENCE


class ProjectPass(models.Model):
    """One project in the full pass under way; a pass that was cut short goes on from here."""

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="project_passes", db_index=False
    )
    key = models.CharField(max_length=40)
    started_at = models.DateTimeField(help_text="When the pass began, by the source's clock.")
    cursor = models.DateTimeField(null=True, help_text="All that changed before this is here.")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "key"], name="project_pass_once")
        ]

    def __str__(self):
        return f"{self.key} read {'whole' if self.finished_at else 'in part'}"


class SkippedRecordQuerySet(models.QuerySet):
    def unresolved(self):
        return self.filter(resolved_at=None)

    def named(self):
        """Those the source can be asked for by their number."""
        return self.exclude(source_id__startswith=NAMELESS)

    def nameless(self):
        return self.filter(source_id__startswith=NAMELESS)

    def for_display(self):
        return self.order_by("resolved_at", "-at", "-pk")


class SkippedRecord(models.Model):
    """A record of the source that could not be read, kept with its payload and the reason.

    Every later run tries it again until it can be read or is gone from the source.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="skipped_records")
    run = models.ForeignKey(
        SyncRun,
        models.CASCADE,
        null=True,
        related_name="skipped_records",
        help_text="Which run met it; none when a webhook or a person asked for it.",
    )
    source_id = models.CharField(max_length=80)
    key = models.CharField(max_length=80, blank=True)
    reason = models.TextField()
    payload = models.TextField(blank=True, help_text="JSON as it came, cut at 200,000 characters.")
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = SkippedRecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "source_id"],
                condition=Q(resolved_at=None),
                name="one_open_skipped_record",
            )
        ]

    def __str__(self):
        return f"{self.key or self.source_id}: {self.reason[:80]}"

    @property
    def name(self):
        """What people know it by."""
        return self.key or self.source_id

    @property
    def is_nameless(self):
        return self.source_id.startswith(NAMELESS)
