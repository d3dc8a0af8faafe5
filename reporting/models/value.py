"""What the figures were, period by period, and when a closed one was restated."""

from django.db import models
from django.db.models import Q

from prodops.audit.models import AppendOnly
from prodops.people.models import Team
from reporting.models.definition import MetricDefinition


class MetricValueQuerySet(models.QuerySet):
    def for_scope(self, team):
        """Values of one team, or of the organisation when `team` is None."""
        return self.filter(team=team)

    def newest_versions(self):
        """One value a key, period and scope: the one of the latest definition version."""
        return self.order_by(
            "definition__key", "period_start", "team_id", "-definition__version"
        ).distinct("definition__key", "period_start", "team_id")

    def for_display(self):
        return self.select_related("definition", "team")


class MetricValue(models.Model):
    """One figure: its value with everything needed to trust it."""

    class Scope(models.TextChoices):
        ORGANISATION = "organisation", "Organisation"
        TEAM = "team", "Team"

    definition = models.ForeignKey(MetricDefinition, models.PROTECT, related_name="values")
    period_start = models.DateField()
    period_end = models.DateField(help_text="The first day after the period.")
    scope = models.CharField(max_length=12, choices=Scope)
    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="metric_values"
    )
    value = models.FloatField(null=True, help_text="Nothing when there is nothing to divide by.")
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    n = models.PositiveIntegerField(default=0)
    excluded = models.JSONField(default=dict, help_text="Reason → count.")
    companions = models.JSONField(default=dict, help_text="Numbers that belong beside the value.")
    low = models.FloatField(null=True, help_text="95 % interval, or the bound of an open median.")
    high = models.FloatField(null=True)
    note = models.CharField(max_length=200, blank=True, help_text="Why there is no value.")
    is_partial = models.BooleanField(default=False)
    data_as_of = models.DateTimeField(null=True)
    computed_at = models.DateTimeField()
    evidence = models.JSONField(default=dict, help_text="What was read to compute it.")

    objects = MetricValueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "period_start", "period_end", "team"],
                name="metric_value_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(scope="team", team__isnull=False)
                | Q(scope="organisation", team__isnull=True),
                name="metric_value_scope",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gt=models.F("period_start")), name="metric_value_period"
            ),
        ]
        indexes = [models.Index(fields=["period_start", "team"], name="metric_value_by_period")]

    def __str__(self):
        return f"{self.definition_id} {self.period_start:%Y-%m} {self.scope}"

    @property
    def period(self):
        return f"{self.period_start:%Y-%m}"


class RestatementQuerySet(models.QuerySet):
    def for_display(self):
        return self.select_related("metric_value__definition", "metric_value__team").order_by(
            "-at", "-pk"
        )


class Restatement(models.Model):
    """A closed period's figure changed after it closed: from what, to what, and why."""

    metric_value = models.ForeignKey(MetricValue, models.PROTECT, related_name="restatements")
    old_value = models.FloatField(null=True)
    new_value = models.FloatField(null=True)
    old_numerator = models.FloatField(null=True)
    new_numerator = models.FloatField(null=True)
    old_denominator = models.FloatField(null=True)
    new_denominator = models.FloatField(null=True)
    cause = models.CharField(max_length=300)
    at = models.DateTimeField()

    objects = RestatementQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["metric_value", "-at"], name="restatement_by_value")]
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.old_value} → {self.new_value}"
