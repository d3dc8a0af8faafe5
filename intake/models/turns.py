"""Whose turn it is to take what a team is sent."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models

from prodops.audit.models import Recorded
from prodops.people.models import Team, User

SOME_MONDAY = date(2024, 1, 1)


def whose_turn(people: list[User], team: Team, at: datetime) -> User | None:
    """Return whose week it is among the active `people`, in the team's own time; None of none."""
    present = [person for person in people if person.is_active]
    if not present:
        return None
    today = at.astimezone(ZoneInfo(team.time_zone)).date()
    weeks = (today - SOME_MONDAY).days // 7
    return present[weeks % len(present)]


class TriageTurnQuerySet(models.QuerySet):
    def for_display(self):
        return self.select_related("user").order_by("position", "pk")


class TriageTurn(models.Model):
    """A person's place on a team's triage rota; turns change each Monday."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="triage_turns")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="triage_turns")
    position = models.PositiveSmallIntegerField(default=0)

    objects = TriageTurnQuerySet.as_manager()

    class Meta:
        triggers = [Recorded()]
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="triage_turn_once")]

    def __str__(self):
        return f"{self.user} for {self.team}"
