"""An epic is created in Jira once, whatever is clicked twice, lost or refused."""

import threading

import pytest
from django.db import connection as database
from django.urls import reverse
from django.utils import timezone

from planning.models import InitiativeEpic
from planning.services import epic_writing
from prodops.integrations import services
from prodops.integrations.jira.models import JiraIssue
from prodops.integrations.models import Connection, OutwardWrite
from prodops.notifications.models import Notification
from tests.integrations.conftest import sync
from tests.integrations.outward.conftest import deliver
from tests.integrations.outward.front import RISK

pytestmark = [pytest.mark.django_db, pytest.mark.sandbox]


def created(project, summary):
    """Return the keys of the issues in Jira with that summary, by the hub's own client."""
    client = services.jira_client(project.connection)
    page = client.search(
        f'project = {project.key} AND summary ~ "{summary}" ORDER BY created DESC',
        fields=["summary", "labels"],
        expand=None,
        size=50,
        at=None,
    )
    return [each["key"] for each in page["issues"] if each["fields"]["summary"] == summary]


def test_the_preview_says_what_is_written_and_writes_nothing(
    start_jira, synthetic, writable, initiative, click
):
    project = writable(start_jira(synthetic).url)

    page = click(initiative, project, type="10000", description="It is slow.").content.decode()

    assert "This will be written to Jira" in page
    assert "An epic “Faster checkout” in project CORE" in page
    assert "It is slow." in page
    assert f"hub-ini-{initiative.pk}-0b5e8c4e" in page
    assert not OutwardWrite.objects.exists()


def test_a_confirmed_epic_is_created_and_linked_both_ways(
    start_jira, synthetic, writable, initiative, click, planner
):
    sandbox = start_jira(synthetic)
    project = writable(sandbox.url)

    answer = click(initiative, project, type="10000", confirm="1")
    write = deliver()

    assert answer.url == initiative.get_absolute_url()
    assert (write.state, write.answer["key"][:5]) == ("done", "CORE-")
    sync(project.connection, is_full=True)
    assert epic_writing.link_all_written(at=write.finished_at) == 1
    link = InitiativeEpic.objects.get()
    assert (link.issue.key, link.by) == (write.answer["key"], planner)
    back = deliver(OutwardWrite.objects.get(kind="record_link"))
    assert (back.state, back.target) == ("done", link.issue.key)
    assert epic_writing.link_all_written(at=write.finished_at) == 0
    events = list(initiative.thread.events.values_list("verb", flat=True))
    assert {"outward.epic", "epic.linked", "outward.record_link"} <= set(events)


def test_data_center_takes_plain_text(start_jira, synthetic, writable, initiative, click):
    sandbox = start_jira(synthetic, "datacenter")
    project = writable(sandbox.url, kind="datacenter")

    click(initiative, project, type="10000", description="One\n\nTwo", confirm="1")
    write = deliver()

    assert write.state == "done"
    assert JiraIssue.objects.get(key=write.answer["key"]).description == "One\n\nTwo"
    assert epic_writing.link_all_written(at=write.finished_at) == 1


def test_a_jira_that_cannot_be_asked_leaves_a_page_that_says_so(
    start_jira, synthetic, writable, initiative, client
):
    sandbox = start_jira(synthetic)
    project = writable(sandbox.url)
    sandbox.faults("401")

    answer = client.get(reverse("planning:new-epic", args=[initiative.pk]), {"project": project.pk})

    assert answer.status_code == 200
    assert "Jira could not say what it asks for" in answer.content.decode()


def test_many_clicks_at_once_are_one_write(
    start_jira, synthetic, writable, initiative, planner, transactional_db
):
    project = writable(start_jira(synthetic).url)
    fields = {"summary": "Faster checkout"}
    made, start = [], threading.Barrier(6)

    def click_once():
        try:
            start.wait()
            write = epic_writing.create_epic(
                initiative=initiative,
                project=project,
                fields=fields,
                names={},
                prose=[],
                takes_labels=True,
                token="0b5e8c4e-6c5e-4c36-9d6b-0d8f2f4d1a11",
                by=planner,
                at=timezone.now(),
            )
            made.append(write.pk)
        finally:
            database.close()

    threads = [threading.Thread(target=click_once) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 6
    assert len(set(made)) == OutwardWrite.objects.count() == 1


def test_clicking_twice_creates_one(start_jira, synthetic, writable, initiative, click):
    project = writable(start_jira(synthetic).url)

    for _ in range(2):
        click(initiative, project, type="10000", confirm="1")
        deliver()

    assert OutwardWrite.objects.count() == 1
    assert len(created(project, "Faster checkout")) == 1


def test_a_second_epic_waits_for_the_first(start_jira, synthetic, writable, initiative, click):
    project = writable(start_jira(synthetic).url)
    click(initiative, project, type="10000", confirm="1")

    other = "5a1f9d3c-70aa-4a6e-8f43-2f4f0f6d2b22"
    answer = click(initiative, project, token=other, type="10000", confirm="1")

    assert answer.status_code == 422
    assert "has asked for it and it is being written" in answer.content.decode()


def test_a_lost_answer_is_looked_for_and_not_repeated(
    start_jira, synthetic, writable, initiative, click
):
    sandbox = start_jira(synthetic)
    project = writable(sandbox.url)
    sandbox.faults("reset:after=1,count=1,match=POST .*/issue\\?")
    click(initiative, project, type="10000", confirm="1")

    assert deliver().state == "unknown"
    write = deliver(after=60)

    assert write.state == "done"
    assert created(project, "Faster checkout") == [write.answer["key"]]


def test_a_search_that_lags_does_not_lead_to_a_second_epic(
    start_jira, synthetic, writable, initiative, click
):
    sandbox = start_jira(synthetic, "cloud", "--search-lag", "300")
    project = writable(sandbox.url)
    sandbox.faults("reset:after=1,count=1,match=POST .*/issue\\?")
    click(initiative, project, type="10000", confirm="1")
    deliver()

    assert deliver(after=60).state == "unknown"
    sandbox.control("clock", {"advance": 400})

    assert deliver(after=400).state == "done"
    assert len(created(project, "Faster checkout")) == 1


def test_what_was_never_written_is_sent_again_after_the_doubt(
    start_jira, synthetic, writable, initiative, click
):
    sandbox = start_jira(synthetic)
    project = writable(sandbox.url)
    sandbox.faults("reset:count=1,match=POST .*/issue\\?")
    click(initiative, project, type="10000", confirm="1")
    deliver()

    assert deliver(after=300).state == "unknown"
    assert deliver(after=1000).state == "done"
    assert len(created(project, "Faster checkout")) == 1


@pytest.mark.parametrize("status", ["502", "504", "truncate", "html:status=201"])
def test_a_broken_answer_leaves_one_epic(
    start_jira, synthetic, writable, initiative, click, status
):
    sandbox = start_jira(synthetic)
    project = writable(sandbox.url)
    kind, _, options = status.partition(":")
    more = f",{options}" if options else ""
    sandbox.faults(f"{kind}:after=1,count=1,match=POST .*/issue\\?{more}")
    click(initiative, project, type="10000", confirm="1")

    assert deliver().state == "unknown"
    assert deliver(after=60).state == "done"
    assert len(created(project, "Faster checkout")) == 1


def test_a_429_is_waited_out(start_jira, synthetic, writable, initiative, click):
    sandbox = start_jira(synthetic)
    project = writable(sandbox.url)
    sandbox.faults("429:retry_after=120,count=1,match=POST .*/issue\\?")
    click(initiative, project, type="10000", confirm="1")

    write = deliver()

    assert (write.state, write.handed_over_at) == ("queued", None)
    assert deliver(after=60).state == "queued"
    assert deliver(after=130).state == "done"


def test_a_refused_credential_fails_and_tells_the_person(
    start_jira, synthetic, writable, initiative, click, planner
):
    sandbox = start_jira(synthetic)
    project = writable(sandbox.url)
    click(initiative, project, type="10000")
    sandbox.faults("401:match=POST .*/issue\\?")
    click(initiative, project, type="10000", confirm="1")

    write = deliver()

    assert (write.state, write.error) == (
        "failed",
        "Jira refuses the credential; it may have expired.",
    )
    told = Notification.objects.get(recipient=planner)
    assert told.title.startswith("Not written to Jira: An epic “Faster checkout”")


def test_a_failed_write_can_be_tried_again_or_taken_off(
    start_jira, synthetic, writable, initiative, click, client
):
    sandbox = start_jira(synthetic)
    project = writable(sandbox.url)
    sandbox.faults("401:count=1,match=POST .*/issue\\?")
    click(initiative, project, type="10000", confirm="1")
    write = deliver()

    page = client.get(initiative.get_absolute_url()).content.decode()
    assert "Jira refuses the credential" in page
    assert "Try again" in page
    client.post(reverse("integrations:write-retry", args=[write.pk]))

    assert deliver().state == "done"
    client.post(reverse("integrations:write-removal", args=[write.pk]))
    assert OutwardWrite.objects.filter(pk=write.pk).exists()


def test_required_fields_are_asked_for_from_the_create_metadata(
    front, writable, initiative, click, client
):
    door = front(fields=[RISK])
    project = writable(door.url)
    address = reverse("planning:new-epic", args=[initiative.pk])

    page = client.get(address, {"project": project.pk}).content.decode()
    missing = click(initiative, project, type=door.epic_type(), confirm="1")
    risky = {"jira-customfield_10500": "2"}
    preview = click(initiative, project, type=door.epic_type(), **risky).content.decode()
    click(initiative, project, type=door.epic_type(), confirm="1", **risky)

    assert 'name="jira-customfield_10500"' in page
    assert missing.status_code == 422
    assert "<dt>Risk</dt><dd>High</dd>" in preview
    assert deliver().state == "done"
    sent = next(body for _, path, body in door.asked if path == "/rest/api/3/issue")
    assert sent["properties"][0]["value"]["record"] == initiative.key


def test_what_jira_refuses_of_a_field_stands_at_that_field(
    front, writable, initiative, click, client
):
    door = front(fields=[RISK])
    project = writable(door.url)
    door.refusals["POST", "/rest/api/3/issue"] = (
        400,
        {"errorMessages": [], "errors": {"summary": "Too vague.", "customfield_10500": "No."}},
    )
    values = {"type": door.epic_type(), "confirm": "1", "jira-customfield_10500": "2"}
    click(initiative, project, **values)
    write = deliver()

    address = reverse("planning:new-epic", args=[initiative.pk])
    page = client.get(address, {"again": write.pk}).content.decode()
    assert write.problems == {"summary": "Too vague.", "customfield_10500": "No."}
    assert "Jira says: Too vague." in page
    assert "Jira says: No." in page
    click(initiative, project, **{**values, "summary": "Checkout in two steps", "again": write.pk})

    again = deliver()
    assert (again.pk, again.state) == (write.pk, "done")
    assert len(created(project, "Checkout in two steps")) == 1


def test_texts_go_to_cloud_as_documents(front, writable, initiative, click):
    door = front()
    project = writable(door.url)
    click(initiative, project, type=door.epic_type(), description="One\n\nTwo", confirm="1")

    assert deliver().state == "done"
    body = next(body for _, path, body in door.asked if path == "/rest/api/3/issue")
    assert [each["type"] for each in body["fields"]["description"]["content"]] == ["paragraph"] * 2


def test_missing_permission_is_said(front, writable, initiative, click):
    door = front()
    project = writable(door.url)
    door.refusals["POST", "/rest/api/3/issue"] = (
        403,
        {"errorMessages": ["No permission to create issues."], "errors": {}},
    )
    click(initiative, project, type=door.epic_type(), confirm="1")

    write = deliver()

    assert write.state == "failed"
    assert "may not do this in Jira. No permission to create issues." in write.error


def test_without_create_metadata_the_page_says_so(
    start_jira, synthetic, writable, initiative, client
):
    project = writable(start_jira(synthetic).url)
    address = reverse("planning:new-epic", args=[initiative.pk])

    page = client.get(address, {"project": project.pk}).content.decode()

    assert "does not tell which fields it requires" in page


def test_a_connection_closed_for_writing_offers_no_project_and_takes_no_write(
    start_jira, synthetic, writable, initiative, click, client
):
    project = writable(start_jira(synthetic).url)
    click(initiative, project, type="10000", confirm="1")
    Connection.objects.update(may_write=False)

    page = client.get(reverse("planning:new-epic", args=[initiative.pk])).content.decode()

    assert "No project is open for writing" in page
    assert deliver().error == "Jira is not open for writing."
