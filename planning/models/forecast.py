"""A forecast of when an initiative's Jira work is done, kept with all it was made from."""

from datetime import date, timedelta
from typing import NamedTuple

from django.db import models
from django.db.models import Q

from planning.models.history_guards import WEEKLY_IS_KEPT, WEEKLY_STAYS
from planning.models.initiative import Initiative
from planning.models.simulation import RUNS, Pace, percentile_day, simulate

WINDOW_DAYS = 90
GAPS = {
    "no_issues": "No Jira issue counts towards it: link its epic.",
    "no_throughput": "Nothing was finished lately by {}, so no date can be said for its part.",
    "few_days": "Little to draw from: {} of the last days had anything finished.",
    "by_cycle_time": "Too few finished lately by {}: its part is the number of issues times the "
    "median cycle time.",
    "no_estimates": "{} open issues have no estimate; the forecast counts issues, not points.",
    "no_team": "The project {} belongs to no team: its throughput is the project's.",
    "old_sync": "Jira was last read on {}.",
    "hidden": "{} records of Jira could not be read and are not counted.",
    "far": "Some of the runs take more than three years.",
}


class Dates(NamedTuple):
    """The days by which half, 85 and 95 of a hundred runs are done; None is beyond three years."""

    p50_on: date | None
    p85_on: date | None
    p95_on: date | None


class ForecastQuerySet(models.QuerySet):
    def weekly(self):
        return self.filter(is_weekly=True)

    def for_display(self):
        return self.order_by("-made_at", "-pk")


class Forecast(models.Model):
    """What was forecast on one day; `paces`, `seed` and `runs` make it again, to the day."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="forecasts")
    made_on = models.DateField()
    made_at = models.DateTimeField()
    is_weekly = models.BooleanField(help_text="The first of its week; those are never made anew.")
    seed = models.BigIntegerField()
    runs = models.PositiveIntegerField(default=RUNS)
    paces = models.JSONField(help_text="Of each team: what is left, what it finished each day.")
    remaining = models.PositiveIntegerField()
    p50_on = models.DateField(null=True)
    p85_on = models.DateField(null=True)
    p95_on = models.DateField(null=True)
    chance = models.FloatField(null=True, help_text="Of being done within the target's tolerance.")
    gaps = models.JSONField(default=dict, help_text="What could not be seen: why, and how much.")

    objects = ForecastQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "made_on", "is_weekly"], name="forecast_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(chance=None) | Q(chance__range=(0, 1)), name="forecast_chance_in_range"
            ),
        ]
        triggers = [WEEKLY_STAYS, WEEKLY_IS_KEPT]

    def __str__(self):
        return f"{self.initiative} on {self.made_on}: {self.p85_on or 'no date'}"

    def again(self) -> Dates:
        """Return the dates, simulated anew from what the row holds."""
        days = simulate([Pace.of(row) for row in self.paces], seed=self.seed, runs=self.runs)
        return dates_of(days, self.made_on)

    @property
    def is_dated(self) -> bool:
        return self.p50_on is not None

    @property
    def is_simulated(self) -> bool:
        """Was anything drawn, or is it a multiplication only?"""
        return any(Pace.of(row).is_drawn and row["remaining"] for row in self.paces)

    @property
    def finished(self) -> int:
        """How many issues its teams finished in the window, of whatever they belong to."""
        return sum(sum(row["finished"]) for row in self.paces)

    @property
    def pace_rows(self) -> list[dict]:
        """The paces with the sum of their days and the share in per cent, for people."""
        return [
            row | {"total": sum(row["finished"]), "percent": 100 * row["share"]}
            for row in self.paces
        ]

    @property
    def gap_words(self) -> list[str]:
        return [GAPS[name].format(detail) for name, detail in self.gaps.items()]


def dates_of(days, on: date) -> Dates:
    """Turn simulated days from `on` into the three dates people are shown."""
    found = (percentile_day(days, share) for share in (0.50, 0.85, 0.95))
    return Dates(*(None if day is None else on + timedelta(days=day) for day in found))
