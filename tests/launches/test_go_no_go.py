"""The criteria as they stand, and the record that never changes."""

import threading
from datetime import date, timedelta

import pytest
from django.db import Error, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from launches import services
from launches.models import GoNoGo
from planning.models import Decision, InitiativeEpic
from prodops.integrations.jira.models import JiraLink
from tests.factories import jira
from tests.factories.launches import CREATED_AT, asked_for, function, item, launch
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
LATER = CREATED_AT + timedelta(hours=3)


def standing(of, on=TODAY):
    return {each.key: (each.state, each.detail) for each in services.criteria(of, on=on)}


def test_waived_items_are_counted_apart_and_open_ones_are_not_met():
    of = launch()
    item(of=of, state="done")
    item(of=of, state="waived")
    item(of=of, state="not_applicable")
    item(of=of, is_required=False)
    assert standing(of)["items"] == ("met", "1 of 1 done, 1 waived, 1 not applicable")

    item(of=of)
    assert standing(of)["items"] == ("unmet", "1 of 2 done, 1 waived, 1 not applicable")


def test_a_waiver_that_ran_out_is_open_again():
    of = launch()
    item(of=of, state="waived")

    assert standing(of)["items"][0] == "met"
    assert standing(of, on=date(2027, 7, 1))["items"] == (
        "unmet",
        "0 of 1 done, 1 with a waiver that ran out",
    )


def test_sign_offs_that_are_missing_are_named():
    of = launch()
    assert standing(of)["sign_offs"] == ("met", "None is needed")
    item(of=of, needs_sign_off=True, function=function(name="Privacy"))

    assert standing(of)["sign_offs"] == ("unmet", "0 of 1 approved; missing: Privacy")


def test_open_blockers_come_from_the_linked_epics():
    initiative = asked_for()
    of = launch(initiatives=[initiative])
    assert standing(of)["blockers"] == ("unknown", "No Jira issue is linked")
    epic = jira.epic(children=2)
    InitiativeEpic.objects.create(
        initiative=initiative, issue=epic, at=CREATED_AT, by=initiative.owner
    )
    assert standing(of)["blockers"] == ("met", "None is open")

    mine = epic.children.first()
    outside = jira.issue(priority="Low")
    JiraLink.objects.create(
        connection=outside.connection,
        jira_id="1",
        source=outside,
        source_key=outside.key,
        source_jira_id=outside.jira_id,
        target_jira_id=mine.jira_id,
        kind="Blocks",
        outward="blocks",
        inward="is blocked by",
        target_key=mine.key,
        target=mine,
    )
    epic.children.exclude(pk=mine.pk).update(priority="Highest")

    keys = sorted([outside.key, epic.children.exclude(pk=mine.pk).get().key])
    assert standing(of)["blockers"] == ("unmet", f"Open: {', '.join(keys)}")


def test_a_no_go_needs_a_reason_and_brings_the_launch_back_to_readiness(ops):
    of = launch(by=ops)

    with pytest.raises(services.Refusal, match="true for a go"):
        services.decide_go_no_go(launch=of, decision="no_go", by=ops, at=LATER)
    record = services.decide_go_no_go(
        launch=of, decision="no_go", reason="Too slow.", attendees=[ops, ops], by=ops, at=LATER
    )

    assert (of.stage, record.attendees.count()) == ("readiness", 1)


def test_a_go_against_an_unmet_criterion_needs_a_reason_and_opens_a_decision(client, ops):
    of = launch(by=ops, initiatives=[asked_for()])
    item(of=of)
    client.force_login(ops)
    address = reverse("launches:go_no_go", args=[of.pk])

    bare = client.post(address, {"decision": "go"})
    assert (bare.status_code, "A criterion is not met" in bare.content.decode()) == (422, True)
    assert not GoNoGo.objects.exists()
    done = client.post(
        address, {"decision": "go", "reason": "The risk is small.", "conditions": "Watch it."}
    )

    assert done.status_code == 302
    record = GoNoGo.objects.get()
    assert record.was_against_criteria
    assert record.criteria[0] == {
        "key": "items",
        "label": "Required items",
        "state": "unmet",
        "detail": "0 of 1 done",
    }
    decision = Decision.objects.get(pk=record.decision_record_id)
    assert (decision.state, decision.decider, of.key in decision.title) == ("stub", ops, True)
    of.refresh_from_db()
    assert of.stage == "go_no_go"


def test_a_go_with_all_criteria_met_opens_one_that_does_not_speak_of_them(ops):
    of = launch(by=ops)
    item(of=of, state="done")

    record = services.decide_go_no_go(launch=of, decision="go", by=ops, at=LATER)

    assert not record.was_against_criteria
    assert record.decision_record == Decision.objects.get()
    assert record.decision_record.title == f"Go for {of.key}"


def test_the_record_cannot_be_changed_or_deleted_even_by_raw_sql(ops):
    services.decide_go_no_go(
        launch=launch(by=ops), decision="go", reason="Fine.", attendees=[ops], by=ops, at=LATER
    )

    for statement in (
        "UPDATE launches_gonogo SET reason = 'Other'",
        "DELETE FROM launches_gonogo",
        "UPDATE launches_gonogoattendee SET user_id = user_id",
        "DELETE FROM launches_gonogoattendee",
        "UPDATE launches_itemstatechange SET reason = 'x'",
    ):
        if "itemstate" in statement:
            item(of=GoNoGo.objects.get().launch)
        with (
            pytest.raises(Error, match="Cannot"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with pytest.raises(Error), transaction.atomic():
        GoNoGo.objects.update(decision="no_go")


@pytest.mark.parametrize(
    ("role", "status"), [("ops", 200), ("admin", 200), ("contributor", 403), ("executive", 403)]
)
def test_only_ops_or_the_owner_record_it(client, role, status, pm):
    of = launch(owner=pm)
    client.force_login(UserFactory(role=role))
    assert client.get(reverse("launches:go_no_go", args=[of.pk])).status_code == status

    client.force_login(pm)
    assert client.get(reverse("launches:go_no_go", args=[of.pk])).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_posting_a_go_twice_at_once_leaves_one_record():
    by = UserFactory(role="ops")
    of = launch(by=by)
    address = reverse("launches:go_no_go", args=[of.pk])
    barrier, statuses = threading.Barrier(4), []

    def post():
        client = Client()
        client.force_login(by)
        barrier.wait()
        try:
            statuses.append(client.post(address, {"decision": "go"}).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [302, 422, 422, 422]
    assert GoNoGo.objects.count() == 1


def test_a_second_go_needs_something_to_have_happened(client, ops):
    of = launch(by=ops)
    client.force_login(ops)

    def post(decision, reason=""):
        address = reverse("launches:go_no_go", args=[of.pk])
        return client.post(address, {"decision": decision, "reason": reason})

    assert post("go").status_code == 302
    again = post("go", "Really.")
    assert again.status_code == 422
    assert "Olga Ops recorded a go" in again.content.decode()
    moved = {"to_on": "2027-02-01", "to_precision": "day", "reason": "Slip."}
    client.post(reverse("launches:date", args=[of.pk]), moved)
    assert post("go").status_code == 302
    assert post("no_go", "A bug.").status_code == 302
    assert post("no_go", "A bug.").status_code == 422
    assert post("no_go", "Another bug.").status_code == 302
    assert post("go").status_code == 302
    item(of=of)
    assert post("go", "The risk is small.").status_code == 302
