"""A slow second opinion on clocks: it walks every minute and knows nothing of how the hub counts.

A promise of so many hours is kept in minutes. Each minute that the team which owns the request is
at work, and that nobody waits for the requester or the request is not part of another, counts.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

SPAN, BLOCK = 110 * 24 * 60, 15
SPRING, AUTUMN = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 10, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Shift:
    """When a team is at work: local hours, ISO weekdays, no holidays of its region."""

    zone: str
    opens: int
    closes: int
    days: tuple[int, ...] = (1, 2, 3, 4, 5)
    region: str = ""


SHIFTS = (
    Shift("Europe/Berlin", 9, 17),
    Shift("Europe/Berlin", 8, 18, region="DE"),
    Shift("America/New_York", 9, 17, region="US"),
    Shift("Asia/Dubai", 7, 15, days=(7, 1, 2, 3, 4)),
    Shift("Australia/Lord_Howe", 6, 22, days=(1, 2, 3, 4, 5, 6, 7)),
    Shift("Europe/Berlin", 0, 6, days=(6, 7)),
    Shift("America/New_York", 0, 23, days=(1, 7)),
)


@cache
def minutes_at_work(shift: Shift, first: datetime) -> bytearray:
    """Return a 1 or 0 for each minute from `first` on; neither zones nor hours part a quarter."""
    free = holidays.country_holidays(shift.region, years=first.year) if shift.region else ()
    free = set(free) | set(
        holidays.country_holidays(shift.region, years=first.year + 1) if shift.region else ()
    )
    zone, found = ZoneInfo(shift.zone), bytearray()
    for minute in range(0, SPAN, BLOCK):
        local = (first + timedelta(minutes=minute)).astimezone(zone)
        works = shift.opens <= local.hour < shift.closes and local.isoweekday() in shift.days
        found += bytes([works and local.date() not in free]) * BLOCK
    return found


@dataclass
class Walk:
    """A request walked minute by minute: `ran` minutes counted, `due` the minute a promise ends."""

    first: datetime
    minute: int
    shift: Shift
    promised: dict[str, int]
    ran: int = 0
    is_still: bool = False
    due: dict[str, int | None] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)

    def __post_init__(self):
        self.due = dict.fromkeys(self.promised)

    def on(self, minute: int) -> None:
        """Walk to a minute."""
        at_work = minutes_at_work(self.shift, self.first)
        while self.minute < minute:
            if at_work[self.minute] and not self.is_still:
                self.ran += 1
                for phase in self.promised.keys() - self.met:
                    if self.due[phase] is None and self.ran >= self.promised[phase]:
                        self.due[phase] = self.minute + 1
            self.minute += 1

    def promise(self, promised: dict[str, int]) -> None:
        """Promise something else: what it allows already is used up now, or not yet any more."""
        for phase in promised.keys() - self.met:
            self.promised[phase] = promised[phase]
            if promised[phase] > self.ran:
                self.due[phase] = None
            elif self.due[phase] is None:
                self.due[phase] = self.minute

    def anew(self, promised: dict[str, int]) -> None:
        self.ran, self.is_still = 0, False
        self.due["answer"] = None
        self.promise(promised)

    def ends(self, phase: str) -> datetime:
        """Return when the promise of a phase ends if nothing happens any more but time."""
        due = self.due[phase]
        if due is None:
            at_work, due = minutes_at_work(self.shift, self.first), self.minute
            left = self.promised[phase] - self.ran
            while left:
                left -= at_work[due]
                due += 1
        return self.first + timedelta(minutes=due)

    def meet(self, phase: str) -> None:
        """What the clock waited for happened: its end stays where it is."""
        end = self.ends(phase)
        self.due[phase] = round((end - self.first) / timedelta(minutes=1))
        self.met.add(phase)
