"""Scoring sessions: everybody votes hidden, then all see all votes at once.

What somebody votes is sealed in their `Ballot` until the round is revealed; only then `Vote` rows
come into being. So nothing that reads rows, histories or backups finds a vote before the others.
"""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from planning.models.cycle import Cycle
from planning.models.history_guards import (
    CLOSED_SCORING_STAYS,
    NO_BALLOT_AFTER_THE_CLOSE,
    VOTES_ARE_WRITTEN_FIRST,
    stays,
)
from planning.models.initiative import Initiative
from planning.models.scoring import ScoringVersion
from prodops.audit.models import AppendOnly, Recorded, Thread
from prodops.people.permissions import can_run_operations, is_insider


class ScoringSessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def running(self):
        return self.filter(closed_at=None)

    def waiting_for(self, user):
        """Keep the sessions in which this person still has something to vote on."""
        unvoted = ScoringRound.objects.hidden().exclude(ballots__user=user)
        mine = ScoringMember.objects.filter(user=user, left_at=None, session=OuterRef("pk"))
        return self.running().filter(Exists(mine), Exists(unvoted.filter(session=OuterRef("pk"))))

    def voting(self, user):
        """Keep those that wait for this person's votes, as Home lists them."""
        waiting = self.waiting_for(user).select_related("facilitator", "cycle")
        return waiting.order_by("opened_at", "pk")

    def with_turnout(self):
        """Annotate `present`, `rounds_open` and `rounds_total`."""
        return self.annotate(
            present=Count("members", filter=Q(members__left_at=None), distinct=True),
            rounds_open=Count("rounds", filter=Q(rounds__revealed_at=None), distinct=True),
            rounds_total=Count("rounds", distinct=True),
        )

    def for_display(self):
        return (
            self.with_turnout()
            .select_related("facilitator", "cycle", "version__scoring_model")
            .order_by("-opened_at", "-pk")
        )


class ScoringSession(models.Model):
    """People who score the same initiatives by the same criteria, each for themselves."""

    title = models.CharField(max_length=120)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="scoring_sessions")
    version = models.ForeignKey(ScoringVersion, models.PROTECT, related_name="sessions")
    asks = ArrayField(models.CharField(max_length=40), help_text="Names of the criteria voted on.")
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="scoring_sessions_led"
    )
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="scoring_session")

    objects = ScoringSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asks__len__gte=1), name="scoring_session_asks_something"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="scoring_session_closed_by_someone",
            ),
        ]
        triggers = [
            Recorded(),
            stays(
                "closed_scoring_session_stays",
                after="OLD.closed_at IS NOT NULL",
                words="the scoring session is closed",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("planning:scoring-session", args=[self.pk])

    @property
    def key(self):
        return f"SCO-{self.pk}"

    @property
    def is_open(self):
        return self.closed_at is None

    def may_be_led_by(self, user) -> bool:
        """May this person reveal, agree and close? The facilitator and product ops may."""
        return user == self.facilitator or can_run_operations(user)


class ScoringMember(models.Model):
    """Somebody who votes in a session; who left may come back."""

    session = models.ForeignKey(ScoringSession, models.PROTECT, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="scoring_memberships"
    )
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], name="scoring_session_member_once")
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.user} in {self.session}"


class ScoringRoundQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def hidden(self):
        return self.filter(revealed_at=None)

    def with_turnout(self):
        """Annotate `voted`: how many people who are present have voted, never what."""
        present = ScoringMember.objects.filter(
            session=OuterRef("session"), user=OuterRef("ballots__user"), left_at=None
        )
        return self.annotate(voted=Count("ballots", filter=Exists(present), distinct=True))

    def for_display(self):
        return self.select_related(
            "initiative", "session__facilitator", "session__version", "revealed_by"
        ).order_by("position", "initiative", "number", "pk")


class ScoringRound(models.Model):
    """One initiative put to the vote; after a reveal there may be another round."""

    session = models.ForeignKey(ScoringSession, models.PROTECT, related_name="rounds")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="scoring_rounds")
    position = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    revealed_at = models.DateTimeField(null=True, blank=True)
    revealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScoringRoundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "initiative", "number"], name="scoring_round_number_once"
            ),
            models.UniqueConstraint(
                fields=["session", "initiative"],
                condition=Q(revealed_at=None),
                name="scoring_round_open_once",
            ),
            models.CheckConstraint(
                condition=Q(revealed_at=None, revealed_by=None)
                | Q(revealed_at__isnull=False, revealed_by__isnull=False),
                name="scoring_round_revealed_by_someone",
            ),
        ]
        triggers = [
            Recorded(),
            pgtrigger.Protect(
                name="revealed_once",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__revealed_at__isnull=False),
            ),
            VOTES_ARE_WRITTEN_FIRST,
            CLOSED_SCORING_STAYS,
        ]

    def __str__(self):
        return f"{self.initiative}, round {self.number}"

    def get_absolute_url(self):
        return reverse("planning:scoring-round", args=[self.pk])

    @property
    def is_revealed(self):
        return self.revealed_at is not None


KEEP_BALLOTS_BEFORE_THE_REVEAL = pgtrigger.Trigger(
    name="before_the_reveal",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func="""
        IF EXISTS (
            SELECT 1 FROM planning_scoringround AS asked
            WHERE asked.id = NEW.round_id AND asked.revealed_at IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'the votes of this round are revealed';
        END IF;
        RETURN NEW;
    """,
)
KEEP_VOTES_AFTER_THE_REVEAL = pgtrigger.Trigger(
    name="after_the_reveal",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
        IF NOT EXISTS (
            SELECT 1 FROM planning_scoringround AS asked
            WHERE asked.id = NEW.round_id AND asked.revealed_at IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'the votes of this round are not revealed yet';
        END IF;
        RETURN NEW;
    """,
)


class Ballot(models.Model):
    """What one person votes in a round nobody sees yet: sealed, and gone with the reveal."""

    round = models.ForeignKey(ScoringRound, models.PROTECT, related_name="ballots")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "user"], name="scoring_ballot_once")
        ]
        triggers = [KEEP_BALLOTS_BEFORE_THE_REVEAL, NO_BALLOT_AFTER_THE_CLOSE]

    def __str__(self):
        return f"A ballot in round {self.round_id}"


class Vote(models.Model):
    """What one person said of one criterion, since the reveal; no value is “don't know”."""

    round = models.ForeignKey(ScoringRound, models.PROTECT, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="scoring_votes")
    name = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "user", "name"], name="scoring_vote_once")
        ]
        triggers = [Recorded(), AppendOnly(), KEEP_VOTES_AFTER_THE_REVEAL]

    def __str__(self):
        return f"{self.user} on {self.name}"
