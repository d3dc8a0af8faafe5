"""What a commit froze, and every change of the plan since: rows that nobody can rewrite."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from planning.models.commitment import Commitment
from planning.models.cycle import Cycle
from planning.models.guards import written_at_the_commit
from planning.models.initiative import Initiative, InitiativeDateChange, target_words
from prodops.audit.models import AppendOnly, Recorded
from prodops.people.models import Team
from prodops.people.permissions import is_insider

OF_BASELINE = "(SELECT cycle_id FROM planning_commitbaseline WHERE id = NEW.baseline_id)"


@dataclass(frozen=True)
class PlanLine:
    """What a plan says of an initiative at one moment."""

    kind: str
    start_on: date | None
    target_on: date | None
    target_precision: str
    owner_id: int
    team_ids: tuple[int, ...]

    @property
    def target_words(self) -> str:
        return target_words(self.target_on, self.target_precision)


class CommitBaseline(models.Model):
    """The plan of a cycle as its commit froze it."""

    cycle = models.OneToOneField(Cycle, models.PROTECT, related_name="baseline")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        triggers = [Recorded(), AppendOnly(), written_at_the_commit("NEW.cycle_id")]

    def __str__(self):
        return f"Commit of {self.cycle}"


class BaselineLine(models.Model):
    """An initiative in a plan as it stood at the commit."""

    baseline = models.ForeignKey(CommitBaseline, models.PROTECT, related_name="lines")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="baseline_lines")
    kind = models.CharField(max_length=10, choices=Commitment.Kind)
    start_on = models.DateField(null=True, blank=True)
    target_on = models.DateField(null=True, blank=True)
    target_precision = models.CharField(max_length=7, choices=Initiative.Precision)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    team_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    score = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    score_words = models.TextField(
        blank=True, help_text="The model and version the score came from, and what went into it."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["baseline", "initiative"], name="baseline_line_once"),
            models.CheckConstraint(
                condition=Q(score=None) | ~Q(score_words=""), name="baseline_score_has_words"
            ),
        ]
        triggers = [Recorded(), AppendOnly(), written_at_the_commit(OF_BASELINE)]

    def __str__(self):
        return f"{self.initiative} in the {self.baseline}"

    @property
    def line(self) -> PlanLine:
        return line_of(self)


class BaselineCapacity(models.Model):
    """A team's people-weeks in a cycle as they stood at the commit."""

    baseline = models.ForeignKey(CommitBaseline, models.PROTECT, related_name="capacities")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    weeks_available = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    weeks_allocated = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["baseline", "team"], name="baseline_capacity_once")
        ]
        verbose_name_plural = "baseline capacities"
        triggers = [Recorded(), AppendOnly(), written_at_the_commit(OF_BASELINE)]

    def __str__(self):
        return f"{self.team} at the {self.baseline}"


class PlanChangeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def of(self, cycle: Cycle):
        """Keep what changed the plan of `cycle`, the oldest first."""
        rows = self.filter(commitment__cycle=cycle).select_related("by", "commitment")
        return rows.order_by("at", "pk")

    def before(self, moment: datetime):
        return self.filter(at__lt=moment)


class PlanChange(models.Model):
    """A committed plan changed; the row says what stands in it from then on, and why."""

    class What(models.TextChoices):
        ADDED = "added", "Added"
        DROPPED = "dropped", "Dropped"
        KIND = "kind", "Kind"
        TARGET = "target", "Target"
        START = "start", "Start"
        OWNER = "owner", "Owner"
        TEAMS = "teams", "Teams"

    WEIGHTY = (What.ADDED, What.DROPPED, What.KIND, What.TARGET, What.START)

    class KindReason(models.TextChoices):
        PRIORITY = "priority", "Its priority changed"
        CAPACITY = "capacity", "Capacity changed"
        DEPENDENCY = "dependency", "A dependency changed"
        SCOPE = "scope", "Its scope changed"

    REASONS = {
        What.ADDED: Commitment.AddReason,
        What.DROPPED: Commitment.DropReason,
        What.KIND: KindReason,
        What.TARGET: InitiativeDateChange.Reason,
        What.START: InitiativeDateChange.Reason,
    }

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="plan_changes")
    what = models.CharField(max_length=8, choices=What)
    kind = models.CharField(max_length=10, choices=Commitment.Kind)
    start_on = models.DateField(null=True, blank=True)
    target_on = models.DateField(null=True, blank=True)
    target_precision = models.CharField(max_length=7, choices=Initiative.Precision)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    team_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    reason = models.CharField(max_length=12, blank=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = PlanChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=["owner", "teams"]) | (~Q(reason="") & ~Q(note="")),
                name="plan_change_has_reason",
            )
        ]
        indexes = [models.Index(fields=["commitment", "at"], name="plan_change_by_line")]
        triggers = [Recorded(), AppendOnly()]

    def __str__(self):
        return f"{self.commitment}: {self.get_what_display().lower()}"

    @property
    def line(self) -> PlanLine:
        return line_of(self)

    @property
    def is_dropped(self):
        return self.what == self.What.DROPPED

    @property
    def reason_words(self) -> str:
        """The reason from its short list, in words; "" where none is asked."""
        reasons = self.REASONS.get(self.What(self.what))
        return reasons(self.reason).label if reasons and self.reason else ""


def line_of(row) -> PlanLine:
    """Return the line a `BaselineLine` or a `PlanChange` holds."""
    return PlanLine(
        kind=row.kind,
        start_on=row.start_on,
        target_on=row.target_on,
        target_precision=row.target_precision,
        owner_id=row.owner_id,
        team_ids=tuple(sorted(row.team_ids)),
    )
