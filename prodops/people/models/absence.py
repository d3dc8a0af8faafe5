"""When people are away: days and how much of them, and never why."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from prodops.people.models.recorded import Recorded


class AbsenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody sees their own; plans show sums of them, nobody's days."""
        return self.filter(user=user)

    def touching(self, first, last):
        """Keep those with a day from `first` to `last`."""
        return self.filter(from_on__lte=last, until_on__gte=first)

    def for_display(self):
        return self.order_by("-from_on", "-pk")


class Absence(models.Model):
    """Days a person is away, the last one included; why is nobody's business."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences")
    from_on = models.DateField("first day")
    until_on = models.DateField("last day")
    share = models.PositiveSmallIntegerField(
        default=100, help_text="Per cent of their time: 50 is half days."
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")),
                name="absence_dates_ordered",
                violation_error_message="The last day comes after the first, or is the same.",
            ),
            models.CheckConstraint(
                condition=Q(share__range=(1, 100)),
                name="absence_share_of_a_day",
                violation_error_message="A share is between 1 and 100 per cent.",
            ),
        ]
        indexes = [models.Index(fields=["user", "from_on"], name="absence_by_person")]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.from_on:%-d %b} to {self.until_on:%-d %b %Y}"
