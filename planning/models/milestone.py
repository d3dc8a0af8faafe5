"""What a cycle's planning itself promised to have ready, by when and by whom (K2)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Count, F, Prefetch, Q
from django.utils import timezone

from planning.models.cycle import Cycle
from prodops.audit.models import AppendOnly, Recorded
from prodops.people.permissions import can_run_operations, is_insider


class Kept(StrEnum):
    """What a milestone counts as; the first two are the denominator of K2."""

    ON_TIME = "on time"
    MISSED = "missed"
    NOT_DUE = "not due yet"
    CANCELLED = "cancelled"
    AFTER_END = "after the end"


@dataclass(frozen=True, kw_only=True)
class Punctuality:
    """How many of a cycle's milestones were kept by their baseline; `share` None of nothing due.

    `replanned` counts all whose due date was moved, whatever they count as.
    """

    on_time: int
    due: int
    not_due: int
    cancelled: int
    after_end: int
    replanned: int

    @property
    def share(self) -> float | None:
        return self.on_time / self.due if self.due else None


class MilestoneQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def open(self):
        return self.filter(done_at=None, cancelled_at=None).exclude(cycle__phase=Cycle.Phase.CLOSED)

    def overdue(self, on: date):
        """Keep the open ones that were to be done before the date `on`."""
        return self.open().filter(due_on__lt=on)

    def waiting_for(self, user):
        return self.open().filter(owner=user)

    def kept_by(self, user):
        """Keep what a person may say to be done or move: product ops all, others their own."""
        return self if can_run_operations(user) else self.filter(owner=user)

    def with_changes(self):
        """Bring what the verdict at a moment needs."""
        changes = MilestoneChange.objects.order_by("at", "pk").select_related("by")
        return self.select_related("cycle", "decision").prefetch_related(
            Prefetch("changes", changes)
        )

    def punctuality(self, cycle: Cycle, at: datetime) -> Punctuality:
        """Count what `cycle` kept by `at` or by its end, whichever is first."""
        until = min(at, cycle.closes_at)
        rows = self.filter(cycle=cycle, added_at__lt=until).with_changes()
        return tally_milestones(rows, until)

    def for_display(self):
        return (
            self.select_related("cycle__thread", "owner", "decision", "done_by")
            .annotate(move_count=Count("changes"))
            .order_by("due_on", "pk")
        )


class Milestone(models.Model):
    """Something the cycle needs by a date; what it was due on first is what K2 asks for."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="milestones")
    title = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="milestones")
    baseline_on = models.DateField(help_text="When it was due first; never moves.")
    due_on = models.DateField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    decision = models.ForeignKey(
        "planning.Decision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="milestones",
        help_text="Why it was cancelled.",
    )

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="milestone_done_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, decision=None)
                | Q(cancelled_at__isnull=False, decision__isnull=False),
                name="milestone_cancelled_by_decision",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(cancelled_at=None),
                name="milestone_done_or_cancelled",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="milestone_has_title"),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_on"],
                name="milestone_waiting",
                condition=Q(done_at=None, cancelled_at=None),
            )
        ]
        triggers = [
            Recorded(),
            pgtrigger.Protect(name="milestones_stay", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="baseline_stands",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__baseline_on__df=pgtrigger.F("new__baseline_on"))
                | pgtrigger.Q(old__cycle__df=pgtrigger.F("new__cycle"))
                | pgtrigger.Q(old__added_at__df=pgtrigger.F("new__added_at")),
                func="""
                    RAISE EXCEPTION 'the first due date of a milestone never moves'
                        USING ERRCODE = 'check_violation';
                """,
            ),
            pgtrigger.Trigger(
                name="moved_with_a_reason",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("due_on"),
                condition=pgtrigger.Q(old__due_on__df=pgtrigger.F("new__due_on")),
                func="""
                    IF (
                        SELECT to_on FROM planning_milestonechange
                        WHERE milestone_id = NEW.id ORDER BY id DESC LIMIT 1
                    ) IS DISTINCT FROM NEW.due_on THEN
                        RAISE EXCEPTION 'a milestone moves with a reason'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="closed_cycle_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF (SELECT phase FROM planning_cycle WHERE id = NEW.cycle_id) = 'closed' THEN
                        RAISE EXCEPTION 'the cycle is closed; its milestones stay as they were'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_done(self):
        return self.done_at is not None

    @property
    def is_cancelled(self):
        return self.cancelled_at is not None

    @property
    def is_open(self):
        return not self.is_done and not self.is_cancelled

    @property
    def is_replanned(self):
        return self.due_on != self.baseline_on

    @property
    def promised_until(self) -> datetime:
        """The end of the day it was due on first, in the organisation's time zone."""
        following = datetime.combine(self.baseline_on + timedelta(days=1), time.min)
        return timezone.make_aware(following, timezone.get_default_timezone())

    def is_late(self, on: date) -> bool:
        return self.is_open and self.due_on < on

    def kept_at(self, until: datetime) -> Kept:
        """Return what it counts as at `until`; needs its cycle and decision loaded.

        Only the scorecard (K2) and the cycle's page decide this, and both decide it here.
        """
        if self.baseline_on > self.cycle.ends_on:
            return Kept.AFTER_END
        if self._was_cancelled_by(until):
            return Kept.CANCELLED
        if self.promised_until > until:
            return Kept.NOT_DUE
        is_kept = self.done_at is not None and self.done_at < self.promised_until
        return Kept.ON_TIME if is_kept else Kept.MISSED

    def _was_cancelled_by(self, until: datetime) -> bool:
        if self.cancelled_at is None or self.cancelled_at >= until:
            return False
        decided_at = self.decision.decided_at if self.decision else None
        return decided_at is not None and decided_at < until


class MilestoneChange(models.Model):
    """A milestone was planned anew: its due date moved, its baseline did not."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="changes")
    from_on = models.DateField()
    to_on = models.DateField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="milestone_change_has_reason"),
            models.CheckConstraint(
                condition=~Q(from_on=F("to_on")), name="milestone_change_moves_something"
            ),
        ]
        triggers = [Recorded(), AppendOnly()]

    def __str__(self):
        return f"{self.milestone}: {self.from_on} → {self.to_on}"


def tally_milestones(milestones: Iterable[Milestone], until: datetime) -> Punctuality:
    """Sum what milestones, loaded `with_changes`, count as at `until`."""
    rows = list(milestones)
    count = Counter(one.kept_at(until) for one in rows)
    moved = [one for one in rows if any(change.at < until for change in one.changes.all())]
    return Punctuality(
        on_time=count[Kept.ON_TIME],
        due=count[Kept.ON_TIME] + count[Kept.MISSED],
        not_due=count[Kept.NOT_DUE],
        cancelled=count[Kept.CANCELLED],
        after_end=count[Kept.AFTER_END],
        replanned=len(moved),
    )
