"""A question put to Amplitude again and again, whose answers are kept as points."""

from zoneinfo import ZoneInfo

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from prodops.audit.models import Recorded
from prodops.integrations.models import Connection

# What reading a series writes by itself; the change history keeps what people change.
MOVING_PARTS = ["read_at", "read_from_on", "data_as_of", "problem", "problem_since", "chart_cost"]


class SeriesQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Numbers about use are for everyone inside."""
        return self if user.role != user.Role.REQUESTER else self.none()

    def asked(self):
        """Return those a run asks for; what came from files is never asked for."""
        return self.filter(is_active=True).exclude(kind=Series.Kind.EXPORT)

    def for_display(self):
        """Return them with their newest final number, `latest_value` of `latest_on`."""
        points = apps.get_model("amplitude", "SeriesPoint")
        latest = points.objects.filter(
            series=OuterRef("pk"), segment="", step=0, is_partial=False
        ).order_by("-on")
        return (
            self.select_related("connection", "owner")
            .annotate(
                latest_value=Subquery(latest.values("value")[:1]),
                latest_on=Subquery(latest.values("on")[:1]),
            )
            .order_by("title", "pk")
        )


class Series(models.Model):
    """One question: what, of whom, how fine. `definition` says it in the words of `queries`."""

    class Kind(models.TextChoices):
        SEGMENTATION = "segmentation", "Event segmentation"
        FUNNEL = "funnel", "Funnel"
        RETENTION = "retention", "Retention"
        USERS = "users", "Active or new users"
        CHART = "chart", "Saved chart"
        COHORT = "cohort", "Cohort size"
        EXPORT = "export", "From export files"

    class Grain(models.IntegerChoices):
        DAY = 1, "Day"
        WEEK = 7, "Week"
        MONTH = 30, "Month"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="amplitude_series")
    kind = models.CharField(max_length=14, choices=Kind)
    title = models.CharField(max_length=200)
    definition = models.JSONField(default=dict)
    grain = models.PositiveSmallIntegerField(choices=Grain, default=Grain.DAY)
    segment = models.CharField(max_length=200, blank=True, help_text="Whom it counts, in words.")
    time_zone = models.CharField(max_length=64, help_text="The project's, in which its days begin.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    starts_on = models.DateField(help_text="How far back its history is wanted.")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_since = models.DateTimeField(
        null=True, blank=True, help_text="When its question last changed; empty when it never did."
    )
    read_from_on = models.DateField(
        null=True, blank=True, help_text="History has been read back to this day."
    )
    read_at = models.DateTimeField(null=True, blank=True, help_text="When it was last read.")
    data_as_of = models.DateTimeField(
        null=True, blank=True, help_text="The moment then, by Amplitude's clock."
    )
    problem = models.TextField(blank=True, help_text="Why it could not be read the last time.")
    problem_since = models.DateTimeField(null=True, blank=True)
    chart_cost = models.PositiveIntegerField(
        null=True, blank=True, help_text="What a saved chart was seen to cost."
    )

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "series"
        constraints = [
            models.CheckConstraint(
                condition=Q(problem="", problem_since=None)
                | (~Q(problem="") & Q(problem_since__isnull=False)),
                name="series_problem_has_its_date",
            ),
            models.UniqueConstraint(
                fields=["connection", "definition"],
                condition=Q(kind="export"),
                name="export_series_once",
            ),
        ]
        indexes = [models.Index(fields=["connection", "is_active"], name="series_by_connection")]
        triggers = [
            Recorded(operation=pgtrigger.Insert | pgtrigger.Delete),
            Recorded(
                name="recorded_update",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=MOVING_PARTS),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("amplitude:one-series", args=[self.pk])

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def is_whole(self) -> bool:
        """Whether its history has been read back to where it is wanted from."""
        return self.read_from_on is not None and self.read_from_on <= self.starts_on

    def part(self, segment: str, step: int) -> str:
        """Name what a number is of: a segment, a step of a funnel, those who came back."""
        told = [segment] if segment else []
        if self.kind == self.Kind.FUNNEL:
            events = self.definition.get("events") or []
            name = str(events[step].get("event_type", "")) if step < len(events) else ""
            told.append(f"{step + 1} {name}".strip())
        elif step or self.kind == self.Kind.RETENTION:
            told.append(f"{self.get_grain_display()} {step - 1}" if step else "Began")
        return " · ".join(told) or "All"

    @property
    def tone(self) -> str:
        """The tone of its state's badge."""
        if self.problem:
            return "negative"
        if self.kind == self.Kind.EXPORT:
            return "neutral"
        return "positive" if self.is_active and self.data_as_of else "neutral"

    @property
    def state(self) -> str:
        """Its state in a word or two."""
        if self.problem:
            return "Cannot be read"
        if self.kind == self.Kind.EXPORT:
            return "From files"
        if not self.is_active:
            return "Not read"
        return "Read" if self.data_as_of else "Waiting"
