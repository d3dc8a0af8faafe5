"""SIGKILL in the middle of a sync loses no number and doubles none."""

from datetime import timedelta

import pytest
from django.utils import timezone

from prodops.integrations.amplitude.models import Call, PointRestatement, SeriesPoint
from prodops.integrations.models import SyncRun
from tests.integrations.amplitude.conftest import TODAY, points, series
from tests.integrations.test_killing import finish, kill_after

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db(transaction=True)]


def test_killed_syncs_leave_the_same_numbers_as_an_undisturbed_one(start_amplitude, connect):
    sandbox = start_amplitude()
    sandbox.control("clock", {"freeze": True})
    connection = connect(sandbox)
    made = [
        series(
            connection,
            title=name,
            definition={"events": [{"event_type": name}], "measure": "totals"},
        )
        for name in ("Log In", "Sign Up", "Search")
    ]
    sandbox.faults("slow:seconds=0.1,match=segmentation")
    for lines in (3, 6, 8):
        kill_after(lines, "sync", "amplitude")
    Call.objects.filter(ended_at=None).update(ended_at=timezone.now() - timedelta(minutes=1))

    result = finish("sync", "amplitude")

    assert result["status"] == "succeeded"
    assert result["connection"] == "amplitude"
    for of in made:
        truth = sandbox.truth(of.title, "20260601", "20260629")
        closed = {key: value for key, value in points(of).items() if key[1] < TODAY}
        assert closed == {key: value[1] for key, value in truth.items()}
    assert SyncRun.objects.filter(status="abandoned").count() >= 2
    assert not SyncRun.objects.unfinished().exists()
    assert not PointRestatement.objects.exists()
    assert "429" not in sandbox.statuses()
    counts = SeriesPoint.objects.count()
    again = finish("sync", "amplitude")
    assert (again["created"], again["updated"]) == (0, 0)
    assert SeriesPoint.objects.count() == counts == 90
