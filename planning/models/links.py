"""What an initiative grew from (requests) and what it is built with (Jira issues)."""

from django.conf import settings
from django.db import models

from intake.models import ProductRequest
from prodops.audit.models import Recorded
from prodops.integrations.jira.models import JiraIssue


class InitiativeRequest(models.Model):
    """A product request an initiative adopted; a request has one initiative at most."""

    initiative = models.ForeignKey(
        "planning.Initiative", models.PROTECT, related_name="request_links"
    )
    product_request = models.ForeignKey(
        ProductRequest, models.PROTECT, related_name="initiative_links"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product_request"], name="request_adopted_once")
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.product_request} in {self.initiative}"


class InitiativeEpic(models.Model):
    """A Jira issue, mostly an epic, whose work belongs to an initiative."""

    initiative = models.ForeignKey("planning.Initiative", models.PROTECT, related_name="epic_links")
    issue = models.ForeignKey(JiraIssue, models.CASCADE, related_name="initiative_links")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["initiative", "issue"], name="epic_linked_once")
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.issue} in {self.initiative}"


class InitiativeIssue(models.Model):
    """A database view: each Jira issue that counts towards an initiative, once.

    These are the standard issues (no sub-tasks, no epics) that are linked themselves, or whose
    parent or grandparent is linked, and that are neither deleted nor abandoned.
    """

    key = models.CharField(max_length=60, primary_key=True, help_text="Initiative and issue.")
    initiative = models.ForeignKey(
        "planning.Initiative", models.DO_NOTHING, related_name="jira_issues"
    )
    issue = models.ForeignKey(JiraIssue, models.DO_NOTHING, related_name="initiative_issues")

    class Meta:
        managed = False
        db_table = "planning_initiative_issue"

    def __str__(self):
        return self.key
