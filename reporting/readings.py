"""Figures as people read them: value, target, change, signal or noise, and the months before."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from prodops.people.models import Team
from reporting.metrics import periods
from reporting.metrics.periods import Period
from reporting.metrics.signals import Signal, judge
from reporting.models import MetricDefinition, MetricValue

HISTORY_MONTHS = 24
NEAR = 0.1
CHANGE_OVER_MONTHS = 6
WORDS = {
    "good": "On target",
    "watch": "Near target",
    "bad": "Off target",
    "partial": "Not complete",
    "few": "Too few to judge",
    "none": "No value",
    "untargeted": "No target",
}


@dataclass(frozen=True)
class Reading:
    """One KPI of one scope and month beside its past; `history` is oldest first, month included.

    `status` is good, watch, bad or unknown; `status_word` says it to people.
    """

    definition: MetricDefinition
    period: Period
    value: MetricValue | None
    history: tuple[MetricValue, ...]

    @cached_property
    def previous(self) -> MetricValue | None:
        """The month before, when it has a value that was complete."""
        return self._complete_at(self.period.shifted(-1))

    @cached_property
    def change(self) -> float | None:
        """Difference to the month before, in the unit of the figure (percentage points)."""
        if self.value is None or self.value.value is None or self.previous is None:
            return None
        if self.value.is_partial or self.previous.value is None:
            return None
        return self.value.value - self.previous.value

    @cached_property
    def signal(self) -> Signal:
        if self.value is None or self.value.is_partial:
            return Signal(None)
        complete = [one.value for one in self.history[:-1] if _counts(one)]
        return judge([value for value in complete if value is not None], self.value.value)

    @cached_property
    def verdict(self) -> str:
        """A key of WORDS."""
        judged = self.judged_value
        if self.value is None or self.value.value is None:
            is_over = self.value is not None and _is_above(self.value.low, self.definition)
            return "bad" if is_over else "none"
        if self.value.is_partial:
            return "partial"
        if self.definition.target_low is None and self.definition.target_high is None:
            return "untargeted"
        if self.value.n < self.definition.target_from_n:
            return "few"
        return "none" if judged is None else against_target(self.definition, judged)

    @property
    def status(self) -> str:
        return self.verdict if self.verdict in {"good", "watch", "bad"} else "unknown"

    @property
    def status_word(self) -> str:
        if self.verdict == "none" and self.value is not None and self.value.value is not None:
            return "Nothing to compare with"
        return WORDS[self.verdict]

    @cached_property
    def judged_value(self) -> float | None:
        """What the target is held against: the value, or its change over six months in %."""
        if self.value is None or self.value.value is None:
            return None
        if self.definition.target_basis == MetricDefinition.TargetBasis.VALUE:
            return self.value.value
        before = self._complete_at(self.period.shifted(-CHANGE_OVER_MONTHS))
        if before is None or not before.value:
            return None
        return 100 * (self.value.value - before.value) / before.value

    def _complete_at(self, period: Period) -> MetricValue | None:
        for one in self.history:
            if one.period_start == period.start and _counts(one):
                return one
        return None


def against_target(definition: MetricDefinition, value: float) -> str:
    """Return good, watch (missed by a tenth of the bound at most) or bad."""
    low, high = _bounds(definition)
    if (low is None or value >= low) and (high is None or _is_under(value, high, definition)):
        return "good"
    bound = low if low is not None and value < low else high
    assert bound is not None
    return "watch" if abs(value - bound) <= NEAR * abs(bound) else "bad"


def read_all(*, period: Period, team: Team | None) -> list[Reading]:
    """Return the reading of every current KPI, in order: two queries, whatever their number."""
    definitions = list(MetricDefinition.objects.current().order_by("position", "key"))
    kept = _kept(period, team)
    return [_reading(definition, period, kept[definition.key]) for definition in definitions]


def read_one(*, definition: MetricDefinition, period: Period, team: Team | None) -> Reading:
    """Return the reading of one KPI."""
    return _reading(definition, period, _kept(period, team)[definition.key])


def months_with_values() -> list[Period]:
    """Return the months that have figures, newest first."""
    starts = MetricValue.objects.order_by("-period_start").values_list("period_start", flat=True)
    return [periods.month(day.year, day.month) for day in starts.distinct()]


def _kept(period: Period, team: Team | None) -> dict[str, list[MetricValue]]:
    first = period.shifted(1 - HISTORY_MONTHS).start
    kept: dict[str, list[MetricValue]] = defaultdict(list)
    values = (
        MetricValue.objects.for_scope(team)
        .filter(period_start__gte=first, period_start__lte=period.start)
        .newest_versions()
        .select_related("definition")
    )
    for value in values:
        kept[value.definition.key].append(value)
    return kept


def _reading(
    definition: MetricDefinition, period: Period, history: Sequence[MetricValue]
) -> Reading:
    history = sorted(history, key=lambda one: one.period_start)
    is_there = bool(history) and history[-1].period_start == period.start
    value = history[-1] if is_there else None
    return Reading(value.definition if value else definition, period, value, tuple(history))


def _counts(value: MetricValue) -> bool:
    return value.value is not None and not value.is_partial


def _bounds(definition: MetricDefinition) -> tuple[float | None, float | None]:
    """One-sided goals keep one bound: better than the far end of a range is not a miss."""
    if definition.direction == MetricDefinition.Direction.DOWN:
        return None, definition.target_high
    if definition.direction == MetricDefinition.Direction.UP:
        return definition.target_low, None
    return definition.target_low, definition.target_high


def _is_under(value: float, high: float, definition: MetricDefinition) -> bool:
    """ "Under 3 days" leaves 3 out; the ends of a range belong to it."""
    is_goal = definition.direction == MetricDefinition.Direction.DOWN
    by_value = definition.target_basis == MetricDefinition.TargetBasis.VALUE
    return value < high if is_goal and by_value else value <= high


def _is_above(low: float | None, definition: MetricDefinition) -> bool:
    """Is a value that is only known to lie above `low` sure to miss its target?"""
    return low is not None and definition.target_high is not None and low >= definition.target_high
