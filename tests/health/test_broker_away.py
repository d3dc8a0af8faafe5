"""The broker is away: what was saved stays saved, and whoever saved it is not shown an error."""

import os
import subprocess
import sys
import time

import pytest

from intake import tasks
from intake.models import ProductRequest
from prodops.audit.models import Change
from prodops.notifications.models import Mail
from tests.conftest import project_environment
from tests.factories.intake import product_request

pytestmark = pytest.mark.django_db(transaction=True)

QUEUE_A_MAIL = """
from django.utils import timezone
from prodops.notifications.services import queue_mail
queue_mail(key="away", to="a@example.com", subject="S", text="T", at=timezone.now())
print("saved")
"""


def test_work_is_saved_without_an_error_while_the_broker_is_away():
    environment = project_environment(REDIS_URL="redis://127.0.0.1:1/0", ENV_FILE=os.devnull)
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", QUEUE_A_MAIL]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)

    assert result.returncode == 0, result.stderr
    assert "saved" in result.stdout
    assert Mail.objects.get().state == Mail.State.QUEUED


def test_what_a_worker_changes_is_put_down_to_the_schedule(start_worker):
    snoozed = product_request(state="snoozed")
    ProductRequest.objects.filter(pk=snoozed.pk).update(snoozed_until="2020-01-01T00:00:00Z")
    start_worker("default")
    tasks.wake_snoozed.delay()
    give_up_at = time.monotonic() + 60
    wakes = Change.objects.filter(
        table="intake_productrequest", row=str(snoozed.pk), changes__state__0="snoozed"
    )
    while not wakes.exists():
        assert time.monotonic() < give_up_at
        time.sleep(0.1)
    assert wakes.get().via == "schedule"
