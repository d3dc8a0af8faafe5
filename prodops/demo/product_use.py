"""A year of Amplitude behind the demo: events with their owners, and a dozen series of numbers."""

import math
import random
from collections.abc import Iterator
from datetime import date, timedelta

from prodops.demo.world import World
from prodops.integrations.amplitude.models import (
    Cohort,
    EventCategory,
    EventProperty,
    PointRestatement,
    Series,
    SeriesPoint,
    SeriesTotal,
    TrackedEvent,
    UserProperty,
)
from prodops.integrations.models import Connection, SyncRun

SLUG = "northwind-amplitude"
DAYS = 365
ZONE = "Europe/Berlin"
PLATFORMS = {"Web": 0.55, "iOS": 0.27, "Android": 0.18}
DAY, WEEK, Kind = Series.Grain.DAY, Series.Grain.WEEK, Series.Kind
# Category, event, squad that looks after it, described or not, times a week, last seen days ago.
EVENTS = [
    ("Booking", "Quote Requested", "booking", True, 9_400, 0),
    ("Booking", "Booking Started", "booking", True, 7_900, 0),
    ("Booking", "Booking Confirmed", "booking", True, 5_600, 0),
    ("Booking", "Booking Cancelled", "booking", False, 410, 0),
    ("Booking", "Template Used", "", True, 1_300, 0),
    ("Tracking", "Shipment Viewed", "tracking", True, 31_000, 0),
    ("Tracking", "Alert Opened", "tracking", True, 4_700, 0),
    ("Tracking", "Map Zoomed", "", False, 12_200, 0),
    ("Tracking", "ETA Subscribed", "tracking", True, 890, 0),
    ("Dispatch", "Load Offered", "dispatch", True, 6_800, 0),
    ("Dispatch", "Load Accepted", "dispatch", True, 5_100, 0),
    ("Dispatch", "Driver Assigned", "", False, 4_900, 0),
    ("Billing", "Invoice Viewed", "billing", True, 3_300, 0),
    ("Billing", "Invoice Disputed", "billing", True, 120, 0),
    ("Billing", "Legacy Invoice Printed", "", False, 0, 141),
    ("Account", "Log In", "identity", True, 18_800, 0),
    ("Account", "Password Reset", "identity", True, 640, 0),
    ("Account", "Invite Teammate", "", True, 310, 0),
    ("Account", "SSO Test Button", "", False, 0, 203),
    ("Insight", "Report Exported", "insights", True, 2_100, 0),
    ("Insight", "Dashboard Shared", "insights", False, 560, 0),
    ("Insight", "Beta Widget Shown", "", False, 0, 62),
]
# Title, kind, definition, level, how many segments or steps.
SERIES = [
    ("Active users by day", Kind.USERS, {"measure": "active"}, DAY, 2_900),
    ("New users by day", Kind.USERS, {"measure": "new"}, DAY, 95),
    ("Active users by week", Kind.USERS, {"measure": "active"}, WEEK, 6_400),
    ("Bookings confirmed", Kind.SEGMENTATION, ("Booking Confirmed", "totals"), DAY, 800),
    ("People who book", Kind.SEGMENTATION, ("Booking Confirmed", "uniques"), DAY, 430),
    ("Shipments viewed", Kind.SEGMENTATION, ("Shipment Viewed", "totals"), DAY, 4_400),
    ("Bookings by platform", Kind.SEGMENTATION, ("Booking Confirmed", "totals"), WEEK, 5_600),
    ("Loads accepted", Kind.SEGMENTATION, ("Load Accepted", "totals"), DAY, 730),
    ("Invoices disputed", Kind.SEGMENTATION, ("Invoice Disputed", "totals"), WEEK, 120),
    ("From quote to booking", Kind.FUNNEL, None, WEEK, 5_200),
    ("Who comes back", Kind.RETENTION, None, WEEK, 640),
    ("Power bookers", Kind.COHORT, {"cohort": "nw-power"}, DAY, 1_240),
]
FUNNEL = ["Quote Requested", "Booking Started", "Booking Confirmed"]
PROPERTIES = [("source", "string"), ("lane", "string"), ("value", "number")]
COHORTS = [
    ("nw-power", "Power bookers", 1_240),
    ("nw-trial", "Trial accounts", 312),
    ("nw-asleep", "Asleep for sixty days", 2_077),
]
LOST_AND_FOUND = ("Bookings confirmed", "Loads accepted")
REPAIRED = 41  # days ago, when a tracking fault of two days was repaired


def fill(world: World) -> None:
    """Write the project, switched off like the demo's Jira: there is nobody to ask."""
    dice = random.Random(7)  # noqa: S311 - a story; its own dice leave the others' alone
    connection = _connection(world)
    run = _run(world, connection)
    _taxonomy(world, connection)
    points: list[SeriesPoint] = []
    for place, (title, kind, asked, grain, level) in enumerate(SERIES):
        series = _series(world, connection, title, kind, asked, grain)
        points += _points(world, dice, series, level, place)
    SeriesPoint.objects.bulk_create(points, batch_size=4_000)
    _story(world, connection, run)
    SyncRun.objects.filter(pk=run.pk).update(fetched=len(points), created=len(points))


def _connection(world: World) -> Connection:
    return Connection.objects.create(
        slug=SLUG,
        name="Northwind Amplitude (demo history)",
        kind=Connection.Kind.AMPLITUDE,
        base_url="https://amplitude.northwind.example",
        is_active=False,
        account_time_zone=ZONE,
        cursor=world.now,
        last_good_at=world.now,
        last_full_at=world.now,
    )


def _run(world: World, connection: Connection) -> SyncRun:
    run = SyncRun.objects.create(
        connection=connection,
        trigger=SyncRun.Trigger.COMMAND,
        mode=SyncRun.Mode.FULL,
        status=SyncRun.Status.SUCCEEDED,
        started_at=world.now,
        heartbeat_at=world.now,
        finished_at=world.now,
    )
    Connection.objects.filter(pk=connection.pk).update(latest_run=run)
    return run


def _taxonomy(world: World, connection: Connection) -> None:
    events = TrackedEvent.objects.bulk_create(_events(world, connection))
    EventProperty.objects.bulk_create(
        EventProperty(connection=connection, event=event, name=name, value_type=value_type)
        for place, event in enumerate(events)
        for name, value_type in PROPERTIES[: 1 + place % 3]
    )
    UserProperty.objects.bulk_create(
        UserProperty(connection=connection, name=name, value_type="string", description=told)
        for name, told in [("platform", ""), ("country", ""), ("gp:plan", "Bought by the account")]
    )
    Cohort.objects.bulk_create(
        Cohort(connection=connection, cohort_id=key, name=name, size=size, computed_at=world.now)
        for key, name, size in COHORTS
    )


def _events(world: World, connection: Connection) -> Iterator[TrackedEvent]:
    names = dict.fromkeys(category for category, *_ in EVENTS)
    categories = {
        name: EventCategory.objects.create(connection=connection, name=name) for name in names
    }
    for category, name, squad, is_described, a_week, quiet in EVENTS:
        yield TrackedEvent(
            connection=connection,
            name=name,
            display_name=name,
            category=categories[category],
            description=f"Sent when somebody does it: {name.lower()}." if is_described else "",
            owner=world.lead(squad) if squad else None,
            week_total=a_week,
            last_seen_on=_last(world) - timedelta(days=quiet),
            checked_on=_last(world),
            listed_on=_last(world),
            first_listed_at=world.at(360),
        )


def _series(world: World, connection: Connection, title, kind, asked, grain) -> Series:
    owners, starts_on = world.ops, _first(world)
    return Series.objects.create(
        connection=connection,
        kind=kind,
        title=title,
        definition=_definition(title, kind, asked),
        grain=grain,
        time_zone=ZONE,
        owner=owners[len(title) % len(owners)],
        starts_on=starts_on,
        created_at=world.at(360),
        created_by=owners[0],
        read_from_on=starts_on,
        read_at=world.now,
        data_as_of=world.now,
    )


def _definition(title: str, kind: str, asked) -> dict:
    if kind == Kind.FUNNEL:
        return {"events": [{"event_type": name} for name in FUNNEL], "mode": "ordered"}
    if kind == Kind.RETENTION:
        return {"events": [{"event_type": "_new"}, {"event_type": "_active"}]}
    if isinstance(asked, tuple):
        grouped = {"group_by": "platform"} if title.endswith("by platform") else {}
        return {"events": [{"event_type": asked[0]}], "measure": asked[1], **grouped}
    return asked


def _points(
    world: World, dice: random.Random, series: Series, level: float, place: int
) -> Iterator[SeriesPoint]:
    """Deal the numbers: growth, seasons, quiet weekends, a launch that moved the level."""
    launch = DAYS * (3 + place % 5) // 8
    for age in range(DAYS, -1, -1):
        on = _last(world) - timedelta(days=age)
        if series.grain == WEEK and on.isoweekday() != 1:
            continue
        passed = DAYS - age
        number = level * (0.72 + 0.28 * passed / DAYS)
        number *= 1 + 0.06 * math.sin(on.timetuple().tm_yday / 58) + dice.gauss(0, 0.025)
        number *= 1.12 if passed > launch else 1
        number *= 0.38 if series.grain == DAY and on.isoweekday() > 5 else 1
        left = (_last(world) - on).days < (7 if series.grain == WEEK else 1)
        for segment, step, share in _parts(series, age):
            value = round(number * share * (0.6 if left else 1))
            yield SeriesPoint(
                series=series,
                segment=segment,
                step=step,
                on=on,
                value=value,
                first_value=value,
                is_partial=left or (series.kind == Kind.RETENTION and age < 7 * step),
                data_as_of=world.now,
            )


def _parts(series: Series, age: int) -> list[tuple[str, int, float]]:
    if series.definition.get("group_by"):
        return [(name, 0, share) for name, share in PLATFORMS.items()]
    if series.kind == Kind.FUNNEL:
        return [("", 0, 1.0), ("", 1, 0.71), ("", 2, 0.48)]
    if series.kind == Kind.RETENTION:
        weeks = min(age // 7, 12)
        return [("", 0, 1.0)] + [("", n + 1, 0.62 * (n + 1) ** -0.5) for n in range(weeks + 1)]
    return [("", 0, 1.0)]


def _story(world: World, connection: Connection, run: SyncRun) -> None:
    """Two days of lost events that were repaired, and the people of a fortnight."""
    days = [_last(world) - timedelta(days=REPAIRED + n) for n in (0, 1)]
    repaired = SeriesPoint.objects.filter(
        series__connection=connection, series__title__in=LOST_AND_FOUND, on__in=days
    )
    for point in repaired:
        point.first_value = round(point.value * 0.64)
        PointRestatement.objects.create(
            series_id=point.series_id,
            on=point.on,
            old_value=point.first_value,
            new_value=point.value,
            at=world.at(REPAIRED - 3),
            run=run,
        )
    SeriesPoint.objects.bulk_update(repaired, ["first_value"])
    SeriesTotal.objects.create(
        series=Series.objects.get(connection=connection, title="People who book"),
        range_start=_last(world) - timedelta(days=13),
        range_end=_last(world),
        value=2_214,
        data_as_of=world.now,
    )


def _last(world: World) -> date:
    return world.now.date()


def _first(world: World) -> date:
    return _last(world) - timedelta(days=DAYS)
