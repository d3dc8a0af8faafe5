"""Scoring models: a formula over criteria, in versions that never change."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from planning.formula import Node, parse
from prodops.audit.models import AppendOnly, Recorded
from prodops.people.permissions import is_insider

IDENTIFIER = RegexValidator(
    r"\A[a-z][a-z0-9_]{0,39}\Z", "Small letters, digits and _, such as people_weeks."
)


class ScoringModelQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def in_use(self):
        return self.filter(archived_at=None)

    def for_display(self):
        return self.select_related("current").order_by("archived_at", "name", "pk")


class ScoringModel(models.Model):
    """A way to score initiatives; what it asks and how it adds up stand in its versions."""

    name = models.CharField(max_length=80, unique=True)
    description = models.CharField(max_length=500, blank=True)
    current = models.OneToOneField(
        "planning.ScoringVersion",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="What new score sheets begin with.",
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ScoringModelQuerySet.as_manager()

    class Meta:
        triggers = [Recorded()]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("planning:scoring-model", args=[self.pk])


class ScoringVersion(models.Model):
    """A formula as it stood from one moment on; scores keep the version they were made with."""

    scoring_model = models.ForeignKey(ScoringModel, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    formula = models.TextField(max_length=2000)
    note = models.CharField(max_length=300, blank=True, help_text="What changed, and why.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scoring_model", "number"], name="scoring_version_number_once"
            ),
            models.CheckConstraint(condition=~Q(formula=""), name="scoring_version_has_formula"),
        ]
        triggers = [Recorded(), AppendOnly()]

    def __str__(self):
        return f"{self.scoring_model}, version {self.number}"

    @property
    def tree(self) -> Node:
        """The formula, ready to be worked out."""
        return parse(self.formula)


class Criterion(models.Model):
    """A question a model asks of each initiative; its name stands in the formula."""

    class Source(models.TextChoices):
        HAND = "hand", "By hand"
        SESSION = "session", "From a scoring session"
        VOICES = "voices", "Voices behind its requests"
        REQUESTS = "requests", "Requests it adopted"
        ARR = "arr", "ARR at stake of its requests"
        CONFIDENCE = "confidence", "Its reported confidence, in percent"
        POINTS = "points", "Story points of its Jira issues"
        ISSUES = "issues", "Jira issues it counts"
        VALUE = "value", "Its planned business value"
        WEEKS = "weeks", "People-weeks it is given"

    version = models.ForeignKey(ScoringVersion, models.PROTECT, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40, validators=[IDENTIFIER])
    question = models.CharField(max_length=200)
    unit = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=10, choices=Source, default=Source.HAND)
    least = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    most = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    scale = models.JSONField(default=list, blank=True, help_text="[number as text, words] each.")

    class Meta:
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(fields=["version", "name"], name="criterion_name_once"),
            models.UniqueConstraint(fields=["version", "position"], name="criterion_place_once"),
            models.CheckConstraint(
                condition=Q(name__regex=r"^[a-z][a-z0-9_]*$") & ~Q(question=""),
                name="criterion_has_name",
            ),
            models.CheckConstraint(
                condition=Q(most=None) | Q(most__gt=F("least")), name="criterion_bounds_ordered"
            ),
        ]
        triggers = [Recorded(), AppendOnly()]

    def __str__(self):
        return self.name

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize()

    @property
    def is_from_data(self) -> bool:
        return self.source not in {self.Source.HAND, self.Source.SESSION}

    @property
    def is_revenue(self) -> bool:
        return self.source == self.Source.ARR

    @property
    def steps(self) -> list[tuple[Decimal, str]]:
        """The scale: each number with what it means, as it was written."""
        return [(Decimal(number), words) for number, words in self.scale]

    @property
    def bounds(self) -> str:
        """What a value may be, in words."""
        if self.scale:
            return f"One of {', '.join(number for number, _ in self.scale)}"
        if self.most is None:
            return f"{plain(self.least)} or more"
        return f"{plain(self.least)} to {plain(self.most)}"

    def refusal(self, value: Decimal) -> str:
        """Return why a value cannot be, "" when it can."""
        allowed = [number for number, _ in self.steps]
        is_inside = self.least <= value and (self.most is None or value <= self.most)
        fits = value in allowed if allowed else is_inside
        return "" if fits else f"{self.label}: {self.bounds}, not {plain(value)}."


def plain(value: Decimal) -> str:
    """Write a number without the zeros at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
