"""An initiative in a cycle's plan, and how many promises a cycle kept."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from planning.models.business_value import LEAST_PLANNED, MOST, BusinessValue, Worth, total_value
from planning.models.cycle import Cycle
from planning.models.guards import CARRIED_FROM_ITSELF, FROZEN_PLAN_STAYS
from planning.models.history_guards import DELIVERED_WITH_THE_INITIATIVE
from planning.models.predictability import Predictability, Verdict, tally
from prodops.audit.models import Recorded
from prodops.people.permissions import can_run_operations, is_insider


class CommitmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def standing(self):
        """Keep what is still meant to be delivered."""
        return self.filter(dropped_at=None)

    def frozen(self):
        """Keep what stands in a plan that is committed and not closed, delivered or not."""
        return self.standing().filter(cycle__phase__in=[Cycle.Phase.COMMITTED, Cycle.Phase.ACTIVE])

    def unfinished(self):
        """Keep what a closing cycle leaves over."""
        return self.standing().filter(finished_at=None)

    def binding(self):
        """Keep what stands in the plan of a cycle that is committed and not closed."""
        return self.frozen().filter(finished_at=None)

    def planned_by(self, moment: datetime):
        """Keep what stood in a plan before `moment`, with what its verdict needs."""
        return self.filter(added_at__lt=moment).select_related("cycle", "drop_decision")

    def predictability(self, cycle: Cycle, at: datetime) -> Predictability:
        """Count the promises of `cycle` and those kept by `at` or its end, whichever is first."""
        until = min(at, cycle.closes_at)
        return tally(one.verdict_at(until) for one in self.filter(cycle=cycle).planned_by(until))

    def business_value(self, cycle: Cycle, at: datetime) -> BusinessValue:
        """Sum what the plan of `cycle` proved to be worth by `at` or its end."""
        until = min(at, cycle.closes_at)
        rows = self.filter(cycle=cycle).planned_by(until)
        return total_value(one.worth_at(until) for one in rows)

    def valuable(self):
        """Keep what may have a business value: the plan as it was promised and still stands."""
        return self.standing().filter(was_unplanned=False)

    def judgeable_by(self, user):
        """Keep what a person may say the actual value of: product ops all, others their own."""
        planned = self.valuable().filter(planned_value__isnull=False)
        return planned if can_run_operations(user) else planned.filter(initiative__owner=user)

    def with_records(self):
        """Bring the cycle and the initiative an act on a commitment writes to."""
        return self.select_related("cycle__thread", "initiative__thread", "initiative__owner")

    def for_display(self):
        return self.select_related(
            "cycle", "initiative", "initiative__owner", "dropped_by"
        ).order_by("initiative__title", "pk")


class Commitment(models.Model):
    """An initiative in a cycle's plan."""

    class Kind(models.TextChoices):
        COMMITTED = "committed", "Committed"
        STRETCH = "stretch", "Stretch"

    class AddReason(models.TextChoices):
        CUSTOMER = "customer", "A customer needs it now"
        INCIDENT = "incident", "An incident or a risk"
        STRATEGY = "strategy", "The strategy changed"
        DEPENDENCY = "dependency", "Another team depends on it"
        CAPACITY = "capacity", "Capacity became free"

    class DropReason(models.TextChoices):
        PRIORITY = "priority", "Something else is more important"
        CAPACITY = "capacity", "Too little capacity"
        DEPENDENCY = "dependency", "A dependency slipped"
        SCOPE = "scope", "It turned out larger than thought"
        OBSOLETE = "obsolete", "It is no longer needed"

    class ValueReason(models.TextChoices):
        LEARNT = "learnt", "We know more about its worth"
        SCOPE = "scope", "Its scope changed"
        STRATEGY = "strategy", "The strategy changed"
        MISTAKE = "mistake", "The value was a mistake"

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="commitments")
    initiative = models.ForeignKey(
        "planning.Initiative", models.PROTECT, related_name="commitments"
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.COMMITTED)
    frozen_kind = models.CharField(
        max_length=10,
        choices=Kind,
        blank=True,
        help_text="What it was when the plan froze, if it changed since.",
    )
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    was_unplanned = models.BooleanField(
        default=False, help_text="Added after the commit, once the plan was frozen?"
    )
    add_reason = models.CharField(max_length=12, choices=AddReason, blank=True)
    add_note = models.TextField(blank=True)
    frozen_target_on = models.DateField(
        null=True,
        blank=True,
        help_text="The initiative's target date when it became part of the plan.",
    )
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    drop_reason = models.CharField(max_length=12, choices=DropReason, blank=True)
    drop_note = models.TextField(blank=True)
    drop_decision = models.ForeignKey(
        "planning.Decision", models.PROTECT, null=True, blank=True, related_name="drops"
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    carried_from = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="carried_to",
        help_text="The plan it was left over from.",
    )
    planned_value = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Business value it is to have, 1 to 10."
    )
    frozen_value = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="The planned value as it stood at the commit, 0 where there was none.",
    )
    value_reason = models.CharField(max_length=12, choices=ValueReason, blank=True)
    value_note = models.TextField(blank=True)
    actual_value = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Business value it proved to have, 0 to 10."
    )

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "initiative"], name="commitment_once_per_cycle"
            ),
            models.CheckConstraint(
                condition=Q(was_unplanned=False) | (~Q(add_reason="") & ~Q(add_note="")),
                name="commitment_unplanned_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at=None, dropped_by=None, drop_reason="", drop_note="")
                | (
                    Q(dropped_at__isnull=False, dropped_by__isnull=False)
                    & ~Q(drop_reason="")
                    & ~Q(drop_note="")
                ),
                name="commitment_dropped_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at=None) | Q(finished_at=None),
                name="commitment_dropped_or_finished",
            ),
            models.CheckConstraint(
                condition=Q(planned_value=None) | Q(planned_value__range=(LEAST_PLANNED, MOST)),
                name="commitment_planned_value_in_range",
            ),
            models.CheckConstraint(
                condition=Q(actual_value=None)
                | Q(actual_value__lte=MOST, planned_value__isnull=False, dropped_at=None),
                name="commitment_actual_value_of_a_planned_one",
            ),
            models.CheckConstraint(
                condition=Q(was_unplanned=False) | Q(planned_value=None),
                name="commitment_unplanned_has_no_value",
            ),
            models.CheckConstraint(
                condition=Q(frozen_value=None)
                | Q(frozen_value=0, planned_value=None)
                | Q(planned_value__isnull=False, planned_value=F("frozen_value"))
                | (~Q(value_reason="") & ~Q(value_note="")),
                name="commitment_value_changed_with_reason",
            ),
        ]
        triggers = [
            Recorded(),
            FROZEN_PLAN_STAYS,
            CARRIED_FROM_ITSELF,
            DELIVERED_WITH_THE_INITIATIVE,
        ]

    def __str__(self):
        return f"{self.initiative} in {self.cycle}"

    def verdict_at(self, until: datetime) -> Verdict:
        """Return what it counts as at `until`; needs its cycle and drop decision loaded.

        Only the scorecard (K3) and the cycle's page decide this, and both decide it here.
        """
        is_delivered = self.finished_at is not None and self.finished_at < until
        if self.was_unplanned:
            return Verdict.UNPLANNED_DELIVERED if is_delivered else Verdict.UNPLANNED
        if self.promised_kind != self.Kind.COMMITTED:
            return Verdict.STRETCH_DELIVERED if is_delivered else Verdict.STRETCH
        if self.dropped_at is not None and self.dropped_at < until:
            return self._verdict_of_drop(self.dropped_at)
        return Verdict.DELIVERED if is_delivered else Verdict.OPEN

    def _verdict_of_drop(self, dropped_at: datetime) -> Verdict:
        if dropped_at < self.cycle.freezes_at:
            return Verdict.WITHDRAWN
        decided_at = self.drop_decision.decided_at if self.drop_decision else None
        turns_at = self.cycle.turns_at
        is_descoped = dropped_at < turns_at and decided_at is not None and decided_at < turns_at
        return Verdict.DESCOPED if is_descoped else Verdict.DROPPED

    def worth_at(self, until: datetime) -> Worth:
        """Return its business value; what was dropped proved to be worth nothing."""
        actual = 0 if self.is_dropped else self.actual_value
        return Worth(self.verdict_at(until), self.planned_value, actual)

    @property
    def promised_kind(self) -> str:
        """What it counts as: what it was when the plan froze."""
        return self.frozen_kind or self.kind

    @property
    def other_kind(self) -> str:
        """What it would become: a stretch of what is committed, and the other way round."""
        is_stretch = self.kind == self.Kind.STRETCH
        return self.Kind.COMMITTED if is_stretch else self.Kind.STRETCH

    @property
    def has_changed_value(self):
        """Is the planned value another one than at the commit?"""
        return self.frozen_value not in (None, self.planned_value or 0)

    @property
    def has_slipped(self):
        """Has the target moved since the initiative became part of a committed plan?"""
        return self.frozen_target_on not in (None, self.initiative.target_on)

    @property
    def ends_after(self):
        """Is it open work whose target is only after the cycle? Needs initiative and cycle."""
        target_on = self.initiative.target_on
        is_open = self.dropped_at is None and self.finished_at is None
        return bool(is_open and target_on and target_on > self.cycle.ends_on)

    @property
    def is_promise(self):
        return (
            not self.is_dropped
            and not self.was_unplanned
            and self.promised_kind == self.Kind.COMMITTED
        )

    @property
    def is_stretch(self):
        return (
            not self.is_dropped
            and not self.was_unplanned
            and self.promised_kind == self.Kind.STRETCH
        )

    @property
    def is_late(self):
        return not self.is_dropped and self.was_unplanned

    @property
    def is_dropped(self):
        return self.dropped_at is not None
