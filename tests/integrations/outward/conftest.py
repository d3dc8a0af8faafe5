"""An initiative, a project open for writing, and the clicks of a person."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from prodops.integrations import services
from prodops.integrations.jira.models import JiraProject
from prodops.integrations.jira.outward import delivery
from prodops.integrations.models import OutwardWrite
from tests.factories import planning
from tests.factories.people import UserFactory
from tests.integrations.outward.front import Front, opened

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)


@pytest.fixture
def planner(client, db):
    user = UserFactory(name="Mira Chen")
    client.force_login(user)
    return user


@pytest.fixture
def front(start_jira, synthetic):
    """Return a function that opens the door before a sandbox."""
    doors = []

    def make(**options):
        door = opened(Front(start_jira(synthetic).url, **options))
        doors.append(door)
        return door.__enter__()

    yield make
    for door in doors:
        door.__exit__(None, None, None)


@pytest.fixture
def writable(connect):
    """Return a function that opens a connection for writing and gives it a project of the site."""

    def make(url, key="CORE", kind="cloud"):
        sandbox = type("Site", (), {"url": url, "kind": kind})
        connection = connect(sandbox, may_write=True)
        return JiraProject.objects.create(
            connection=connection, jira_id=f"p-{key}", key=key, name=f"{key} platform"
        )

    return make


@pytest.fixture
def initiative(planner):
    return planning.initiative(title="Faster checkout", problem="It is slow.", owner=planner)


@pytest.fixture
def click(client):
    """Post to the page that creates an epic: `click(initiative, project, summary="…")`."""

    def send(initiative, project, *, token="0b5e8c4e-6c5e-4c36-9d6b-0d8f2f4d1a11", **values):
        values = {"project": project.pk, "token": token, "summary": initiative.title, **values}
        return client.post(reverse("planning:new-epic", args=[initiative.pk]), values)

    return send


def deliver(write=None, *, after=0):
    """Do what is to be done now, or `after` seconds later."""
    clock = itertools.repeat(datetime.now(UTC) + timedelta(seconds=after))
    write = write or OutwardWrite.objects.get()
    delivery.deliver(write_id=write.pk, clock=lambda: next(clock))
    write.refresh_from_db()
    return write


def created(project, summary):
    """Return the keys of the issues in Jira with that summary, by the hub's own client."""
    client = services.jira_client(project.connection)
    page = client.search(
        f'project = {project.key} AND summary ~ "{summary}" ORDER BY created DESC',
        fields=["summary", "labels"],
        expand=None,
        size=50,
        at=None,
    )
    return [each["key"] for each in page["issues"] if each["fields"]["summary"] == summary]
