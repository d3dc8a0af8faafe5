"""Acts on series: add, change, price, look."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from prodops.integrations import services as connections
from prodops.integrations.amplitude import mapping, queries
from prodops.integrations.amplitude.access import client_for
from prodops.integrations.amplitude.budget import MOST
from prodops.integrations.amplitude.models import Series
from prodops.integrations.amplitude.values import FIRST, Malformed
from prodops.integrations.errors import SourceError
from prodops.integrations.models import Connection
from prodops.people.models import User

QUESTION = ("connection", "kind", "definition", "grain", "time_zone")
LOOKED_AT = 14  # intervals of a preview
DEAREST_LOOK = 200  # of the budget, unless one interval costs more


@dataclass(frozen=True)
class Price:
    """What a series costs of the budget of 1,000 in five minutes: each reading, and its history."""

    each: int
    history: int
    queries: int

    @property
    def sentence(self) -> str:
        told = f"Each reading costs {self.each:,} of {MOST:,}"
        if not self.history:
            return f"{told}."
        cut = f" in {self.queries} queries" if self.queries > 1 else ""
        minutes = -(-self.history // MOST) * 5 - 5
        wait = f" and takes about {minutes} minutes" if minutes else ""
        return f"{told}; reading its history costs {self.history:,}{cut}, once{wait}."


def save_series(*, series: Series | None = None, by: User, at: datetime, **fields: Any) -> Series:
    """Add or change a series and have it read soon; another question begins with no numbers."""
    with transaction.atomic():
        if series is None:
            series = Series.objects.create(created_by=by, created_at=at, **fields)
        else:
            series = _change(Series.objects.select_for_update().get(pk=series.pk), fields, at)
        _want(series, by=by, at=at)
    return series


def price(series: Series, *, today: date) -> Price:
    """Say what reading the series costs; raises TooDear when Amplitude would never allow it."""
    if series.kind == Series.Kind.COHORT:
        return Price(1, 0, 1)
    if series.kind == Series.Kind.CHART:
        return Price(series.chart_cost or queries.UNKNOWN_CHART, 0, 1)
    longest = queries.longest(series)
    windows = queries.trailing(series, today)
    each = sum(queries.build(series, start, end).cost for start, end in windows)
    days = (today - series.starts_on).days + 1
    return Price(each, queries.past_cost(series, today), -(-max(days, 1) // longest))


def look(series: Series, *, at: datetime) -> list[mapping.Point]:
    """Ask Amplitude for the newest numbers of a series that may not be saved yet.

    Spends its price; raises SourceError with the reason, also when the answer is unreadable.
    """
    if not series.connection.is_active:
        raise SourceError(f"{series.connection} is switched off, so there is nothing to show yet.")
    client = client_for(series.connection, attempts=2)
    today = at.astimezone(series.zone).date()
    is_chart = series.kind == Series.Kind.CHART
    start = FIRST if is_chart else today - timedelta(days=_days_looked_at(series) - 1)
    asked_from = today if is_chart else start
    try:
        body = client.query(queries.build(series, asked_from, today))
        return mapping.read(body, mapping.Span(series, start, today, today)).points
    except Malformed as error:
        raise SourceError(f"The answer could not be read: {error}") from None


def _days_looked_at(series: Series) -> int:
    """Return how far back a preview looks: some intervals, fewer where they are dear."""
    affordable = DEAREST_LOOK // queries.day_cost(series)
    wanted = min(LOOKED_AT * series.grain, affordable)
    return min(max(wanted, queries.SHORTEST[series.grain]), queries.longest(series))


@transaction.atomic
def look_after(*, event: Any, owner: User | None, notes: str) -> None:
    """Say who looks after a kind of event, and what people should know about it."""
    event.owner, event.notes = owner, notes
    event.save(update_fields=["owner", "notes"])


def _change(series: Series, fields: dict[str, Any], at: datetime) -> Series:
    is_other = any(
        getattr(series, name) != fields.get(name, getattr(series, name)) for name in QUESTION
    )
    for name, value in fields.items():
        setattr(series, name, value)
    changed = list(fields)
    if is_other:
        for rows in (series.points, series.totals):
            rows.all().delete()
        series.asked_since = at
        series.read_at = series.read_from_on = series.data_as_of = series.chart_cost = None
        series.problem, series.problem_since = "", None
        changed += ["asked_since", "read_at", "read_from_on", "data_as_of", "chart_cost"]
        changed += ["problem", "problem_since"]
    series.save(update_fields=changed)
    return series


def _want(series: Series, *, by: User, at: datetime) -> None:
    """Have the connection read soon; one that is switched off waits."""
    connection: Connection = series.connection
    if connection.is_active and series.is_active:
        connections.want_sync(connection=connection, is_full=False, by=by, at=at)
