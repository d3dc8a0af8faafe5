"""The record of a go/no-go meeting; written once, never changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from launches.models.launch import Launch
from planning.models import Decision
from prodops.audit.models import AppendOnly, Recorded
from prodops.people.permissions import is_insider


class GoNoGoQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def for_display(self):
        return (
            self.select_related("decided_by", "launch", "decision_record")
            .prefetch_related("attendees")
            .order_by("-decided_at", "-pk")
        )


class GoNoGo(models.Model):
    """What was decided about a launch, and the criteria exactly as they stood then.

    `criteria` is a list of {"key", "label", "state", "detail"}; `state` is met, unmet or unknown.
    """

    class Choice(models.TextChoices):
        GO = "go", "Go"
        NO_GO = "no_go", "No-go"

    launch = models.ForeignKey(Launch, models.PROTECT, related_name="go_no_gos")
    decision = models.CharField(max_length=5, choices=Choice)
    launch_on = models.DateField(help_text="The date it was given for.")
    criteria = models.JSONField()
    was_against_criteria = models.BooleanField(help_text="A go while a criterion was not met.")
    reason = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    attendees = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="GoNoGoAttendee", related_name="attended_go_no_gos"
    )
    decision_record = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="go_no_gos"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="decided_go_no_gos"
    )
    decided_at = models.DateTimeField()

    objects = GoNoGoQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="go", was_against_criteria=False) | ~Q(reason=""),
                name="go_no_go_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(decision="go") | Q(was_against_criteria=False),
                name="go_no_go_only_a_go_is_against",
            ),
            models.CheckConstraint(
                condition=Q(was_against_criteria=False) | Q(decision_record__isnull=False),
                name="go_no_go_against_opens_decision",
            ),
        ]
        indexes = [models.Index(fields=["launch", "-decided_at"], name="go_no_go_by_launch")]
        triggers = [Recorded(), AppendOnly()]
        verbose_name = "go/no-go"
        verbose_name_plural = "go/no-gos"

    def __str__(self):
        return f"{self.get_decision_display()} for {self.launch}"

    @property
    def is_go(self):
        return self.decision == self.Choice.GO


class GoNoGoAttendee(models.Model):
    """A person who was in the meeting."""

    go_no_go = models.ForeignKey(GoNoGo, models.PROTECT, related_name="attendance")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["go_no_go", "user"], name="attendee_once")]
        triggers = [AppendOnly()]
        verbose_name = "go/no-go attendee"

    def __str__(self):
        return f"{self.user} at {self.go_no_go}"
