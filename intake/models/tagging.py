"""Tagging the tickets that are here by the rules of words, a batch at a time."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from prodops.people.permissions import is_insider


class TaggingRunQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def due(self, at):
        """Runs a worker may claim at `at`: new ones and those of a dead worker."""
        waiting = Q(lease_until=None) | Q(lease_until__lt=at)
        return self.filter(waiting, state=TaggingRun.State.OPEN)

    def for_display(self):
        return self.select_related("asked_by").order_by("-asked_at", "-pk")


class TaggingRun(models.Model):
    """One walk over all tickets; the open one is the lock, and `passed` how far it came."""

    class State(models.TextChoices):
        OPEN = "open", "At work"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    total = models.PositiveIntegerField(help_text="Tickets there were when it was asked for.")
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    passed = models.BigIntegerField(default=0, help_text="The key of the last ticket read.")
    lease_until = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = TaggingRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="open"), name="tagging_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="open", finished_at=None)
                | (~Q(state="open") & Q(finished_at__isnull=False)),
                name="tagging_finished_at",
            ),
        ]

    def __str__(self):
        return f"Tagging {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def is_open(self):
        return self.state == self.State.OPEN
