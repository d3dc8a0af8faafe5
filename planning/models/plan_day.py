"""What scores and capacity of a committed plan came to as a day began; kept to compare with.

A day holds what is other than the days before it, and the commit, say. So what stood as a day began
is the newest row of that day or an earlier one, and what the commit froze where there is none.
"""

from django.db import models

from planning.models.cycle import Cycle
from planning.models.initiative import Initiative
from prodops.audit.models import AppendOnly
from prodops.people.models import Team


class PlanDay(models.Model):
    """A committed plan was looked at as the day `on` began."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="plan_days")
    on = models.DateField()
    at = models.DateTimeField(help_text="When it was looked at; later where no worker ran.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "on"], name="plan_day_once")]
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.cycle} as {self.on} began"


class NewestQuerySet(models.QuerySet):
    """Rows that count until a newer one says otherwise."""

    def as_of(self, cycle, on, of: str):
        """Keep the newest row, by `of`, of the day `on` or before; of any day without one."""
        rows = self.filter(day__cycle=cycle)
        rows = rows if on is None else rows.filter(day__on__lte=on)
        return rows.order_by(of, "-day__on").distinct(of)


class DayScore(models.Model):
    """An initiative's score as a day began; none where it lacked an input or stood in no plan."""

    day = models.ForeignKey(PlanDay, models.PROTECT, related_name="scores")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="day_scores")
    score = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    score_words = models.TextField(blank=True)

    objects = NewestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "initiative"], name="day_score_once"),
            models.CheckConstraint(
                condition=models.Q(score=None) | ~models.Q(score_words=""),
                name="day_score_has_words",
            ),
        ]
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.initiative}: {self.score}"


class DayCapacity(models.Model):
    """A team's people-weeks as a day began, and how they came about in words."""

    day = models.ForeignKey(PlanDay, models.PROTECT, related_name="capacities")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    weeks_available = models.DecimalField(max_digits=9, decimal_places=2)
    weeks_allocated = models.DecimalField(max_digits=9, decimal_places=2)
    words = models.CharField(max_length=300)

    objects = NewestQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "day capacities"
        constraints = [models.UniqueConstraint(fields=["day", "team"], name="day_capacity_once")]
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.team}: {self.weeks_allocated} of {self.weeks_available}"
