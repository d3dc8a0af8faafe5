"""What one team needs of another, as a contract: asked, answered, delivered, confirmed."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from planning.models.dependency_queries import DependencyQuerySet
from planning.models.history_guards import FIRST_PROMISE_STAYS, PROMISE_MOVES_WITH_A_REASON
from prodops.audit.models import Recorded, Thread
from prodops.people.models import Team

MOVES = [
    *(("proposed", to) for to in ("committed", "countered", "refused", "withdrawn")),
    *(("countered", to) for to in ("committed", "proposed", "withdrawn")),
    *(("committed", to) for to in ("delivered", "refused", "withdrawn")),
    *(("delivered", to) for to in ("confirmed", "disputed")),
    *(("disputed", to) for to in ("delivered", "refused", "withdrawn")),
    ("refused", "proposed"),
    ("withdrawn", "proposed"),
]


class DependencyState(models.TextChoices):
    """Where a dependency stands; the database lets it go from one to the next by `MOVES` alone."""

    PROPOSED = "proposed", "Asked"
    COUNTERED = "countered", "Counter-offer"
    COMMITTED = "committed", "Committed"
    DISPUTED = "disputed", "Disputed"
    DELIVERED = "delivered", "To confirm"
    CONFIRMED = "confirmed", "Delivered"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Dependency(models.Model):
    """Something a team asks of another team, or of somebody outside, by a date."""

    State = DependencyState

    title = models.CharField(max_length=200, help_text="What is needed, in a line.")
    scope = models.TextField(blank=True, help_text="What exactly, as the last offer says it.")
    why = models.TextField()
    asking_team = models.ForeignKey(Team, models.PROTECT, related_name="dependencies_asked")
    initiative = models.ForeignKey(
        "planning.Initiative",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dependencies",
        help_text="The initiative that waits for it.",
    )
    giving_team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="dependencies_given"
    )
    giving_initiative = models.ForeignKey(
        "planning.Initiative",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dependencies_given",
        help_text="The initiative it comes out of.",
    )
    outside_name = models.CharField(max_length=120, blank=True)
    outside_contact = models.CharField(max_length=120, blank=True)
    needed_by_on = models.DateField(help_text="By when the asker needs it, as last asked.")
    committed_on = models.DateField(null=True, blank=True)
    first_committed_on = models.DateField(
        null=True, blank=True, help_text="The date of the first promise; later ones are slips."
    )
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    delivered_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="dependency")

    objects = DependencyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "dependencies"
        constraints = [
            models.CheckConstraint(
                condition=Q(giving_team__isnull=False, outside_name="", outside_contact="")
                | (
                    Q(giving_team=None, giving_initiative=None)
                    & ~Q(outside_name="")
                    & ~Q(outside_contact="")
                ),
                name="dependency_has_one_giver",
            ),
            models.CheckConstraint(
                condition=~Q(asking_team=F("giving_team")), name="dependency_between_two_teams"
            ),
            models.CheckConstraint(
                condition=~Q(initiative=F("giving_initiative")),
                name="dependency_between_two_initiatives",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(why=""), name="dependency_says_what_and_why"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "countered"], committed_on=None)
                | Q(state__in=["refused", "withdrawn"])
                | Q(
                    state__in=["committed", "disputed", "delivered", "confirmed"],
                    committed_on__isnull=False,
                    first_committed_on__isnull=False,
                ),
                name="dependency_committed_to_a_date",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["delivered", "confirmed"], delivered_at__isnull=False)
                | (~Q(state__in=["delivered", "confirmed"]) & Q(delivered_at=None)),
                name="dependency_delivered_at",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", confirmed_at__isnull=False)
                | (~Q(state="confirmed") & Q(confirmed_at=None)),
                name="dependency_confirmed_at",
            ),
        ]
        indexes = [models.Index(fields=["state", "needed_by_on"], name="dependency_by_state")]
        triggers = [
            Recorded(),
            pgtrigger.FSM(name="states_in_order", field="state", transitions=MOVES),
            FIRST_PROMISE_STAYS,
            PROMISE_MOVES_WITH_A_REASON,
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("planning:dependency", args=[self.pk])

    @property
    def key(self):
        return f"DEP-{self.pk}"

    @property
    def giver(self):
        """Who is asked: a team, or the name of somebody outside."""
        return self.giving_team or self.outside_name

    @property
    def is_outside(self):
        """Is it asked of somebody outside? The asking side then notes their answers."""
        return self.giving_team_id is None

    @property
    def is_open(self):
        """Is it still to be delivered?"""
        return self.state in DependencyQuerySet.OPEN

    @property
    def turn_of(self) -> str:
        """The side that has to move: the asking one answers offers and deliveries."""
        is_answer = self.state in {self.State.COUNTERED, self.State.DELIVERED}
        return "asking" if is_answer else "giving"

    @property
    def due_on(self) -> date:
        """The day it is promised for, or else needed by."""
        return self.committed_on or self.needed_by_on

    @property
    def slip_days(self) -> int:
        """Calendar days the promise moved since it was first given; below zero is earlier."""
        if self.committed_on is None or self.first_committed_on is None:
            return 0
        return (self.committed_on - self.first_committed_on).days

    def is_late(self, on: date) -> bool:
        return self.is_open and self.due_on < on

    def can_become(self, state: str) -> bool:
        return (self.state, state) in MOVES
