"""How often people say how things are going, what rests, and what they were reminded of."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from planning.models.initiative import Initiative
from prodops.audit.models import Recorded

DEFAULT_DAYS = 14
LEAST_DAYS, MOST_DAYS = 1, 92


class Cadence(models.Model):
    """In how many days an initiative is to be reported on; without an initiative, all others."""

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, null=True, blank=True, related_name="cadences"
    )
    days = models.PositiveSmallIntegerField(default=DEFAULT_DAYS)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["initiative"], nulls_distinct=False, name="cadence_once"
            ),
            models.CheckConstraint(
                condition=Q(days__range=(LEAST_DAYS, MOST_DAYS)), name="cadence_days_in_range"
            ),
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"Every {self.days} days: {self.initiative or 'all others'}"


class PauseQuerySet(models.QuerySet):
    def open(self):
        """Keep those nobody has ended; they may still be to come, or have run out."""
        return self.filter(ended_at=None)

    def on(self, day: date):
        """Keep those in force on `day`."""
        return self.open().filter(Q(until_on=None) | Q(until_on__gte=day), from_on__lte=day)


class InitiativePause(models.Model):
    """An initiative rests for a while: nobody is reminded of it, and K1 leaves it out."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="pauses")
    from_on = models.DateField("first day")
    until_on = models.DateField("last day", null=True, blank=True)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PauseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["initiative"], condition=Q(ended_at=None), name="pause_open_once"
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="pause_dates_ordered",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="pause_has_reason"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False),
                name="pause_ended_at",
            ),
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.initiative} rests from {self.from_on:%-d %b %Y}"

    def is_on(self, day: date) -> bool:
        is_over = self.until_on is not None and day > self.until_on
        return self.ended_at is None and self.from_on <= day and not is_over


class Snooze(models.Model):
    """A person puts one overdue thing off until a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="snoozes")
    item = models.CharField(max_length=60, help_text='Kind and record: "update:12".')
    until_on = models.DateField(help_text="The day it is asked for again.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "item"], name="snooze_once")]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.user}: {self.item} until {self.until_on}"


class Nudge(models.Model):
    """A person was reminded, on a working morning of theirs, of all that was overdue."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="nudges")
    sent_on = models.DateField(help_text="The day on the person's own calendar.")
    sent_at = models.DateTimeField()
    items = models.JSONField(help_text='What it named: "update:12", …')

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "sent_on"], name="nudge_once_a_day")]

    def __str__(self):
        return f"{self.user} on {self.sent_on}: {len(self.items)}"
