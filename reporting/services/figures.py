"""Compute the figures of months and keep them; a closed month that changed is restated."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from prodops.people.models import Team
from reporting.metrics.catalogue import METRICS
from reporting.metrics.figure import Figure
from reporting.metrics.freshness import jira_freshness
from reporting.metrics.periods import Period
from reporting.models import MetricDefinition, MetricValue, Restatement
from reporting.services import flow
from reporting.services.definitions import load_definitions

NOTHING = "n/a (0 of 0)"
LATE = "Records of the month changed after it closed."
KEPT = (
    "value",
    "numerator",
    "denominator",
    "n",
    "excluded",
    "companions",
    "low",
    "high",
    "note",
    "is_partial",
)
UNIQUE = ("definition", "period_start", "period_end", "team")


@dataclass(frozen=True)
class _Run:
    """What one recomputation has in common: its moment, the data's, the scopes, the cause."""

    at: datetime
    jira_as_of: datetime | None
    scopes: tuple[int | None, ...]
    definitions: dict[str, MetricDefinition]
    cause: str


@dataclass
class Recomputed:
    """How many figures were written, left as they were, and restated."""

    written: int = 0
    unchanged: int = 0
    restated: int = 0


@dataclass
class _Written:
    """What a month needs written: rows that are new or differ, restatements, rows read again."""

    rows: list[MetricValue] = field(default_factory=list)
    restatements: list[Restatement] = field(default_factory=list)
    read_again: dict[datetime | None, list[int]] = field(default_factory=lambda: defaultdict(list))


def recompute(
    *,
    months: Iterable[Period],
    at: datetime,
    keys: Collection[str] | None = None,
    cause: str = LATE,
) -> Recomputed:
    """Compute the figures of `months` for the organisation and every team, and keep them.

    `keys` limits it to some KPIs. Computing twice from the same records writes nothing new.
    """
    definitions = load_definitions()
    done = Recomputed()
    scopes = (None, *Team.objects.order_by("pk").values_list("pk", flat=True))
    run = _Run(at, jira_freshness().as_of, scopes, definitions, cause)
    wanted = [key for key in METRICS if keys is None or key in keys]
    for month in months:
        if month.starts_at <= at:
            _recompute_month(month, wanted, run, done)
    return done


def ensure(*, month: Period, at: datetime) -> None:
    """Compute the figures of a month that has none yet."""
    if not MetricValue.objects.filter(period_start=month.start).exists():
        flow.rebuild(at=at)
        recompute(months=[month], at=at)


@transaction.atomic
def _recompute_month(month: Period, keys: list[str], run: _Run, done: Recomputed) -> None:
    """Compute the KPIs of a month for every scope, and write what differs in few statements."""
    _lock(month)
    known = _known(month, keys, is_open=month.is_partial(run.at))
    written = _Written()
    for key in keys:
        if METRICS[key].is_snapshot and _is_closed(known[key]):
            done.unchanged += len(known[key])
        else:
            _compute(key, month, known[key], run, written)
    _write(written, run)
    read_again = sum(len(rows) for rows in written.read_again.values())
    done.written += len(written.rows)
    done.unchanged += read_again
    done.restated += len(written.restatements)


def _compute(
    key: str,
    month: Period,
    known: dict[int | None, MetricValue],
    run: _Run,
    written: _Written,
) -> None:
    """Compute one KPI of one month for every scope, and sort its rows by what they need."""
    definition, metric = run.definitions[key], METRICS[key]
    figures = metric.compute(month, run.at)
    nothing = Figure(unit=definition.unit, value=None, numerator=0, denominator=0, note=NOTHING)
    data_as_of = run.jira_as_of if metric.reads_jira else run.at
    for team in run.scopes:
        kept = _columns(figures.get(team, nothing), month, run.at)
        value = known.get(team)
        if value is not None and all(getattr(value, name) == kept[name] for name in KEPT):
            written.read_again[data_as_of].append(value.pk)
            continue
        if value is not None and not value.is_partial and value.value != kept["value"]:
            written.restatements.append(_restatement(value, kept, run))
        written.rows.append(
            MetricValue(
                definition_id=value.definition_id if value else definition.pk,
                period_start=month.start,
                period_end=month.end,
                scope=_scope(team),
                team_id=team,
                computed_at=run.at,
                data_as_of=data_as_of,
                **kept,
            )
        )


def _write(written: _Written, run: _Run) -> None:
    MetricValue.objects.bulk_create(
        written.rows,
        update_conflicts=True,
        unique_fields=UNIQUE,
        update_fields=[*KEPT, "computed_at", "data_as_of"],
    )
    Restatement.objects.bulk_create(written.restatements)
    for data_as_of, rows in written.read_again.items():
        MetricValue.objects.filter(pk__in=rows).update(computed_at=run.at, data_as_of=data_as_of)


def _scope(team: int | None) -> str:
    return MetricValue.Scope.ORGANISATION if team is None else MetricValue.Scope.TEAM


def _restatement(value: MetricValue, kept: dict[str, Any], run: _Run) -> Restatement:
    return Restatement(
        metric_value=value,
        old_value=value.value,
        new_value=kept["value"],
        old_numerator=value.numerator,
        new_numerator=kept["numerator"],
        old_denominator=value.denominator,
        new_denominator=kept["denominator"],
        cause=run.cause,
        at=run.at,
    )


def _columns(figure: Figure, month: Period, at: datetime) -> dict[str, Any]:
    columns = {name: getattr(figure, name) for name in KEPT if name != "is_partial"}
    return {**columns, "is_partial": figure.is_immature or month.is_partial(at)}


def _known(
    month: Period, keys: list[str], *, is_open: bool
) -> dict[str, dict[int | None, MetricValue]]:
    """Return what is kept for the month by KPI and team: an open month of current versions only.

    A closed month keeps the version it was computed with.
    """
    values = MetricValue.objects.filter(definition__key__in=keys, period_start=month.start)
    if is_open:
        values = values.filter(definition__is_current=True)
    known: dict[str, dict[int | None, MetricValue]] = defaultdict(dict)
    for value in values.select_related("definition").order_by("definition__version"):
        known[value.definition.key][value.team_id] = value
    return known


def _is_closed(known: dict[int | None, MetricValue]) -> bool:
    organisation = known.get(None)
    return organisation is not None and not organisation.is_partial


def _lock(month: Period) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('reporting.figures'), %s)",
            [month.start.toordinal()],
        )
