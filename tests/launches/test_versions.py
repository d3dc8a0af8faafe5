"""The Jira versions of a launch: linked, created, released; the release note on its epics."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from launches import services
from launches.models import LaunchVersion
from prodops.integrations.jira.models import JiraVersion
from prodops.integrations.jira.outward import delivery
from prodops.integrations.models import Connection, OutwardWrite
from tests.factories import jira, launches, outward, planning
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
TOKEN = "0b5e8c4e-6c5e-4c36-9d6b-0d8f2f4d1a11"


@pytest.fixture
def owner(client):
    user = UserFactory(name="Mira Chen")
    client.force_login(user)
    return user


@pytest.fixture
def launch(owner):
    return launches.launch(title="Faster checkout", owner=owner, by=owner, at=AT)


@pytest.fixture
def project():
    return jira.project("CORE", of=jira.connection(may_write=True))


class FakeJira:
    """Stands for the client's session: what it would have sent."""

    def __init__(self):
        self.sent, self.versions = [], []

    def __call__(self, client, method, path, body, api):
        self.sent.append((method, path, body))
        return {"id": "20001", "name": body.get("name", "")}


@pytest.fixture
def fake(monkeypatch):
    made = FakeJira()
    monkeypatch.setattr("prodops.integrations.jira.outward.calls._write", made)
    monkeypatch.setattr("prodops.integrations.services.secret_of", lambda connection: "token")
    return made


def deliver(write):
    delivery.deliver(write_id=write.pk, clock=lambda: datetime.now(UTC))
    write.refresh_from_db()
    return write


def url(name, record):
    return reverse(f"launches:{name}", args=[record.pk])


def test_a_version_is_linked_and_its_state_shown(client, launch, project):
    version = outward.version("4.2", project=project, release_on=date(2026, 12, 1))
    jira.issue(project=project, fix_version_ids=[version.jira_id])

    page = client.get(url("versions", launch)).content.decode()
    client.post(url("versions", launch), {"version": version.pk})
    shown = client.get(launch.get_absolute_url()).content.decode()

    assert "CORE 4.2, planned for 1 Dec 2026" in page
    assert "Not released" in shown
    assert "0 of 1" in shown
    assert not OutwardWrite.objects.exists()


def test_the_same_version_is_not_linked_twice(launch, project, owner):
    version = outward.version(project=project)
    services.link_version(launch=launch, version=version, by=owner, at=AT)
    with pytest.raises(services.Refusal):
        services.link_version(launch=launch, version=version, by=owner, at=AT)


def test_a_version_is_created_after_a_preview_and_linked(client, launch, project, fake):
    values = {
        "token": TOKEN,
        "project": project.pk,
        "name": "Checkout 2",
        "release_on": "2026-12-01",
    }

    preview = client.post(url("new_version", launch), values).content.decode()
    assert "This will be written to Jira" in preview
    assert not OutwardWrite.objects.exists()
    for _ in range(2):
        client.post(url("new_version", launch), {**values, "confirm": "1"})
    deliver(OutwardWrite.objects.get())

    assert services.link_written_versions(at=AT) == 1
    assert services.link_written_versions(at=AT) == 0
    link = LaunchVersion.objects.get()
    assert (link.version.name, link.version.release_on) == ("Checkout 2", date(2026, 12, 1))
    assert fake.sent == [
        (
            "POST",
            "version",
            {
                "project": "CORE",
                "name": "Checkout 2",
                "released": False,
                "releaseDate": "2026-12-01",
            },
        )
    ]


def test_a_version_is_released_by_the_owner_of_the_launch(client, launch, project, owner, fake):
    version = outward.version("4.2", project=project)
    link = services.link_version(launch=launch, version=version, by=owner, at=AT)

    preview = client.get(url("version_release", link)).content.decode()
    answer = {"release_on": "2026-12-01", "confirm": "1"}
    for _ in range(2):
        client.post(url("version_release", link), answer)
    deliver(OutwardWrite.objects.get())

    assert "Mark as released in Jira" in preview
    assert fake.sent == [
        ("PUT", f"version/{version.jira_id}", {"released": True, "releaseDate": "2026-12-01"})
    ]
    assert JiraVersion.objects.get().is_released


def test_somebody_else_may_not_release(client, launch, project, owner):
    link = services.link_version(
        launch=launch, version=outward.version(project=project), by=owner, at=AT
    )
    client.force_login(UserFactory())
    assert client.get(url("version_release", link)).status_code == 403


def test_the_release_note_is_linked_on_each_epic(client, launch, project, owner, fake):
    epics = [jira.epic(project=project) for _ in range(2)]
    for epic in epics:
        made = planning.initiative(epic=epic, owner=owner)
        services.link_initiative(launch=launch, initiative=made, by=owner, at=AT)
    address = "https://notes.example.com/checkout"
    services.write_summary(
        launch=launch, summary="It is fast.", release_note_url=address, by=owner, at=AT
    )

    preview = client.get(url("note", launch)).content.decode()
    for _ in range(2):
        client.post(url("note", launch))
    for write in OutwardWrite.objects.order_by("pk"):
        deliver(write)

    assert all(epic.key in preview for epic in epics)
    assert [path for _, path, _ in fake.sent] == [f"issue/{epic.key}/remotelink" for epic in epics]
    assert {body["object"]["url"] for _, _, body in fake.sent} == {address}


def test_without_an_address_there_is_no_note_to_post(client, launch, project):
    answer = client.post(url("note", launch))
    assert answer.status_code == 422
    assert "Give the address of the release note first" in answer.content.decode()


def test_a_closed_connection_offers_to_link_instead(client, launch):
    Connection.objects.update(may_write=False)
    page = client.get(url("new_version", launch)).content.decode()
    assert "No project is open for writing" in page
