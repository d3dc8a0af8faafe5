"""Look every morning what scores and capacity of committed plans come to, and keep what is new."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from planning.models import BaselineLine, Cycle, DayCapacity, DayScore, PlanDay
from planning.services.capacity import team_weeks
from planning.services.records import lock
from planning.services.scoring import standing_scores


class KnownScore(NamedTuple):
    """A score with the words it came with; None where there was none."""

    value: Decimal | None
    words: str


class KnownWeeks(NamedTuple):
    """A team's people-weeks, None where nobody knows; the words are "" at the commit."""

    available: Decimal | None
    allocated: Decimal | None
    words: str


NOTHING = KnownScore(None, "")


def keep_days(*, at: datetime) -> None:
    """Keep the day that `at` falls on of every plan that is committed and not closed."""
    running = Cycle.objects.filter(phase__in=[Cycle.Phase.COMMITTED, Cycle.Phase.ACTIVE])
    on = timezone.localdate(at, timezone.get_default_timezone())
    looked_at = PlanDay.objects.filter(on__gte=on).values("cycle")
    for cycle in running.exclude(baseline=None).exclude(pk__in=looked_at).order_by("pk"):
        keep_day(cycle=cycle, on=on, at=at)


@transaction.atomic
def keep_day(*, cycle: Cycle, on: date, at: datetime) -> PlanDay | None:
    """Keep what scores and capacity came to as the day `on` began; None where that is kept.

    Written is what differs from the days before, so a day that changed nothing has no rows.
    """
    lock(cycle)
    if cycle.plan_days.filter(on__gte=on).exists():
        return None
    scores, weeks = known_scores(cycle=cycle), known_weeks(cycle=cycle)
    day = PlanDay.objects.create(cycle=cycle, on=on, at=at)
    _keep_scores(day, scores)
    _keep_weeks(day, weeks)
    return day


def known_scores(
    *, cycle: Cycle, on: date | None = None, frozen: Iterable[BaselineLine] | None = None
) -> dict[int, KnownScore]:
    """Return each score as the day `on` began, or as known last, by initiative.

    `frozen` are the lines of the commit, when somebody has them already.
    """
    lines = cycle.baseline.lines.order_by("pk") if frozen is None else frozen
    found = {line.initiative_id: KnownScore(line.score, line.score_words) for line in lines}
    rows = DayScore.objects.as_of(cycle, on, "initiative") if on != date.min else ()
    for row in rows:
        found[row.initiative_id] = KnownScore(row.score, row.score_words)
    return found


def known_weeks(*, cycle: Cycle, on: date | None = None) -> dict[int, KnownWeeks]:
    """Return the weeks as the day `on` began, or as known last, by team."""
    found = {
        row.team_id: KnownWeeks(row.weeks_available, row.weeks_allocated, "")
        for row in cycle.baseline.capacities.order_by("pk")
    }
    for row in DayCapacity.objects.as_of(cycle, on, "team"):
        found[row.team_id] = KnownWeeks(row.weeks_available, row.weeks_allocated, row.words)
    return found


def scores_now(*, cycle: Cycle, planned: Collection[int] | None = None) -> dict[int, KnownScore]:
    """Return the scores of what stands in the plan, by initiative; of a closed one as it closed.

    `planned` are the initiatives of the plan, when somebody has them already.
    """
    if cycle.is_closed and cycle.plan_days.exists():
        return known_scores(cycle=cycle)
    standing = standing_scores(cycle=cycle)
    if planned is None:
        planned = cycle.commitments.standing().values_list("initiative", flat=True)
    return {
        pk: KnownScore(standing[pk].value, standing[pk].words) for pk in planned if pk in standing
    }


def weeks_now(*, cycle: Cycle) -> dict[int, KnownWeeks]:
    """Return what every team has and has given away, by team; of a closed plan as it closed."""
    if cycle.is_closed and cycle.plan_days.exists():
        return known_weeks(cycle=cycle)
    return {
        one.team.pk: KnownWeeks(one.available, one.allocated, one.sum_words)
        for one in team_weeks(cycle=cycle)
    }


def _keep_scores(day: PlanDay, known: Mapping[int, KnownScore]) -> None:
    now = scores_now(cycle=day.cycle)
    DayScore.objects.bulk_create(
        DayScore(
            day=day,
            initiative_id=pk,
            score=now.get(pk, NOTHING).value,
            score_words=now.get(pk, NOTHING).words,
        )
        for pk in sorted(known.keys() | now.keys())
        if known.get(pk, NOTHING) != now.get(pk, NOTHING)
    )


def _keep_weeks(day: PlanDay, known: Mapping[int, KnownWeeks]) -> None:
    """Keep the teams that are part of the plan, or are given weeks for it, when they differ."""
    DayCapacity.objects.bulk_create(
        DayCapacity(
            day=day,
            team_id=pk,
            weeks_available=one.available or Decimal(0),
            weeks_allocated=one.allocated or Decimal(0),
            words=one.words[:300],
        )
        for pk, one in sorted(weeks_now(cycle=day.cycle).items())
        if (pk in known or one.allocated) and not _is_known(known.get(pk), one)
    )


def _is_known(known: KnownWeeks | None, now: KnownWeeks) -> bool:
    """Is it what was known? The commit kept no words, so there the figures alone are asked."""
    if known is None:
        return False
    same = (known.available, known.allocated) == (now.available, now.allocated)
    return same and known.words in ("", now.words[:300])
