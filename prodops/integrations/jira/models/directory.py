"""What issues refer to: projects, statuses, types and users."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from prodops.integrations.models import Connection
from prodops.people.models import Team, User


class JiraProject(models.Model):
    """A project; an administrator says which team it belongs to."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="jira_projects")
    jira_id = models.CharField(max_length=40)
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=255)
    team = models.ForeignKey(
        Team, models.SET_NULL, null=True, blank=True, related_name="jira_projects"
    )
    is_archived = models.BooleanField(default=False)
    is_team_managed = models.BooleanField(
        default=False, help_text="Has statuses and types of its own, and closes without resolution."
    )
    lost_since = models.DateTimeField(
        null=True, blank=True, help_text="Not readable now; all it changed before this is here."
    )
    issue_type_ids = ArrayField(
        models.TextField(),
        null=True,
        blank=True,
        help_text="JiraIssueType.jira_id of what its issues may be; empty while not known.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "jira_id"], name="jira_project_once")
        ]

    def __str__(self):
        return self.key


class JiraStatus(models.Model):
    """A workflow status; `step` maps it to the two points every flow metric shares.

    New statuses get their step from the category (new → queue, indeterminate → active,
    done → finished; names such as "Won't do" → abandoned); an administrator may change it.
    """

    class Category(models.TextChoices):
        NEW = "new", "To do"
        ACTIVE = "indeterminate", "In progress"
        DONE = "done", "Done"
        UNDEFINED = "undefined", "Undefined"

    class Step(models.TextChoices):
        QUEUE = "queue", "Not started"
        ACTIVE = "active", "Started"
        FINISHED = "finished", "Finished"
        ABANDONED = "abandoned", "Abandoned"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="jira_statuses")
    jira_id = models.CharField(max_length=40)
    name = models.CharField(max_length=255)
    category = models.CharField(max_length=20, choices=Category, default=Category.UNDEFINED)
    step = models.CharField(max_length=10, choices=Step, default=Step.QUEUE)

    class Meta:
        verbose_name_plural = "jira statuses"
        constraints = [
            models.UniqueConstraint(fields=["connection", "jira_id"], name="jira_status_once")
        ]

    def __str__(self):
        return self.name


class JiraIssueType(models.Model):
    """An issue type; level 1 is an epic, 0 a standard issue, -1 a sub-task."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="jira_issue_types")
    jira_id = models.CharField(max_length=40)
    name = models.CharField(max_length=255)
    level = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "jira_id"], name="jira_issue_type_once")
        ]

    def __str__(self):
        return self.name


class JiraUser(models.Model):
    """A Jira account; `jira_id` is the accountId on Cloud, the key on Data Center.

    Accounts that left stay: deactivated ones by name, deleted ones as "Former user".
    """

    class Kind(models.TextChoices):
        PERSON = "person", "Person"
        APP = "app", "App"
        CUSTOMER = "customer", "Customer"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="jira_users")
    jira_id = models.CharField(max_length=160)
    name = models.CharField(max_length=255)
    email = models.CharField(max_length=254, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PERSON)
    is_active = models.BooleanField(default=True)
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="jira_users"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "jira_id"], name="jira_user_once")
        ]

    def __str__(self):
        return self.name
