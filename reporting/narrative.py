"""Sentences drafted from figures: what changed, and what the records say about why.

Nothing here guesses a cause. A sentence is either a number that was computed, or a link to a
record of the month; what nobody wrote down is left to the person who edits.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from reporting import words
from reporting.readings import Reading


@dataclass(frozen=True)
class Part:
    """One team's share of a ratio, this period and the one before."""

    name: str
    numerator: float
    denominator: float
    previous_numerator: float
    previous_denominator: float


@dataclass(frozen=True)
class Contribution:
    """How far one team moved the ratio, in percentage points."""

    name: str
    mix: float
    rate: float

    @property
    def total(self) -> float:
        return self.mix + self.rate


def what_changed(reading: Reading) -> str:
    """Say in one or two sentences what a figure did, and whether that means anything."""
    definition, kept = reading.definition, reading.value
    if kept is None or kept.value is None:
        return f"{definition.name}: {words.value(kept, definition)}."
    rests = words.rests_on(kept)
    now = f"{definition.name} is {words.amount(kept.value, definition.unit)} ({rests})"
    return _complete(f"{now}{_beside_the_past(reading)}.", reading)


def _beside_the_past(reading: Reading) -> str:
    if reading.value is not None and reading.value.is_partial:
        return ""
    if reading.previous is None:
        return "; there is no complete month before to compare with"
    unit, signal = reading.definition.unit, reading.signal
    then = words.amount(reading.previous.value, unit)
    if signal.limits is None:
        return f", {then} the month before; too little history to tell signal from noise"
    low, high = (words.amount(bound, unit) for bound in (signal.limits.low, signal.limits.high))
    if signal.is_signal:
        return f", {_moved(reading.change)} from {then}. {signal.word} ({low} to {high})"
    return f", {then} the month before: within routine variation ({low} to {high})"


def contributions(parts: Iterable[Part]) -> list[Contribution]:
    """Split the change of a ratio among teams exactly; largest effect first.

    With shares w = denominator ÷ total and rates r, a team's mix effect is
    (w₁ − w₀) · (r̄ − R₀) and its rate effect (r₁ − r₀) · w̄, averages over both periods and R₀ the
    ratio before. They add up to the change of the ratio, in percentage points.
    """
    parts = list(parts)
    total = sum(part.denominator for part in parts)
    before = sum(part.previous_denominator for part in parts)
    if not total or not before:
        return []
    ratio_before = sum(part.previous_numerator for part in parts) / before
    found = [_contribution(part, total, before, ratio_before) for part in parts]
    return sorted(found, key=lambda one: -abs(one.total))


def _contribution(part: Part, total: float, before: float, ratio_before: float) -> Contribution:
    weight, weight_before = part.denominator / total, part.previous_denominator / before
    rate = part.numerator / part.denominator if part.denominator else None
    rate_before = (
        part.previous_numerator / part.previous_denominator if part.previous_denominator else None
    )
    if rate is None and rate_before is None:
        return Contribution(part.name, 0.0, 0.0)
    known = rate if rate is not None else rate_before
    rate, rate_before = (
        (known, known) if rate is None or rate_before is None else (rate, rate_before)
    )
    mean_rate, mean_weight = (rate + rate_before) / 2, (weight + weight_before) / 2
    return Contribution(
        part.name,
        100 * (weight - weight_before) * (mean_rate - ratio_before),
        100 * (rate - rate_before) * mean_weight,
    )


def why(found: list[Contribution], records: Iterable[tuple[str, str]]) -> str:
    """Draft the reasons: the teams that moved the ratio, and links to the month's records.

    `records` are (sentence, path) pairs, such as a launch that slipped. Empty when nothing is
    known: then a person says so, or that they are still looking.
    """
    lines = []
    moved = [one for one in found if abs(one.total) >= 0.05][:3]
    if moved:
        teams = ", ".join(f"{one.name} ({one.total:+.1f} points)" for one in moved)
        lines.append(f"Largest contributions: {teams}.")
    lines += [f"In the records: [{_literal(told)}]({path})." for told, path in records]
    return "\n\n".join(lines)


def headline(statuses: Iterable[tuple[str, str]]) -> str:
    """Return the first line of an edition from (name, status) pairs."""
    statuses = list(statuses)
    known = [status for _, status in statuses if status in {"good", "bad", "watch"}]
    missed = [name for name, status in statuses if status in {"bad", "watch"}]
    if not known:
        return "No figure could be judged this month"
    if not missed:
        return f"All {len(known)} judged figures are on target"
    count = len(known) - len(missed)
    met = f"{count} of {len(known)} judged figures {'is' if count == 1 else 'are'} on target"
    return f"{met}; behind: {missed[0]}" + (f" and {len(missed) - 1} more" if missed[1:] else "")


def _literal(text: str) -> str:
    """Return a record's title so that Markdown shows it as it is written."""
    return re.sub(r"([\\\[\]*_`<>])", r"\\\1", text)


def _moved(change: float | None) -> str:
    if not change:
        return "unchanged"
    return "up" if change > 0 else "down"


def _complete(text: str, reading: Reading) -> str:
    kept = reading.value
    if kept is None or not kept.is_partial:
        return text
    if reading.period.is_partial(kept.computed_at):
        return f"{text} The month is not complete."
    return f"{text} It is still settling: records of the month may yet change it."
