"""A file handed in over the web is kept, read by a worker and shown while it is."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from prodops.integrations.jira.files import importing, uploads
from prodops.integrations.jira.models import JiraIssue
from prodops.integrations.models import Connection, Upload, UploadPart
from tests.factories.people import UserFactory
from tests.integrations.files.exports import table

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 16, 9, tzinfo=UTC)


@pytest.fixture
def operator(client):
    user = UserFactory(role="ops", time_zone="Europe/Berlin")
    client.force_login(user)
    return user


@pytest.fixture
def hand_in(client, operator):
    def send(content, **values):
        values = {"name": "Old Jira", "site": "https://jira.example.com", **values}
        values = {"file": SimpleUploadedFile("old.csv", content), "time_zone": "UTC", **values}
        return client.post(reverse("integrations:new-upload"), values)

    return send


def read(upload=None, at=AT):
    upload = upload or Upload.objects.get()
    uploads.read(upload_id=upload.pk, clock=lambda: at)
    upload.refresh_from_db()
    return upload


def test_a_checked_file_is_imported_on_a_second_click(hand_in, client):
    answer = hand_in(table({}), is_dry_run="on")
    checked = read()
    page = client.get(answer.url).content.decode()

    assert (checked.state, checked.created) == ("checked", 1)
    assert "1 would be new" in page
    assert not JiraIssue.objects.exists()
    for _ in range(2):
        client.post(reverse("integrations:upload-import", args=[checked.pk]))
    assert read().state == "done"
    assert JiraIssue.objects.get().connection == Connection.objects.get(kind="jira_file")


def test_a_refused_file_shows_its_lines(hand_in, client):
    answer = hand_in(table({"Created": "soon"}))

    assert read().state == "refused"
    page = client.get(answer.url).content.decode()
    assert "“soon” is no date." in page
    assert "Say how the file writes its days, or mend the line." in page


def test_a_large_file_is_kept_in_parts(hand_in, monkeypatch):
    monkeypatch.setattr(uploads, "PART", 1000)
    lines = [{"Issue id": str(n), "Issue key": f"CORE-{n}"} for n in range(1, 40)]
    hand_in(table(*lines))
    assert UploadPart.objects.count() > 3
    assert read().created == 39


def test_a_worker_that_died_is_followed_by_another(hand_in, monkeypatch):
    lines = [{"Issue id": str(n), "Issue key": f"CORE-{n}"} for n in range(1, 8)]
    hand_in(table(*lines))
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    upload = Upload.objects.get()
    written, writing = [], importing._write_page

    def die(*args):
        if len(written) == 2:
            raise SystemExit
        written.append(writing(*args))
        return written[-1]

    monkeypatch.setattr(importing, "_write_page", die)
    with pytest.raises(SystemExit):
        uploads.read(upload_id=upload.pk, clock=lambda: AT)
    monkeypatch.setattr(importing, "_write_page", writing)

    assert (read().state, JiraIssue.objects.count()) == ("reading", 4)
    later = AT + uploads.LEASE + timedelta(seconds=1)
    assert read(at=later).state == "done"
    assert JiraIssue.objects.count() == 7


def test_a_file_that_kills_every_worker_is_given_up(hand_in):
    hand_in(table({}))
    gone = {"state": "reading", "token": "0b5e8c4e-6c5e-4c36-9d6b-0d8f2f4d1a11"}
    Upload.objects.update(attempts=3, lease_until=AT, **gone)
    uploads.sweep(at=AT + timedelta(seconds=1))
    assert Upload.objects.get().state == "failed"


def test_the_contents_are_forgotten_after_a_week(hand_in):
    hand_in(table({}))
    read()
    uploads.sweep(at=AT + timedelta(days=8))
    assert not UploadPart.objects.exists()


def test_a_new_connection_needs_a_name_and_an_address(hand_in):
    answer = hand_in(table({}), name="", site="")
    assert answer.status_code == 422
    assert answer.content.decode().count("A new connection needs it; or choose one there is.") >= 2
