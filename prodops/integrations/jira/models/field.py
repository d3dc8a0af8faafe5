"""The fields of a site that mean something to us, found by what they are or chosen by a person."""

from django.db import models
from django.db.models import Q

from prodops.integrations.models import Connection


class JiraFieldQuerySet(models.QuerySet):
    def for_display(self):
        return self.select_related("connection").order_by("connection", "role", "name", "jira_id")


class JiraField(models.Model):
    """A field that may hold story points, sprints, the epic or the flag.

    Several may be of one role: two fields are often called "Story Points". The board of a project
    says which it estimates in; where no board does, an administrator sets `is_chosen`.
    """

    class Role(models.TextChoices):
        POINTS = "points", "Story points"
        SPRINT = "sprint", "Sprint"
        EPIC_LINK = "epic_link", "Epic link"
        FLAG = "flag", "Flagged"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="jira_fields")
    jira_id = models.CharField(max_length=80)
    name = models.CharField(max_length=255)
    schema = models.CharField(max_length=255, blank=True, help_text="What Jira says it is.")
    role = models.CharField(max_length=10, choices=Role)
    is_chosen = models.BooleanField(
        "use this one",
        default=False,
        help_text="Of several with the same role, read this one where no board says which.",
    )
    gone_at = models.DateTimeField(null=True, blank=True)

    objects = JiraFieldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "jira_id"], name="jira_field_once"),
            models.UniqueConstraint(
                fields=["connection", "role"],
                condition=Q(is_chosen=True),
                name="jira_one_field_chosen_for_a_role",
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.jira_id})"
