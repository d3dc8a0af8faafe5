"""The initiative, what became of it and what people said about it."""

from calendar import monthrange
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse

from planning.models.guards import FROZEN_DATES_STAY
from planning.models.history_guards import FINISHED_ONCE
from planning.models.links import InitiativeIssue, last_move
from planning.models.truth import Status, Truth, compare
from prodops.audit.models import AppendOnly, Recorded, Thread
from prodops.people.models import ProductArea, Team
from prodops.people.permissions import is_insider


def _of_its_issues(aggregate):
    """Return a subquery with `aggregate` over the Jira issues that count towards an initiative."""
    return Subquery(
        InitiativeIssue.objects.filter(initiative=OuterRef("pk"))
        .values("initiative")
        .annotate(answer=aggregate)
        .values("answer")
    )


def _issues(**condition):
    counted = Count("issue", filter=Q(**condition), distinct=True)
    return Coalesce(_of_its_issues(counted), 0)


def last_day(on: date, precision: str) -> date:
    """Return the last day of the month or quarter `on` lies in, or `on` itself."""
    month = {"month": on.month, "quarter": (on.month + 2) // 3 * 3}.get(precision)
    return on if month is None else on.replace(month=month, day=monthrange(on.year, month)[1])


def target_words(on: date | None, precision: str) -> str:
    """Return a target as precise as it is meant: "12 Nov 2026", "Nov 2026" or "Q4 2026"."""
    if on is None:
        return "No date"
    if precision == "quarter":
        return f"Q{(on.month + 2) // 3} {on.year}"
    return f"{on:%b %Y}" if precision == "month" else f"{on:%-d %b %Y}"


class InitiativeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def unfinished(self):
        return self.filter(finished_at=None, cancelled_at=None)

    def in_cycle(self, cycle):
        """Keep the initiatives that stand in the plan of `cycle`."""
        return self.filter(commitments__in=cycle.commitments.standing())

    def with_progress(self):
        """Annotate what Jira says, from the issues below the linked epics.

        `issues_total`, `issues_done` (in a finished step), `issues_started` (in an active one)
        are counts; `last_moved_at` is when the last of them was created or changed status, None
        without issues; `progress` is the done share. Sub-tasks, deleted and abandoned issues do
        not count.
        """
        return self.annotate(
            issues_total=_issues(),
            issues_done=_issues(issue__status__step="finished"),
            issues_started=_issues(issue__status__step="active"),
            last_moved_at=_of_its_issues(last_move("issue")),
        ).annotate(progress=F("issues_done") * 1.0 / NullIf(F("issues_total"), 0))

    def with_kind(self):
        """Bring the kind of work it is."""
        return self.select_related("investment__category")

    def for_display(self):
        return (
            self.annotate(
                is_past=Q(finished_at__isnull=False) | Q(cancelled_at__isnull=False),
            )
            .select_related("owner", "product_area", "roadmap_place", "thread")
            .prefetch_related("teams")
            .order_by("is_past", F("target_on").asc(nulls_last=True), "pk")
        )


class Initiative(models.Model):
    """A piece of product work with an outcome in mind; requests lead to it, epics build it."""

    class Stage(models.TextChoices):
        IDEA = "idea", "Idea"
        DISCOVERY = "discovery", "Discovery"
        DELIVERY = "delivery", "Delivery"
        LAUNCHED = "launched", "Launched"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"

    Status = Status

    class Confidence(models.TextChoices):
        HIGH = "high", "High"
        MEDIUM = "medium", "Medium"
        LOW = "low", "Low"

    class Precision(models.TextChoices):
        DAY = "day", "A day"
        MONTH = "month", "A month"
        QUARTER = "quarter", "A quarter"

    title = models.CharField(max_length=200)
    problem = models.TextField(blank=True)
    outcome = models.TextField(blank=True, help_text="What should be different afterwards.")
    metric = models.CharField(
        max_length=200, blank=True, help_text="The figure it should move, and from what to what."
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="initiatives")
    product_area = models.ForeignKey(
        ProductArea, models.PROTECT, null=True, blank=True, related_name="initiatives"
    )
    teams = models.ManyToManyField(
        Team, through="planning.InitiativeTeam", blank=True, related_name="initiatives"
    )
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.IDEA)
    status = models.CharField(max_length=10, choices=Status, default=Status.UNKNOWN)
    status_at = models.DateTimeField(null=True, blank=True, help_text="When it was last reported.")
    confidence = models.CharField(max_length=6, choices=Confidence, blank=True)
    start_on = models.DateField(null=True, blank=True)
    target_on = models.DateField(
        null=True, blank=True, help_text="The last day of a month or quarter."
    )
    target_precision = models.CharField(max_length=7, choices=Precision, default=Precision.DAY)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True, help_text="When it reached people.")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="initiative")
    issues_total: int
    issues_done: int
    last_derived: str

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(start_on=None) | Q(target_on=None) | Q(target_on__gte=F("start_on")),
                name="initiative_dates_ordered",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["launched", "done"], finished_at__isnull=False)
                | (~Q(stage__in=["launched", "done"]) & Q(finished_at=None)),
                name="initiative_finished_when_launched",
            ),
            models.CheckConstraint(
                condition=Q(stage="cancelled", cancelled_at__isnull=False)
                | (~Q(stage="cancelled") & Q(cancelled_at=None)),
                name="initiative_cancelled_at",
            ),
            models.CheckConstraint(
                condition=Q(status="unknown", status_at=None)
                | (~Q(status="unknown") & Q(status_at__isnull=False)),
                name="initiative_status_reported_at",
            ),
        ]
        indexes = [models.Index(fields=["stage", "target_on"], name="initiative_by_stage")]
        triggers = [Recorded(), FROZEN_DATES_STAY, FINISHED_ONCE]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("planning:initiative", args=[self.pk])

    @property
    def key(self):
        return f"INI-{self.pk}"

    @property
    def is_finished(self):
        return self.finished_at is not None

    @property
    def is_over(self):
        return self.is_finished or self.cancelled_at is not None

    @property
    def last_report(self) -> dict:
        """What a new report starts from."""
        known = "" if self.status == self.Status.UNKNOWN else self.status
        return {"status": known, "confidence": self.confidence}

    @property
    def target_words(self) -> str:
        """The target as precise as it is meant: a day, a month or a quarter."""
        return target_words(self.target_on, self.target_precision)

    @property
    def done_share(self) -> float | None:
        """Finished issues of all that count, 0 to 1; None without issues. Needs `with_progress`."""
        return self.issues_done / self.issues_total if self.issues_total else None

    def elapsed_share(self, on: date) -> float | None:
        """Return how much of the planned time is over on `on`; None without both dates."""
        if not self.start_on or not self.target_on:
            return None
        days = (self.target_on - self.start_on).days + 1
        return min(1.0, max(0.0, (on - self.start_on).days / days))

    def truth(self, on: date) -> Truth:
        """Compare the reported status with Jira on `on`. Needs `with_progress`."""
        return compare(self, on)


class InitiativeUpdate(models.Model):
    """What its people reported about an initiative at one moment."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="updates")
    status = models.CharField(max_length=10, choices=Initiative.Status)
    confidence = models.CharField(max_length=6, choices=Initiative.Confidence, blank=True)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["initiative", "-at"], name="update_by_initiative")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="update_has_text"),
            models.CheckConstraint(condition=~Q(status="unknown"), name="update_has_status"),
        ]
        triggers = [Recorded(), AppendOnly()]

    def __str__(self):
        return f"{self.initiative} {self.get_status_display()} on {self.at:%Y-%m-%d}"


class InitiativeStageChange(models.Model):
    """An initiative went from one stage to the next."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="stage_changes")
    from_stage = models.CharField(max_length=10, choices=Initiative.Stage, blank=True)
    to_stage = models.CharField(max_length=10, choices=Initiative.Stage)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["initiative", "at"], name="stage_by_initiative")]
        triggers = [Recorded(), AppendOnly()]

    def __str__(self):
        return f"{self.initiative} {self.from_stage} → {self.to_stage}"


class InitiativeDateChange(models.Model):
    """The target date moved; after a commit it says why."""

    class Reason(models.TextChoices):
        SCOPE = "scope", "More work than thought"
        DEPENDENCY = "dependency", "A dependency slipped"
        CAPACITY = "capacity", "Too little capacity"
        QUALITY = "quality", "Not good enough yet"
        EARLIER = "earlier", "It can come earlier"
        MARKET = "market", "The market or a customer moved"

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="date_changes")
    from_on = models.DateField(null=True, blank=True)
    to_on = models.DateField(null=True, blank=True)
    from_precision = models.CharField(max_length=7, choices=Initiative.Precision)
    to_precision = models.CharField(max_length=7, choices=Initiative.Precision)
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    note = models.TextField(blank=True)
    was_committed = models.BooleanField(default=False, help_text="Did a committed cycle hold it?")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(was_committed=False) | (~Q(reason="") & ~Q(note="")),
                name="date_change_after_commit_has_reason",
            ),
        ]
        triggers = [Recorded(), AppendOnly()]

    def __str__(self):
        return f"{self.initiative}: {self.from_on} → {self.to_on}"
