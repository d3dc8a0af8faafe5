"""People-weeks: what a team can give in a stretch of time, with the sum that leads to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from prodops.people.business_time import Calendar
from prodops.people.models import Absence, Membership, Team

TENTH = Decimal("0.1")
RUN_SHARE = 20
WHOLE = 100


def tenths(amount: Fraction | Decimal | int) -> Decimal:
    """Round to a tenth of a week, half a day."""
    exact = Fraction(amount)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(TENTH, ROUND_HALF_UP)


def spread(total: Decimal, weights: list[Decimal]) -> list[Decimal]:
    """Share `total` out in tenths as `weights` are, evenly when all are nothing; the sum stays."""
    of = [Fraction(each) for each in weights]
    of = of if sum(of) else [Fraction(1)] * len(of)
    wanted = [Fraction(total) * 10 * each / sum(of) for each in of]
    parts = [int(each) for each in wanted]
    left = int(Fraction(total) * 10) - sum(parts)
    nearest = sorted(range(len(of)), key=lambda place: (parts[place] - wanted[place], place))
    for place in nearest[:left]:
        parts[place] += 1
    return [Decimal(part) / 10 for part in parts]


def months_of(first: date, last: date) -> list[tuple[date, date]]:
    """Return the months from `first` to `last`, the outer ones cut at these days."""
    found = []
    while first <= last:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        found.append((first, min(last, following - timedelta(days=1))))
        first = following
    return found


@dataclass(frozen=True)
class Part:
    """What one membership gives, in weeks: all of it, and what holidays and absences take."""

    membership: Membership
    gross: Fraction
    holidays: Fraction
    absences: Fraction

    @property
    def net(self) -> Decimal:
        return tenths(self.gross - self.holidays - self.absences)

    @property
    def sum(self) -> list[Decimal]:
        """All of it, what holidays and absences take, and what is left, in hundredths."""
        left = self.gross - self.holidays - self.absences
        return [
            (Decimal(each.numerator) / Decimal(each.denominator)).quantize(Decimal("0.01"))
            for each in (self.gross, self.holidays, self.absences, left)
        ]


@dataclass(frozen=True, kw_only=True)
class TeamWeeks:
    """What a team has in a cycle, and how much of it is given away; all in people-weeks.

    `people` is how many full weeks' worth of people there are on average, `weeks` how many working
    weeks the cycle has for this team. `available` and `allocated` are rounded to tenths, and so
    is everything that is said about them.
    """

    team: Team
    available: Decimal
    allocated: Decimal = Decimal(0)
    people: Decimal = Decimal(0)
    weeks: Decimal = Decimal(0)
    holidays: Decimal = Decimal(0)
    absences: Decimal = Decimal(0)
    run_share: int = RUN_SHARE
    run_weeks: Decimal = Decimal(0)
    adjustment: Decimal = Decimal(0)
    note: str = ""
    parts: list[Part] = field(default_factory=list)

    @property
    def over(self) -> Decimal:
        """Weeks given away that nobody has; nothing when there is enough."""
        return max(Decimal(0), self.allocated - self.available)

    @property
    def left(self) -> Decimal:
        return max(Decimal(0), self.available - self.allocated)

    @property
    def is_over(self) -> bool:
        return self.allocated > self.available

    @property
    def balance(self) -> str:
        return f"{plain(self.over)} over" if self.is_over else f"{plain(self.left)} left"

    @property
    def sum_words(self) -> str:
        """Say how it comes about: 6 people × 13 weeks − 3.4 for holidays − 20 % run-work = 59.7."""
        words = f"{plain(self.people)} {'person' if self.people == 1 else 'people'}"
        words += f" × {plain(self.weeks)} weeks − {plain(self.holidays)} for holidays"
        words += f" − {plain(self.absences)} for absences" if self.absences else ""
        words += f" − {self.run_share} % run-work"
        if self.adjustment:
            words += f" {'+' if self.adjustment > 0 else '−'} {plain(abs(self.adjustment))}"
            words += f" ({self.note})" if self.note else " by hand"
        return f"{words} = {plain(self.available)}"

    @property
    def share(self) -> str:
        """How much of it is given away: "4.5 of 12"."""
        return f"{plain(self.allocated)} of {plain(self.available)}"

    @property
    def over_words(self) -> str:
        """Name the over-allocation; nothing when there is none."""
        if not self.is_over:
            return ""
        return f"{self.team} is {plain(self.over)} weeks over: {self.share}"


def plain(amount: Decimal) -> str:
    """Write an amount without needless noughts: 4, 2.5."""
    return f"{amount:f}".rstrip("0").rstrip(".") if "." in f"{amount:f}" else f"{amount:f}"


def part_of(
    membership: Membership, absences: Iterable[Absence], first: date, last: date
) -> Part | None:
    """Return what a membership gives from `first` to `last`; None when it is not then.

    Holidays are those of the person's calendar, or else of the team's; working days are the
    team's. Days are taken off once, however many absences lie on them.
    """
    first = max(first, membership.from_on or first)
    last = min(last, membership.until_on or last)
    if first > last:
        return None
    team, person = membership.team, membership.user
    days = tuple(team.working_days)
    every_day = Calendar(working_days=days)
    calendar = Calendar(
        working_days=days, holiday_calendar=person.holiday_calendar or team.holiday_calendar
    )
    a_day = Fraction(membership.share, WHOLE * len(days))
    gross = every_day.working_days_from(first, last)
    worked = calendar.working_days_from(first, last)
    away = sum(
        share for day, share in _away(absences, first, last).items() if calendar.is_working_day(day)
    )
    return Part(membership, gross * a_day, (gross - worked) * a_day, Fraction(away, WHOLE) * a_day)


def _away(absences: Iterable[Absence], first: date, last: date) -> dict[date, int]:
    """Return how much of each day a person is away, in per cent."""
    shares: dict[date, int] = {}
    for absence in absences:
        day = max(first, absence.from_on)
        while day <= min(last, absence.until_on):
            shares[day] = min(WHOLE, shares.get(day, 0) + absence.share)
            day += timedelta(days=1)
    return shares


def weigh(
    team: Team,
    parts: list[Part],
    first: date,
    last: date,
    *,
    run_share: int = RUN_SHARE,
    adjustment: Decimal = Decimal(0),
    note: str = "",
    allocated: Decimal = Decimal(0),
) -> TeamWeeks:
    """Sum what the members of a team give; what is taken off is never more than there is."""
    days = Calendar(working_days=tuple(team.working_days)).working_days_from(first, last)
    weeks = Fraction(days, len(team.working_days))
    gross = sum((part.gross for part in parts), Fraction(0))
    holidays = sum((part.holidays for part in parts), Fraction(0))
    absences = sum((part.absences for part in parts), Fraction(0))
    net = gross - holidays - absences
    run = net * run_share / WHOLE
    return TeamWeeks(
        team=team,
        available=max(Decimal(0), tenths(net - run + Fraction(adjustment))),
        allocated=allocated,
        people=tenths(gross / weeks) if weeks else Decimal(0),
        weeks=tenths(weeks),
        holidays=tenths(holidays),
        absences=tenths(absences),
        run_share=run_share,
        run_weeks=tenths(run),
        adjustment=adjustment,
        note=note,
        parts=parts,
    )
