"""Boards and their sprints."""

from django.db import models

from prodops.integrations.jira.models.directory import JiraProject
from prodops.integrations.models import Connection


class JiraBoard(models.Model):
    """A board; a Scrum board says which field its team estimates in."""

    class Kind(models.TextChoices):
        SCRUM = "scrum", "Scrum"
        KANBAN = "kanban", "Kanban"
        SIMPLE = "simple", "Team-managed"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="jira_boards")
    jira_id = models.CharField(max_length=40)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=20, choices=Kind)
    project = models.ForeignKey(
        JiraProject, models.SET_NULL, null=True, blank=True, related_name="boards"
    )
    estimation_field = models.CharField(
        max_length=80, blank=True, help_text="Id of the field it estimates in."
    )
    gone_at = models.DateTimeField(null=True, blank=True, help_text="Jira has it no more.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "jira_id"], name="jira_board_once")
        ]

    def __str__(self):
        return self.name


class JiraSprintQuerySet(models.QuerySet):
    def present(self):
        return self.filter(gone_at=None)

    def active(self):
        return self.present().filter(state=JiraSprint.State.ACTIVE)

    def for_display(self):
        return (
            self.select_related("connection").prefetch_related("boards").order_by("-start_at", "pk")
        )


class JiraSprint(models.Model):
    """A sprint, kept once though several boards show it; issues name theirs in `sprint_ids`."""

    class State(models.TextChoices):
        FUTURE = "future", "Future"
        ACTIVE = "active", "Active"
        CLOSED = "closed", "Closed"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="jira_sprints")
    jira_id = models.CharField(max_length=40)
    name = models.CharField(max_length=255)
    state = models.CharField(max_length=10, choices=State)
    goal = models.TextField(blank=True)
    start_at = models.DateTimeField(null=True, blank=True)
    end_at = models.DateTimeField(null=True, blank=True, help_text="Planned.")
    completed_at = models.DateTimeField(null=True, blank=True)
    boards = models.ManyToManyField(JiraBoard, related_name="sprints", blank=True)
    gone_at = models.DateTimeField(null=True, blank=True, help_text="Jira has it no more.")

    objects = JiraSprintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "jira_id"], name="jira_sprint_once")
        ]
        indexes = [models.Index(fields=["connection", "state"], name="jira_sprint_by_state")]

    def __str__(self):
        return self.name
