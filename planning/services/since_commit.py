"""Scores and capacity now, beside what they were at the commit, or as a day began."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from planning.models import Cycle, Initiative, PlanChange, ScoreInput
from planning.models.plan_diff import END, lines_at, start_of
from planning.services.plan_days import (
    NOTHING,
    KnownScore,
    KnownWeeks,
    known_scores,
    known_weeks,
    scores_now,
    weeks_now,
)
from prodops.people.models import Team


@dataclass(frozen=True)
class ScoreSince:
    """An initiative's score then and now; None where it had none. Words say of what.

    `said` is what people said of it in between, the oldest first.
    """

    initiative: Initiative
    then: KnownScore
    now: KnownScore
    was_in: bool
    is_in: bool
    said: list[ScoreInput] = field(default_factory=list)

    @property
    def before(self) -> Decimal | None:
        return self.then.value

    @property
    def after(self) -> Decimal | None:
        return self.now.value

    @property
    def is_same(self) -> bool:
        return self.before == self.after

    @property
    def came_or_went(self) -> str:
        """Say that it joined or left the plan in between; "" when it did neither."""
        if self.was_in == self.is_in:
            return ""
        return "Joined the plan since" if self.is_in else "Left the plan since"


@dataclass(frozen=True)
class CapacitySince:
    """A team's people-weeks then and now, (available, allocated); None where unknown."""

    team: Team
    then: KnownWeeks | None
    now: KnownWeeks

    @property
    def before(self) -> tuple[Decimal, Decimal] | None:
        then = self.then
        if then is None or then.available is None or then.allocated is None:
            return None
        return then.available, then.allocated

    @property
    def after(self) -> tuple[Decimal, Decimal]:
        return self.now.available or Decimal(0), self.now.allocated or Decimal(0)

    @property
    def is_same(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True)
class Since:
    """What a comparison starts from: the commit, or a day as it began.

    `looked_on` is the day that was looked at in its place, when nobody looked that morning.
    """

    start: datetime
    on: date | None
    looked_on: date | None = None

    @property
    def is_against_commit(self) -> bool:
        return self.on is None


def read_since(*, cycle: Cycle, since: date | None, kept_on: date | None = None) -> Since:
    """Return what a comparison with the day `since` starts from; before the commit it is that.

    `kept_on` is the day until then on which scores and capacity were kept last.
    """
    start = start_of(cycle.baseline, since)
    if since is None or start is None:
        return Since(cycle.baseline.at, None)
    return Since(start, since, kept_on)


def scores_since(*, cycle: Cycle, since: Since) -> list[ScoreSince]:
    """Return the initiatives of the plan, then or now, that had or have a score, by title."""
    frozen = list(cycle.baseline.lines.order_by("pk"))
    changes = list(PlanChange.objects.of(cycle))
    moment = None if since.is_against_commit else since.start
    was_in, is_in = (lines_at(frozen, changes, each).keys() for each in (moment, END))
    then = known_scores(cycle=cycle, on=since.on or date.min, frozen=frozen)
    now, said = scores_now(cycle=cycle, planned=is_in), _said(cycle, since.start)
    found = [
        ScoreSince(
            one, then.get(pk, NOTHING), now.get(pk, NOTHING), pk in was_in, pk in is_in,
            said.get(pk, []),
        )
        for pk, one in Initiative.objects.in_bulk(was_in | is_in).items()
    ]  # fmt: skip
    scored = [one for one in found if one.before is not None or one.after is not None]
    return sorted(scored, key=lambda one: (one.initiative.title, one.initiative.pk))


def _said(cycle: Cycle, start: datetime) -> dict[int, list[ScoreInput]]:
    rows = ScoreInput.objects.filter(cycle=cycle, at__gte=start).for_display()
    found = defaultdict(list)
    for one in rows.order_by("at", "pk"):
        found[one.initiative_id].append(one)
    return found


def capacity_since(*, cycle: Cycle, since: Since) -> list[CapacitySince]:
    """Return the teams that were part of the plan, or are given weeks for it now, by name."""
    then = known_weeks(cycle=cycle, on=since.on or date.min)
    now = weeks_now(cycle=cycle)
    wanted = {pk for pk, one in now.items() if pk in then or one.allocated}
    teams = Team.objects.filter(pk__in=wanted).order_by("name", "pk")
    return [CapacitySince(team, then.get(team.pk), now[team.pk]) for team in teams]
