"""Months whose figures may differ from the records: work that waits for a worker."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import F

PATIENCE = timedelta(minutes=10)


class StaleMonthQuerySet(models.QuerySet):
    def wake(self, *, at: datetime) -> list[date]:
        """Return the months whose wake-up call must have been lost, and wait anew for them."""
        forgotten = self.filter(marked_at__lt=at - PATIENCE)
        starts = list(forgotten.order_by("starts_on").values_list("starts_on", flat=True))
        self.filter(starts_on__in=starts).update(marked_at=at)
        return starts

    def mark(self, starts: Iterable[date], *, at: datetime) -> None:
        """Note that the figures of the months that begin on `starts` may differ."""
        for start in sorted(starts):
            self.update_or_create(
                starts_on=start,
                defaults={"marked_at": at, "marks": F("marks") + 1},
                create_defaults={"marked_at": at},
            )


class StaleMonth(models.Model):
    """A month to be computed again; who has done it takes away the marks there were before."""

    starts_on = models.DateField(unique=True)
    marks = models.PositiveIntegerField(default=1, help_text="How often it was marked meanwhile.")
    marked_at = models.DateTimeField()

    objects = StaleMonthQuerySet.as_manager()

    def __str__(self):
        return f"{self.starts_on:%Y-%m} is to be computed again"
