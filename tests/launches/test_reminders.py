"""Reminders before an item is due, escalations after; each goes out once."""

from datetime import UTC, date, datetime

import pytest

from launches import services, tasks
from launches.models import LaunchItem
from prodops.notifications.models import Notification
from tests.factories.launches import item, launch

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 15)


def at(day):
    return datetime(2026, 12, day, 7, tzinfo=UTC)


def test_the_owner_is_reminded_two_working_days_before_and_only_once(ops, pm):
    each = item(of=launch(by=ops), owner=pm, due_on=DUE)

    assert services.remind(at=at(10)) == (0, 0)
    assert services.remind(at=at(11)) == (1, 0)
    assert services.remind(at=at(12)) == (0, 0)
    assert pm.notifications.get(cause__contains=":reminder:").title == f"Due Tue 15 Dec: {each}"


def test_a_late_required_item_is_escalated_to_the_owner_of_the_launch_once(ops, pm):
    of = launch(owner=ops)
    item(of=of, owner=pm, due_on=DUE)
    item(of=of, owner=pm, due_on=DUE, is_required=False)

    assert services.remind(at=at(16)) == (0, 1)
    assert services.remind(at=at(17)) == (0, 0)
    told = Notification.objects.filter(cause__contains=":escalation:")
    assert {each.recipient for each in told} == {ops, pm}
    assert "1 day late" in told[0].title


@pytest.mark.parametrize("stage", ["launched", "cancelled"])
def test_a_launch_that_is_over_reminds_nobody(ops, pm, stage):
    of = launch(by=ops, stage=stage)
    item(of=of, owner=pm, due_on=DUE)

    assert services.remind(at=at(14)) == services.remind(at=at(20)) == (0, 0)


def test_settled_items_remind_nobody_and_a_moved_date_reminds_again(ops, pm):
    of = launch(owner=pm, launch_on=DUE)
    item(of=of, owner=pm, state="done")
    each = item(of=of, owner=pm)
    assert services.remind(at=at(14)) == (1, 0)

    services.move_date(launch=of, to_on=date(2026, 12, 18), reason="Slip.", by=ops, at=at(14))

    each.refresh_from_db()
    assert each.reminded_at is None
    assert services.remind(at=at(16)) == (1, 0)


def test_the_task_takes_what_older_senders_pass(ops, pm):
    item(of=launch(by=ops), owner=pm, due_on=date(2000, 1, 3))

    tasks.remind(unknown=1)

    assert LaunchItem.objects.get(due_on=date(2000, 1, 3)).escalated_at
