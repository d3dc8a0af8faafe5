"""Connections, runs and what was set aside, as people see them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from prodops.integrations import services
from prodops.integrations.models import Connection, SkippedRecord, SyncRun
from tests.factories import jira
from tests.factories.people import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
TOKEN = "a-token-nobody-may-see"
ENTERED = {
    "name": "Our Jira",
    "kind": "jira_cloud",
    "base_url": "https://example.atlassian.net/",
    "username": "bot@example.com",
    "secret": TOKEN,
    "projects": "core, WEB",
    "interval_minutes": "15",
    "requests_a_second": "50",
    "is_active": "on",
}


@pytest.fixture
def connection():
    return jira.connection()


@pytest.fixture(autouse=True)
def reached(monkeypatch):
    """Every site answers and knows the credential."""
    monkeypatch.setattr(services, "test_connection", lambda **given: "Signed in as Bot.")


def make_run(connection, **fields):
    return SyncRun.objects.create(
        **{
            "connection": connection,
            "trigger": "schedule",
            "mode": "incremental",
            "status": "succeeded",
            "started_at": AT,
            "heartbeat_at": AT,
            "finished_at": AT + timedelta(seconds=9),
            **fields,
        }
    )


def sign_in(client, role):
    user = UserFactory(role=role)
    client.force_login(user)
    return user


def pages(connection, run):
    return [
        reverse("integrations:connections"),
        connection.get_absolute_url(),
        reverse("integrations:project-teams", args=[connection.slug]),
        reverse("integrations:runs", args=[connection.slug]),
        run.get_absolute_url(),
    ]


@pytest.mark.parametrize(
    ("role", "status"),
    [("requester", 403), ("contributor", 403), ("executive", 403), ("ops", 200), ("admin", 200)],
)
def test_only_operators_see_connections(client, connection, role, status):
    sign_in(client, role)
    for url in pages(connection, make_run(connection)):
        assert client.get(url).status_code == status, url


@pytest.mark.parametrize(("role", "status"), [("ops", 403), ("admin", 200)])
def test_only_administrators_enter_credentials(client, connection, role, status):
    sign_in(client, role)
    assert client.get(reverse("integrations:new-connection")).status_code == status
    assert client.get(reverse("integrations:edit-connection", args=["jira"])).status_code == status


def test_a_connection_is_made_and_its_token_never_shown(client):
    sign_in(client, "admin")

    response = client.post(reverse("integrations:new-connection"), ENTERED, follow=True)

    made = Connection.objects.get()
    assert (made.slug, made.base_url) == ("our-jira", "https://example.atlassian.net")
    assert made.projects == ["WEB", "core"]
    assert services.secret_of(made) == TOKEN
    assert b"Saved Our Jira." in response.content
    for url in [made.get_absolute_url(), reverse("integrations:edit-connection", args=[made.slug])]:
        assert TOKEN.encode() not in client.get(url).content


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("base_url", "http://example.com", "must begin with https"),
        ("base_url", "https://10.0.0.8", "inside a private network"),
        ("base_url", "https://localhost:8080", "inside a private network"),
        ("base_url", "https://[::1]", "inside a private network"),
        ("base_url", "https://169.254.169.254", "inside a private network"),
        ("base_url", "https://user:pw@example.com", "no user name"),
        ("base_url", "ftp://example.com", "not a web address"),
        ("base_url", "https://[", "not a web address"),
        ("base_url", "https://example.com:99999", "not a web address"),
        ("site_url", "https://[::1", "not a web address"),
        ("secret", "", "Enter the token"),
        ("username", "", "e-mail address"),
        ("interval_minutes", "0", "greater than or equal to 1"),
    ],
)
def test_a_wrong_entry_is_refused_where_it_stands(client, settings, field, value, message):
    settings.ALLOW_PRIVATE_URLS = False
    sign_in(client, "admin")

    response = client.post(reverse("integrations:new-connection"), ENTERED | {field: value})

    assert response.status_code == 422
    assert any(message in error for error in response.context["form"].errors[field])
    assert not Connection.objects.exists()


def test_a_kept_token_is_not_sent_to_another_address(client):
    sign_in(client, "admin")
    client.post(reverse("integrations:new-connection"), ENTERED)
    url = reverse("integrations:edit-connection", args=["our-jira"])

    same = client.post(url, ENTERED | {"secret": "", "interval_minutes": "30"})
    other = client.post(url, ENTERED | {"secret": "", "base_url": "https://evil.example.com"})

    assert same.status_code == 302
    assert other.status_code == 422
    assert "Enter the token again" in other.context["form"].errors["secret"][0]
    assert services.secret_of(Connection.objects.get()) == TOKEN


def test_sync_now_keeps_the_wish_and_wakes_a_worker(
    client, connection, monkeypatch, django_capture_on_commit_callbacks
):
    user = sign_in(client, "ops")
    woken = []
    monkeypatch.setattr(services, "sync_in_worker", lambda **given: woken.append(given))

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("integrations:sync", args=["jira"]), {"mode": "full"})

    assert response.status_code == 302
    connection.refresh_from_db()
    assert (connection.wanted_by, connection.wanted_modes) == (user, ["full"])
    assert woken == [{"connection": connection, "mode": "full"}]
    assert connection.is_due(AT)
    assert b"Waiting for a worker" in client.get(connection.get_absolute_url()).content


def test_an_open_run_is_followed_and_a_closed_one_is_not(client, connection):
    sign_in(client, "ops")
    run = make_run(connection, status="running", finished_at=None, step="Reading issues")

    page = client.get(run.get_absolute_url()).content.decode()
    partial = client.get(run.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    SyncRun.objects.update(status="succeeded", finished_at=AT)
    after = client.get(run.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()

    assert "every 2s" in page
    assert "every 2s" in partial
    assert "<html" not in partial
    assert "Reading issues" in partial
    assert "every 2s" not in after


def test_what_was_set_aside_is_shown_and_escaped(client, connection):
    sign_in(client, "ops")
    run = make_run(connection)
    SkippedRecord.objects.create(
        connection=connection,
        run=run,
        source_id="10001",
        key="CORE-1",
        reason="status is missing.",
        payload='{"summary": "<script>alert(1)</script>"}',
        at=AT,
    )
    for url in [run.get_absolute_url(), connection.get_absolute_url()]:
        content = client.get(url).content.decode()
        assert "CORE-1: status is missing." in content
        assert "<script>alert(1)" not in content


def test_projects_are_given_to_teams(client, connection):
    sign_in(client, "ops")
    project, team = jira.project("CORE"), TeamFactory()
    url = reverse("integrations:project-teams", args=["jira"])

    response = client.post(url, {f"project-{project.pk}": team.pk})

    assert response.status_code == 302
    project.refresh_from_db()
    assert project.team == team
    assert client.post(url, {f"project-{project.pk}": "999"}).status_code == 422
