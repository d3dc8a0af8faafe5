"""What is stored is mapped again without asking Jira, and only what differs is written."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection as database

from prodops.integrations.jira import payloads
from prodops.integrations.jira.client import JiraClient
from prodops.integrations.jira.models import (
    JiraBoard,
    JiraChange,
    JiraField,
    JiraIssue,
    JiraPayload,
)
from prodops.integrations.models import SyncRun
from tests.integrations.conftest import hub_truth, sync
from tests.integrations.test_sync import written_rows

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]


@pytest.fixture(params=["cloud", "datacenter"])
def synced(request, start_jira, connect, synthetic, monkeypatch):
    """A connection whose Jira cannot be asked any more."""
    sandbox = start_jira(synthetic, request.param)
    connection = connect(sandbox)
    sync(connection)
    monkeypatch.setattr(JiraClient, "_ask", None)
    return connection, sandbox


def remap(**options):
    out = io.StringIO()
    call_command("remap", "jira", stdout=out, stderr=io.StringIO(), **options)
    return json.loads(out.getvalue())


def test_nothing_is_written_when_nothing_changed(synced):
    connection, sandbox = synced
    before, truth = written_rows(), hub_truth(connection)

    counts = remap()

    assert written_rows() == before
    assert counts["read"] == counts["unchanged"] == len(truth)
    assert (counts["changed"], counts["unreadable"], counts["without_payload"]) == (0, [], 0)
    assert hub_truth(connection) == truth == sandbox.truth()


def test_another_field_of_points_is_read_from_what_is_stored(synced):
    connection, _ = synced
    pointed = JiraIssue.objects.filter(story_points__gt=0).count()
    JiraBoard.objects.update(estimation_field="")
    JiraField.objects.filter(jira_id="customfield_10030").update(is_chosen=True)

    counts = remap()

    assert counts["changed"] == pointed > 0
    assert not JiraIssue.objects.filter(story_points__gt=0).exists()
    JiraField.objects.update(is_chosen=False)
    JiraField.objects.filter(jira_id="customfield_10016").update(is_chosen=True)
    assert remap(project="CORE")["changed"] < remap()["changed"] + pointed
    assert JiraIssue.objects.filter(story_points__gt=0).count() == pointed
    run = SyncRun.objects.filter(mode="remap").latest("pk")
    assert (run.status, run.requests) == (SyncRun.Status.SUCCEEDED, 0)
    connection.refresh_from_db()
    assert connection.field_map["points"][0] == "customfield_10016"


def test_what_was_mapped_wrongly_is_mended(synced):
    connection, sandbox = synced
    issue = JiraIssue.objects.filter(parent__isnull=False, change_count__gt=3).order_by("pk")[0]
    stamp, parent = issue.synced_at, issue.parent
    JiraIssue.objects.filter(pk=issue.pk).update(
        description="?", labels=["?"], parent=None, parent_jira_id="", parent_key=""
    )
    other = JiraIssue.objects.exclude(pk=issue.pk).filter(change_count__gt=3).order_by("pk")[0]
    JiraChange.objects.filter(issue=other).update(to_text="?")
    JiraChange.objects.filter(issue=issue).delete()

    counts = remap()

    assert counts["changed"] == 2
    found = JiraIssue.objects.get(pk=issue.pk)
    assert found.parent == parent
    assert found.synced_at > stamp
    assert "?" not in (found.description, *found.labels)
    assert not JiraChange.objects.filter(to_text="?").exists()
    assert hub_truth(connection) == sandbox.truth()


def test_an_issue_written_since_from_a_newer_payload_is_left_alone(synced):
    issue = JiraIssue.objects.order_by("pk").first()
    JiraIssue.objects.filter(pk=issue.pk).update(payload=None, summary="Newer")

    counts = remap()

    assert counts["without_payload"] == 1
    assert JiraIssue.objects.get(pk=issue.pk).summary == "Newer"


def test_a_payload_that_cannot_be_read_is_named_and_blocks_nothing(synced):
    page = JiraPayload.objects.order_by("pk").first()
    broken, *others = payloads.read(page.body)
    broken["fields"]["labels"] = "one,two"
    packed = payloads.pack(payloads.line(one) for one in [broken, *others])
    JiraPayload.objects.filter(pk=page.pk).update(body=packed.body)

    counts = remap()

    assert counts["unreadable"] == [
        {"key": broken["key"], "reason": "labels is not a list of texts."}
    ]
    assert counts["read"] == JiraIssue.objects.count() - 1


def test_pages_no_issue_refers_to_are_thrown_away(synced):
    connection, _ = synced
    page = JiraPayload.objects.order_by("pk").first()
    pages = JiraPayload.objects.count()
    assert payloads.forget_unused(connection.pk) == 0
    JiraIssue.objects.filter(payload=page).update(payload=None)
    assert payloads.forget_unused(connection.pk) == 1
    assert JiraPayload.objects.count() == pages - 1


def test_a_payload_takes_less_than_a_kilobyte(synced):
    with database.cursor() as cursor:
        cursor.execute("SELECT sum(length(body)), sum(size) FROM jira_jirapayload")
        stored, raw = cursor.fetchone()
    assert stored / JiraIssue.objects.count() < 1024
    assert raw / stored > 5


def test_only_jira_connections_have_something_to_map(db):
    with pytest.raises(CommandError, match="no Jira connection"):
        call_command("remap", "nope")
