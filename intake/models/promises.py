"""How fast we promise to react, where the priority makes a difference."""

from django.db import models
from django.db.models import F, Q

from intake.models.catalogue import RequestKind
from prodops.audit.models import Recorded


class KindPromise(models.Model):
    """What we promise for one priority of a kind, where that differs from the kind itself."""

    class Priority(models.TextChoices):
        P0 = "P0", "P0"
        P1 = "P1", "P1"
        P2 = "P2", "P2"
        P3 = "P3", "P3"

    kind = models.ForeignKey(RequestKind, models.CASCADE, related_name="promises")
    priority = models.CharField(max_length=2, choices=Priority)
    acknowledge_hours = models.PositiveSmallIntegerField(
        help_text="Business hours until it is sorted and has an owner."
    )
    answer_hours = models.PositiveSmallIntegerField(help_text="Business hours until it is decided.")

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "priority"],
                name="promise_once_a_priority",
                violation_error_message="This kind promises something for this priority already.",
            ),
            models.CheckConstraint(
                condition=Q(priority__in=["P0", "P1", "P2", "P3"]), name="promise_priority_known"
            ),
            models.CheckConstraint(
                condition=Q(acknowledge_hours__gt=0, answer_hours__gte=F("acknowledge_hours")),
                name="promise_answers_after_acknowledging",
                violation_error_message="The answer comes after the acknowledgement.",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.priority}"
