"""What is assumed about a team's time in a cycle, and the people-weeks initiatives are given."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q, Sum

from planning.models.commitment import Commitment
from planning.models.cycle import Cycle
from planning.models.history_guards import CLOSED_PLAN_STAYS
from planning.models.people_weeks import RUN_SHARE, spread
from planning.models.scenario import Scenario, ScenarioItem
from prodops.audit.models import Recorded
from prodops.people.models import Team
from prodops.people.permissions import is_insider


class TeamCapacityQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def valid_in(self, cycle, scenario=None):
        """Keep one row a team: of the scenario or the cycle itself, else of the latest before it.

        What is adjusted by hand counts in the cycle it was said for only.
        """
        if scenario is not None:
            return self.filter(scenario=scenario)
        before = self.filter(scenario=None, cycle__starts_on__lte=cycle.starts_on)
        return before.order_by("team_id", "-cycle__starts_on", "-cycle_id").distinct("team_id")


class TeamCapacity(models.Model):
    """How much of a team's time goes into run-work, and what else counts in one cycle."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="capacities")
    scenario = models.ForeignKey(
        Scenario, models.CASCADE, null=True, blank=True, related_name="capacities"
    )
    team = models.ForeignKey(Team, models.CASCADE, related_name="capacities")
    run_share = models.PositiveSmallIntegerField(
        default=RUN_SHARE, help_text="Per cent of the time that keeps things running."
    )
    adjustment = models.DecimalField(
        max_digits=5, decimal_places=1, default=0, help_text="People-weeks more, or fewer."
    )
    note = models.CharField(max_length=120, blank=True, help_text="Where the adjustment is from.")

    objects = TeamCapacityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "team capacities"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "scenario", "team"],
                name="team_capacity_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(run_share__lte=100), name="team_capacity_run_share_of_a_hundred"
            ),
            models.CheckConstraint(
                condition=Q(adjustment=0) | ~Q(note=""), name="team_capacity_adjusted_with_note"
            ),
        ]
        triggers = [Recorded(), CLOSED_PLAN_STAYS]

    def __str__(self):
        return f"{self.team} in {self.scenario or self.cycle}"


class AllocationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def of_plan(self, cycle, scenario=None):
        """Keep the rows of the plan itself, or of a scenario for it."""
        return self.filter(cycle=cycle, scenario=scenario)

    def counted(self, cycle, scenario=None):
        """Keep the rows of initiatives that stand in the plan: what left it uses nothing."""
        if scenario is None:
            standing = Commitment.objects.standing().filter(cycle=cycle)
        else:
            standing = ScenarioItem.objects.filter(scenario=scenario)
        kept = standing.filter(initiative=OuterRef("initiative"))
        return self.of_plan(cycle, scenario).filter(Exists(kept))

    def by_team(self):
        """Return people-weeks by the primary key of the team."""
        return dict(self.order_by().values_list("team").annotate(Sum("weeks")))


class Allocation(models.Model):
    """People-weeks a team gives an initiative in a cycle, spread over its months when asked to."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="allocations")
    scenario = models.ForeignKey(
        Scenario, models.CASCADE, null=True, blank=True, related_name="allocations"
    )
    initiative = models.ForeignKey(
        "planning.Initiative", models.PROTECT, related_name="allocations"
    )
    team = models.ForeignKey(Team, models.PROTECT, related_name="allocations")
    weeks = models.DecimalField(max_digits=6, decimal_places=1)
    months = ArrayField(
        models.DecimalField(max_digits=6, decimal_places=1),
        null=True,
        blank=True,
        help_text="The weeks of each month of the cycle; nothing means evenly.",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = AllocationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "scenario", "initiative", "team"],
                name="allocation_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(weeks__gte=0), name="allocation_not_below_nothing"),
        ]
        indexes = [models.Index(fields=["team", "cycle"], name="allocation_by_team")]
        triggers = [Recorded(), CLOSED_PLAN_STAYS]

    def __str__(self):
        return f"{self.weeks} weeks of {self.team} for {self.initiative}"

    def in_months(self, number: int) -> list[Decimal]:
        """Return the weeks of each of `number` months."""
        if self.months is not None and len(self.months) == number:
            return list(self.months)
        return spread(self.weeks, [Decimal(0)] * number)
