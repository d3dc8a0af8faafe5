"""The numbers of a series, day by day, and what became of numbers that were thought final."""

from django.db import models
from django.db.models import Q

from prodops.audit.models import AppendOnly
from prodops.integrations.amplitude.models.series import Series
from prodops.integrations.models import SyncRun


class SeriesPointQuerySet(models.QuerySet):
    def whole(self):
        """Return the points of the series itself, not of its segments or steps."""
        return self.filter(segment="", step=0)

    def for_display(self):
        return self.order_by("segment", "step", "on", "pk")


class SeriesPoint(models.Model):
    """One number: of a segment, on the first day of its interval in the project's time zone.

    `step` is 0 for plain numbers; in a funnel the step (the first is 0); in retention 0 is the
    size of the group that began on that day, and n+1 those of it who came back after n intervals.
    """

    series = models.ForeignKey(Series, models.CASCADE, related_name="points")
    segment = models.CharField(max_length=200, blank=True)
    step = models.PositiveSmallIntegerField(default=0)
    on = models.DateField()
    value = models.FloatField(null=True, help_text="Empty where a ratio has nothing to divide by.")
    is_partial = models.BooleanField(default=False, help_text="Its interval was still running.")
    first_value = models.FloatField(null=True, help_text="What was seen the first time.")
    data_as_of = models.DateTimeField(help_text="Since when it has this value.")

    objects = SeriesPointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "segment", "step", "on"], name="series_point_once"
            )
        ]
        indexes = [models.Index(fields=["series", "on"], name="series_point_by_day")]

    def __str__(self):
        return f"{self.segment or 'all'} on {self.on}: {self.value}"


class SeriesTotal(models.Model):
    """The value over a whole range, as Amplitude gives it: people of several days do not add up."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="totals")
    segment = models.CharField(max_length=200, blank=True)
    step = models.PositiveSmallIntegerField(default=0)
    range_start = models.DateField()
    range_end = models.DateField()
    value = models.FloatField(null=True)
    data_as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "segment", "step"], name="series_total_once"),
            models.CheckConstraint(
                condition=Q(range_end__gte=models.F("range_start")), name="series_total_has_range"
            ),
        ]

    def __str__(self):
        return f"{self.segment or 'all'} from {self.range_start} to {self.range_end}: {self.value}"


class PointRestatementQuerySet(models.QuerySet):
    def of_question(self, series):
        """Keep those of the question `series` asks now; earlier ones are of other numbers."""
        return self.filter(at__gte=series.asked_since) if series.asked_since else self

    def for_display(self):
        return self.select_related("run").order_by("-at", "-on", "pk")


class PointRestatement(models.Model):
    """A number that was thought final and changed: events came late, or were repaired."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="restatements")
    segment = models.CharField(max_length=200, blank=True)
    step = models.PositiveSmallIntegerField(default=0)
    on = models.DateField()
    old_value = models.FloatField(null=True)
    new_value = models.FloatField(null=True)
    at = models.DateTimeField()
    run = models.ForeignKey(SyncRun, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=200, blank=True, help_text="The file, if not a run.")

    objects = PointRestatementQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["series", "-at"], name="restatement_by_series")]
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.on}: {self.old_value} became {self.new_value}"
