"""The change history, written by database triggers."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q


class ChangeQuerySet(models.QuerySet):
    def for_display(self):
        return self.select_related("actor").order_by("-at", "-pk")


class Change(models.Model):
    """One row of one table changed: who, when, through what, from → to.

    Never edited, never deleted; the database refuses both.
    """

    class Operation(models.TextChoices):
        INSERT = "INSERT", "created"
        UPDATE = "UPDATE", "changed"
        DELETE = "DELETE", "deleted"

    class Via(models.TextChoices):
        PAGE = "page", "Page"
        ADMIN = "admin", "Admin"
        API = "api", "API"
        SYNC = "sync", "Sync"
        SCHEDULE = "schedule", "Schedule"
        COMMAND = "command", "Command"
        SYSTEM = "system", "System"

    at = models.DateTimeField()
    table = models.CharField(max_length=80)
    row = models.CharField(max_length=40)
    label = models.CharField(max_length=200, blank=True, help_text="What the row was called then.")
    operation = models.CharField(max_length=6, choices=Operation)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
    )
    via = models.CharField(max_length=10, choices=Via, default=Via.SYSTEM)
    transaction = models.BigIntegerField()
    changes = models.JSONField(help_text="Field → [before, after].")

    objects = ChangeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="change_newest"),
            models.Index(fields=["table", "row", "-at"], name="change_by_row"),
            models.Index(
                fields=["actor", "-at"], name="change_by_actor", condition=Q(actor__isnull=False)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self):
        return f"{self.table} {self.row} {self.get_operation_display()}"
