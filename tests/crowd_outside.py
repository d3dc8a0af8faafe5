"""What other systems bring and get: once, and then a hundredfold, for tests/crowd.py."""

import hashlib
from datetime import date, timedelta

from launches.models import LaunchVersion
from prodops.integrations.amplitude.models import (
    Cohort,
    EventCategory,
    EventProperty,
    PointRestatement,
    SeriesPoint,
    SeriesTotal,
    UserProperty,
)
from prodops.integrations.jira.models import JiraField, JiraVersion
from prodops.integrations.models import Upload, WebhookDelivery
from tests import crowd_imports, crowd_themes

FIRST = date(2020, 1, 1)


def plant(of, world):
    """Put one of everything into the world of a Jira and an Amplitude."""
    told = {"connection": world.connection}
    of.call = WebhookDelivery.objects.create(
        identifier="call-0",
        body_hash=b"0",
        event="jira:issue_updated",
        issue_key="COPY-1",
        received_at=world.at,
        **told,
    )
    of.field = JiraField.objects.create(
        jira_id="customfield_1", name="Points", role="points", **told
    )
    of.write = world.write
    _plant_amplitude(of, world)
    crowd_themes.plant(of, world)


def _plant_amplitude(of, world):
    told = {"connection": world.series.connection}
    of.category = EventCategory.objects.create(name="Basics", **told)
    type(world.tracked_event).objects.filter(pk=world.tracked_event.pk).update(
        category=of.category, owner=of.person
    )
    world.tracked_event.refresh_from_db()
    type(world.series).objects.filter(pk=world.series.pk).update(owner=of.person)
    world.series.refresh_from_db()
    event = world.tracked_event
    of.property = EventProperty.objects.create(event=event, name="Colour", **told)
    of.trait = UserProperty.objects.create(name="gp:plan", **told)
    of.cohort = Cohort.objects.create(cohort_id="c0", name="Everybody", **told)
    ranged = {"range_start": FIRST, "range_end": FIRST + timedelta(days=7)}
    of.total = SeriesTotal.objects.create(
        series=world.series, value=7, data_as_of=world.at, segment="Germany", **ranged
    )
    of.restated = PointRestatement.objects.create(
        series=world.series, on=FIRST, old_value=1, new_value=2, at=world.at, run=world.run
    )


def grow(of, world, number, *, copies):
    """Copy what `plant` made, and what the world had of it, `number` times."""
    _grow_jira(of, world, number, copies)
    _grow_amplitude(of, world, number, copies)
    for each in (world.attachment, world.inbound, world.mailbox):
        copies(each, number)
    crowd_themes.grow(of, world, number, copies=copies)
    crowd_imports.grow(of, world, number, copies=copies)


def _grow_jira(of, world, number, copies):
    copies(
        of.call,
        number,
        identifier=lambda n: f"call-{n}",
        body_hash=lambda n: hashlib.sha256(str(n).encode()).digest(),
    )
    copies(of.field, number, jira_id=lambda n: f"customfield_{n}")
    copies(world.connection, number, name=lambda n: f"Jira {n}")
    copies(world.write, number)
    copies(Upload.objects.get(pk=world.upload.pk), number)
    of_version = JiraVersion.objects.get(pk=world.version_link.version_id)
    versions = copies(of_version, number, jira_id=lambda n: f"copy-{n}", name=lambda n: f"4.{n}")
    link = LaunchVersion.objects.get(pk=world.version_link.pk)
    copies(link, number, version=versions)


def _grow_amplitude(of, world, number, copies):
    series = copies(world.series, number, title=lambda n: f"Series {n}")
    days = [FIRST + timedelta(days=place) for place in range(number)]
    point = world.series.points.latest("on")
    copies(point, number, on=days)
    copies(point, number, series=series)
    copies(of.total, number, segment=lambda n: f"Country {n}")
    copies(of.restated, number)
    copies(of.category, number, name=lambda n: f"Heading {n}")
    copies(world.tracked_event, number, name=lambda n: f"Event {n}")
    copies(of.property, number, name=lambda n: f"Property {n}")
    copies(of.trait, number, name=lambda n: f"gp:trait-{n}")
    copies(of.cohort, number, cohort_id=lambda n: f"c{n}")
    of_amplitude = {"connection": world.series.connection}
    copies(world.run, number, **of_amplitude)
    assert SeriesPoint.objects.filter(series=world.series).count() > number
