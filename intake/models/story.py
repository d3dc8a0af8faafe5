"""What happened to a request: changes of state, clocks that ran out, acts that can be undone."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast

from intake.models.product_request import ProductRequest
from intake.models.state import State
from prodops.audit.models import AppendOnly, Recorded


class RequestStateChange(models.Model):
    """A request went from one state to another."""

    product_request = models.ForeignKey(
        ProductRequest, models.CASCADE, related_name="state_changes"
    )
    from_state = models.CharField(max_length=8, choices=State, blank=True)
    to_state = models.CharField(max_length=8, choices=State)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["product_request", "at"], name="state_change_by_request")]
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.product_request_id}: {self.from_state or 'nothing'} → {self.to_state}"


class ClockBreach(models.Model):
    """A clock ran out; written once for a promise, and those who must know are told with it."""

    class Phase(models.TextChoices):
        ACKNOWLEDGE = "acknowledge", "Sorting"
        ANSWER = "answer", "Answer"

    product_request = models.ForeignKey(ProductRequest, models.CASCADE, related_name="breaches")
    phase = models.CharField(max_length=11, choices=Phase)
    due_at = models.DateTimeField(help_text="What was promised.")
    at = models.DateTimeField(help_text="When it was noticed.")

    class Meta:
        triggers = [AppendOnly()]
        constraints = [
            models.UniqueConstraint(
                fields=["product_request", "phase", "due_at"], name="breach_told_once"
            ),
            models.CheckConstraint(condition=Q(at__gt=F("due_at")), name="breach_after_promise"),
        ]

    def __str__(self):
        return f"{self.get_phase_display()} of REQ-{self.product_request_id}"


class TriageActQuerySet(models.QuerySet):
    def named(self):
        """With key, verb and request as `text` and `other_text`, to read beside choices."""
        return self.annotate(
            text=Cast("verb", models.CharField()),
            other_text=Cast("product_request_id", models.CharField()),
            number=Value(0),
        )


class TriageAct(models.Model):
    """One act of triage, with the fields it changed before and after, so that it can be undone."""

    class Verb(models.TextChoices):
        ACCEPT = "accept", "Accepted"
        DECLINE = "decline", "Declined"
        MERGE = "merge", "Merged"
        SNOOZE = "snooze", "Snoozed"
        ASK = "ask", "Asked the requester about"
        RESUME = "resume", "Resumed"
        CLASSIFY = "classify", "Sorted"
        ESCALATE = "escalate", "Escalated"
        CLOSE = "close", "Closed"
        REOPEN = "reopen", "Reopened"

    product_request = models.ForeignKey(ProductRequest, models.CASCADE, related_name="triage_acts")
    verb = models.CharField(max_length=8, choices=Verb)
    before = models.JSONField(help_text="Field → value, as it was.")
    after = models.JSONField(help_text="Field → value, as the act left it.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="triage_acts")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = TriageActQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["product_request", "-at"], name="triage_act_by_request")]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.get_verb_display()} {self.product_request_id}"
