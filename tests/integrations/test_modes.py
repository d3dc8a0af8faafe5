"""Everything, what changed, what is gone: each kind of run by itself and beside the others."""

from datetime import timedelta

import pytest
from django.utils import timezone

from prodops.integrations import runs, services
from prodops.integrations.jira import deliveries, pages
from prodops.integrations.jira.models import JiraIssue, JiraLink, JiraProject
from prodops.integrations.models import ProjectPass, SyncRun
from tests.factories.people import UserFactory
from tests.integrations.conftest import hub_truth, sync

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
both_kinds = pytest.mark.parametrize("kind", ["cloud", "datacenter"])
Mode, Status = SyncRun.Mode, SyncRun.Status


def reconcile(connection):
    return sync(connection, mode=Mode.RECONCILE)


def open_run(connection, mode):
    return runs.open_run(connection=connection, trigger="command", mode=mode, clock=timezone.now)


class Watch:
    """A clock that leaps over the deadline once a run has written a few pages."""

    def __init__(self, pages):
        self.late, self.pages = timedelta(), pages

    def __call__(self):
        return timezone.now() + self.late

    def report(self, run):
        if run.fetched and "Reading" in run.step:
            self.pages -= 1
            if self.pages == 0:
                self.late = timedelta(hours=1)


def test_changes_are_read_while_a_full_run_goes_on(start_jira, connect, few):
    sandbox = start_jira(few)
    connection = connect(sandbox)
    sync(connection)
    touched = sandbox.control("touch", {"n": 5, "seed": 3})["touched"]

    connection.refresh_from_db()
    with open_run(connection, Mode.FULL), open_run(connection, Mode.RECONCILE):
        run = sync(connection, mode=Mode.INCREMENTAL)
        with pytest.raises(runs.AlreadyRunning):
            sync(connection, is_full=True)

    assert (run.status, run.updated) == (Status.SUCCEEDED, len({row["id"] for row in touched}))
    assert hub_truth(connection) == sandbox.truth()


@both_kinds
def test_a_full_run_cut_short_goes_on_where_each_project_stopped(
    start_jira, connect, synthetic, kind, monkeypatch
):
    monkeypatch.setattr(pages, "AT_ONCE", 100)
    sandbox = start_jira(synthetic, kind)
    connection = connect(sandbox)
    watch = Watch(pages=2)

    first = sync(connection, clock=watch, report=watch.report, limit=timedelta(minutes=20))
    left = ProjectPass.objects.filter(connection=connection)
    stopped = {one.key: (one.cursor, one.finished_at) for one in left}
    sandbox.control("touch", {"n": 9, "seed": 2})
    changes = sync(connection, mode=Mode.INCREMENTAL)
    second = sync(connection)

    assert first.status == Status.PAUSED
    assert len(stopped) == 4
    assert any(cursor or finished for cursor, finished in stopped.values())
    assert changes.status == Status.SUCCEEDED
    assert second.status == Status.SUCCEEDED, second.error
    assert second.mode == Mode.FULL
    assert 0 < second.fetched < len(sandbox.truth())
    assert hub_truth(connection) == sandbox.truth()
    assert not left.all().exists()


def test_a_full_run_begins_anew_when_points_are_read_from_another_field(
    start_jira, connect, synthetic
):
    sandbox = start_jira(synthetic)
    connection = connect(sandbox)
    watch = Watch(pages=2)
    sync(connection, clock=watch, report=watch.report, limit=timedelta(minutes=20))
    connection.refresh_from_db()
    connection.field_map["points"], connection.field_map["board_points"] = [], {}
    connection.save(update_fields=["field_map"])

    run = sync(connection)

    assert run.status == Status.SUCCEEDED, run.error
    assert run.fetched >= len(sandbox.truth())


def test_projects_that_are_through_are_not_read_again(start_jira, connect, few):
    sandbox = start_jira(few)
    connection = connect(sandbox)
    sync(connection)
    projects = sorted(JiraProject.objects.values_list("key", flat=True))
    at = timezone.now()
    for key in projects[1:]:
        ProjectPass.objects.create(connection=connection, key=key, started_at=at, finished_at=at)
    run = sync(connection, is_full=True)
    assert run.fetched == JiraIssue.objects.filter(project__key=projects[0]).count()


@pytest.mark.parametrize("skew", [timedelta(days=-3), timedelta(days=3)])
def test_the_hubs_clock_may_be_wrong(start_jira, connect, few, skew):
    sandbox = start_jira(few)
    connection = connect(sandbox)

    def clock():
        return timezone.now() + skew

    sync(connection, clock=clock)
    touched = {row["id"] for row in sandbox.control("touch", {"n": 4, "seed": 3})["touched"]}
    run = sync(connection, clock=clock)
    again = sync(connection, clock=clock)
    counted = sync(connection, clock=clock, mode=Mode.RECONCILE)

    assert (run.updated, again.updated, counted.updated) == (len(touched), 0, 0)
    assert hub_truth(connection) == sandbox.truth()


def test_a_time_in_jiras_future_carries_the_cursor_nowhere(start_jira, connect, few):
    sandbox = start_jira(few)
    connection = connect(sandbox)
    sync(connection)
    sandbox.control("clock", {"advance": 7200})
    sandbox.control("touch", {"n": 1, "seed": 3})
    sandbox.control("clock", {"advance": -7000})

    sync(connection)
    connection.refresh_from_db()
    last = max(updated for _, _, updated, *_ in sandbox.truth().values())

    assert connection.cursor < last


def test_what_search_shows_late_is_asked_for_or_found_by_looking_back(start_jira, connect, few):
    sandbox = start_jira(few, "cloud", "--search-lag", "300")
    connection = connect(sandbox)
    sandbox.control("clock", {"advance": 600})
    sync(connection)
    newest = JiraIssue.objects.order_by("-updated").first()
    oldest = JiraIssue.objects.order_by("updated").first()

    sandbox.control("touch", {"keys": [newest.key, oldest.key]})
    sandbox.control("clock", {"advance": 200})
    early = sync(connection)
    sandbox.control("clock", {"advance": 200})
    late = sync(connection)

    assert (early.updated, late.updated) == (1, 1)
    newest.refresh_from_db()
    assert newest.synced_at < late.started_at
    assert hub_truth(connection) == sandbox.truth()


def test_an_older_reading_that_comes_late_changes_nothing(start_jira, connect, few):
    sandbox = start_jira(few)
    connection = connect(sandbox)
    sync(connection)
    connection.refresh_from_db()
    work = deliveries.unrecorded_pass(connection, timezone.now)
    issue = JiraIssue.objects.first()
    older = work.client.issue(issue.jira_id, fields=work.fields.asked, expand="changelog")
    sandbox.control("clock", {"advance": 60})
    sandbox.control("touch", {"keys": [issue.key]})
    sync(connection)
    before = JiraIssue.objects.values().get(pk=issue.pk)

    pages.write_page(work, [older])

    assert JiraIssue.objects.values().get(pk=issue.pk) == before


def test_what_is_gone_stays_gone_though_search_still_shows_it(start_jira, connect, few):
    sandbox = start_jira(few, "cloud", "--search-lag", "300")
    connection = connect(sandbox)
    sandbox.control("clock", {"advance": 600})
    sync(connection)
    issue = JiraIssue.objects.order_by("-updated").first()
    sandbox.control("delete", {"keys": [issue.key]})
    JiraIssue.objects.filter(pk=issue.pk).update(deleted_at=timezone.now())

    for run in (sync(connection), sync(connection, is_full=True), reconcile(connection)):
        assert run.status == Status.SUCCEEDED, run.error
        issue.refresh_from_db()
        assert issue.deleted_at


@both_kinds
def test_reconciling_finds_the_deleted_the_moved_and_the_missing(start_jira, connect, few, kind):
    sandbox = start_jira(few, kind)
    connection = connect(sandbox)
    sync(connection)
    keys = list(JiraIssue.objects.order_by("pk").values_list("key", flat=True))
    moved = JiraIssue.objects.get(key=keys[5])
    gone = [*keys[:3], keys[9]]
    whole = JiraLink.objects.exclude(source=None).exclude(target=None)
    link = whole.exclude(source__key__in=gone).exclude(target__key__in=gone).order_by("pk").first()
    linked = link.source_id
    target = JiraProject.objects.exclude(pk=moved.project_id).first().key
    JiraIssue.objects.filter(key=keys[9]).delete()
    sandbox.control("delete", {"keys": keys[:3]})
    sandbox.control("move", {"key": keys[5], "project": target})

    run = reconcile(connection)

    assert run.status == Status.SUCCEEDED, run.error
    assert run.deleted == 3
    assert hub_truth(connection) == sandbox.truth()
    assert all(theirs == ours for theirs, ours in run.counts.values())
    assert sum(theirs for theirs, _ in run.counts.values()) == len(sandbox.truth())
    assert JiraIssue.objects.with_key(keys[5]).get().pk == moved.pk
    link.refresh_from_db()
    assert link.source_id == linked
    connection.refresh_from_db()
    assert connection.last_reconciled_at == run.started_at


@both_kinds
def test_a_renamed_project_takes_its_issues_along(start_jira, connect, few, kind):
    sandbox = start_jira(few, kind)
    connection = connect(sandbox)
    sync(connection)
    issue = JiraIssue.objects.first()
    JiraIssue.objects.filter(pk=issue.pk).update(key="OLD-1", seen_hash=b"", content_hash=b"")

    run = reconcile(connection)

    assert run.updated == 1
    issue.refresh_from_db()
    assert issue.key != "OLD-1"
    assert JiraIssue.objects.with_key("OLD-1").get() == issue


@pytest.mark.parametrize("mode", ["", ",mode=hidden"])
def test_a_lost_project_is_kept_and_what_it_missed_is_read_when_it_is_back(
    start_jira, connect, few, mode
):
    sandbox = start_jira(few)
    connection = connect(sandbox)
    sync(connection)
    key = JiraProject.objects.order_by("key").first().key
    ours = JiraIssue.objects.alive().filter(project__key=key)
    before = ours.count()
    sandbox.faults(f"forbidden:project={key}{mode}")
    sandbox.control("touch", {"project": key, "n": 3, "seed": 1})

    lost, changes = reconcile(connection), sync(connection)
    marked = JiraProject.objects.get(key=key)
    sandbox.faults("")
    back = reconcile(connection)

    assert {run.status for run in (lost, changes, back)} == {Status.SUCCEEDED}, lost.error
    assert (lost.deleted, ours.count()) == (0, before)
    assert marked.lost_since
    assert any(key in warning for warning in lost.warnings)
    assert JiraProject.objects.get(key=key).lost_since is None
    assert hub_truth(connection) == sandbox.truth()


def test_a_count_that_does_not_come_to_its_end_deletes_nothing(start_jira, connect, few, quick):
    sandbox = start_jira(few)
    connection = connect(sandbox)
    sync(connection)
    before = hub_truth(connection)
    sandbox.faults("500:match=fields=key")

    run = reconcile(connection)

    assert run.status == Status.FAILED
    assert run.deleted == 0
    assert hub_truth(connection) == before


def test_a_person_may_ask_for_it(start_jira, connect, few, django_capture_on_commit_callbacks):
    connection, user = connect(start_jira(few)), UserFactory(role="ops")
    sync(connection)
    connection.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        services.want_reconciliation(connection=connection, by=user, at=timezone.now())
    run = SyncRun.objects.order_by("-pk").first()
    connection.refresh_from_db()
    assert (run.mode, run.started_by, run.trigger) == (Mode.RECONCILE, user, "person")
    assert (connection.wanted_modes, connection.wanted_at) == ([], None)
