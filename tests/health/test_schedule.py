"""The schedule: written once, then in the administrators' hands."""

from datetime import UTC, datetime

import pytest
from django_celery_beat.models import PeriodicTask

from prodops.celery import app
from prodops.schedule import SCHEDULE, write_schedule

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def test_writing_twice_adds_nothing(db):
    assert len(write_schedule(NOW)) == len(SCHEDULE)
    assert write_schedule(NOW) == []
    assert PeriodicTask.objects.exclude(name__startswith="celery.").count() == len(SCHEDULE)


def test_what_an_administrator_changed_stays(db):
    write_schedule(NOW)
    PeriodicTask.objects.filter(name="Heartbeat").update(enabled=False, queue="mail")

    write_schedule(NOW)

    heartbeat = PeriodicTask.objects.get(name="Heartbeat")
    assert not heartbeat.enabled
    assert heartbeat.queue == "mail"


@pytest.mark.parametrize("entry", SCHEDULE, ids=lambda entry: entry.name)
def test_each_entry_names_a_task_that_exists_and_one_rhythm(entry):
    app.loader.import_default_modules()

    assert entry.task in app.tasks
    assert bool(entry.every) != bool(entry.at)
    assert entry.note.endswith(".")
