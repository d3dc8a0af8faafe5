"""The lists of a project: events and the plan behind them, properties, cohorts.

What is no longer listed is marked and kept: Amplitude leaves out what is hidden or blocked, so
absence is not deletion. Owners and notes entered in the hub are never touched.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from prodops.integrations import runs
from prodops.integrations.amplitude import lists, mapping, plan, queries
from prodops.integrations.amplitude.access import zone_of
from prodops.integrations.amplitude.answers import Missing, QueryRefused
from prodops.integrations.amplitude.models import Series, TrackedEvent
from prodops.integrations.amplitude.models.taxonomy import UNUSED_AFTER
from prodops.integrations.amplitude.values import Malformed
from prodops.integrations.amplitude.work import Pass
from prodops.integrations.errors import LoginRefused
from prodops.integrations.models import Connection

QUIET_CHECKED = 10  # events whose past one run asks for
BUDGET_KEPT = 300  # that much is left for people when a run looks into the past of quiet events
NO_TAXONOMY = "without_taxonomy"  # in the connection's field map: the plan of the customer has none


def copy(work: Pass) -> None:
    """Read events, plan and cohorts; each list is written in one transaction with the run."""
    work.step("Reading the event list")
    events = _whole(work, "events/list", work.client.events, plan.read_events)
    work.step("Reading the taxonomy")
    planned = _plan(work)
    today = work.today(zone_of(work.connection))
    with transaction.atomic():
        work.save(
            lists.write_events(work.connection, events, planned, at=work.data_at, today=today)
        )
    work.step("Reading the cohorts")
    cohorts = _whole(work, "cohorts", work.client.cohorts, plan.read_cohorts)
    with transaction.atomic():
        work.save(lists.write_cohorts(work.connection, cohorts, at=work.data_at))


def look_back(work: Pass) -> None:
    """Ask once for the last month of events that did not happen this week: are they unused?

    Only as far as the budget is not needed otherwise; the next run goes on with the rest.
    """
    today = work.today(zone_of(work.connection))
    quiet = TrackedEvent.objects.present().filter(
        connection=work.connection, week_total=0, last_seen_on=None, checked_on=None
    )
    for event in quiet.order_by("pk")[:QUIET_CHECKED]:
        asked = _last_month(event, today)
        if work.budget.left() < queries.build(asked.series, asked.start, today).cost + BUDGET_KEPT:
            return
        work.step(f"Looking for {event}")
        last_seen_on = _last_seen(work, asked)
        with transaction.atomic():
            TrackedEvent.objects.filter(pk=event.pk).update(
                checked_on=today, last_seen_on=last_seen_on
            )
            work.save()


def _last_month(event: TrackedEvent, today: date) -> mapping.Span:
    """Return the question how often an event happened in the days after which it is unused."""
    series = Series(
        connection=event.connection,
        kind=Series.Kind.SEGMENTATION,
        title=event.name,
        definition={"events": [{"event_type": event.name}], "measure": "totals"},
        starts_on=today - UNUSED_AFTER + timedelta(days=1),
    )
    return mapping.Span(series, series.starts_on, today, today)


def _last_seen(work: Pass, span: mapping.Span) -> date | None:
    """Return the last day with any; an event Amplitude will not speak of has none."""
    query = queries.build(span.series, span.start, span.end)
    try:
        reading = mapping.read(work.client.query(query), span)
    except (QueryRefused, Missing, Malformed):
        return None
    return max((point.on for point in reading.points if point.value), default=None)


def _plan(work: Pass) -> plan.Plan:
    """Read the taxonomy, part by part; customers without the Enterprise plan have none."""
    ask = work.client.taxonomy
    try:
        found = plan.Plan(
            _whole(work, "categories", lambda: ask("category"), plan.read_categories),
            _whole(work, "planned events", lambda: ask("event"), plan.read_planned_events),
            _whole(
                work,
                "event properties",
                lambda: ask("event-property"),
                plan.read_event_properties,
            ),
            _whole(
                work,
                "user properties",
                lambda: ask("user-property"),
                plan.read_user_properties,
            ),
        )
    except (LoginRefused, Missing):
        found = plan.Plan()
    _remember(work.connection, has_none=found == plan.Plan())
    return found


def _whole(
    work: Pass, name: str, ask: Callable[[], Any], read: Callable[[Any], dict]
) -> dict | None:
    """Return what a list says; one that cannot be read is set aside and left as it was."""
    source_id = f"list {name}"
    body: Any = None
    try:
        try:
            found = read(ask())
        except Malformed:
            body = ask()
            found = read(body)
    except Malformed as error:
        runs.skip(work.run, source_id=source_id, reason=str(error), payload=body, at=work.clock())
        work.warn(f"The {name} could not be read: {error}")
        return None
    except QueryRefused as refusal:
        work.warn(f"The {name} could not be read: {refusal}")
        return None
    aside = work.connection.skipped_records.unresolved().filter(source_id=source_id)
    aside.update(resolved_at=work.clock())
    return found


def _remember(connection: Connection, *, has_none: bool) -> None:
    """Keep whether there is a taxonomy to read, so that the page can say why it is empty."""
    if bool(connection.field_map.get(NO_TAXONOMY)) != has_none:
        connection.field_map = connection.field_map | {NO_TAXONOMY: has_none}
        connection.save(update_fields=["field_map"])
