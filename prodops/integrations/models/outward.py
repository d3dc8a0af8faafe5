"""What people ask the hub to write into an outside system: one row an act, its state for all."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from prodops.audit.models import Recorded, Thread
from prodops.integrations.models.connection import Connection
from prodops.people.permissions import is_insider

# What a worker writes by itself; the change history keeps what people asked for and how it ended.
MOVING_PARTS = ["attempts", "not_before", "lease_until", "token", "handed_over_at"]
OPEN_STATES = ["queued", "sending", "unknown"]


class OutwardWriteQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def unfinished(self):
        return self.filter(state__in=OPEN_STATES)

    def due(self, at):
        """Writes a worker may claim at `at`: new ones, those to look for, and a dead worker's."""
        waiting = Q(state__in=["queued", "unknown"], not_before__lte=at)
        return self.filter(waiting | Q(state="sending", lease_until__lt=at))

    def on_record(self, thread, since):
        """Keep what its page shows: what is under way, what failed, what was written lately."""
        lately = Q(state="done", finished_at__gte=since)
        return self.filter(~Q(state="done") | lately, thread=thread).for_display()

    def for_display(self):
        return self.select_related("connection", "thread", "requested_by").order_by(
            "-requested_at", "-pk"
        )


class OutwardWrite(models.Model):
    """One thing to write, because a person clicked; `key` makes a second one impossible.

    `handed_over_at` is committed before the first byte leaves and taken back only when the system
    is known to have done nothing. While it stands, a worker looks for what may have been written
    before it writes again.
    """

    class Kind(models.TextChoices):
        EPIC = "epic", "Epic"
        RECORD_LINK = "record_link", "Link to our record"
        NOTE_LINK = "note_link", "Link to a release note"
        VERSION = "version", "Version"
        RELEASE = "release", "Release of a version"

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        SENDING = "sending", "Writing"
        UNKNOWN = "unknown", "Being checked"
        DONE = "done", "Written"
        FAILED = "failed", "Failed"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="outward_writes")
    kind = models.CharField(max_length=12, choices=Kind)
    key = models.CharField(max_length=120, unique=True)
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="outward_writes")
    target = models.CharField(max_length=80, help_text="Project, issue or version it goes to.")
    title = models.CharField(max_length=300, help_text="What is written and where, in words.")
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(
        null=True, blank=True, help_text="Fences off a worker that lost its lease."
    )
    handed_over_at = models.DateTimeField(null=True, blank=True)
    answer = models.JSONField(default=dict, blank=True, help_text="Id and key it got there.")
    error = models.TextField(blank=True)
    problems = models.JSONField(default=dict, blank=True, help_text="Field → what is wrong.")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = OutwardWriteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "thread", "target"],
                condition=Q(state__in=OPEN_STATES),
                name="outward_write_open_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False, token__isnull=False),
                name="outward_sending_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed"], finished_at__isnull=False)
                | (~Q(state__in=["done", "failed"]) & Q(finished_at=None)),
                name="outward_finished_at",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "not_before"], name="outward_due"),
            models.Index(fields=["thread", "-requested_at"], name="outward_by_thread"),
        ]
        triggers = [
            Recorded(operation=pgtrigger.Insert | pgtrigger.Delete),
            Recorded(
                name="recorded_update",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=MOVING_PARTS),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_open(self):
        return self.state in OPEN_STATES

    @property
    def named_problems(self):
        """(name of the field, what Jira says of it), as the person knows the field."""
        names = self.payload.get("names", {})
        return [(names.get(name, name), text) for name, text in self.problems.items()]

    @property
    def tone(self):
        """The tone of the state badge."""
        tones = {"done": "positive", "failed": "negative", "unknown": "unknown"}
        return tones.get(self.state, "accent")

    @property
    def answer_url(self):
        """Where to open what was written, if Jira gave it a key; needs `connection` loaded."""
        key = self.answer.get("key", "")
        return self.connection.browse_url(key) if key else ""
