"""Which figure of the scorecard a key result takes its values from."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from planning.models import KeyResult
from prodops.audit.models import Recorded
from prodops.people.models import Team
from reporting.models.definition import MetricDefinition


class KeyResultMetric(models.Model):
    """The metric of a key result, and its newest complete month.

    Reporting only reads: planning takes `value` from here, by `key_result.metric`, for a check-in.
    """

    key_result = models.OneToOneField(KeyResult, models.CASCADE, related_name="metric")
    definition = models.ForeignKey(MetricDefinition, models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")
    value = models.FloatField(null=True, blank=True)
    period_start = models.DateField(null=True, blank=True)
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(value=None, period_start=None)
                | Q(value__isnull=False, period_start__isnull=False),
                name="key_result_metric_value_has_its_month",
            )
        ]
        triggers = [Recorded()]

    def __str__(self):
        of = f", {self.team}" if self.team_id else ""
        return f"{self.definition.key} {self.definition.name}{of}"

    @property
    def path(self):
        """The page of the figure: of its month and team."""
        asked = [f"period={self.period_start:%Y-%m}"] if self.period_start else []
        asked += [f"team={self.team.slug}"] if self.team else []
        page = reverse("reporting:figure", args=[self.definition.key])
        return f"{page}?{'&'.join(asked)}" if asked else page
