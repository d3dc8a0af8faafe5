"""An initiative in a cycle's plan, and how many promises a cycle kept."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from planning.models.cycle import Cycle
from planning.models.predictability import Predictability, Verdict, tally
from prodops.audit.models import Recorded
from prodops.people.permissions import is_insider


class CommitmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def standing(self):
        """Keep what is still meant to be delivered."""
        return self.filter(dropped_at=None)

    def binding(self):
        """Keep what stands in the plan of a cycle that is committed and not closed."""
        return self.standing().filter(
            cycle__phase__in=[Cycle.Phase.COMMITTED, Cycle.Phase.ACTIVE], finished_at=None
        )

    def planned_by(self, moment: datetime):
        """Keep what stood in a plan before `moment`, with what its verdict needs."""
        return self.filter(added_at__lt=moment).select_related("cycle", "drop_decision")

    def predictability(self, cycle: Cycle, at: datetime) -> Predictability:
        """Count the promises of `cycle` and those kept by `at` or its end, whichever is first."""
        until = min(at, cycle.closes_at)
        return tally(one.verdict_at(until) for one in self.filter(cycle=cycle).planned_by(until))

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

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="commitments")
    initiative = models.ForeignKey(
        "planning.Initiative", models.PROTECT, related_name="commitments"
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.COMMITTED)
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
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.initiative} in {self.cycle}"

    def verdict_at(self, until: datetime) -> Verdict:
        """Return what it counts as at `until`; needs its cycle and drop decision loaded.

        Only the scorecard (K3) and the cycle's page decide this, and both decide it here.
        """
        is_delivered = self.finished_at is not None and self.finished_at < until
        if self.was_unplanned:
            return Verdict.UNPLANNED_DELIVERED if is_delivered else Verdict.UNPLANNED
        if self.kind != self.Kind.COMMITTED:
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

    @property
    def has_slipped(self):
        """Has the target moved since the initiative became part of a committed plan?"""
        return self.frozen_target_on not in (None, self.initiative.target_on)

    @property
    def is_promise(self):
        return not self.is_dropped and not self.was_unplanned and self.kind == self.Kind.COMMITTED

    @property
    def is_stretch(self):
        return not self.is_dropped and not self.was_unplanned and self.kind == self.Kind.STRETCH

    @property
    def is_late(self):
        return not self.is_dropped and self.was_unplanned

    @property
    def is_dropped(self):
        return self.dropped_at is not None
