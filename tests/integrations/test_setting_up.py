"""Connecting a system, as an administrator meets it: tested, kept apart, mended, removed."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from prodops.integrations import services
from prodops.integrations.jira.client import JiraClient
from prodops.integrations.models import Connection, SyncRun, Upload, Webhook
from tests.factories import jira
from tests.integrations.conftest import TOKEN

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
NEW = "/integrations/connections/new/"
HTMX = {"HX-Request": "true"}


def words(response):
    """Return what the form says against what was entered."""
    return " ".join(
        str(error) for errors in response.context["form"].errors.values() for error in errors
    )


def copied(connection):
    Connection.objects.filter(pk=connection.pk).update(last_good_at=AT)


@pytest.mark.parametrize(
    ("kind", "field", "value", "named"),
    [
        ("jira_cloud", "secret", "ATATT3x\u200b1234", "ZERO WIDTH SPACE, number 8"),
        ("jira_cloud", "username", "bo\u2603t@example.com", "SNOWMAN, number 3"),
        ("jira_datacenter", "secret", "two\nlines", "a control character, number 4"),
        ("amplitude", "secret", "key\u2014dash", "EM DASH, number 4"),
    ],
)
def test_a_character_that_was_pasted_along_is_named_before_anything_is_sent(
    client, admin, entered, kind, field, value, named
):
    answer = client.post(NEW, entered | {"kind": kind, field: value, "test": "1"})

    assert answer.status_code == 422
    assert named in words(answer)
    assert field == "username" or value.encode() not in answer.content


@pytest.mark.parametrize("kind", ["jira_cloud", "jira_datacenter", "amplitude"])
def test_such_a_character_from_elsewhere_fails_a_run_in_words(private_urls, kind):
    username = "" if kind == "jira_datacenter" else "bot@example.com"
    connection = services.save_connection(
        slug="odd",
        name="Odd",
        kind=kind,
        base_url="http://127.0.0.1:9",
        username=username,
        secret="a-token-with-\u2603",
        at=AT,
    )

    run = services.sync(connection=connection, trigger=SyncRun.Trigger.COMMAND)

    assert (run.status, run.requests) == ("failed", 0)
    assert "holds a character that cannot be sent" in run.error


def test_saving_tests_first_and_keeps_nothing_that_does_not_work(client, admin, entered):
    answer = client.post(NEW, entered)

    assert answer.status_code == 422
    assert "Jira could not be reached: nothing answers at this address." in words(answer)
    assert b"Save without a working test" in answer.content
    assert not Connection.objects.exists()
    assert client.post(NEW, entered | {"untested": "1"}).status_code == 302
    assert services.secret_of(Connection.objects.get()) == TOKEN


def test_only_what_decides_whether_the_hub_gets_in_is_tested(client, admin, entered):
    client.post(NEW, entered | {"untested": "1"})
    edit = reverse("integrations:edit-connection", args=["our-jira"])
    kept = entered | {"secret": "", "interval_minutes": "30"}

    assert client.post(edit, kept).status_code == 302
    assert client.post(edit, kept | {"secret": "rotated-to-another"}).status_code == 422
    assert services.secret_of(Connection.objects.get()) == TOKEN


def test_with_scripts_the_outcome_alone_is_exchanged_and_a_saved_form_moves_on(
    client, admin, entered, monkeypatch
):
    whole = client.get(f"{NEW}?kind=jira_cloud").content.decode()
    assert 'hx-target="#outcome" hx-select="#outcome"' in whole
    monkeypatch.setattr(services, "test_connection", lambda **given: "Signed in as Bot.")

    tested = client.post(NEW, entered | {"test": "1"}, headers=HTMX).content.decode()
    saved = client.post(NEW, entered, headers=HTMX)

    assert "Signed in as Bot." in tested.partition('id="outcome"')[2]
    assert "Enter the secret once more" not in tested
    assert saved.headers["HX-Redirect"] == "/integrations/connections/our-jira/"


def test_what_answers_but_is_no_such_jira_is_said(client, admin, entered, few, start_jira):
    cloud, datacenter = start_jira(few), start_jira(few, "datacenter")
    asked = entered | {"test": "1"}
    for kind, url in (
        ("jira_cloud", datacenter.url),
        ("jira_cloud", cloud.url + "/jira/software/projects/CORE"),
        ("jira_datacenter", cloud.url),
    ):
        username = "bot@example.com"
        answer = client.post(NEW, asked | {"kind": kind, "base_url": url, "username": username})
        assert "Something answers at this address, but it is no Jira" in words(answer), url
    assert b"Signed in as" in client.post(NEW, asked | {"base_url": cloud.url}).content


def test_the_system_of_a_connection_that_brought_records_stays(client, admin, entered):
    connection = jira.connection()
    edit = reverse("integrations:edit-connection", args=["jira"])
    other = entered | {"name": connection.name, "kind": "jira_datacenter", "untested": "1"}
    client.post(edit, other)
    connection.refresh_from_db()
    assert connection.kind == "jira_datacenter"

    copied(connection)
    answer = client.post(edit, other | {"kind": "amplitude"})

    assert answer.status_code == 302
    connection.refresh_from_db()
    assert connection.kind == "jira_datacenter"
    assert b"What was copied belongs to it" in client.get(edit).content


def test_a_connection_fed_by_files_is_not_edited_into_another_system(client, admin):
    jira.connection(kind=Connection.Kind.JIRA_FILE)
    assert client.get(reverse("integrations:edit-connection", args=["jira"])).status_code == 404


def test_no_two_connections_have_one_name(client, admin, entered):
    jira.connection(name="Our JIRA")
    assert "Another connection has this name." in words(client.post(NEW, entered))


def test_one_that_brought_nothing_is_removed_with_its_runs_and_files(client, admin):
    connection = jira.connection()
    jira_file = {"name": "wrong.csv", "size": 1, "time_zone": "UTC", "uploaded_at": AT}
    Upload.objects.create(connection=connection, uploaded_by=admin, **jira_file)
    url = reverse("integrations:connection-removal", args=["jira"])
    assert url in client.get(connection.get_absolute_url()).content.decode()

    assert client.post(url).headers["Location"] == reverse("integrations:connections")
    assert not Connection.objects.exists()


@pytest.mark.parametrize("what", ["a good run", "an issue"])
def test_one_that_brought_records_is_not_removed(client, admin, what):
    connection = jira.connection()
    copied(connection) if what == "a good run" else jira.issue()
    url = reverse("integrations:connection-removal", args=["jira"])
    assert url not in client.get(connection.get_absolute_url()).content.decode()

    answer = client.post(url, follow=True)

    assert b"switch it off instead" in answer.content
    assert Connection.objects.exists()


def test_the_secret_of_a_webhook_that_stands_in_jira_is_not_replaced_by_hand(client, admin):
    connection = jira.connection()
    webhook = jira.webhook(connection)
    Webhook.objects.update(jira_id="7")
    sealed = bytes(webhook.sealed)

    shown = client.get(connection.get_absolute_url()).content.decode()
    answer = client.post(
        reverse("integrations:webhook", args=["jira"]), {"by_hand": "1"}, follow=True
    )

    assert 'name="by_hand"' not in shown
    assert b"stands in Jira already" in answer.content
    webhook.refresh_from_db()
    assert bytes(webhook.sealed) == sealed


def test_when_a_run_has_ended_the_page_that_watched_it_comes_anew(client, admin):
    connection = jira.connection()
    url = connection.get_absolute_url()
    run = SyncRun.objects.create(
        connection=connection, trigger="person", mode="full", started_at=AT, heartbeat_at=AT
    )
    assert "HX-Refresh" not in client.get(url, headers=HTMX).headers

    SyncRun.objects.filter(pk=run.pk).update(status="succeeded", finished_at=AT)

    assert client.get(url, headers=HTMX).headers["HX-Refresh"] == "true"
    assert "HX-Refresh" not in client.get(url).headers


def test_a_run_says_by_words_that_it_was_warned_and_what_to_do_when_it_failed(client, admin):
    connection = jira.connection()
    ended = {"connection": connection, "trigger": "schedule", "mode": "reconcile"}
    ended |= {"started_at": AT, "heartbeat_at": AT, "finished_at": AT}
    SyncRun.objects.create(**ended, status="succeeded", warnings=["CORE cannot be read."])
    failed = SyncRun.objects.create(**ended, status="failed", error="Jira answered 500.")
    Connection.objects.update(broken_since=AT, broken_reason="It is away.", latest_run=failed)

    page = client.get(connection.get_absolute_url()).content.decode()
    exported = client.get(reverse("integrations:runs", args=["jira"]) + "?format=csv")
    run = client.get(failed.get_absolute_url()).content.decode()

    assert "Succeeded with warnings" in page
    assert "Succeeded with warnings" in b"".join(exported.streaming_content).decode()
    assert f'<a href="{failed.get_absolute_url()}">Open the failed run</a>' in page
    assert "to sync again" in run
    assert reverse("integrations:edit-connection", args=["jira"]) + "#id_secret" in run


def test_a_count_of_then_is_not_held_against_the_figure_of_now(client, admin):
    connection = jira.connection()
    project = jira.project(of=connection)
    counts = {project.key: [40, 41]}
    SyncRun.objects.create(
        connection=connection,
        trigger="schedule",
        mode="full",
        status="succeeded",
        counts=counts,
        started_at=AT,
        heartbeat_at=AT,
        finished_at=AT,
    )

    page = client.get(connection.get_absolute_url()).content.decode()

    assert '<td class="num" data-label="When counted, hub / Jira">41 / 40</td>' in page


def test_sign_in_is_asked_of_jira_itself(monkeypatch, entered):
    monkeypatch.setattr(JiraClient, "myself", lambda client: ["no account"])
    with pytest.raises(services.SourceError, match="no Jira Data Center"):
        services.test_connection(
            kind="jira_datacenter",
            base_url="http://127.0.0.1:9",
            username="",
            secret="x",
            projects=[],
        )


def test_what_was_asked_in_vain_is_counted(connect, start_jira, few, quick):
    sandbox = start_jira(few)
    connection = connect(sandbox)
    sandbox.faults("503:match=myself")

    run = services.sync(connection=connection, trigger=SyncRun.Trigger.COMMAND)

    assert (run.status, run.requests, run.retries) == ("failed", 12, 11)


def test_try_all_again_stands_only_where_something_is_left(client, admin):
    connection = jira.connection()
    jira.skipped(of=connection, resolved_at=AT)
    aside = reverse("integrations:set-aside", args=["jira"])
    assert b"Try all again" not in client.get(aside).content
    jira.skipped(of=connection, source_id="7")
    assert b"Try all again" in client.get(aside).content


@pytest.mark.parametrize("name", ["uploads", "writes"])
def test_files_and_writes_lead_back_to_the_connections(client, admin, name):
    page = client.get(reverse(f"integrations:{name}")).content.decode()
    assert f'href="{reverse("integrations:connections")}">Connections</a>' in page
