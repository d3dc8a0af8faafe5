"""Which dependencies: of a person, of an initiative, late, waiting, as a graph."""

from datetime import date
from itertools import chain

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from planning.models.chains import Link
from prodops.people.models import Membership
from prodops.people.permissions import is_insider

LEAD = Membership.Role.LEAD


def spoken_for(user):
    """Return the teams a person answers for: those they lead, and their own that nobody leads."""
    led = Membership.objects.filter(team=OuterRef("team"), role=LEAD)
    return Membership.objects.filter(Q(role=LEAD) | ~Exists(led), user=user).values("team")


class DependencyQuerySet(models.QuerySet):
    OPEN = ("proposed", "countered", "committed", "disputed")

    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def undelivered(self):
        """Keep what somebody still has to answer or to deliver."""
        return self.filter(state__in=self.OPEN)

    def late(self, on: date):
        """Keep what is not delivered though its promised date, or else its needed one, is past."""
        return self.with_due().undelivered().filter(falls_due_on__lt=on)

    def waiting_for_answer(self):
        """Keep what the giver has not answered, or has to deliver once more."""
        return self.filter(state__in=["proposed", "disputed"])

    def waiting_for(self, user):
        """Keep what `user` owes an answer: as giver, or as asker of an offer or a delivery.

        What people outside were asked waits for the asker, who notes what they say.
        """
        teams = spoken_for(user)
        gives = Q(giving_team__in=teams) | Q(giving_initiative__owner=user)
        asks = Q(asking_team__in=teams) | Q(initiative__owner=user) | Q(asked_by=user)
        to_accept = Q(state__in=["countered", "delivered"]) | Q(state="proposed", giving_team=None)
        return self.filter(gives & Q(state__in=["proposed", "disputed"]) | asks & to_accept)

    def owed_by(self, user, on: date):
        """Keep what `user` promised, or noted as promised outside, for a day before `on`."""
        teams = spoken_for(user)
        gives = Q(giving_team__in=teams) | Q(giving_initiative__owner=user)
        outside = Q(asking_team__in=teams) | Q(initiative__owner=user) | Q(asked_by=user)
        mine = gives | Q(giving_team=None) & outside
        return self.filter(mine, state="committed", committed_on__lt=on)

    def of_initiatives(self, initiatives):
        """Keep what any of the initiatives asks or gives."""
        return self.filter(Q(initiative__in=initiatives) | Q(giving_initiative__in=initiatives))

    def with_due(self):
        """Annotate `falls_due_on`: the promised date, or else the needed one."""
        return self.annotate(falls_due_on=Coalesce("committed_on", "needed_by_on"))

    def between_teams(self, on: date):
        """Count by asking team, giving team and state: all, and those late on a day.

        Those asked of people outside are left out.
        """
        is_late = Q(state__in=self.OPEN, falls_due_on__lt=on)
        return (
            self.with_due()
            .filter(giving_team__isnull=False)
            .order_by()
            .values("asking_team", "giving_team", "state")
            .annotate(number=Count("pk"), late=Count("pk", filter=is_late))
            .values_list("asking_team", "giving_team", "state", "number", "late")
        )

    def links(self) -> list[Link]:
        """Return what initiatives still wait for, as links of a graph; see `chains`."""
        rows = self.undelivered().with_due().filter(initiative__isnull=False).order_by("pk")
        return [
            Link(*row)
            for row in rows.values_list("pk", "initiative", "giving_initiative", "falls_due_on")
        ]

    def of_loops(self, loops):
        """Return the dependencies of some loops with their initiatives, by primary key."""
        wanted = set(chain.from_iterable(loop.dependencies for loop in loops))
        return self.select_related("initiative", "giving_initiative").in_bulk(wanted)

    def for_display(self):
        return (
            self.with_due()
            .annotate(is_past=~Q(state__in=self.OPEN))
            .select_related(
                "asking_team",
                "giving_team",
                "initiative__owner",
                "giving_initiative__owner",
                "asked_by",
                "thread",
            )
            .order_by("is_past", "falls_due_on", "pk")
        )
