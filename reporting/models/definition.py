"""How each figure is defined; a change makes a new version and old values keep theirs."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from prodops.audit.models import Recorded


class MetricDefinitionQuerySet(models.QuerySet):
    def current(self):
        return self.filter(is_current=True)

    def for_display(self):
        return self.select_related("approved_by").order_by("position", "key", "-version")


class MetricDefinition(models.Model):
    """One version of one KPI: the question it answers, its formula in words, its target."""

    class Direction(models.TextChoices):
        UP = "up", "Higher is better"
        DOWN = "down", "Lower is better"
        RANGE = "range", "Within the range is best"
        NEUTRAL = "neutral", "For context"

    class Unit(models.TextChoices):
        PERCENT = "percent", "%"
        DAYS = "days", "days"
        BUSINESS_DAYS = "business_days", "business days"
        ITEMS = "items", "items"

    class TargetBasis(models.TextChoices):
        VALUE = "value", "The value itself"
        CHANGE = "change", "Change against six months earlier, in %"

    class DataClass(models.TextChoices):
        INTERNAL = "internal", "Internal"
        RESTRICTED = "restricted", "Restricted"

    key = models.CharField(max_length=12, help_text='Such as "K7".')
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    question = models.CharField(max_length=300)
    formula = models.TextField()
    unit = models.CharField(max_length=14, choices=Unit)
    direction = models.CharField(max_length=8, choices=Direction)
    target_low = models.FloatField(null=True, blank=True)
    target_high = models.FloatField(null=True, blank=True)
    target_basis = models.CharField(max_length=6, choices=TargetBasis, default=TargetBasis.VALUE)
    target_from_n = models.PositiveIntegerField(
        default=0, help_text="The target holds from this many records on."
    )
    grain = models.CharField(max_length=12, default="month")
    owner = models.CharField(max_length=120, default="Product operations")
    source = models.CharField(max_length=200)
    counter_metric = models.CharField(
        max_length=12, blank=True, help_text="Key of the KPI that guards this one."
    )
    data_class = models.CharField(max_length=10, choices=DataClass, default=DataClass.INTERNAL)
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveSmallIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    change_reason = models.TextField(blank=True, help_text="Why this version replaced the last.")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = MetricDefinitionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="definition_version_once"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(is_current=True), name="one_current_definition"
            ),
            models.CheckConstraint(
                condition=Q(target_low=None)
                | Q(target_high=None)
                | Q(target_low__lte=models.F("target_high")),
                name="target_low_under_high",
            ),
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.key} {self.name} v{self.version}"
