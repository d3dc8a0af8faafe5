"""Decisions, and the stubs of those still owed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.urls import reverse

from prodops.audit.models import Recorded, Thread
from prodops.people.permissions import is_insider

models.TextField.register_lookup(Length)

RATIONALE_LENGTH = 40


class DecisionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def undecided(self):
        return self.filter(state=Decision.State.STUB)

    def waiting_for(self, user):
        """Keep the stubs `user` owes: as decider, or when nobody is, as the initiative's owner."""
        return self.undecided().filter(Q(decider=user) | Q(decider=None, initiative__owner=user))

    def for_display(self):
        return self.select_related("decider", "initiative", "cycle").order_by("-opened_at", "-pk")


class Decision(models.Model):
    """What was chosen, between which options and why; a stub until somebody decides."""

    class State(models.TextChoices):
        STUB = "stub", "To decide"
        DECIDED = "decided", "Decided"
        SUPERSEDED = "superseded", "Superseded"

    title = models.CharField(max_length=200)
    context = models.TextField(blank=True)
    decision = models.TextField(blank=True)
    rationale = models.TextField(blank=True)
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.STUB)
    origin = models.CharField(max_length=200, blank=True, help_text="What called for it, in words.")
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    initiative = models.ForeignKey(
        "planning.Initiative", models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    cycle = models.ForeignKey(
        "planning.Cycle", models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="decision")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="stub", decided_at=None)
                | (
                    Q(decided_at__isnull=False, decider__isnull=False)
                    & Q(rationale__length__gte=RATIONALE_LENGTH)
                    & ~Q(state="stub")
                    & ~Q(decision="")
                ),
                name="decision_has_rationale",
            ),
        ]
        triggers = [Recorded()]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("planning:decision", args=[self.pk])

    @property
    def key(self):
        return f"DEC-{self.pk}"

    @property
    def is_stub(self):
        return self.state == self.State.STUB


class DecisionOption(models.Model):
    """A way that was considered; all but the chosen one say why not."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    is_chosen = models.BooleanField(default=False)
    why_rejected = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "position"], name="option_position_once"),
            models.UniqueConstraint(
                fields=["decision"], condition=Q(is_chosen=True), name="option_chosen_once"
            ),
            models.CheckConstraint(
                condition=Q(is_chosen=True, why_rejected="")
                | (Q(is_chosen=False) & ~Q(why_rejected="")),
                name="option_rejected_with_reason",
            ),
        ]
        triggers = [Recorded()]

    def __str__(self):
        return self.text
