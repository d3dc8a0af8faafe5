"""An export file somebody handed in, kept in parts until a worker has read it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from prodops.integrations.models.connection import Connection
from prodops.integrations.models.run import SyncRun


class UploadQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.role in {user.Role.OPS, user.Role.ADMIN} else self.none()

    def due(self, at):
        """Files a worker may claim at `at`: new ones and those of a dead worker."""
        return self.filter(Q(state="waiting") | Q(state="reading", lease_until__lt=at))

    def for_display(self):
        return self.select_related("connection", "run", "uploaded_by").order_by(
            "-uploaded_at", "-pk"
        )


class Upload(models.Model):
    """A file to read into a connection, all of it or nothing."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for a worker"
        READING = "reading", "Reading"
        CHECKED = "checked", "Checked, nothing written"
        DONE = "done", "Imported"
        REFUSED = "refused", "Refused, nothing written"
        FAILED = "failed", "Failed, nothing written"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    dates = models.CharField(max_length=20, blank=True, help_text="How a CSV writes its days.")
    time_zone = models.CharField(max_length=64)
    is_dry_run = models.BooleanField(default=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(null=True, blank=True)
    step = models.CharField(max_length=120, blank=True)
    read = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, blank=True, help_text="[line, column, what, cure].")
    notes = models.JSONField(default=list, blank=True)
    run = models.ForeignKey(SyncRun, models.SET_NULL, null=True, blank=True, related_name="uploads")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="reading") | Q(lease_until__isnull=False, token__isnull=False),
                name="upload_reading_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "reading"], finished_at=None)
                | (~Q(state__in=["waiting", "reading"]) & Q(finished_at__isnull=False)),
                name="upload_finished_at",
            ),
        ]
        indexes = [models.Index(fields=["-uploaded_at"], name="upload_newest")]

    def __str__(self):
        return self.name

    @property
    def is_open(self):
        return self.finished_at is None

    @property
    def tone(self):
        tones = {"done": "positive", "checked": "positive", "refused": "negative"}
        return {"failed": "negative", **tones}.get(self.state, "accent")


class UploadPart(models.Model):
    """A piece of the file, compressed; another machine's worker can read it."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upload", "number"], name="upload_part_once")
        ]

    def __str__(self):
        return f"{self.upload}, part {self.number}"
