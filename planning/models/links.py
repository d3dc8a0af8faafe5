"""Who works on an initiative, what it grew from (requests), what builds it (Jira issues)."""

from django.conf import settings
from django.db import models
from django.db.models import Count, Max, Q
from django.db.models.functions import Greatest

from intake.models import ProductRequest
from prodops.audit.models import Recorded
from prodops.integrations.jira.models import JiraIssue
from prodops.people.models import Team


class InitiativeTeam(models.Model):
    """A team that works on an initiative."""

    initiative = models.ForeignKey("planning.Initiative", models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, related_name="+")

    class Meta:
        db_table = "planning_initiative_teams"
        constraints = [
            models.UniqueConstraint(fields=["initiative", "team"], name="initiative_team_once")
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.team} on {self.initiative}"


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


class InitiativeQueryQuerySet(models.QuerySet):
    def followed(self):
        """Keep those of initiatives that are not over: what is over keeps the issues it had."""
        return self.filter(initiative__finished_at=None, initiative__cancelled_at=None)


class InitiativeQuery(models.Model):
    """A Jira query whose issues belong to an initiative; a worker keeps the links to them."""

    initiative = models.ForeignKey(
        "planning.Initiative", models.PROTECT, related_name="jira_queries"
    )
    text = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = InitiativeQueryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["initiative", "text"], name="query_followed_once"),
            models.CheckConstraint(condition=~Q(text=""), name="query_has_text"),
        ]
        triggers = [Recorded()]

    def __str__(self):
        return self.text


class InitiativeEpicQuerySet(models.QuerySet):
    def by_hand(self):
        """Leave out what a query found."""
        return self.filter(query=None)

    def with_counts(self):
        """Annotate the issues below each link and when the last of them moved.

        `issues_total`, `issues_done`, `issues_started`, `issues_waiting`, `issues_blocked` (still
        open, and either in a status called "blocked" or blocked by an open issue), `last_moved_at`.
        """
        step = "counted_issues__issue__status__step"
        blocker = "counted_issues__issue__links_in"
        is_open = ~Q(**{step: "finished"})
        is_blocked = Q(counted_issues__issue__status__name__icontains="blocked") | Q(
            **{
                f"{blocker}__outward__iexact": "blocks",
                f"{blocker}__source__deleted_at": None,
                f"{blocker}__source__status__step__in": ["queue", "active"],
            }
        )
        conditions = {
            "issues_total": Q(),
            "issues_done": Q(**{step: "finished"}),
            "issues_started": Q(**{step: "active"}),
            "issues_waiting": Q(**{step: "queue"}),
            "issues_blocked": is_open & is_blocked,
        }
        counts = {
            name: Count("counted_issues__issue", filter=condition, distinct=True)
            for name, condition in conditions.items()
        }
        return self.annotate(**counts, last_moved_at=last_move("counted_issues__issue"))

    def for_display(self):
        return self.select_related(
            "issue__connection", "issue__status", "issue__issue_type", "by", "query"
        ).order_by("issue__key", "pk")


def last_move(issue):
    """Return an aggregate: when the last of the issues at path `issue` came or changed status."""
    return Greatest(
        Max(f"{issue}__created"),
        Max(f"{issue}__changes__at", filter=Q(**{f"{issue}__changes__field": "status"})),
    )


class InitiativeEpic(models.Model):
    """A Jira issue, mostly an epic, whose work belongs to an initiative.

    Linked by hand, or found by a `query` of the initiative, with which it goes.
    """

    initiative = models.ForeignKey("planning.Initiative", models.PROTECT, related_name="epic_links")
    issue = models.ForeignKey(JiraIssue, models.CASCADE, related_name="initiative_links")
    query = models.ForeignKey(
        InitiativeQuery, models.CASCADE, null=True, blank=True, related_name="links"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = InitiativeEpicQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["initiative", "issue"], name="epic_linked_once")
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.issue} in {self.initiative}"


class InitiativeIssue(models.Model):
    """A database view: a Jira issue that counts towards an initiative, by way of one link.

    These are the standard issues (no sub-tasks, no epics) that are linked themselves, or whose
    parent or grandparent is linked, and that are neither deleted nor abandoned. An issue below
    two linked ones stands here twice: count `issue` distinct.
    """

    key = models.CharField(max_length=60, primary_key=True, help_text="Link and issue.")
    epic_link = models.ForeignKey(InitiativeEpic, models.DO_NOTHING, related_name="counted_issues")
    initiative = models.ForeignKey(
        "planning.Initiative", models.DO_NOTHING, related_name="counted_issues"
    )
    issue = models.ForeignKey(JiraIssue, models.DO_NOTHING, related_name="counted_by")

    class Meta:
        managed = False
        db_table = "planning_initiative_issue"

    def __str__(self):
        return self.key
