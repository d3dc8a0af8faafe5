"""How much time a request has left, in the business hours of the team that owns it."""

from dataclasses import dataclass
from datetime import datetime

from prodops.people.business_time import Calendar

WARN_AT_HOURS = 8
WARN_AT_SHARE = 0.25


@dataclass(frozen=True)
class Clock:
    """The clock that runs out first: `hours` are business hours left, negative when late.

    While it is paused, `hours` are those that were left when it was stopped.
    """

    phase: str
    due_at: datetime
    hours: float
    day_hours: float
    promised_hours: float
    is_paused: bool = False

    @property
    def tone(self) -> str:
        if self.hours <= 0:
            return "negative"
        if self.is_paused:
            return "unknown"
        is_soon = self.hours <= min(WARN_AT_HOURS, self.promised_hours * WARN_AT_SHARE)
        return "caution" if is_soon else "neutral"

    @property
    def words(self) -> str:
        if self.hours <= 0:
            late = f"{self.phase} late by {span(-self.hours, self.day_hours)}"
            return f"{late}, paused" if self.is_paused else late
        if self.is_paused:
            return f"{self.phase} clock paused"
        left = span(self.hours, self.day_hours)
        if self.hours < self.day_hours:
            left = left.replace(" ", " working ")  # half an hour may be the one of Monday morning
        return f"{self.phase} due in {left}"

    @property
    def title(self) -> str:
        if self.is_paused:
            return "The clock stands still while we wait for the requester."
        return "Business time of its team."


def span(hours: float, day_hours: float) -> str:
    """Return business hours in words: "40 min", "5 h", "3 d"."""
    if hours < 1:
        return f"{max(1, round(hours * 60))} min"
    if hours < day_hours:
        return f"{hours:.0f} h"
    days = hours / day_hours
    return f"{days:.1f} d".replace(".0", "") if days < 3 else f"{days:.0f} d"


def read_clock(product_request, at: datetime) -> Clock | None:
    """Return the running or paused clock of a request, None when it is decided."""
    if product_request.decided_at:
        return None
    calendar = product_request.calendar()
    phase, due_at, promised = first_of(product_request)
    stop = product_request.paused_since or at
    return Clock(
        phase=phase,
        due_at=due_at,
        hours=calendar.hours_between(stop, due_at),
        day_hours=day_hours(calendar),
        promised_hours=promised,
        is_paused=product_request.paused_since is not None,
    )


def first_of(product_request) -> tuple[str, datetime, int]:
    """Return the clock that runs out first: what for, when, and the business hours promised."""
    by_when = product_request.acknowledge_due_at
    if product_request.triaged_at is None and by_when <= product_request.answer_due_at:
        return "Sorting", by_when, product_request.acknowledge_hours
    return "Answer", product_request.answer_due_at, product_request.answer_hours


def day_hours(calendar: Calendar) -> float:
    """Return how long a working day is."""
    starts, ends = calendar.day_starts_at, calendar.day_ends_at
    return ends.hour - starts.hour + (ends.minute - starts.minute) / 60
