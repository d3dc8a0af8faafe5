"""Issues, every change they went through, and the links between them."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q

from prodops.integrations.jira.models.belonging import (
    KEEPS_ITS_ISSUE,
    OF_WHAT_IS_THERE,
    STAYS_WITH_ITS_CHANGES,
)
from prodops.integrations.jira.models.directory import (
    JiraIssueType,
    JiraProject,
    JiraStatus,
    JiraUser,
)
from prodops.integrations.jira.models.payload import JiraPayload
from prodops.integrations.models import Connection


class JiraIssueQuerySet(models.QuerySet):
    def alive(self):
        return self.filter(deleted_at=None)

    def synced_since(self, at):
        """Return the issues a sync wrote (created, changed, removed, revived) at or after `at`."""
        return self.filter(synced_at__gte=at)

    def epics(self):
        return self.filter(issue_type__level__gte=1)

    def with_key(self, key):
        """Find by the present key or one the issue once had."""
        return self.filter(Q(key=key) | Q(old_keys__key=key)).distinct()

    def in_version(self, version):
        return self.filter(
            connection=version.connection_id, fix_version_ids__contains=[version.jira_id]
        )

    def in_sprint(self, sprint):
        """Every issue that was ever in the sprint; the changelog tells when."""
        return self.filter(connection=sprint.connection_id, sprint_ids__contains=[sprint.jira_id])

    def with_blocked(self):
        """Annotate `is_blocked`: flagged, or blocked by an issue that is not finished."""
        blockers = JiraLink.objects.filter(
            target=OuterRef("pk"), kind__iregex="^block", source__deleted_at=None
        ).exclude(source__status__step__in=["finished", "abandoned"])
        return self.annotate(
            is_blocked=Q(is_flagged=True) | Q(Exists(blockers.filter(source__isnull=False)))
        )

    def for_display(self):
        return self.select_related(
            "connection", "project", "status", "issue_type", "assignee"
        ).order_by("-updated", "pk")


class JiraIssue(models.Model):
    """An issue as it stood at the last sync; times are Jira's, in UTC."""

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="jira_issues", db_index=False
    )
    jira_id = models.CharField(max_length=40)
    key = models.CharField(max_length=60)
    project = models.ForeignKey(JiraProject, models.PROTECT, related_name="issues", db_index=False)
    issue_type = models.ForeignKey(JiraIssueType, models.PROTECT, related_name="issues")
    status = models.ForeignKey(JiraStatus, models.PROTECT, related_name="issues")
    summary = models.TextField()
    description = models.TextField(blank=True, help_text="Markdown.")
    priority = models.CharField(max_length=80, blank=True)
    resolution = models.CharField(max_length=120, blank=True)
    assignee = models.ForeignKey(
        JiraUser, models.SET_NULL, null=True, related_name="assigned_issues"
    )
    reporter = models.ForeignKey(
        JiraUser, models.SET_NULL, null=True, related_name="reported_issues"
    )
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="children")
    parent_jira_id = models.CharField(max_length=40, blank=True, help_text="Kept though not here.")
    parent_key = models.CharField(
        max_length=60, blank=True, help_text="Parent or epic, as Jira names it."
    )
    labels = ArrayField(models.TextField(), default=list)
    components = ArrayField(models.TextField(), default=list)
    fix_versions = ArrayField(models.TextField(), default=list, help_text="By name.")
    fix_version_ids = ArrayField(
        models.TextField(), default=list, help_text="JiraVersion.jira_id of the connection."
    )
    sprints = ArrayField(
        models.TextField(), default=list, help_text="Every sprint it was in, by name."
    )
    sprint_ids = ArrayField(
        models.TextField(), default=list, help_text="JiraSprint.jira_id of the connection."
    )
    story_points = models.FloatField(null=True)
    is_flagged = models.BooleanField(default=False, help_text="Somebody says it is stuck.")
    due_on = models.DateField(null=True)
    created = models.DateTimeField()
    updated = models.DateTimeField()
    resolved = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True, help_text="When we noticed that it is gone.")
    change_count = models.PositiveIntegerField(default=0, help_text="Histories kept.")
    content_hash = models.BinaryField(max_length=20)
    seen_hash = models.BinaryField(
        max_length=16, default=b"", help_text="Of the payload as it came: the same means unchanged."
    )
    payload = models.ForeignKey(JiraPayload, models.SET_NULL, null=True, related_name="issues")
    synced_at = models.DateTimeField()

    objects = JiraIssueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "jira_id"], name="jira_issue_once")
        ]
        indexes = [
            models.Index(fields=["connection", "key"], name="jira_issue_by_key"),
            models.Index(fields=["project", "status"], name="jira_issue_by_status"),
            models.Index(fields=["updated"], name="jira_issue_by_updated"),
            models.Index(fields=["synced_at"], name="jira_issue_by_sync"),
            GinIndex(fields=["fix_version_ids"], name="jira_issue_by_version"),
            GinIndex(fields=["sprint_ids"], name="jira_issue_by_sprint"),
            models.Index(
                fields=["connection"],
                name="jira_issue_awaiting_parent",
                condition=Q(parent=None) & ~Q(parent_key=""),
            ),
        ]
        triggers = [STAYS_WITH_ITS_CHANGES]

    def __str__(self):
        return f"{self.key} {self.summary}"

    @property
    def url(self):
        """Where to open it in Jira; needs `connection` loaded."""
        return self.connection.browse_url(self.key)

    @property
    def is_deleted(self):
        return self.deleted_at is not None


class JiraIssueKey(models.Model):
    """A key an issue once had; old links and commit messages keep finding it."""

    issue = models.ForeignKey(JiraIssue, models.CASCADE, related_name="old_keys", db_index=False)
    key = models.CharField(max_length=60, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "key"], name="jira_issue_key_once")]

    def __str__(self):
        return self.key


PARENT_FIELDS = ("Epic Link", "IssueParentAssociation", "Parent")
"""What Jira calls the field of an issue's parent in its history."""


class JiraChange(models.Model):
    """One item of one history: a field went from one value to another."""

    # Written in one transaction with its issue and author, ten times an issue: to check each row
    # costs as much as to write it, so a trigger checks those of a statement together. And to take a
    # user away would read every change there is.
    issue = models.ForeignKey(
        JiraIssue, models.CASCADE, related_name="changes", db_index=False, db_constraint=False
    )
    history_id = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    author = models.ForeignKey(
        JiraUser,
        models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    field = models.CharField(max_length=255)
    field_id = models.CharField(max_length=255, blank=True)
    from_id = models.TextField(null=True)  # noqa: DJ001 - Jira tells null from empty
    from_text = models.TextField(null=True)  # noqa: DJ001
    to_id = models.TextField(null=True)  # noqa: DJ001
    to_text = models.TextField(null=True)  # noqa: DJ001

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "history_id", "position"], name="jira_change_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["issue", "at"], name="jira_status_change", condition=Q(field="status")
            ),
            models.Index(
                fields=["at"], name="jira_parent_change", condition=Q(field__in=PARENT_FIELDS)
            ),
        ]
        triggers = [OF_WHAT_IS_THERE, KEEPS_ITS_ISSUE]

    def __str__(self):
        return f"{self.field}: {self.from_text} → {self.to_text}"


class JiraLink(models.Model):
    """A link between two issues, kept once though Jira shows it on both ends."""

    connection = models.ForeignKey(
        Connection, models.CASCADE, related_name="jira_links", db_index=False
    )
    jira_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=80)
    outward = models.CharField(max_length=120, help_text='Such as "blocks".')
    inward = models.CharField(max_length=120, help_text='Such as "is blocked by".')
    source_jira_id = models.CharField(max_length=40)
    source_key = models.CharField(max_length=60)
    source = models.ForeignKey(JiraIssue, models.SET_NULL, null=True, related_name="links_out")
    target_jira_id = models.CharField(max_length=40)
    target_key = models.CharField(max_length=60)
    target = models.ForeignKey(JiraIssue, models.SET_NULL, null=True, related_name="links_in")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "jira_id"], name="jira_link_once")
        ]
        indexes = [
            models.Index(
                fields=["connection"],
                name="jira_link_awaiting_end",
                condition=Q(source=None) | Q(target=None),
            )
        ]

    def __str__(self):
        return f"{self.source_key} {self.outward} {self.target_key}"
