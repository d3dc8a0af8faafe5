"""Decisions, and the stubs of those still owed."""

from datetime import datetime
from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.urls import reverse

from planning.models.decision_queries import WORDS, DecisionQuerySet
from planning.models.history_guards import stays
from prodops.audit.models import AppendOnly, Recorded, Thread
from prodops.people.models import Team

models.TextField.register_lookup(Length)

RATIONALE_LENGTH = 40
HIGH_ARR = Decimal(250_000)
MOVES = [("stub", "decided"), ("decided", "superseded")]


NO_LOOP = """
    IF NEW.supersedes_id IS NOT NULL AND EXISTS (
        WITH RECURSIVE older (id) AS (
            SELECT NEW.supersedes_id
            UNION
            SELECT before.supersedes_id FROM planning_decision before
            JOIN older ON before.id = older.id WHERE before.supersedes_id IS NOT NULL
        )
        SELECT 1 FROM older WHERE older.id = NEW.id
    ) THEN
        RAISE EXCEPTION 'A decision cannot replace itself, nor what replaced it (DEC-%).', NEW.id;
    END IF;
    RETURN NEW;
"""


class Decision(models.Model):
    """What was chosen, between which options and why; a stub until somebody decides."""

    class State(models.TextChoices):
        STUB = "stub", "To decide"
        DECIDED = "decided", "Decided"
        SUPERSEDED = "superseded", "Superseded"

    class Event(models.TextChoices):
        """What called for it, where the hub opened it by itself."""

        SLIP = "slip", "A slip after the commit"
        DROP = "drop", "A dropped commitment"
        WAIVER = "waiver", "A waiver"
        GO_NO_GO = "go_no_go", "A go/no-go"
        OVERRIDE = "override", "An overridden priority"
        DECLINE = "decline", "A declined request of high ARR"
        ESCALATION = "escalation", "An escalation to P0"
        TARGET = "target", "A changed KPI target"

    title = models.CharField(max_length=200)
    context = models.TextField(blank=True)
    decision = models.TextField(blank=True, help_text="A stub's is where its decider starts from.")
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
    event = models.CharField(max_length=10, choices=Event, blank=True)
    event_at = models.DateTimeField(null=True, blank=True, help_text="When that happened.")
    cause = models.CharField(
        max_length=80, blank=True, help_text="Which event it was: one decision for each."
    )
    is_key = models.BooleanField(
        default=False, help_text="A person says that it belongs to the key decisions."
    )
    consulted = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="planning.DecisionConsulted",
        blank=True,
        related_name="consulted_on",
    )
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="decisions")
    initiative = models.ForeignKey(
        "planning.Initiative", models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    cycle = models.ForeignKey(
        "planning.Cycle", models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="decision")
    owed_from_at: datetime
    has_alternatives: bool
    replaces_counted: bool

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
            models.UniqueConstraint(
                fields=["cause"], condition=~Q(cause=""), name="decision_once_per_event"
            ),
            models.CheckConstraint(
                condition=Q(event="", cause="", event_at=None)
                | (~Q(event="") & ~Q(cause="") & Q(event_at__isnull=False)),
                name="decision_event_is_told_whole",
            ),
        ]
        indexes = [
            GinIndex(WORDS, name="decision_words"),
            models.Index(
                fields=["review_on"], condition=Q(state="decided"), name="decision_to_review"
            ),
        ]
        triggers = [
            Recorded(),
            pgtrigger.Trigger(
                name="no_loop_of_decisions",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("supersedes_id"),
                func=NO_LOOP,
            ),
            pgtrigger.FSM(name="decided_in_order", field="state", transitions=MOVES),
            stays(
                "decided_stays",
                "title context decision rationale decider_id opened_at opened_by_id decided_at "
                "supersedes_id event event_at cause",
                after="OLD.state <> 'stub'",
                words="a decision that is taken stays; another one replaces it",
            ),
        ]

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

    @property
    def called_for_by(self) -> str:
        """What called for it, in words: the event, what a person wrote, or a person."""
        return self.origin or (self.get_event_display() if self.event else "A person")


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
        triggers = [Recorded(), AppendOnly()]

    def __str__(self):
        return self.text


class DecisionConsulted(models.Model):
    """Somebody who was asked before it was decided."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="consultations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "people consulted"
        constraints = [models.UniqueConstraint(fields=["decision", "user"], name="consulted_once")]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.user} on {self.decision}"


class DecisionReview(models.Model):
    """Somebody looked at a decision again, found that it holds, and said until when."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="reviews")
    note = models.TextField()
    next_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="review_says_why")]
        triggers = [Recorded(), AppendOnly()]

    def __str__(self):
        return f"{self.decision} on {self.at:%Y-%m-%d}"
