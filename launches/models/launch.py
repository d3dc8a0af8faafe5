"""The launch, its dates and stages, and who was told of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from intake.models import ProductRequest
from launches.models.queries import LaunchQuerySet
from launches.models.template import Kind, ReadinessTemplate, Tier
from planning.models import Initiative
from prodops.audit.models import AppendOnly, Recorded, Thread

SHIPPED = ["launched", "watch", "reviewed"]


class Launch(models.Model):
    """Something that reaches people on a date, and all that must be ready for it."""

    class Stage(models.TextChoices):
        PLANNING = "planning", "Planning"
        READINESS = "readiness", "Readiness"
        GO_NO_GO = "go_no_go", "Go/no-go"
        LAUNCHED = "launched", "Launched"
        WATCH = "watch", "Watch"
        REVIEWED = "reviewed", "Reviewed"
        CANCELLED = "cancelled", "Cancelled"

    class Audience(models.TextChoices):
        INTERNAL = "internal", "Us only"
        SELECTED = "selected", "Selected customers"
        EVERYONE = "everyone", "All customers"

    class Precision(models.TextChoices):
        DAY = "day", "A day"
        MONTH = "month", "A month"
        QUARTER = "quarter", "A quarter"

    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True, help_text="What those who asked are told.")
    release_note_url = models.URLField(blank=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PRODUCT)
    audience = models.CharField(max_length=10, choices=Audience)
    answers = models.JSONField(default=dict, help_text="Risk question → answer, as given.")
    scored_tier = models.PositiveSmallIntegerField(choices=Tier, help_text="What the answers say.")
    tier = models.PositiveSmallIntegerField(choices=Tier)
    tier_reason = models.TextField(blank=True, help_text="Why it is not the scored tier.")
    launch_on = models.DateField(help_text="The last day of a month or quarter.")
    date_precision = models.CharField(max_length=7, choices=Precision, default=Precision.DAY)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.PLANNING)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="launches")
    template = models.ForeignKey(ReadinessTemplate, models.PROTECT, related_name="launches")
    initiatives = models.ManyToManyField(
        Initiative, through="LaunchInitiative", related_name="launches"
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    launched_at = models.DateTimeField(null=True, blank=True)
    launched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancel_reason = models.TextField(blank=True)
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="launch")

    objects = LaunchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=SHIPPED, launched_at__isnull=False, launched_by__isnull=False)
                | (~Q(stage__in=SHIPPED) & Q(launched_at=None, launched_by=None)),
                name="launch_launched_at",
            ),
            models.CheckConstraint(
                condition=(
                    Q(stage="cancelled", cancelled_at__isnull=False, cancelled_by__isnull=False)
                    & ~Q(cancel_reason="")
                )
                | (
                    ~Q(stage="cancelled")
                    & Q(cancelled_at=None, cancelled_by=None, cancel_reason="")
                ),
                name="launch_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(tier=models.F("scored_tier")) | ~Q(tier_reason=""),
                name="launch_tier_override_has_reason",
            ),
            models.CheckConstraint(condition=Q(tier__in=[1, 2, 3]), name="launch_tier_known"),
        ]
        indexes = [
            models.Index(fields=["launch_on"], name="launch_by_date"),
            models.Index(fields=["stage", "launch_on"], name="launch_by_stage"),
        ]
        triggers = [Recorded()]
        verbose_name_plural = "launches"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("launches:launch", args=[self.pk])

    @property
    def key(self):
        return f"LCH-{self.pk}"

    @property
    def is_shipped(self):
        return self.stage in SHIPPED

    @property
    def is_cancelled(self):
        return self.stage == self.Stage.CANCELLED

    @property
    def is_open(self):
        """Say whether it may still be prepared, moved or cancelled."""
        return not self.is_shipped and not self.is_cancelled

    @property
    def date_text(self):
        """Return the date as exactly as it is meant: "12 Nov 2026", "November 2026", "Q4 2026"."""
        if self.date_precision == self.Precision.QUARTER:
            return f"Q{(self.launch_on.month + 2) // 3} {self.launch_on.year}"
        if self.date_precision == self.Precision.MONTH:
            return f"{self.launch_on:%B %Y}"
        return f"{self.launch_on.day} {self.launch_on:%b %Y}"


class LaunchInitiative(models.Model):
    """An initiative, or a part of one, that a launch brings to people."""

    launch = models.ForeignKey(Launch, models.PROTECT, related_name="initiative_links")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="launch_links")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["launch", "initiative"], name="launch_initiative_once")
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.initiative} in {self.launch}"


class LaunchStageChange(models.Model):
    """A launch went from one stage to another."""

    launch = models.ForeignKey(Launch, models.PROTECT, related_name="stage_changes")
    from_stage = models.CharField(max_length=10, choices=Launch.Stage, blank=True)
    to_stage = models.CharField(max_length=10, choices=Launch.Stage)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.launch}: {self.from_stage} → {self.to_stage}"


class LaunchDateChange(models.Model):
    """The date of a launch moved."""

    launch = models.ForeignKey(Launch, models.PROTECT, related_name="date_changes")
    from_on = models.DateField()
    from_precision = models.CharField(max_length=7, choices=Launch.Precision)
    to_on = models.DateField()
    to_precision = models.CharField(max_length=7, choices=Launch.Precision)
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="date_change_has_reason")
        ]
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.launch}: {self.from_on} → {self.to_on}"


class Told(models.Model):
    """A person was told that what they asked for has shipped; once a launch."""

    launch = models.ForeignKey(Launch, models.PROTECT, related_name="told")
    product_request = models.ForeignKey(ProductRequest, models.PROTECT, related_name="told")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="told")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["launch", "person"], name="told_once")]
        triggers = [AppendOnly()]
        verbose_name = "told person"
        verbose_name_plural = "told people"

    def __str__(self):
        return f"{self.person} of {self.launch}"
