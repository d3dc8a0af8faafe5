"""The commands, as people and scripts use them."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection as database

from prodops.integrations import environment, secrets, services
from prodops.integrations.models import Connection, Credential
from tests.factories import jira
from tests.integrations.conftest import TOKEN, sync

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
JIRA = {
    "JIRA_URL": "https://example.atlassian.net/",
    "JIRA_USER": "bot@example.com",
    "JIRA_TOKEN": TOKEN,
    "JIRA_PROJECTS": "CORE, WEB",
}


def run(*arguments, **options):
    out, err = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.mark.sandbox
def test_sync_ends_with_one_json_object_and_exports_what_it_copied(start_jira, connect, synthetic):
    sandbox = start_jira(synthetic)
    connect(sandbox)

    out, err = run("sync", "jira")

    result = json.loads(out.splitlines()[-1])
    assert result["connection"] == "jira"
    assert (result["status"], result["created"]) == ("succeeded", len(sandbox.truth()))
    assert {"fetched", "updated", "unchanged", "deleted", "skipped", "requests", "retries"} <= set(
        result
    )
    assert "Reading issues" in err
    exported = [json.loads(line) for line in run("export_issues", "jira")[0].splitlines()]
    assert len(exported) == len(sandbox.truth())
    assert set(exported[0]) == {
        "id",
        "key",
        "project",
        "type",
        "status",
        "status_category",
        "created",
        "updated",
        "resolved",
        "deleted_at",
        "histories",
        "transitions",
    }


@pytest.mark.sandbox
def test_a_failed_sync_exits_with_one(start_jira, connect, synthetic):
    connection = connect(start_jira(synthetic))
    services.save_connection(connection=connection, secret="wrong", at=AT)
    with pytest.raises(SystemExit) as exit_:
        run("sync", "jira")
    assert exit_.value.code == 1


@pytest.mark.parametrize("command", ["sync", "export_issues"])
def test_an_unknown_connection_exits_with_two_and_names_those_there_are(command):
    jira.connection("our-jira")
    with pytest.raises(CommandError) as error:
        run(command, "jura")
    assert error.value.returncode == 2
    assert "'jura'" in str(error.value)


def test_a_slug_with_a_zero_byte_is_unknown():
    with pytest.raises(CommandError, match="There is no connection") as refusal:
        run("sync", "jira\x00")
    assert refusal.value.returncode == 2


def test_a_connection_fed_by_files_exits_with_two():
    jira.connection("files", kind="jira_file")
    with pytest.raises(CommandError) as error:
        run("sync", "files")
    assert error.value.returncode == 2


def test_the_environment_makes_and_updates_connections():
    amplitude = {"AMPLITUDE_API_KEY": "key", "AMPLITUDE_SECRET_KEY": "hush"}

    environment.upsert_connections(JIRA | amplitude, at=AT)
    Connection.objects.filter(slug="jira").update(name="Our Jira", interval_minutes=5)
    environment.upsert_connections(JIRA | {"JIRA_TOKEN": "newer", "JIRA_PROJECTS": ""}, at=AT)

    connection = Connection.objects.get(slug="jira")
    assert (connection.name, connection.interval_minutes) == ("Our Jira", 5)
    assert (connection.base_url, connection.projects) == ("https://example.atlassian.net", [])
    assert services.secret_of(connection) == "newer"
    assert services.secret_of(Connection.objects.get(slug="amplitude")) == "hush"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"JIRA_KIND": "clowd"}, "JIRA_KIND is 'clowd'"),
        ({"JIRA_TOKEN": ""}, "JIRA_TOKEN is not"),
        ({"JIRA_USER": ""}, "JIRA_USER"),
        (
            {"AMPLITUDE_API_KEY": "a", "AMPLITUDE_SECRET_KEY": "b", "AMPLITUDE_TIME_ZONE": "Mars"},
            "AMPLITUDE_TIME_ZONE is 'Mars'",
        ),
        ({"JIRA_URL": "http://jira.example.com"}, "JIRA_URL: "),
        ({"JIRA_URL": "https://192.168.1.5"}, "ALLOW_PRIVATE_URLS"),
    ],
)
def test_a_wrong_environment_is_named_and_nothing_is_written(settings, change, message):
    settings.ALLOW_PRIVATE_URLS = False
    with pytest.raises(environment.EnvironmentWrong, match=message):
        environment.upsert_connections(JIRA | change, at=AT)
    assert not Connection.objects.exists()


def test_migrate_brings_the_connections_of_the_environment(settings):
    settings.CONNECTIONS_ENVIRONMENT = JIRA
    out, _ = run("migrate")
    assert "Connection jira: https://example.atlassian.net" in out
    assert TOKEN not in out
    settings.CONNECTIONS_ENVIRONMENT = JIRA | {"JIRA_KIND": "no"}
    with pytest.raises(CommandError, match="JIRA_KIND"):
        run("migrate")


def test_the_token_is_nowhere_in_the_database():
    environment.upsert_connections(JIRA, at=AT)
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', [f"%{TOKEN}%"]
            )
            assert cursor.fetchone()[0] == 0, table
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s',
                [f"%{TOKEN.encode().hex()}%"],
            )
            assert cursor.fetchone()[0] == 0, table


def test_keys_rotate_without_losing_a_credential(settings):
    settings.CREDENTIALS_KEYS = ["the first key"]
    connection = environment.upsert_connections(JIRA, at=AT)[0]
    first = Credential.objects.get()
    assert secrets.unseal(bytes(first.sealed)) == TOKEN

    settings.CREDENTIALS_KEYS = [Fernet.generate_key().decode(), "the first key"]
    assert services.secret_of(connection) == TOKEN
    assert "1 credential sealed anew" in run("rotate_credentials")[0]
    assert "0 credentials" in run("rotate_credentials")[0]

    settings.CREDENTIALS_KEYS = settings.CREDENTIALS_KEYS[:1]
    assert services.secret_of(connection) == TOKEN
    assert Credential.objects.get().key_id != first.key_id

    settings.CREDENTIALS_KEYS = ["another key altogether"]
    with pytest.raises(CommandError, match="CREDENTIALS_KEYS") as error:
        run("sync", "jira")
    assert error.value.returncode == 2
    failed = sync(connection)
    assert (failed.status, "CREDENTIALS_KEYS" in failed.error) == ("failed", True)
