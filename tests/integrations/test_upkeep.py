"""Keeping connections: switching, counting, choosing, and the actions of the administration."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from prodops.integrations import projects, services, tasks
from prodops.integrations.jira.models import JiraField
from prodops.integrations.models import Connection, SyncRun, WebhookDelivery
from tests.factories import jira
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def connection():
    return jira.connection(last_full_at=AT, last_good_at=AT)


@pytest.fixture
def admin(client):
    user = UserFactory(role="admin")
    client.force_login(user)
    return user


@pytest.fixture
def woken(monkeypatch):
    found = []
    monkeypatch.setattr(tasks.sync_connection, "delay_on_commit", lambda *args: found.append(args))
    return found


def make_run(connection, **fields):
    times = {"started_at": AT, "heartbeat_at": AT, "finished_at": AT}
    known = {"trigger": "schedule", "mode": "full", "status": "succeeded"}
    return SyncRun.objects.create(connection=connection, **times | known | fields)


@pytest.mark.parametrize("mode", ["incremental", "full", "reconcile"])
def test_each_button_asks_for_its_run(client, admin, connection, woken, mode):
    page = client.get(connection.get_absolute_url()).content.decode()
    assert f'name="mode" value="{mode}"' in page

    client.post(reverse("integrations:sync", args=["jira"]), {"mode": mode})
    connection.refresh_from_db()
    assert (connection.wanted_modes, connection.wanted_by) == ([mode], admin)
    assert woken == [(connection.pk, mode)]


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({}, "Say what the run is to read"),
        ({"mode": ""}, "Say what the run is to read"),
        ({"mode": "remap"}, "There is no run of the kind “remap”"),
        ({"mode": "<b>"}, "There is no run of the kind “&lt;b&gt;”"),
        ({"full": "1"}, "Say what the run is to read"),
    ],
)
def test_a_run_nobody_offers_is_refused_in_words(client, admin, connection, woken, posted, words):
    answer = client.post(reverse("integrations:sync", args=["jira"]), posted)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    connection.refresh_from_db()
    assert (connection.wanted_modes, woken) == ([], [])


def test_only_jira_is_counted_against(client, admin, woken):
    found = jira.connection("use", kind="amplitude")
    address = reverse("integrations:sync", args=[found.slug])

    assert 'value="reconcile"' not in client.get(found.get_absolute_url()).content.decode()
    answer = client.post(address, {"mode": "reconcile"})
    assert answer.status_code == 422
    assert "has nothing to be counted against" in answer.content.decode()
    assert client.post(address, {"mode": "full"}).status_code == 302
    assert woken == [(found.pk, "full")]


def test_a_connection_is_switched_off_and_on(client, admin, connection, woken):
    url = reverse("integrations:switch", args=["jira"])
    for posted, is_on in (("0", False), ("1", True)):
        client.post(url, {"on": posted})
        connection.refresh_from_db()
        assert connection.is_active is is_on
    client.post(url, {"on": "0"})
    wanted = {"mode": "incremental"}
    page = client.post(reverse("integrations:sync", args=["jira"]), wanted, follow=True)
    assert b"switched off" in page.content
    assert woken == []


def test_the_page_shows_the_breaker_and_when_it_tries_again(client, admin, connection):
    now = datetime.now(UTC)
    Connection.objects.update(
        breaker="open",
        probe_at=now + timedelta(minutes=42),
        broken_since=now,
        broken_reason="Jira answered 503.",
        failures=5,
    )
    content = client.get(connection.get_absolute_url()).content.decode()
    assert "tries again" in content
    assert "Jira answered 503." in content
    assert "Last good data is from" in content


def test_counts_against_jira_are_shown_and_differences_marked(client, admin, connection):
    for key in ("CORE", "WEB", "NEW"):
        jira.issue(project=jira.project(key))
    make_run(connection, counts={"CORE": [3, 1], "WEB": [1, 1]})
    make_run(connection, started_at=AT + timedelta(hours=1), mode="incremental")

    found = {
        one.key: (one.in_jira, one.difference) for one in projects.counted_projects(connection)
    }
    assert found == {"CORE": (3, -2), "WEB": (1, 0), "NEW": (None, None)}
    content = client.get(connection.get_absolute_url()).content.decode()
    assert "-2" in content


def test_an_administrator_chooses_the_field_of_story_points(client, admin, connection):
    first, second = (
        JiraField.objects.create(
            connection=connection, jira_id=f"customfield_{n}", name="Story Points", role="points"
        )
        for n in (1, 2)
    )
    other = JiraField.objects.create(
        connection=jira.connection("other"), jira_id="customfield_9", name="P", role="points"
    )
    url = reverse("integrations:points-field", args=["jira"])
    assert b"customfield_2" in client.get(connection.get_absolute_url()).content
    assert client.post(url, {"field": other.pk}).status_code == 422
    for chosen in (second, first, first):
        assert client.post(url, {"field": chosen.pk}).status_code == 302
    assert list(JiraField.objects.filter(is_chosen=True)) == [first]


def test_sealing_anew_is_offered_when_a_key_was_put_in_front(client, admin, settings):
    settings.CREDENTIALS_KEYS = ["old"]
    services.save_connection(
        slug="jira", name="Jira", kind="jira_cloud", base_url="https://e.example.com",
        secret="hush-hush", at=AT,
    )  # fmt: skip
    url, page = reverse("integrations:seal-anew"), reverse("integrations:connections")
    assert url not in client.get(page).content.decode()

    settings.CREDENTIALS_KEYS = ["new", "old"]
    assert url in client.get(page).content.decode()
    assert b"1 sealed with the newest key" in client.post(url, follow=True).content

    settings.CREDENTIALS_KEYS = ["another"]
    assert b"1 cannot be opened" in client.post(url, follow=True).content


@pytest.mark.parametrize(
    ("action", "modes"),
    [
        ("sync_now", ["incremental"]),
        ("read_everything", ["full"]),
        ("reconcile", ["reconcile"]),
    ],
)
def test_the_administration_asks_for_runs(client, admin, connection, woken, action, modes):
    off = jira.connection("off", is_active=False)
    url = reverse("admin:integrations_connection_changelist")
    answer = client.post(
        url, {"action": action, "_selected_action": [connection.pk, off.pk]}, follow=True
    )
    connection.refresh_from_db()
    assert connection.wanted_modes == modes
    assert b"switched off" in answer.content


def test_the_administration_switches_off(client, admin, connection):
    url = reverse("admin:integrations_connection_changelist")
    client.post(url, {"action": "switch_off", "_selected_action": [connection.pk]})
    connection.refresh_from_db()
    assert not connection.is_active


def test_an_amplitude_connection_is_entered_tested_and_shown(client, admin, monkeypatch, settings):
    settings.ALLOW_PRIVATE_URLS = False
    asked = []
    monkeypatch.setattr(
        services.amplitude, "check", lambda **given: asked.append(given) or "The keys work."
    )
    entered = {
        "name": "Product use",
        "kind": "amplitude",
        "base_url": "https://amplitude.com",
        "username": "api-key",
        "secret": "secret-key-of-it",
        "account_time_zone": "Europe/Berlin",
        "interval_minutes": "60",
        "requests_a_second": "5",
        "is_active": "on",
    }
    url = reverse("integrations:new-connection")
    assert b"The keys work." in client.post(url, entered | {"test": "1"}).content
    assert client.post(url, entered | {"username": ""}).status_code == 422
    assert client.post(url, entered).status_code == 302
    made = Connection.objects.get()
    assert asked[0]["secret_key"] == services.secret_of(made) == "secret-key-of-it"
    content = client.get(made.get_absolute_url()).content.decode()
    assert "secret-key-of-it" not in content
    assert "Told by Jira" not in content
    assert "Calls to it" in content


def test_the_state_is_asked_for_while_something_runs_and_without_scripts_by_a_link(
    client, admin, connection
):
    make_run(connection, status="running", finished_at=None, step="Reading issues", fetched=1234)
    whole = client.get(connection.get_absolute_url()).content.decode()
    part = client.get(connection.get_absolute_url(), headers={"HX-Request": "true"})
    for content in (whole, part.content.decode()):
        assert "every 2s" in content
        assert "1,234 fetched" in content
        assert ">Refresh</a>" in content
    SyncRun.objects.update(status="succeeded", finished_at=AT)
    assert b"every 2s" not in client.get(connection.get_absolute_url()).content


@pytest.mark.parametrize("count", [1, 40])
def test_a_full_page_asks_a_fixed_number_of_times(
    client, admin, connection, count, django_assert_max_num_queries
):
    jira.webhook(connection, registered_by=admin)
    for number in range(count):
        jira.project(f"P{number}")
        jira.skipped(source_id=str(number))
        run = make_run(connection, started_at=AT + timedelta(minutes=number), counts={"P0": [1, 1]})
        WebhookDelivery.objects.create(
            connection=connection,
            identifier=str(number),
            body_hash=number.to_bytes(32, "big"),
            event="jira:issue_updated",
            issue_id="1",
            received_at=AT,
        )
        JiraField.objects.create(
            connection=connection, jira_id=f"c_{number}", name="Points", role="points"
        )
    with django_assert_max_num_queries(15):
        client.get(connection.get_absolute_url())
    for name in ("deliveries", "set-aside", "runs"):
        with django_assert_max_num_queries(12):
            client.get(reverse(f"integrations:{name}", args=["jira"]))
    for url in (run.get_absolute_url(), reverse("integrations:connections")):
        with django_assert_max_num_queries(12):
            client.get(url)
