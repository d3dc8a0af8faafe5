"""What a request is sorted by: customer accounts, categories and kinds."""

from django.db import models
from django.db.models import Q

from prodops.audit.models import Recorded


class Account(models.Model):
    """A customer organisation somebody asks for."""

    class Segment(models.TextChoices):
        ENTERPRISE = "enterprise", "Enterprise"
        MID_MARKET = "mid_market", "Mid-market"
        SMALL_BUSINESS = "small_business", "Small business"
        PUBLIC = "public", "Public sector"

    name = models.CharField(max_length=160, unique=True)
    segment = models.CharField(max_length=20, choices=Segment, blank=True)
    tier = models.CharField(max_length=20, blank=True, help_text="Such as Gold or Platinum.")
    arr = models.DecimalField(
        "ARR", max_digits=14, decimal_places=2, default=0, help_text="Annual recurring revenue."
    )

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.CheckConstraint(condition=Q(arr__gte=0), name="account_arr_not_negative")
        ]

    def __str__(self):
        return self.name


class Category(models.Model):
    """What a request is about, as triage sorts it."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        triggers = [Recorded()]
        verbose_name_plural = "categories"

    def __str__(self):
        return self.name


class RequestKind(models.Model):
    """What sort of thing is asked, and how fast we promise to react, in business hours."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    acknowledge_hours = models.PositiveSmallIntegerField(
        default=24, help_text="Business hours until it is sorted and has an owner."
    )
    answer_hours = models.PositiveSmallIntegerField(
        default=80, help_text="Business hours until it is decided."
    )

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    acknowledge_hours__gt=0, answer_hours__gte=models.F("acknowledge_hours")
                ),
                name="kind_answers_after_acknowledging",
            )
        ]

    def __str__(self):
        return self.name
