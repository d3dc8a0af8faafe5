"""How one sees that an objective is reached: measures with a baseline and a target."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import NullIf
from django.urls import reverse

from planning.models.objective import MOST_WEIGHT, Objective
from planning.models.roll_up import Outlook, Standing, of_measure
from prodops.audit.models import AppendOnly, Recorded
from prodops.people.permissions import can_plan, is_insider

LONGEST_CADENCE = 92


def amount(**options):
    return models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True, **options)


class Direction(models.TextChoices):
    UP = "up", "Should rise"
    DOWN = "down", "Should fall"


class EvidenceState(models.TextChoices):
    """What became of the link that proves a check-in."""

    WAITING = "waiting", "Not checked yet"
    GOOD = "good", "Reachable"
    DOUBTFUL = "doubtful", "Failed once"
    BROKEN = "broken", "Broken"


def runs_its_way() -> Q:
    """Baseline and target, once both are known, differ and lie as the direction says."""
    return (
        Q(baseline=None)
        | Q(target=None)
        | Q(direction="up", target__gt=F("baseline"))
        | Q(direction="down", target__lt=F("baseline"))
    )


class KeyResultQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(objective__deleted_at=None) if is_insider(user) else self.none()

    def standing(self):
        """Keep those nobody dropped."""
        return self.filter(dropped_at=None)

    def active(self):
        return self.standing().filter(objective__state=Objective.State.ACTIVE)

    def overdue(self, at):
        """Keep those whose cadence is over; `at` is a moment or a database expression for one."""
        return self.active().filter(check_in_due_at__lte=at)

    def waiting_for(self, user, at):
        """Keep those that want something of `user`: a check-in, or evidence that is not broken."""
        is_due = Q(check_in_due_at__lte=at) | Q(evidence_state=EvidenceState.BROKEN)
        return self.active().filter(is_due, owner=user)

    def failing(self):
        """Keep those that are reported off track."""
        return self.active().filter(outlook=Outlook.OFF_TRACK)

    def with_reached(self):
        """Annotate `reached`, the raw share of the way that is done, for sorting."""
        nothing = Value(Decimal(0), output_field=models.DecimalField())
        way = NullIf(F("target") - F("baseline"), nothing)
        return self.annotate(reached=(F("current") - F("baseline")) / way)

    def for_display(self):
        return self.select_related(
            "objective", "objective__cycle", "objective__team", "owner"
        ).order_by("objective__title", "title", "pk")


class KeyResult(models.Model):
    """A measure of an objective; its present value is that of the newest check-in that has one."""

    class Source(models.TextChoices):
        HAND = "hand", "By hand"
        JIRA = "jira", "Jira issues"
        METRIC = "metric", "A metric of the scorecard"

    class JiraMeasure(models.TextChoices):
        COUNT = "count", "How many issues match"
        SHARE_DONE = "share_done", "Share of them that is done, in %"

    objective = models.ForeignKey(Objective, models.PROTECT, related_name="key_results")
    title = models.CharField(max_length=200)
    unit = models.CharField(max_length=20, blank=True, help_text="Such as %, days, EUR.")
    direction = models.CharField(max_length=4, choices=Direction, default=Direction.UP)
    baseline = amount()
    target = amount()
    weight = models.PositiveSmallIntegerField(default=1)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="key_results")
    cadence_days = models.PositiveSmallIntegerField(default=14, help_text="Calendar days.")
    source = models.CharField(max_length=6, choices=Source, default=Source.HAND)
    jira_query = models.CharField(max_length=500, blank=True)
    jira_measure = models.CharField(max_length=10, choices=JiraMeasure, blank=True)
    current = amount(help_text="The value of the newest check-in that has one.")
    current_at = models.DateTimeField(null=True, blank=True)
    outlook = models.CharField(max_length=9, choices=Outlook, default=Outlook.UNKNOWN)
    checked_in_at = models.DateTimeField(null=True, blank=True)
    check_in_due_at = models.DateTimeField(
        null=True, blank=True, help_text="When the next check-in is overdue; from the activation."
    )
    evidence_state = models.CharField(
        max_length=8, choices=EvidenceState, blank=True, help_text="That of the newest evidence."
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    drop_reason = models.TextField(blank=True)
    carried_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_to"
    )
    objects = KeyResultQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=runs_its_way(), name="key_result_runs_its_way"),
            models.CheckConstraint(
                condition=Q(weight__lte=MOST_WEIGHT), name="key_result_weight_in_range"
            ),
            models.CheckConstraint(
                condition=Q(cadence_days__range=(1, LONGEST_CADENCE)),
                name="key_result_cadence_in_range",
            ),
            models.CheckConstraint(
                condition=(Q(source="jira") & ~Q(jira_query="") & ~Q(jira_measure=""))
                | (~Q(source="jira") & Q(jira_query="", jira_measure="")),
                name="key_result_has_its_query",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at=None, dropped_by=None, drop_reason="")
                | (Q(dropped_at__isnull=False, dropped_by__isnull=False) & ~Q(drop_reason="")),
                name="key_result_dropped_with_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["check_in_due_at"],
                name="key_result_due",
                condition=Q(check_in_due_at__isnull=False, dropped_at=None),
            )
        ]
        triggers = [Recorded()]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("planning:key-result", args=[self.pk])

    @property
    def key(self):
        return f"KR-{self.pk}"

    @property
    def is_dropped(self):
        return self.dropped_at is not None

    @property
    def is_reported_by_hand(self):
        return self.source == self.Source.HAND

    @property
    def has_broken_evidence(self):
        return self.evidence_state == EvidenceState.BROKEN

    @property
    def standing(self) -> Standing:
        """How it stands, from its present value."""
        return of_measure(
            baseline=_number(self.baseline),
            target=_number(self.target),
            current=_number(self.current),
            outlook=self.outlook,
        )

    def may_be_reported_by(self, user) -> bool:
        return can_plan(user) or (is_insider(user) and user.pk == self.owner_id)

    def is_stale(self, at: datetime) -> bool:
        """Is the last check-in older than the cadence, in calendar days?"""
        return self.check_in_due_at is not None and self.check_in_due_at <= at

    def due_after(self, moment: datetime) -> datetime:
        """Return when the check-in after `moment` is overdue."""
        return moment + timedelta(days=self.cadence_days)


class KeyResultChange(models.Model):
    """What a key result was measured by, from one moment on; the first row is its beginning."""

    key_result = models.ForeignKey(KeyResult, models.PROTECT, related_name="changes")
    unit = models.CharField(max_length=20, blank=True)
    direction = models.CharField(max_length=4, choices=Direction)
    baseline = amount()
    target = amount()
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key_result", "at"], name="key_result_change_by_time")]
        constraints = [
            models.CheckConstraint(condition=runs_its_way(), name="key_result_change_runs_its_way")
        ]
        triggers = [Recorded(), AppendOnly()]

    def __str__(self):
        return f"{self.key_result}: {self.baseline} → {self.target} {self.unit}".strip()


def _number(value) -> float | None:
    return None if value is None else float(value)
