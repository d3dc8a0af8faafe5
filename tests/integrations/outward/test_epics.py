"""An epic is created in Jira once, whatever is clicked twice, lost or refused."""

import threading

import pytest
from django.db import connection as database
from django.urls import reverse
from django.utils import timezone

from planning.models import InitiativeEpic
from planning.services import epic_writing
from prodops.integrations.jira.models import JiraIssue
from prodops.integrations.models import Connection, OutwardWrite
from tests.integrations.conftest import sync
from tests.integrations.outward.conftest import created, deliver
from tests.integrations.outward.front import RISK

pytestmark = [pytest.mark.django_db, pytest.mark.sandbox]


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


def test_what_is_no_number_names_no_write_and_no_project(front, writable, initiative, client):
    writable(front().url)
    address = reverse("planning:new-epic", args=[initiative.pk])

    assert client.get(address, {"again": "²", "project": "²"}).status_code == 200


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
