"""What may go wrong with an initiative, how bad it would be, and what is done about it."""

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse

from planning.models.initiative import Initiative
from prodops.audit.models import Recorded
from prodops.people.permissions import is_insider


class Level(models.IntegerChoices):
    LOW = 1, "Low"
    MEDIUM = 2, "Medium"
    HIGH = 3, "High"


SEVERE, NOTABLE = 6, 3  # likelihood times impact, of 9


class RiskQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def open(self):
        return self.filter(closed_at=None)

    def for_display(self):
        """The open ones first, the gravest of them at the top."""
        is_closed = Case(When(closed_at=None, then=Value(0)), default=Value(1))
        return self.select_related("owner", "closed_by", "initiative__thread").order_by(
            is_closed, (F("likelihood") * F("impact")).desc(), "pk"
        )


class Risk(models.Model):
    """One thing that may happen to an initiative; it stays on record when it is over."""

    class Outcome(models.TextChoices):
        AVERTED = "averted", "Averted"
        OCCURRED = "occurred", "It happened"
        ACCEPTED = "accepted", "We live with it"

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="risks")
    title = models.CharField(max_length=200, help_text="What may happen, and to whom.")
    likelihood = models.PositiveSmallIntegerField(choices=Level)
    impact = models.PositiveSmallIntegerField(choices=Level)
    response = models.TextField(blank=True, help_text="What we do about it.")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="risks")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    closing_note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RiskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(likelihood__in=Level.values, impact__in=Level.values),
                name="risk_levels_known",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, outcome="", closing_note="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome="")),
                name="risk_closed_with_its_outcome",
            ),
        ]
        triggers = [Recorded()]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("planning:risks", args=[self.initiative_id])

    @property
    def is_open(self):
        return self.closed_at is None

    @property
    def gravity(self) -> Level:
        """Likelihood times impact in one word: high from 6 of 9, medium from 3."""
        product = self.likelihood * self.impact
        if product >= SEVERE:
            return Level.HIGH
        return Level.MEDIUM if product >= NOTABLE else Level.LOW

    @property
    def tone(self) -> str:
        """Return the tone of a badge that shows its gravity."""
        tones = {Level.HIGH: "negative", Level.MEDIUM: "caution", Level.LOW: "neutral"}
        return tones[self.gravity]
