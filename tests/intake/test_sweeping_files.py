"""Bytes nobody needs are deleted, and no others."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from intake import services
from intake.models import Attachment
from tests.factories.files import attachment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _empty_storage(settings):
    """Begin with a storage of one's own: a sweep looks at all of it."""
    settings.STORAGES = {**settings.STORAGES}


def test_the_sweep_deletes_what_nobody_needs_and_nothing_else(ask, requester, triager, at):
    made = ask()
    stays = attachment(made, by=requester, at=at, name="stays.txt")
    removed = attachment(made, by=requester, at=at, name="removed.txt")
    services.remove_attachment(attachment=removed, by=requester, at=at)
    (unsent,) = services.keep_files(files=[ContentFile(b"x", "a.txt")], by=requester, at=at)
    stray = default_storage.save(f"attachments/{at:%Y/%m/%d}/stray", ContentFile(b"x"))
    assert services.sweep_files(at=at + timedelta(hours=20)) == 0

    swept = services.sweep_files(at=at + 2 * DAY)

    assert swept == 3
    assert default_storage.exists(stays.file.name)
    for name in (removed.file.name, unsent.file.name, stray):
        assert not default_storage.exists(name)
    removed.refresh_from_db()
    assert (removed.file.name, removed.removed_by) == ("", requester)
    assert not Attachment.objects.filter(pk=unsent.pk).exists()
    assert services.sweep_files(at=at + 3 * DAY) == 0
    with pytest.raises(services.Refusal, match="deleted for good"):
        services.restore_attachment(attachment=removed, by=triager, at=at)


def test_a_rolled_back_upload_leaves_no_bytes_for_long(requester, at):
    with transaction.atomic():
        (kept,) = services.keep_files(files=[ContentFile(b"x", "a.txt")], by=requester, at=at)
        transaction.set_rollback(True)
    assert default_storage.exists(kept.file.name)

    services.sweep_files(at=at + 2 * DAY)

    assert not default_storage.exists(kept.file.name)


def test_the_database_refuses_a_present_file_without_bytes(ask, requester, at):
    kept = attachment(ask(), by=requester, at=at)

    with pytest.raises(IntegrityError, match="attachment_present_has_its_bytes"):
        Attachment.objects.filter(pk=kept.pk).update(file="")
