"""What Jira loses, breaks or refuses leads to one epic in the end, or to a reason on the page."""

import pytest
from django.urls import reverse

from prodops.integrations.models import OutwardWrite
from prodops.notifications.models import Notification
from tests.integrations.outward.conftest import created, deliver

pytestmark = [pytest.mark.django_db, pytest.mark.sandbox]


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
