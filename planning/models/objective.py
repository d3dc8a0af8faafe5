"""What a cycle is to change: objectives, one below another."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from planning.models.cycle import Cycle
from prodops.audit.models import AppendOnly, Recorded, Thread
from prodops.people.models import Team
from prodops.people.permissions import is_insider

MOST_WEIGHT = 100
MOST_LEVELS = 8

# Held here and not only in the service: whoever writes, two at a time, the tree stays a tree. The
# lock makes the second wait until it can see what the first did.
WITHOUT_LOOPS = """
PERFORM pg_advisory_xact_lock(hashtext('planning.objectives'));
IF EXISTS (
    WITH RECURSIVE above AS (
        SELECT id, parent_id FROM planning_objective WHERE id = NEW.parent_id
        UNION
        SELECT up.id, up.parent_id FROM planning_objective up JOIN above ON up.id = above.parent_id
    )
    SELECT 1 FROM above WHERE id = NEW.id
) THEN
    RAISE EXCEPTION 'objective % would stand below itself', NEW.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'objective_without_loops';
END IF;
RETURN NEW;
"""


class ObjectiveQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(deleted_at=None) if is_insider(user) else self.none()

    def unfinished(self):
        return self.exclude(state=Objective.State.CLOSED).filter(deleted_at=None)

    def within(self, cycle):
        """Keep those of the cycle and of every cycle inside its days: all that can be below."""
        return self.filter(cycle__starts_on__gte=cycle.starts_on, cycle__ends_on__lte=cycle.ends_on)

    def for_display(self):
        return self.select_related("cycle", "owner", "team", "parent").order_by(
            "-cycle__starts_on", "title", "pk"
        )


class Objective(models.Model):
    """What is to be different at the end of a cycle, and why; key results say how one sees it."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        ACTIVE = "active", "Active"
        CLOSED = "closed", "Closed"

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="objectives")
    title = models.CharField(max_length=200)
    why = models.TextField(blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="objectives")
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="objectives",
        help_text="Empty: the whole organisation's.",
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    weight = models.PositiveSmallIntegerField(
        default=1, help_text="Beside the others below the same objective; 0 counts nothing."
    )
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    activated_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    grade = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)
    remark = models.TextField(blank=True, help_text="What was learnt, said when it was closed.")
    deleted_at = models.DateTimeField(null=True, blank=True, help_text="Of drafts only.")
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    carried_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_to"
    )
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="objective")

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weight__lte=MOST_WEIGHT), name="objective_weight_in_range"
            ),
            models.CheckConstraint(
                condition=Q(grade=None) | Q(grade__range=(0, 1)), name="objective_grade_in_range"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", activated_at=None, closed_at=None)
                | Q(state="active", activated_at__isnull=False, closed_at=None)
                | Q(state="closed", activated_at__isnull=False, closed_at__isnull=False),
                name="objective_state_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, grade=None, remark="")
                | (
                    Q(closed_at__isnull=False, closed_by__isnull=False, grade__isnull=False)
                    & ~Q(remark="")
                ),
                name="objective_closed_with_grade",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at=None, deleted_by=None)
                | Q(state="draft", deleted_at__isnull=False, deleted_by__isnull=False),
                name="objective_deleted_as_a_draft",
            ),
        ]
        indexes = [models.Index(fields=["cycle", "state"], name="objective_by_cycle")]
        triggers = [
            Recorded(),
            pgtrigger.Trigger(
                name="without_loops",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id"),
                condition=pgtrigger.Q(new__parent__isnull=False),
                func=WITHOUT_LOOPS,
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("planning:objective", args=[self.pk])

    @property
    def key(self):
        return f"OBJ-{self.pk}"

    @property
    def is_draft(self):
        return self.state == self.State.DRAFT

    @property
    def is_deleted(self):
        return self.deleted_at is not None

    @property
    def is_active(self):
        return self.state == self.State.ACTIVE

    @property
    def is_closed(self):
        return self.state == self.State.CLOSED


class ObjectiveReopening(models.Model):
    """A closed objective went on after all: the grade it had, for how long, and why no longer."""

    objective = models.ForeignKey(Objective, models.PROTECT, related_name="reopenings")
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    grade = models.DecimalField(max_digits=3, decimal_places=2)
    remark = models.TextField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["objective", "at"], name="objective_reopening_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & Q(at__gte=models.F("closed_at")),
                name="objective_reopened_with_reason",
            )
        ]
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.objective}: {self.grade} until {self.at:%Y-%m-%d}"
