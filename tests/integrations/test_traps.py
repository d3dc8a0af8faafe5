"""What is known to break syncs with Jira, one by one; paging has more in `test_paging`."""

import pytest
from django.utils import timezone

from prodops.integrations import services
from prodops.integrations.jira.models import (
    JiraChange,
    JiraIssue,
    JiraIssueKey,
    JiraSprint,
    JiraStatus,
)
from prodops.integrations.jira.paging import changed
from prodops.integrations.models import SyncRun
from tests.integrations.conftest import hub_truth, sync
from tests.integrations.test_paging import Site, walk

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
Mode, Status = SyncRun.Mode, SyncRun.Status


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize("kind", ["cloud", "datacenter"])
def test_01_the_accounts_time_zone_shifts_no_query(start_jira, connect, few, kind, zone):
    sandbox = start_jira(few, kind, "--timezone", zone)
    connection = connect(sandbox)
    sync(connection)
    touched = {row["id"] for row in sandbox.control("touch", {"n": 6, "seed": 3})["touched"]}

    run = sync(connection)

    assert run.updated == len(touched)
    assert run.fetched < len(touched) + 20
    assert hub_truth(connection) == sandbox.truth()


def test_02_a_change_within_the_minute_of_the_cursor_is_found(start_jira, connect, few):
    sandbox = start_jira(few)
    connection = connect(sandbox)
    sync(connection)
    for seed in range(4):
        sandbox.control("touch", {"n": 1, "seed": seed})
        assert sync(connection).updated == 1
    assert hub_truth(connection) == sandbox.truth()


@pytest.mark.parametrize("kind", ["cloud", "datacenter"])
def test_03_rows_that_move_while_pages_are_read_are_met(start_jira, connect, synthetic, kind):
    sandbox = start_jira(synthetic, kind)
    connection = connect(sandbox)
    sandbox.faults("moving:every=1")
    sync(connection)
    sandbox.faults("")
    sync(connection)
    assert hub_truth(connection) == sandbox.truth()


def test_04_a_search_names_its_fields(start_jira, connect, few):
    connection = connect(start_jira(few))
    sync(connection)
    assert not JiraIssue.objects.filter(summary="").exists()


def test_05_fewer_issues_a_page_than_asked_are_no_end():
    site = Site(True, page=2)
    assert len(walk(site)[0]) == len(site.issues)


@pytest.mark.parametrize(
    "rules", ["no_is_last", "repeat_token:nth=2", "empty_page:every=2", "token_expiry:nth=2"]
)
def test_06_tokens_lie(start_jira, connect, synthetic, rules):
    sandbox = start_jira(synthetic)
    connection = connect(sandbox)
    sandbox.faults(rules)
    assert sync(connection).status == Status.SUCCEEDED
    assert hub_truth(connection) == sandbox.truth()


def test_07_a_changelog_that_search_cuts_is_completed(start_jira, connect, few):
    sandbox = start_jira(few, "cloud", "--search-changelog", "2")
    connection = connect(sandbox)
    run = sync(connection)
    assert (run.status, run.skipped) == (Status.SUCCEEDED, 0)
    assert hub_truth(connection) == sandbox.truth()


def test_08_deleted_issues_match_no_search_and_are_found_by_counting(start_jira, connect, few):
    sandbox = start_jira(few)
    connection = connect(sandbox)
    sync(connection)
    keys = list(JiraIssue.objects.order_by("pk").values_list("key", flat=True)[:4])
    sandbox.control("delete", {"keys": keys})
    assert sync(connection).deleted == 0
    assert sync(connection, mode=Mode.RECONCILE).deleted == 4
    assert hub_truth(connection) == sandbox.truth()


def test_09_a_reading_that_fails_half_way_deletes_nothing(start_jira, connect, few, quick):
    sandbox = start_jira(few)
    connection = connect(sandbox)
    sync(connection)
    sandbox.control("delete", {"keys": [JiraIssue.objects.first().key]})
    sandbox.faults("500:match=bulkfetch")
    run = sync(connection, mode=Mode.RECONCILE)
    assert (run.status, run.deleted) == (Status.FAILED, 0)
    assert not JiraIssue.objects.exclude(deleted_at=None).exists()


def test_10_a_moved_issue_is_the_same_issue_under_all_its_keys(start_jira, connect, few):
    sandbox = start_jira(few)
    connection = connect(sandbox)
    sync(connection)
    issue = JiraIssue.objects.select_related("project").first()
    others = JiraIssue.objects.exclude(project=issue.project).values_list("project__key", flat=True)
    for project in sorted(set(others))[:2]:
        now = JiraIssue.objects.get(pk=issue.pk).key
        sandbox.control("move", {"key": now, "project": project})
        sync(connection)
    keys = {*JiraIssueKey.objects.filter(issue=issue).values_list("key", flat=True)}
    issue.refresh_from_db()
    assert len(keys) >= 2
    for key in (*keys, issue.key):
        assert JiraIssue.objects.with_key(key).get() == issue
    assert hub_truth(connection) == sandbox.truth()


def test_11_and_14_sprints_come_by_number_and_null_stays_null(start_jira, connect, few):
    connection = connect(start_jira(few))
    sync(connection)
    moves = JiraChange.objects.filter(field="Sprint")
    named = {
        part.strip()
        for to_id in moves.values_list("to_id", flat=True)
        if to_id
        for part in to_id.split(",")
    }
    assert named
    assert all(part.isdigit() for part in named)
    assert JiraChange.objects.filter(from_id=None).exists()


def test_12_an_expired_token_that_answers_200_and_nothing_deletes_nothing(start_jira, connect, few):
    sandbox = start_jira(few)
    connection = connect(sandbox)
    sync(connection)
    services.save_connection(connection=connection, secret="expired", at=timezone.now())
    for mode in (Mode.INCREMENTAL, Mode.FULL, Mode.RECONCILE):
        run = sync(connection, mode=mode)
        assert (run.status, run.deleted) == (Status.FAILED, 0)
        assert run.requests <= 3
    assert hub_truth(connection) == sandbox.truth()


def test_13_statuses_of_one_name_and_different_meaning_stay_apart(start_jira, connect, few):
    connection = connect(start_jira(few))
    sync(connection)
    done = JiraStatus.objects.filter(name="Done")
    assert done.count() > 1
    assert set(done.values_list("category", flat=True)) == {"done", "indeterminate"}


def test_15_a_sprint_on_two_boards_is_one_sprint(start_jira, connect, few):
    connection = connect(start_jira(few))
    sync(connection)
    ids = list(JiraSprint.objects.values_list("jira_id", flat=True))
    assert ids
    assert len(ids) == len(set(ids))


def test_16_texts_of_megabytes_are_kept(start_jira, connect, few):
    sandbox = start_jira(few)
    connection = connect(sandbox)
    sandbox.faults("malformed:variant=huge,count=1")
    assert sync(connection).status == Status.SUCCEEDED
    assert any(
        len(text) > 4_000_000 for text in JiraIssue.objects.values_list("description", flat=True)
    )


def test_no_query_has_an_upper_bound():
    assert "<" not in changed(["CORE"], timezone.now())
