"""The change history, written by database triggers."""

import re
from functools import cache

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Upper

from prodops.audit.models.append_only import AppendOnly
from prodops.people.permissions import can_run_operations

EMPTY: tuple = (None, "", [], {})
MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\S+$")

USED_TABLES = """
    WITH RECURSIVE used AS (
        SELECT min("table") AS name FROM audit_change
        UNION ALL
        SELECT (SELECT min("table") FROM audit_change WHERE "table" > used.name) FROM used
        WHERE used.name IS NOT NULL
    )
    SELECT name FROM used WHERE name IS NOT NULL
"""


def used_tables() -> list[str]:
    """Return the tables that have a history: a look into the index for each, not at all rows."""
    with connection.cursor() as cursor:
        cursor.execute(USED_TABLES)
        return [name for (name,) in cursor.fetchall()]


@cache
def table_names() -> dict[str, str]:
    """Return what each table holds, in words: "intake_productrequest" → "Product request"."""
    return {
        model._meta.db_table: str(model._meta.verbose_name).capitalize()
        for model in apps.get_models(include_auto_created=True)
    }


class ChangeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Product ops and administrators read the history of everything, others none of it."""
        return self if can_run_operations(user) else self.none()

    def of_row(self, table, row):
        return self.filter(table=table, row=str(row))

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
            # The row comes first, though its table is always told with it: a search has it alone.
            models.Index(fields=["row", "table", "-at"], name="change_by_row_and_table"),
            models.Index(fields=["table", "-at", "-id"], name="change_by_table"),
            models.Index(fields=["via", "-at", "-id"], name="change_by_via"),
            # Little is ever deleted: asked for alone, it would be looked for in all there is.
            models.Index(fields=["-at", "-id"], condition=Q(operation="DELETE"), name="deletions"),
            GinIndex(OpClass(Upper("label"), name="gin_trgm_ops"), name="change_label_trigrams"),
            models.Index(
                fields=["actor", "-at"], name="change_by_actor", condition=Q(actor__isnull=False)
            ),
        ]
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.table} {self.row} {self.get_operation_display()}"

    @property
    def subject(self):
        """What kind of record changed, in words."""
        return table_names().get(self.table, self.table)

    def differences(self):
        """Return (field, before, after) by field name in words; what stays empty is left out."""
        return [
            (field.removesuffix("_id").replace("_", " "), _words(before), _words(after))
            for field, (before, after) in sorted(self.changes.items())
            if field != "id" and not (before in EMPTY and after in EMPTY)
        ]


def _words(value) -> str:
    """Return a value of the history as people read it; "" for an empty one."""
    if value in EMPTY:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return MOMENT.sub(r"\1 \2", str(value))
