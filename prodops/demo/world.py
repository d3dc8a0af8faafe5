"""What the parts of the demo share: the day it is, the dice, and who exists so far."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from prodops.people.models import Function, ProductArea, Team, User


@dataclass
class World:
    """The demo organisation while it is being built; the same day gives the same world."""

    today: date
    dice: random.Random
    people: dict[str, User] = field(default_factory=dict)
    areas: dict[str, ProductArea] = field(default_factory=dict)
    squads: dict[str, Team] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The moment the story ends: the evening before, so that it is past in every zone."""
        return datetime.combine(self.today - timedelta(days=1), time(18), UTC)

    def at(self, days_ago: float, hour: int = 10, minute: int = 0) -> datetime:
        """Return a moment of a working day, `days_ago` or the Friday before it."""
        on = self.today - timedelta(days=days_ago)
        while on.isoweekday() > 5:
            on -= timedelta(days=1)
        return min(datetime.combine(on, time(hour, minute), UTC), self.now)

    def lead(self, squad: str) -> User:
        """The product manager of a squad."""
        return self.squad_people[squad][0]

    squad_people: dict[str, list[User]] = field(default_factory=dict)
    requesters: list[User] = field(default_factory=list)
    ops: list[User] = field(default_factory=list)
    executives: list[User] = field(default_factory=list)


def working(moment: datetime) -> datetime:
    """Move a moment that falls on a weekend or at night to the next working morning."""
    if moment.hour < 7 or moment.hour >= 17:
        moment += timedelta(days=1 if moment.hour >= 17 else 0)
        moment = moment.replace(hour=7 + moment.minute % 3)
    while moment.isoweekday() > 5:
        moment += timedelta(days=1)
    return moment
