"""A sync leaves the hub with exactly what Jira has."""

import pytest
from django.db import connection as database

from prodops.integrations import services
from prodops.integrations.jira.models import (
    JiraChange,
    JiraIssue,
    JiraIssueKey,
    JiraLink,
    JiraStatus,
)
from prodops.integrations.models import SyncRun
from tests.integrations.conftest import hub_truth, sync

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
both_kinds = pytest.mark.parametrize("kind", ["cloud", "datacenter"])


def written_rows() -> int:
    """Rows Postgres itself says were written to Jira tables in this transaction."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"
            " WHERE relname LIKE 'jira\\_%'"
        )
        return int(cursor.fetchone()[0])


@both_kinds
def test_real_issues_arrive_whole_and_a_second_run_writes_nothing(start_jira, connect, kind):
    sandbox = start_jira(kind=kind)
    connection = connect(sandbox)

    first = sync(connection)
    before = written_rows()
    second = sync(connection)
    third = sync(connection, is_full=True)

    assert first.status == SyncRun.Status.SUCCEEDED, first.error
    assert first.mode == SyncRun.Mode.FULL
    assert first.created == 2183
    assert hub_truth(connection) == sandbox.truth()
    assert written_rows() == before
    assert (second.mode, second.created, second.updated) == (SyncRun.Mode.INCREMENTAL, 0, 0)
    assert second.requests <= 3
    assert (third.fetched, third.unchanged, third.deleted) == (2183, 2183, 0)
    assert third.counts == {"ALOY": [1499, 1499], "DAEMON": [317, 317], "MOD": [367, 367]}


@both_kinds
def test_everything_odd_that_happens_to_issues_survives(start_jira, connect, synthetic, kind):
    sandbox = start_jira(synthetic, kind, "--timezone", "America/New_York")
    connection = connect(sandbox)

    run = sync(connection)

    assert run.status == SyncRun.Status.SUCCEEDED, run.error
    assert run.skipped == 0
    assert hub_truth(connection) == sandbox.truth()
    connection.refresh_from_db()
    assert connection.account_time_zone == "America/New_York"
    assert not JiraIssue.objects.filter(parent=None).exclude(parent_key="").exists()
    assert JiraIssue.objects.filter(story_points__gt=0).exists()
    assert JiraIssue.objects.exclude(sprints=[]).exists()
    assert JiraIssue.objects.epics().exists()
    named = JiraChange.objects.filter(field="status").values("to_id")
    assert set(named.values_list("to_id", flat=True)) <= set(
        JiraStatus.objects.values_list("jira_id", flat=True)
    )


@both_kinds
def test_exactly_the_touched_issues_change(start_jira, connect, synthetic, kind):
    sandbox = start_jira(synthetic, kind)
    connection = connect(sandbox)
    sync(connection)
    stamps = dict(JiraIssue.objects.values_list("jira_id", "synced_at"))

    touched = {row["id"] for row in sandbox.control("touch", {"n": 7, "seed": 3})["touched"]}
    made = {row["id"] for row in sandbox.control("create", {"n": 2})["created"]}
    run = sync(connection)

    assert (run.updated, run.created) == (len(touched), len(made))
    now = dict(JiraIssue.objects.values_list("jira_id", "synced_at"))
    assert {jira_id for jira_id in now if now[jira_id] != stamps.get(jira_id)} == touched | made
    assert set(
        JiraIssue.objects.synced_since(run.started_at).values_list("jira_id", flat=True)
    ) == (touched | made)
    assert hub_truth(connection) == sandbox.truth()


@both_kinds
def test_deleted_issues_are_marked_and_moved_ones_keep_their_past(
    start_jira, connect, synthetic, kind
):
    sandbox = start_jira(synthetic, kind)
    connection = connect(sandbox)
    sync(connection)
    keys = list(JiraIssue.objects.order_by("pk").values_list("key", flat=True))
    moved = JiraIssue.objects.get(key=keys[5])
    target = JiraIssue.objects.exclude(project=moved.project).first().project.key

    sandbox.control("delete", {"keys": keys[:3]})
    sandbox.control("move", {"key": keys[5], "project": target})
    incremental = sync(connection)
    full = sync(connection, is_full=True)

    assert incremental.deleted == 0
    assert full.deleted == 3
    assert hub_truth(connection) == sandbox.truth()
    assert set(JiraIssue.objects.exclude(deleted_at=None).values_list("key", flat=True)) == set(
        keys[:3]
    )
    after = JiraIssue.objects.get(pk=moved.pk)
    assert after.key.startswith(f"{target}-")
    assert JiraIssueKey.objects.filter(issue=after, key=keys[5]).exists()
    assert JiraIssue.objects.with_key(keys[5]).get() == after


def test_an_issue_that_reappears_is_revived(start_jira, connect, synthetic):
    sandbox = start_jira(synthetic)
    connection = connect(sandbox)
    sync(connection)
    issue = JiraIssue.objects.first()
    JiraIssue.objects.filter(pk=issue.pk).update(deleted_at=issue.created)

    run = sync(connection, is_full=True)

    assert run.updated == 1
    issue.refresh_from_db()
    assert issue.deleted_at is None


def test_each_link_is_kept_once_with_both_ends(start_jira, connect):
    connection = connect(start_jira())

    sync(connection)

    links = JiraLink.objects.filter(connection=connection)
    assert links.count() == links.values("jira_id").distinct().count() > 100
    inside = links.exclude(source=None).exclude(target=None)
    assert inside.exists()
    for link in inside.select_related("source", "target")[:50]:
        assert (link.source.key, link.target.key) == (link.source_key, link.target_key)


def test_a_link_that_only_its_start_shows_survives_changes_of_its_end(
    start_jira, connect, synthetic
):
    sandbox = start_jira(synthetic)
    connection = connect(sandbox)
    sync(connection)
    links = JiraLink.objects.filter(connection=connection)
    before = links.count()
    ends = sorted({link.target.key for link in links.exclude(target=None).select_related("target")})
    sandbox.control("touch", {"keys": ends[:20]})

    sync(connection)

    assert links.count() == before


def test_only_the_chosen_projects_are_read_and_a_new_choice_reads_the_rest(start_jira, connect):
    sandbox = start_jira()
    connection = connect(sandbox, projects=["DAEMON"])

    assert sync(connection).created == 317

    services.save_connection(
        connection=connection, projects=["DAEMON", "MOD"], at=connection.created_at
    )
    run = sync(connection)
    assert run.mode == SyncRun.Mode.FULL
    assert (run.created, run.unchanged) == (367, 317)


def test_the_cursor_never_goes_back(start_jira, connect, synthetic):
    connection = connect(start_jira(synthetic))
    sync(connection)
    connection.refresh_from_db()
    cursor = connection.cursor

    sync(connection, is_full=True)

    connection.refresh_from_db()
    assert connection.cursor >= cursor
