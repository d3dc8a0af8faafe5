"""Versions: what Jira calls a release."""

from django.db import models
from django.db.models import (
    BooleanField,
    Count,
    DateField,
    F,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Subquery,
    TextField,
)
from django.db.models.functions import Cast, Coalesce

from prodops.integrations.jira.models.directory import JiraProject
from prodops.integrations.jira.models.issue import JiraIssue
from prodops.integrations.models import Connection


class JiraVersionQuerySet(models.QuerySet):
    def present(self):
        """Leave out what Jira has no more."""
        return self.filter(gone_at=None)

    def unreleased(self):
        return self.present().filter(is_released=False, is_archived=False)

    def of_issue(self):
        """The fix versions of the issue of an outer query."""
        named = _is_any_of("jira_id", OuterRef("fix_version_ids"))
        return self.present().filter(named, connection=OuterRef("connection"))

    def release_of_issue(self):
        """For `JiraIssue` querysets: the earliest date of the issue's versions, or null."""
        dates = self.of_issue().order_by().values("connection").annotate(first=Min("release_on"))
        return Subquery(dates.values("first"), output_field=DateField())

    def with_issues(self):
        """Annotate `issues_total` and `issues_done`, of issues that are there and not given up."""
        issues = JiraIssue.objects.alive().filter(
            connection=OuterRef("connection"), fix_version_ids__contains=[_jira_id()]
        )
        return self.annotate(
            issues_total=_count(issues.exclude(status__step="abandoned")),
            issues_done=_count(issues.filter(status__step="finished")),
        )

    def for_display(self):
        return self.select_related("connection", "project").order_by(
            "project__key", "is_released", "release_on", "name", "pk"
        )


def _is_any_of(field, array):
    """An index on the field serves this; `array @> ARRAY[field]` it would not."""
    return Func(
        F(field),
        array,
        template="(%(expressions)s))",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def _jira_id():
    return Cast(OuterRef("jira_id"), TextField())


def _count(issues):
    counted = issues.order_by().values("connection").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class JiraVersion(models.Model):
    """A version of a project; issues name theirs in `JiraIssue.fix_version_ids`."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="jira_versions")
    jira_id = models.CharField(max_length=40)
    project = models.ForeignKey(
        JiraProject, models.SET_NULL, null=True, blank=True, related_name="versions"
    )
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    is_released = models.BooleanField(default=False)
    is_archived = models.BooleanField(default=False)
    start_on = models.DateField(null=True, blank=True)
    release_on = models.DateField(null=True, blank=True, help_text="Planned or actual.")
    gone_at = models.DateTimeField(null=True, blank=True, help_text="Jira has it no more.")

    objects = JiraVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "jira_id"], name="jira_version_once")
        ]
        indexes = [models.Index(fields=["release_on"], name="jira_version_by_release")]

    def __str__(self):
        return self.name
