"""What was asked of Amplitude lately: the budget counts these rows, whoever wrote them."""

from django.db import models
from django.db.models import Q

from prodops.integrations.models import Connection


class Call(models.Model):
    """One request with what it costs; without an end it holds one of the places."""

    class Allowance(models.TextChoices):
        QUERY = "query", "Queries"
        TAXONOMY = "taxonomy", "Taxonomy"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="amplitude_calls")
    allowance = models.CharField(max_length=10, choices=Allowance)
    cost = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cost__gte=1), name="call_costs_something")
        ]
        indexes = [
            models.Index(fields=["connection", "allowance", "started_at"], name="call_by_start")
        ]

    def __str__(self):
        return f"{self.get_allowance_display()} for {self.cost} at {self.started_at:%H:%M:%S}"
