"""A bad network, odd pages and broken issues cost time, never data."""

import pytest

from prodops.integrations import episodes
from prodops.integrations.jira.client import JiraClient
from prodops.integrations.jira.models import JiraIssue, JiraProject
from prodops.integrations.models import Connection, SkippedRecord, SyncRun
from prodops.notifications.models import Notification
from tests.factories.people import UserFactory
from tests.integrations.conftest import TOKEN, hub_truth, sync

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
Status = SyncRun.Status


@pytest.mark.parametrize("kind", ["cloud", "datacenter"])
@pytest.mark.parametrize(
    "rules",
    [
        "429:every=4,retry_after=1",
        "429_bare:p=0.2",
        "500:p=0.2;502:p=0.1;503:p=0.1,retry_after=1;504:p=0.1",
        "reset:p=0.2;truncate:p=0.2;length:p=0.1",
        "html:p=0.3",
        "moving:p=0.5",
        "burst:limit=4,seconds=1",
        "slow:p=0.2,seconds=0.2;drip:p=0.2,seconds=0.3",
    ],
)
def test_a_failing_network_loses_nothing(start_jira, connect, synthetic, quick, kind, rules):
    sandbox = start_jira(synthetic, kind)
    connection = connect(sandbox)
    sandbox.faults(rules)

    run = sync(connection)
    sandbox.faults("")
    again = sync(connection)

    assert run.status == Status.SUCCEEDED, run.error
    assert run.retries > 0 or "moving" in rules or "slow" in rules
    assert again.status == Status.SUCCEEDED
    assert hub_truth(connection) == sandbox.truth()


@pytest.mark.parametrize(
    "rules",
    [
        "token_expiry:p=0.4",
        "repeat_token:p=0.4",
        "empty_page:p=0.4",
        "no_is_last",
        "duplicate:p=0.8",
        "token_expiry:p=0.2;repeat_token:p=0.2;empty_page:p=0.2;duplicate:p=0.5;moving:p=0.3",
    ],
)
def test_pages_that_lie_lose_nothing(start_jira, connect, synthetic, quick, rules):
    sandbox = start_jira(synthetic)
    connection = connect(sandbox)
    sandbox.faults(rules + ";500:p=0.05")

    run = sync(connection)
    sandbox.faults("")
    sync(connection)

    assert run.status == Status.SUCCEEDED, run.error
    assert hub_truth(connection) == sandbox.truth()


@pytest.mark.parametrize("kind", ["cloud", "datacenter"])
@pytest.mark.parametrize("variant", ["missing", "null_fields", "types", "timestamp"])
def test_a_broken_issue_is_set_aside_and_read_later(
    start_jira, connect, synthetic, quick, kind, variant
):
    sandbox = start_jira(synthetic, kind)
    connection = connect(sandbox)
    sandbox.faults(f"malformed:variant={variant},count=3")

    run = sync(connection)

    assert run.status == Status.SUCCEEDED, run.error
    # what a page showed broken was asked for again by itself in the same run
    assert run.skipped == 3
    assert not SkippedRecord.objects.unresolved().exists()
    assert SkippedRecord.objects.filter(run=run).count() == 3
    assert all(record.reason and record.payload for record in SkippedRecord.objects.all())
    assert hub_truth(connection) == sandbox.truth()


@pytest.mark.parametrize("variant", ["nul", "huge"])
def test_an_odd_text_is_kept(start_jira, connect, synthetic, variant):
    sandbox = start_jira(synthetic)
    connection = connect(sandbox)
    sandbox.faults(f"malformed:variant={variant}")

    run = sync(connection)

    assert (run.status, run.skipped) == (Status.SUCCEEDED, 0)
    assert hub_truth(connection) == sandbox.truth()
    summaries = JiraIssue.objects.filter(summary__startswith="beforeafter")
    assert summaries.exists() == (variant == "nul")


def test_a_record_that_stays_broken_is_shown_and_blocks_nothing(
    start_jira, connect, synthetic, monkeypatch
):
    sandbox = start_jira(synthetic)
    connection = connect(sandbox)
    read, read_many = JiraClient.issue, JiraClient.bulk_issues

    def broken(self, id_or_key, **options):
        return read(self, id_or_key, **options) | {"fields": None}

    def broken_too(self, ids, **options):
        return [{**issue, "fields": None} for issue in read_many(self, ids, **options)]

    sandbox.faults("malformed:variant=types,count=1")
    monkeypatch.setattr(JiraClient, "issue", broken)
    monkeypatch.setattr(JiraClient, "bulk_issues", broken_too)
    run = sync(connection)

    assert run.status == Status.SUCCEEDED
    record = SkippedRecord.objects.unresolved().get()
    assert record.reason == "fields is missing or not an object."
    assert JiraIssue.objects.count() == len(sandbox.truth()) - 1
    assert any("Jira counts" in warning for warning in run.warnings)

    monkeypatch.undo()
    sync(connection)
    assert not SkippedRecord.objects.unresolved().exists()
    assert hub_truth(connection) == sandbox.truth()


def test_a_shrunken_changelog_takes_nothing_away(start_jira, connect, synthetic):
    sandbox = start_jira(synthetic)
    connection = connect(sandbox)
    sync(connection)

    sandbox.faults("shrink:share=0.5")
    sync(connection, is_full=True)

    assert hub_truth(connection) == sandbox.truth()


@pytest.mark.parametrize("kind", ["cloud", "datacenter"])
@pytest.mark.parametrize("mode", ["", ",mode=hidden"])
def test_a_project_that_closes_is_kept_and_caught_up_with(
    start_jira, connect, synthetic, kind, mode
):
    sandbox = start_jira(synthetic, kind)
    connection = connect(sandbox)
    sync(connection)
    key = JiraProject.objects.order_by("key").first().key
    every = sorted(JiraProject.objects.values_list("key", flat=True))
    connection.projects = every
    connection.save(update_fields=["projects"])
    sandbox.faults(f"forbidden:project={key}{mode}")
    sandbox.control("touch", {"n": 40, "seed": 1})

    incremental, full = sync(connection), sync(connection, is_full=True)

    assert (incremental.status, full.status) == (Status.SUCCEEDED, Status.SUCCEEDED), full.error
    assert key in incremental.warnings[0]
    assert full.deleted == 0
    assert JiraProject.objects.get(key=key).lost_since

    sandbox.faults("")
    sync(connection)
    assert hub_truth(connection) == sandbox.truth()
    assert not JiraProject.objects.exclude(lost_since=None).exists()


def test_an_expired_credential_deletes_nothing_and_is_told_once(
    start_jira, connect, synthetic, django_capture_on_commit_callbacks
):
    sandbox = start_jira(synthetic)
    connection = connect(sandbox)
    operator, other = UserFactory(role="ops"), UserFactory(role="contributor")
    sync(connection)
    issues = JiraIssue.objects.alive().count()

    sandbox.faults("expired")
    runs = [sync(connection, is_full=True) for _ in range(3)]
    connection.refresh_from_db()

    assert {run.status for run in runs} == {Status.FAILED}
    assert all(run.requests <= 3 for run in runs)
    assert "refuses the credential" in runs[0].error
    assert JiraIssue.objects.alive().count() == issues
    assert (connection.failures, bool(connection.broken_since)) == (3, True)
    assert connection.last_good_at
    told = Notification.objects.filter(recipient=operator)
    assert told.count() == 1
    assert "Last good data is from" in told.get().body
    assert not Notification.objects.filter(recipient=other).exists()

    sandbox.faults("")
    sync(connection)
    connection.refresh_from_db()
    assert (connection.failures, connection.broken_since) == (0, None)
    assert list(told.order_by("pk").values_list("title", flat=True)) == [
        "Jira cannot be synced",
        "Jira works again",
    ]


def test_a_credential_that_expires_on_the_way_deletes_nothing(start_jira, connect, synthetic):
    sandbox = start_jira(synthetic)
    connection = connect(sandbox)
    sync(connection)
    sandbox.faults("expired:match=search/jql")

    run = sync(connection, is_full=True)

    assert run.status == Status.FAILED
    assert hub_truth(connection) == sandbox.truth()


@pytest.mark.parametrize("kind", ["cloud", "datacenter"])
@pytest.mark.parametrize("nth", [2, 4, 7])
def test_a_credential_refused_in_mid_run_stops_it_at_once(
    start_jira, connect, synthetic, kind, nth
):
    sandbox = start_jira(synthetic, kind)
    connection = connect(sandbox)
    sync(connection)
    before = hub_truth(connection)
    sandbox.faults(f"401:nth={nth}")

    run = sync(connection, is_full=True)
    connection.refresh_from_db()

    assert (run.status, connection.breaker) == (Status.FAILED, Connection.Breaker.OPEN)
    assert "refuses the credential" in run.error
    assert hub_truth(connection) == before

    sandbox.faults("")
    again = sync(connection, is_full=True)
    connection.refresh_from_db()
    assert (again.status, connection.breaker) == (Status.SUCCEEDED, Connection.Breaker.CLOSED)
    assert hub_truth(connection) == sandbox.truth()


def test_everything_at_once_loses_nothing(start_jira, connect, synthetic, quick):
    sandbox = start_jira(synthetic)
    connection = connect(sandbox)
    sandbox.faults(
        "429:p=0.05,retry_after=1;500:p=0.05;502:p=0.03;503:p=0.03;504:p=0.02;reset:p=0.05"
        ";truncate:p=0.05;length:p=0.03;html:p=0.05;duplicate:p=0.3;moving:p=0.2"
        ";malformed:p=0.2,variant=types;token_expiry:p=0.05;repeat_token:p=0.05"
        ";empty_page:p=0.1;no_is_last"
    )
    sync(connection)
    sandbox.faults("")
    last = sync(connection)

    assert last.status == Status.SUCCEEDED, last.error
    assert not SkippedRecord.objects.unresolved().exists()
    assert hub_truth(connection) == sandbox.truth()


def test_a_long_wait_is_left_to_a_later_run(start_jira, connect, synthetic):
    sandbox = start_jira(synthetic)
    connection = connect(sandbox)
    sandbox.faults("429:nth=6,retry_after=900")

    run = sync(connection)
    connection.refresh_from_db()

    assert run.status == Status.PAUSED
    assert not connection.is_due(run.finished_at)
    assert connection.failures == 0
    sandbox.faults("")
    assert sync(connection).status == Status.SUCCEEDED
    assert hub_truth(connection) == sandbox.truth()


def test_no_trace_of_the_token(start_jira, connect, synthetic, quick, caplog, capsys):
    caplog.set_level("DEBUG")
    sandbox = start_jira(synthetic)
    connection = connect(sandbox)
    sandbox.faults("500:p=0.3;html:p=0.2")
    run = sync(connection)
    sandbox.faults("401:after=1")
    failed = sync(connection)

    said = caplog.text + str(capsys.readouterr()) + run.error + failed.error
    assert TOKEN not in said
    assert "Basic " not in said


def test_operators_are_those_who_run_operations(db):
    UserFactory(role="contributor")
    wanted = {UserFactory(role="ops"), UserFactory(role="admin")}
    assert set(episodes.operators()) == wanted
