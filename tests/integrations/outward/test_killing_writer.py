"""SIGKILL between the creation in Jira and our noting it: there is one epic all the same."""

import os
import signal
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from planning.models import InitiativeEpic
from planning.services import epic_writing
from prodops.integrations.jira.outward import delivery
from prodops.integrations.models import OutwardWrite
from tests.integrations.outward.conftest import created
from tests.integrations.test_killing import await_true

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sandbox]


def test_a_worker_killed_after_the_post_leaves_one_epic(
    start_jira, synthetic, writable, initiative, planner, start_worker
):
    sandbox = start_jira(synthetic)
    project = writable(sandbox.url)
    sandbox.faults("drip:seconds=20,count=1,match=POST .*/issue\\?")
    worker = start_worker(
        "default", "sync", ALLOW_PRIVATE_URLS="1", DATA_DIR=str(settings.DATA_DIR)
    )
    fields = {
        "project": {"key": "CORE"},
        "issuetype": {"id": "10000"},
        "summary": "Faster checkout",
    }
    write = epic_writing.create_epic(
        initiative=initiative,
        project=project,
        fields=fields,
        names={},
        prose=["description"],
        takes_labels=True,
        token="0b5e8c4e-6c5e-4c36-9d6b-0d8f2f4d1a11",
        by=planner,
        at=timezone.now(),
    )

    await_true(lambda: created(project, "Faster checkout"))
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    write.refresh_from_db()
    assert (write.state, write.answer) == ("sending", {})
    later = timezone.now() + delivery.LEASE + timedelta(seconds=5)
    assert delivery.deliver(write_id=write.pk, clock=timezone.now) is None
    delivery.deliver(write_id=write.pk, clock=lambda: later)

    write.refresh_from_db()
    assert created(project, "Faster checkout") == [write.answer["key"]]
    assert OutwardWrite.objects.get(kind="epic").state == "done"
    epic_writing.link_all_written(at=later)
    assert InitiativeEpic.objects.get().issue.key == write.answer["key"]
