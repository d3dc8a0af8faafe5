"""What could not be read: shown, handed out, tried again, and never in the way of the rest."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from prodops.integrations import setting_aside, tasks
from prodops.integrations.jira import deliveries
from prodops.integrations.jira.client import JiraClient
from prodops.integrations.models import Connection, SkippedRecord
from tests.factories import jira
from tests.factories.people import UserFactory
from tests.integrations.conftest import hub_truth, sync

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def operator(client):
    user = UserFactory(role="ops")
    client.force_login(user)
    return user


@pytest.fixture
def woken(monkeypatch):
    found = []
    monkeypatch.setattr(tasks.retry_records, "delay_on_commit", lambda *args: found.append(args))
    return found


def test_the_payload_is_a_file_and_never_a_page(client, operator):
    payload = json.dumps({"summary": "<script>alert(1)</script>"})
    record = jira.skipped(source_id="10001", key='CORE-1"/../x', payload=payload)

    response = client.get(reverse("integrations:payload", args=[record.pk]))

    assert response.content.decode() == payload
    assert response.headers["Content-Type"].startswith("application/json")
    assert response.headers["Content-Disposition"] == 'attachment; filename="CORE-1x.json"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_list_shows_filters_and_escapes(client, operator):
    jira.skipped(source_id="1", key="CORE-1", reason="<b>No status.</b>")
    jira.skipped(source_id="2", key="CORE-2", reason="Gone.", resolved_at=AT)
    url = reverse("integrations:set-aside", args=["jira"])

    everything = client.get(url).content.decode()
    still = client.get(url, {"state": "open"}).content.decode()

    assert "&lt;b&gt;No status.&lt;/b&gt;" in everything
    assert ("CORE-2" in everything, "CORE-2" in still) == (True, False)
    rows = b"".join(client.get(url, {"format": "csv"})).decode()
    assert "CORE-1" in rows


@pytest.mark.parametrize("count", [1, 60])
def test_the_list_asks_a_fixed_number_of_times(
    client, operator, count, django_assert_max_num_queries
):
    for number in range(count):
        jira.skipped(source_id=str(number), key=f"CORE-{number}")
    with django_assert_max_num_queries(12):
        client.get(reverse("integrations:set-aside", args=["jira"]))


def test_try_again_wakes_a_worker_for_those_that_waited_longest(client, operator, woken):
    newer = jira.skipped(source_id="1", at=AT + timedelta(days=1))
    older = jira.skipped(source_id="2", at=AT)
    jira.skipped(source_id="run 1, record 1")
    jira.skipped(source_id="3", resolved_at=AT)
    url = reverse("integrations:try-again", args=["jira"])

    assert client.post(url).status_code == 302
    assert client.post(url, {"record": newer.pk}).status_code == 302
    for odd in ("x", "9" * 40, "-1", "٣"):
        client.post(url, {"record": odd})

    connection = Connection.objects.get()
    assert woken[:2] == [(connection.pk, [older.pk, newer.pk]), (connection.pk, [newer.pk])]


def test_one_without_a_number_can_only_be_put_away(client, operator):
    nameless, named = jira.skipped(), jira.skipped(source_id="10001")
    answers = [
        client.post(reverse("integrations:dismissal", args=[record.pk])).status_code
        for record in (nameless, named)
    ]
    assert answers == [302, 404]
    assert list(SkippedRecord.objects.unresolved()) == [named]


def test_nothing_is_read_again_while_the_breaker_is_open():
    record = jira.skipped(source_id="10001")
    Connection.objects.update(breaker=Connection.Breaker.OPEN, field_map={"points": []})
    connection = Connection.objects.get()
    assert setting_aside.read_again(connection=connection, record_ids=[record.pk]) == 0


def test_the_task_of_a_connection_that_is_gone_is_no_error():
    tasks.retry_records(999_999, [1, 2], from_an_older_version=True)
    tasks.apply_deliveries(999_999, from_an_older_version=True)


@pytest.mark.sandbox
def test_after_a_fix_one_click_reads_them_without_a_run(
    start_jira, connect, synthetic, monkeypatch, client, operator,
    django_capture_on_commit_callbacks,
):  # fmt: skip
    sandbox = start_jira(synthetic)
    connection = connect(sandbox)
    read, read_many = JiraClient.issue, JiraClient.bulk_issues
    monkeypatch.setattr(
        JiraClient, "issue", lambda self, one, **kw: read(self, one, **kw) | {"fields": None}
    )
    monkeypatch.setattr(JiraClient, "bulk_issues", lambda self, ids, **kw: [])
    sandbox.faults("malformed:variant=types,count=4")
    sync(connection)
    assert SkippedRecord.objects.unresolved().count() == 4
    runs = connection.runs.count()

    url = reverse("integrations:try-again", args=["jira"])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url)
    assert SkippedRecord.objects.unresolved().count() == 4
    assert SkippedRecord.objects.unresolved().first().reason.startswith("fields is missing")

    monkeypatch.setattr(JiraClient, "issue", read)
    monkeypatch.setattr(JiraClient, "bulk_issues", read_many)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url)
    assert not SkippedRecord.objects.unresolved().exists()
    assert connection.runs.count() == runs
    assert hub_truth(connection) == sandbox.truth()


@pytest.mark.sandbox
def test_one_that_is_gone_from_jira_is_no_longer_set_aside(start_jira, connect, synthetic):
    connection = connect(start_jira(synthetic))
    sync(connection)
    connection.refresh_from_db()
    record = jira.skipped(source_id="99999999", of=connection)
    assert setting_aside.read_again(connection=connection, record_ids=[record.pk]) == 1
    work = deliveries.unrecorded_pass(connection, lambda: AT)
    assert "99999999" not in work.aside


@pytest.mark.sandbox
def test_one_that_jira_fails_to_show_stays_without_failing_the_run(start_jira, connect, few):
    sandbox = start_jira(few)
    connection = connect(sandbox)
    sync(connection)
    first, *_, last = sorted(sandbox.truth())
    stuck = jira.skipped(source_id=first, key="CORE-1", of=connection, at=AT)
    jira.skipped(source_id=last, of=connection, at=AT + timedelta(days=1))
    sandbox.faults(f"500:match=/issue/{first}(\\?|$)")

    run = sync(connection)

    assert (run.status, list(SkippedRecord.objects.unresolved())) == ("succeeded", [stuck])
    assert [warning for warning in run.warnings if warning.startswith("CORE-1 stays set aside")]
