"""Actions: promised, settled, reminded of in the owner's own days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from planning.models import Action
from planning.services import Refusal, actions
from prodops.notifications.models import Notification
from tests.factories import forums as factory
from tests.factories import planning
from tests.factories.forums import AT
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


def told(user):
    rows = Notification.objects.filter(recipient=user).order_by("pk")
    return list(rows.values_list("title", flat=True))


def test_an_action_tells_its_owner_and_its_decision(owner, member):
    decision = planning.decision(title="Which vendor?")

    action = actions.open_action(
        text="Ask three vendors",
        owner=member,
        due_on=date(2026, 11, 20),
        decision=decision,
        by=owner,
        at=AT,
    )

    assert action.key == f"ACT-{action.pk}"
    assert told(member) == ["For you by Fri 20 Nov: Ask three vendors"]
    assert decision.thread.events.filter(verb="action.opened").exists()


def test_it_is_done_once(owner, member):
    action = factory.action(owner=member)
    actions.settle_action(action=action, state="done", by=member, at=AT)

    with pytest.raises(actions.AlreadySettled, match="is done already"):
        actions.settle_action(action=action, state="dropped", reason="No.", by=owner, at=AT)


def test_dropping_says_why_and_it_can_be_opened_again(owner):
    action = factory.action(owner=owner)
    with pytest.raises(Refusal, match="Say why"):
        actions.settle_action(action=action, state="dropped", by=owner, at=AT)

    actions.settle_action(action=action, state="dropped", reason="Too late.", by=owner, at=AT)
    actions.reopen_action(action=action, by=owner, at=AT)

    action.refresh_from_db()
    assert (action.state, action.reason, action.settled_at) == ("open", "", None)


def remind(*moment):
    return actions.remind_of_actions(at=datetime(2026, *moment, tzinfo=UTC))


def test_a_working_day_ahead_in_the_owners_morning_and_once(member):
    team = TeamFactory(holiday_calendar="US")
    MembershipFactory(team=team, user=member)
    member.time_zone = "America/New_York"
    member.save(update_fields=["time_zone"])
    # Thursday 26 November is Thanksgiving: the working day before Friday is Wednesday.
    action = factory.action(owner=member, due_on=date(2026, 11, 27), text="Send it")

    assert remind(11, 25, 12, 30) == (0, 0)  # half past seven in New York
    assert remind(11, 25, 13, 30) == (1, 0)
    assert remind(11, 25, 14, 30) == (0, 0)
    assert told(member) == ["Due Fri 27 Nov: Send it"]

    actions.change_action(
        action=action, text="Send it", owner=member, due_on=date(2026, 12, 4),
        seen=actions.edition(action), by=member, at=AT,
    )  # fmt: skip
    assert remind(12, 3, 14) == (1, 0)


def test_once_when_it_is_past_on_a_working_day(member):
    factory.action(owner=member, due_on=date(2026, 11, 20), text="Send it")  # a Friday

    remind(11, 20, 9)
    assert remind(11, 21, 9) == (0, 0)  # Saturday
    assert remind(11, 23, 9) == (0, 1)
    assert remind(11, 24, 9) == (0, 0)
    assert told(member)[-1] == "Was due Fri 20 Nov: Send it"


def test_what_is_done_is_not_reminded_of(member):
    action = factory.action(owner=member, due_on=date(2026, 11, 20))
    actions.settle_action(action=action, state="done", by=member, at=AT)

    assert remind(11, 19, 9) == remind(11, 25, 9) == (0, 0)


def test_it_stands_on_the_owners_home_until_done(client, owner):
    action = factory.action(owner=owner, text="Ask three vendors")
    assert "Ask three vendors" in client.get("/").text

    client.post(reverse("planning:action-settling", args=[action.pk]), {"state": "done"})

    assert "Ask three vendors" not in client.get("/").text


def test_the_list_filters_searches_exports_and_settles_many(client, owner, member):
    mine = factory.action(owner=owner, text="Mine", due_on=date(2026, 1, 5))
    factory.action(owner=member, text="=cmd()", due_on=date(2036, 1, 5))
    url = reverse("planning:actions")

    assert "Mine" in client.get(url, {"due": "overdue"}).text
    assert "cmd" not in client.get(url, {"owner": "me"}).text
    csv = b"".join(client.get(url, {"format": "csv"}).streaming_content).decode()
    assert "'=cmd()" in csv

    client.post(reverse("planning:actions-settling"), {"pk": [mine.pk]})
    mine.refresh_from_db()
    assert mine.state == Action.State.DONE


def test_only_the_owner_and_planners_settle(client, owner, member):
    executive = UserFactory(role="executive")
    own = factory.action(owner=executive)
    others = factory.action(owner=member)
    client.force_login(executive)

    for action, status in ((own, 302), (others, 403)):
        url = reverse("planning:action-settling", args=[action.pk])
        assert client.post(url, {"state": "done"}).status_code == status


def test_an_error_gives_the_form_back(client, owner):
    url = reverse("planning:new-action")
    answer = client.post(url, {"text": "", "owner": owner.pk, "due_on": "soon"})

    assert answer.status_code == 422
    assert "Choose a day such as" in answer.text


def test_reminders_run_from_the_schedule(member, time_machine):
    from planning import tasks

    factory.action(owner=member, due_on=AT.date() + timedelta(days=1))
    time_machine.move_to(AT + timedelta(hours=2))
    tasks.remind_of_actions(something="newer")

    assert len(told(member)) == 1
