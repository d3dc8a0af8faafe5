"""Workers that die, files that kill them, and contents that are forgotten."""

from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from intake.models import (
    Backing,
    Import,
    ImportPart,
    ProductRequest,
)
from intake.services import Refusal
from intake.services.imports import checking, keeping, reading, work, writing
from tests.intake.imports.conftest import AT, HEAD, ROW, numbered, table


def test_a_worker_that_dies_is_followed_by_one_that_doubles_nothing(steps, idea, monkeypatch):
    monkeypatch.setattr(reading, "AT_ONCE", 3)
    importing = steps.checked(numbered(10))
    batches, writing_one = [], writing.write_batch

    def die(*args):
        if len(batches) == 2:
            raise SystemExit
        batches.append(writing_one(*args))

    monkeypatch.setattr(writing, "write_batch", die)
    keeping.start_import(importing=importing, by=steps.by, at=AT, is_partial=False)
    with pytest.raises(SystemExit):
        work.run(import_id=importing.pk, clock=lambda: AT)
    monkeypatch.setattr(writing, "write_batch", writing_one)
    importing.refresh_from_db()
    assert (importing.state, importing.created, ProductRequest.objects.count()) == ("running", 6, 6)

    assert work.run(import_id=importing.pk, clock=lambda: AT) is None
    importing = steps.work(importing, AT + timedelta(minutes=11))

    assert (importing.state, importing.created, importing.known) == ("done", 10, 0)
    assert ProductRequest.objects.count() == 10
    assert Backing.objects.count() == 10


def test_a_batch_that_fails_leaves_nothing_of_itself(steps, idea, monkeypatch):
    monkeypatch.setattr(reading, "AT_ONCE", 3)
    importing = steps.checked(numbered(5))
    noted = writing.note_made

    def fail(fresh):
        if any(each.line > 4 for each in fresh):
            raise ValueError("broken")
        noted(fresh)

    monkeypatch.setattr(writing, "note_made", fail)
    with pytest.raises(ValueError, match="broken"):
        steps.write(importing)
    monkeypatch.setattr(writing, "note_made", noted)
    importing.refresh_from_db()

    assert (importing.state, ProductRequest.objects.count()) == ("failed", 3)
    again = steps.check(importing)
    assert (again.created, again.known) == (2, 3)
    assert steps.write(again).state == "done"
    assert ProductRequest.objects.count() == 5


def test_a_file_that_kills_every_worker_is_given_up(steps, idea):
    importing = steps.keep(table(HEAD, ROW))
    keeping.start_check(importing=importing, mapping=importing.mapping, by=steps.by, at=AT)
    Import.objects.filter(pk=importing.pk).update(attempts=3, lease_until=AT)

    work.sweep(at=AT + timedelta(seconds=1))

    importing.refresh_from_db()
    assert importing.state == "failed"


def test_a_check_that_kills_every_worker_half_way_is_given_up(steps, idea, monkeypatch):
    monkeypatch.setattr(reading, "AT_ONCE", 2)
    importing = steps.keep(numbered(5))
    keeping.start_check(importing=importing, mapping=importing.mapping, by=steps.by, at=AT)

    def die(batch, *_):
        if batch.count < 2:
            raise SystemExit

    with monkeypatch.context() as context:
        context.setattr(checking, "_weigh", die)
        for attempt in range(3):
            at = AT + timedelta(hours=attempt)
            with pytest.raises(SystemExit):
                work.run(import_id=importing.pk, clock=lambda at=at: at)
    work.sweep(at=AT + timedelta(hours=3))

    importing.refresh_from_db()
    assert importing.state == "failed"


def test_a_check_that_takes_too_long_is_given_up(steps, idea, monkeypatch):
    importing = steps.keep(numbered(5))
    keeping.start_check(importing=importing, mapping=importing.mapping, by=steps.by, at=AT)

    def late(*_):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(checking, "_weigh", late)
    for _ in range(3):
        assert work.run(import_id=importing.pk, clock=lambda: AT).state == "checking"
    work.sweep(at=AT)

    importing.refresh_from_db()
    assert importing.state == "failed"


def test_a_file_of_too_many_rows_is_to_be_parted(steps, idea, monkeypatch):
    monkeypatch.setattr(checking, "MOST_ROWS", 4)

    importing = steps.checked(numbered(5))

    assert importing.state == "failed"
    assert importing.notes == ["It has more than 4 rows. Hand it in in parts."]


def test_contents_are_forgotten_after_thirty_days(steps, idea):
    importing = steps.imported(table(HEAD, ROW))

    work.sweep(at=AT + timedelta(days=31))

    assert not ImportPart.objects.exists()
    Import.objects.filter(pk=importing.pk).update(state="failed")
    with pytest.raises(Refusal, match="forgotten"):
        steps.check(importing)


def test_a_file_with_a_heading_alone_fails_with_the_cure(steps, idea):
    importing = steps.checked(table(HEAD))

    assert importing.state == "failed"
    assert importing.notes == ["The file has a heading but no row. Export it again."]
