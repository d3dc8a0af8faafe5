"""Writing the lists: new and changed rows only; what is no longer listed is marked."""

from collections.abc import Callable, Hashable, Iterable
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.db import models

from prodops.integrations.amplitude.models import (
    Cohort,
    EventCategory,
    EventProperty,
    TrackedEvent,
    UserProperty,
)
from prodops.integrations.amplitude.plan import Fields, Plan
from prodops.integrations.amplitude.writing import ROWS_AT_ONCE, Counts
from prodops.integrations.models import Connection

Rows = dict[Any, Fields]


def write_events(
    connection: Connection, listed: Rows | None, plan: Plan, *, at: datetime, today: date
) -> Counts:
    """Write categories, events and properties; a list that could not be had changes nothing."""
    counts = _write_categories(connection, plan, at=at)
    if listed is not None:
        categories = dict(connection.event_categories.values_list("name", "pk"))
        rows = {
            name: _event(listed.get(name), (plan.events or {}).get(name), categories, today)
            for name in dict.fromkeys([*listed, *(plan.events or {})])
        }
        counts += upsert(
            connection.tracked_events.all(),
            rows,
            key=attrgetter("name"),
            make=lambda name: TrackedEvent(connection=connection, name=name, first_listed_at=at),
            at=at,
        )
    return counts + _write_properties(connection, plan, at=at)


def write_cohorts(connection: Connection, rows: Rows | None, *, at: datetime) -> Counts:
    return upsert(
        connection.cohorts.all(),
        rows,
        key=attrgetter("cohort_id"),
        make=lambda cohort_id: Cohort(connection=connection, cohort_id=cohort_id),
        at=at,
    )


def upsert(
    kept: models.QuerySet,
    rows: Rows | None,
    *,
    key: Callable[[Any], Hashable],
    make: Callable[[Any], models.Model],
    at: datetime,
) -> Counts:
    """Make the rows of `kept` say what `rows` says; `make` gives a new row its identity."""
    if rows is None:
        return Counts()
    known = {key(row): row for row in kept}
    new: list[Any] = []
    changed: list[Any] = []
    names = {"lost_since"}
    for identity, fields in rows.items():
        fields = fields | {"lost_since": None}
        names |= fields.keys()
        row = known.get(identity)
        is_new = row is None
        row = make(identity) if row is None else row
        if _take_on(row, fields) or is_new:
            (new if is_new else changed).append(row)
    for row in _lost(known, rows):
        row.lost_since = at
        changed.append(row)
    kept.model.objects.bulk_create(new, batch_size=ROWS_AT_ONCE)
    kept.model.objects.bulk_update(
        changed, sorted(name.removesuffix("_id") for name in names), batch_size=500
    )
    return Counts(len(rows), len(new), len(changed), max(len(rows) - len(new) - len(changed), 0))


def _take_on(row: Any, fields: Fields) -> bool:
    """Set the fields; return whether any of them was another."""
    different = {name: value for name, value in fields.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)


def _lost(known: dict[Any, Any], rows: Rows) -> Iterable[Any]:
    return [row for name, row in known.items() if name not in rows and row.lost_since is None]


def _event(
    listed: Fields | None, planned: Fields | None, categories: dict[str, int], today: date
) -> Fields:
    """Join what the list and the plan say of an event; what only the plan knows never happened."""
    fields: Fields = {"listed_on": today, **(listed or {})}
    if planned:
        name = planned["category"]
        fields |= {key: value for key, value in planned.items() if key != "category"}
        fields["category_id"] = categories.get(name) if name else None
    if fields.get("week_total"):
        fields["last_seen_on"] = today
    return fields


def _write_categories(connection: Connection, plan: Plan, *, at: datetime) -> Counts:
    named: Rows = {
        event["category"]: {} for event in (plan.events or {}).values() if event["category"]
    }
    rows = None if plan.categories is None else plan.categories | named
    return upsert(
        connection.event_categories.all(),
        rows,
        key=attrgetter("name"),
        make=lambda name: EventCategory(connection=connection, name=name),
        at=at,
    )


def _write_properties(connection: Connection, plan: Plan, *, at: datetime) -> Counts:
    events = dict(connection.tracked_events.values_list("name", "pk"))
    of_events: Rows | None = plan.event_properties and {
        (events.get(event), name): fields
        for (event, name), fields in plan.event_properties.items()
        if not event or event in events
    }
    return upsert(
        connection.event_properties.all(),
        of_events,
        key=attrgetter("event_id", "name"),
        make=lambda named: EventProperty(connection=connection, event_id=named[0], name=named[1]),
        at=at,
    ) + upsert(
        connection.user_properties.all(),
        plan.user_properties,
        key=attrgetter("name"),
        make=lambda name: UserProperty(connection=connection, name=name),
        at=at,
    )
