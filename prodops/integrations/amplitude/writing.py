"""Writing what was read: new and changed numbers only, and a record of each that was final."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from prodops.integrations.amplitude.mapping import Point, Reading
from prodops.integrations.amplitude.models import (
    PointRestatement,
    Series,
    SeriesPoint,
    SeriesTotal,
)
from prodops.integrations.models import SyncRun

ROWS_AT_ONCE = 2_000


class Counts(NamedTuple):
    """How many numbers came, and what became of them."""

    fetched: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other):
        return Counts(*(one + another for one, another in zip(self, other, strict=True)))


def write_points(
    series: Series,
    points: list[Point],
    *,
    at: datetime,
    run: SyncRun | None = None,
    source: str = "",
) -> Counts:
    """Upsert the points; what is not among them stays as it is. Call within a transaction.

    A changed number that was not partial leaves a restatement with `run` or `source`.
    """
    if not points:
        return Counts()
    days = [point.on for point in points]
    kept = {
        (point.segment, point.step, point.on): point
        for point in series.points.filter(on__range=(min(days), max(days)))
    }
    changed = [point for point in points if not _is_same(point, kept.get(point[:3]))]
    _restate(series, changed, kept, at=at, run=run, source=source)
    SeriesPoint.objects.bulk_create(
        [_row(series, point, at) for point in changed],
        batch_size=ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=["series", "segment", "step", "on"],
        update_fields=["value", "is_partial", "data_as_of"],
    )
    created = sum(point[:3] not in kept for point in changed)
    return Counts(len(points), created, len(changed) - created, len(points) - len(changed))


def write_totals(series: Series, reading: Reading, start: date, end: date, at: datetime) -> None:
    """Keep the values over the whole range of the newest window, where they changed."""
    kept = {(total.segment, total.step): total for total in series.totals.all()}
    rows = [
        SeriesTotal(
            series=series,
            segment=total.segment,
            step=total.step,
            range_start=start,
            range_end=end,
            value=total.value,
            data_as_of=at,
        )
        for total in reading.totals
        if _range(kept.get(total[:2])) != (start, end, total.value)
    ]
    SeriesTotal.objects.bulk_create(
        rows,
        batch_size=ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=["series", "segment", "step"],
        update_fields=["range_start", "range_end", "value", "data_as_of"],
    )


def _is_same(point: Point, row: SeriesPoint | None) -> bool:
    return row is not None and (row.value, row.is_partial) == (point.value, point.is_partial)


def _range(row: SeriesTotal | None) -> tuple[date, date, float | None] | None:
    return (row.range_start, row.range_end, row.value) if row else None


def _row(series: Series, point: Point, at: datetime) -> SeriesPoint:
    return SeriesPoint(
        series=series,
        segment=point.segment,
        step=point.step,
        on=point.on,
        value=point.value,
        is_partial=point.is_partial,
        first_value=point.value,
        data_as_of=at,
    )


def _restate(
    series: Series,
    changed: Iterable[Point],
    kept: dict[tuple, SeriesPoint],
    *,
    at: datetime,
    run: SyncRun | None,
    source: str,
) -> None:
    final = [
        (kept[point[:3]], point)
        for point in changed
        if point[:3] in kept and not kept[point[:3]].is_partial
    ]
    PointRestatement.objects.bulk_create(
        [
            PointRestatement(
                series=series,
                segment=point.segment,
                step=point.step,
                on=point.on,
                old_value=row.value,
                new_value=point.value,
                at=at,
                run=run,
                source=source[:200],
            )
            for row, point in final
            if row.value != point.value
        ],
        batch_size=ROWS_AT_ONCE,
    )
