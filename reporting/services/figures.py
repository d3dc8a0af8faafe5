"""Compute the figures of months and keep them; a closed month that changed is restated."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class _Run:
    """What one recomputation has in common: its moment, the data's, the scopes, the cause."""

    at: datetime
    jira_as_of: datetime | None
    scopes: tuple[int | None, ...]
    cause: str


@dataclass
class Recomputed:
    """How many figures were written, left as they were, and restated."""

    written: int = 0
    unchanged: int = 0
    restated: int = 0


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
    run = _Run(at, jira_freshness().as_of, scopes, cause)
    for month in months:
        for key in METRICS:
            if (keys is None or key in keys) and month.starts_at <= at:
                _recompute_one(definitions[key], month, run, done)
    return done


def ensure(*, month: Period, at: datetime) -> None:
    """Compute the figures of a month that has none yet."""
    if not MetricValue.objects.filter(period_start=month.start).exists():
        flow.rebuild(at=at)
        recompute(months=[month], at=at)


@transaction.atomic
def _recompute_one(
    definition: MetricDefinition, month: Period, run: _Run, done: Recomputed
) -> None:
    """Compute one KPI of one month for every scope, and write what differs from what is kept."""
    metric = METRICS[definition.key]
    _lock(definition.key, month)
    known = _known(definition, month, is_open=month.is_partial(run.at))
    if metric.is_snapshot and _is_closed(known):
        done.unchanged += len(known)
        return
    figures = metric.compute(month, run.at)
    nothing = Figure(unit=definition.unit, value=None, numerator=0, denominator=0, note=NOTHING)
    found = {team: figures.get(team, nothing) for team in run.scopes}
    columns = {team: _columns(figure, month, run.at) for team, figure in found.items()}
    read = {"computed_at": run.at, "data_as_of": run.jira_as_of if metric.reads_jira else run.at}
    _create(definition, month, {t: c for t, c in columns.items() if t not in known}, read, done)
    _update({team: value for team, value in known.items() if team in columns}, columns, run, done)
    MetricValue.objects.filter(pk__in=[value.pk for value in known.values()]).update(**read)


def _create(
    definition: MetricDefinition,
    month: Period,
    columns: dict[int | None, dict[str, Any]],
    read: dict[str, Any],
    done: Recomputed,
) -> None:
    scope = MetricValue.Scope
    MetricValue.objects.bulk_create(
        MetricValue(
            definition=definition,
            period_start=month.start,
            period_end=month.end,
            scope=scope.ORGANISATION if team is None else scope.TEAM,
            team_id=team,
            **kept,
            **read,
        )
        for team, kept in columns.items()
    )
    done.written += len(columns)


def _update(
    known: dict[int | None, MetricValue],
    columns: dict[int | None, dict[str, Any]],
    run: _Run,
    done: Recomputed,
) -> None:
    """Write the values that differ; one of a closed month leaves a restatement behind."""
    changed, restated = [], []
    for team, value in known.items():
        kept = columns[team]
        if all(getattr(value, name) == kept[name] for name in KEPT):
            continue
        if not value.is_partial and value.value != kept["value"]:
            restated.append(_restatement(value, kept, run))
        for name in KEPT:
            setattr(value, name, kept[name])
        changed.append(value)
    MetricValue.objects.bulk_update(changed, KEPT)
    Restatement.objects.bulk_create(restated)
    done.written += len(changed)
    done.unchanged += len(known) - len(changed)
    done.restated += len(restated)


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
    definition: MetricDefinition, month: Period, *, is_open: bool
) -> dict[int | None, MetricValue]:
    """Return what is kept for the month by team: an open month of the current version only.

    A closed month keeps the version it was computed with.
    """
    values = MetricValue.objects.filter(definition__key=definition.key, period_start=month.start)
    if is_open:
        values = values.filter(definition=definition)
    return {value.team_id: value for value in values.order_by("definition__version")}


def _is_closed(known: dict[int | None, MetricValue]) -> bool:
    organisation = known.get(None)
    return organisation is not None and not organisation.is_partial


def _lock(key: str, month: Period) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), %s)",
            [f"reporting.figure.{key}", month.start.toordinal()],
        )
