"""What the changelog says about each Jira issue: when it started, finished, and stood where."""

from django.db import models
from django.db.models import Q

from prodops.integrations.jira.models import JiraIssue, JiraIssueType, JiraStatus
from prodops.people.models import Team


class FlowBuild(models.Model):
    """One rebuilding of the facts from the changelog."""

    at = models.DateTimeField()
    mapping_hash = models.CharField(
        max_length=64, help_text="Of the statuses' steps; another mapping means a full rebuild."
    )
    is_full = models.BooleanField()
    issues = models.PositiveIntegerField()
    seconds = models.FloatField()

    def __str__(self):
        return f"{self.issues} issues at {self.at:%Y-%m-%d %H:%M}"


class IssueFlowQuerySet(models.QuerySet):
    def for_team(self, team):
        return self if team is None else self.filter(team=team)

    def finished_between(self, start, end):
        return self.filter(finished_at__gte=start, finished_at__lt=end)

    def for_display(self):
        return self.select_related(
            "issue__project__connection", "issue__status", "issue_type", "team"
        ).order_by("-finished_at", "-started_at", "pk")


class IssueFlow(models.Model):
    """The facts every flow metric shares, one row an issue, rebuilt from its changelog.

    `started_at` is the first entry into a started step and is never reset; `finished_at` is the
    last crossing into the finished step, only while the issue is finished.
    """

    class ServiceClass(models.TextChoices):
        EXPEDITE = "expedite", "Expedite"
        FIXED_DATE = "fixed_date", "Fixed date"
        STANDARD = "standard", "Standard"

    issue = models.OneToOneField(JiraIssue, models.CASCADE, primary_key=True, related_name="flow")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+")
    issue_type = models.ForeignKey(JiraIssueType, models.CASCADE, related_name="+")
    service_class = models.CharField(
        max_length=10, choices=ServiceClass, db_default=ServiceClass.STANDARD
    )
    step = models.CharField(max_length=10, choices=JiraStatus.Step)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    abandoned_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    reopened = models.PositiveIntegerField(default=0, help_text="Times it left the finished step.")
    change_count = models.PositiveIntegerField(default=0)
    synced_at = models.DateTimeField(help_text="Of the issue, when these facts were read from it.")

    objects = IssueFlowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(abandoned_at=None), name="flow_has_one_end"
            )
        ]
        indexes = [
            models.Index(fields=["finished_at", "team"], name="flow_by_finish"),
            models.Index(fields=["started_at"], name="flow_by_start"),
        ]

    def __str__(self):
        return f"Flow of issue {self.issue_id}"


class FlowStep(models.Model):
    """A stay of an issue in one step, half-open; the last stay has no end."""

    issue = models.ForeignKey(JiraIssue, models.CASCADE, related_name="flow_steps")
    place = models.PositiveIntegerField()
    step = models.CharField(max_length=10, choices=JiraStatus.Step)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "place"], name="flow_step_once")]
        indexes = [models.Index(fields=["step", "entered_at"], name="flow_step_by_entry")]

    def __str__(self):
        return f"Issue {self.issue_id} {self.step} from {self.entered_at:%Y-%m-%d}"


class FlowBlock(models.Model):
    """A time in which an issue was flagged or stood in a status called "Blocked", half-open.

    Those of one issue never overlap; one without an end is still on.
    """

    issue = models.ForeignKey(JiraIssue, models.CASCADE, related_name="flow_blocks")
    blocked_at = models.DateTimeField()
    freed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issue", "blocked_at"], name="flow_block_once"),
            models.CheckConstraint(
                condition=Q(freed_at=None) | Q(freed_at__gt=models.F("blocked_at")),
                name="flow_block_ordered",
            ),
        ]

    def __str__(self):
        return f"Issue {self.issue_id} blocked from {self.blocked_at:%Y-%m-%d}"
