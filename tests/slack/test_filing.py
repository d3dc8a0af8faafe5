"""Requests from Slack: acknowledged at once, filed by a worker, never twice."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from intake import services
from intake.models import ProductRequest, RequestKind, SlackMessage
from prodops.integrations.slack.models import Call
from tests.factories.people import UserFactory
from tests.factories.slack import call, command, shortcut, submission

pytestmark = pytest.mark.django_db


def test_a_command_is_acknowledged_at_once_and_filed_by_a_worker(
    work, client, slack, northwind, sam
):
    sam.time_zone = "Pacific/Auckland"
    sam.save()
    answer = call(client, northwind, command(slack))

    assert answer.json() == {"response_type": "ephemeral", "text": "Sending your request …"}
    assert slack.asked == []
    assert not ProductRequest.objects.exists()
    work()
    made = ProductRequest.objects.get()
    assert (made.title, made.author, made.source) == ("Export all invoices", sam, "slack")
    assert "of a year" in made.body
    assert made.key in slack.told[0]
    due = made.answer_due_at.astimezone(ZoneInfo(sam.time_zone))
    assert f"We answer by {due:%a} {due.day} {due:%b, %H:%M}." in slack.told[0]


def test_the_worker_is_woken_after_the_commit(
    client, slack, northwind, sam, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        call(client, northwind, command(slack))

    assert ProductRequest.objects.count() == 1


def test_an_empty_command_is_answered_with_help(work, client, slack, northwind, sam):
    assert call(client, northwind, command(slack, "  ")).content == b""
    work()

    assert "/request Export" in slack.told[0]
    assert not ProductRequest.objects.exists()


def test_somebody_unknown_is_told_so(work, client, slack, northwind, sam):
    slack.people["U2"] = {"email": "eve@example.com", "real_name": "Eve"}
    call(client, northwind, command(slack, user_id="U2"))
    work()

    assert "does not know eve@example.com" in slack.told[0]
    assert not ProductRequest.objects.exists()


def test_a_stand_in_may_file_for_them(work, client, slack, northwind, sam):
    slack.people["U2"] = {"real_name": "Eve Stranger"}
    northwind.unknown_people, northwind.stand_in = "stand_in", UserFactory(name="Front Desk")
    northwind.save()
    call(client, northwind, command(slack, user_id="U2"))
    work()

    made = ProductRequest.objects.get()
    assert made.author.name == "Front Desk"
    assert made.body.endswith("Asked in Slack by Eve Stranger.")


def test_somebody_who_left_is_unknown(work, client, slack, northwind, sam):
    sam.is_active = False
    sam.save()
    call(client, northwind, command(slack))
    work()

    assert "does not know sam@example.com" in slack.told[0]


def test_a_message_opens_the_form_with_its_words(work, client, slack, northwind, sam):
    assert call(client, northwind, shortcut(slack)).content == b""
    work()

    method, given = slack.asked[-1]
    view = json.loads(given["view"])
    fields = {block["block_id"]: block["element"] for block in view["blocks"]}
    assert (method, given["trigger_id"]) == ("views.open", "1.2.abc")
    assert fields["title"]["initial_value"].startswith("The *export* of [depots](https://a")
    assert "fails & fails" in fields["title"]["initial_value"]
    offered = [option["value"] for option in fields["kind"]["options"]]
    kinds = RequestKind.objects.filter(is_active=True).order_by("position", "pk")
    assert offered == list(kinds.values_list("slug", flat=True))


def test_the_form_files_the_message_with_its_link(work, client, slack, northwind, sam):
    assert call(client, northwind, submission(slack)).content == b""
    work()

    made = ProductRequest.objects.get()
    message = SlackMessage.objects.get()
    assert (made.title, made.urgency, made.source) == ("Export of depots", "high", "slack")
    assert message.permalink == "https://northwind.slack.com/archives/C7/p1700.5"
    assert made.key in slack.told[-1]
    client.force_login(sam)
    page = client.get(reverse("intake:request", args=[made.pk])).content.decode()
    assert f'href="{message.permalink}"' in page


def test_the_same_message_is_one_request(work, client, slack, northwind, sam):
    for body in (submission(slack), submission(slack, title="Again"), shortcut(slack)):
        call(client, northwind, body)
        work()

    made = ProductRequest.objects.get()
    assert len(slack.told) == 3
    assert all("already <http" in told and made.key in told for told in slack.told[1:])
    assert "views.open" not in [method for method, _ in slack.asked]


def test_a_form_without_a_title_is_sent_back_at_once(client, slack, northwind):
    answer = call(client, northwind, submission(slack, title="  "))

    assert answer.json()["response_action"] == "errors"
    assert "title" in answer.json()["errors"]
    assert not Call.objects.exists()


def test_a_channel_we_may_not_see_has_no_link(work, client, slack, northwind, sam):
    slack.failing["chat.getPermalink"] = (200, {"ok": False, "error": "channel_not_found"})
    call(client, northwind, submission(slack))
    work()

    assert SlackMessage.objects.get().permalink == ""


@pytest.mark.parametrize("failure", [(503, {}), (429, {}), (200, b"<html>"), (200, b"[]")])
def test_while_slack_fails_the_call_waits_for_the_sweeper(
    work, client, slack, northwind, sam, failure, django_capture_on_commit_callbacks
):
    slack.failing["users.info"] = failure
    call(client, northwind, command(slack))
    work()
    assert (Call.objects.get().state, Call.objects.get().attempts) == ("waiting", 1)
    assert Call.objects.get().note

    slack.failing.clear()
    later = timezone.now() + timedelta(minutes=2)
    with django_capture_on_commit_callbacks(execute=True):
        services.sweep_calls(clock=lambda: later)
    Call.objects.update(leased_until=None)
    work()
    assert ProductRequest.objects.count() == 1
    assert Call.objects.get().state == "done"


def test_a_call_is_given_up_after_three_attempts(work, client, slack, northwind, sam):
    slack.failing["users.info"] = (503, {})
    call(client, northwind, command(slack))
    for _ in range(3):
        Call.objects.update(leased_until=None)
        work()

    given_up = Call.objects.get()
    assert (given_up.state, given_up.attempts) == ("failed", 3)
    assert "503" in given_up.note
    assert ["Something went wrong" in told for told in slack.told] == [True]


def test_who_called_hears_that_no_worker_came_to_its_end(client, slack, northwind, sam):
    call(client, northwind, command(slack))
    Call.objects.update(attempts=3)

    services.sweep_calls(clock=timezone.now)
    services.sweep_calls(clock=timezone.now)

    assert Call.objects.get().state == "failed"
    assert ["/intake/mine/" in told for told in slack.told] == [True]


def test_a_wrong_token_is_a_matter_for_a_person(work, client, slack, northwind, sam):
    slack.failing["users.info"] = (200, {"ok": False, "error": "token_revoked"})
    call(client, northwind, command(slack))
    work()

    assert (Call.objects.get().state, Call.objects.get().attempts) == ("failed", 1)
    assert "token_revoked" in Call.objects.get().note


def test_replies_go_to_slack_only(work, client, slack, northwind, sam, settings):
    elsewhere = "http://127.0.0.2:9/steal"
    call(client, northwind, command(slack, response_url=elsewhere))
    work()

    assert ProductRequest.objects.count() == 1
    assert "is not Slack's" in Call.objects.get().note


def test_old_calls_are_forgotten(work, client, slack, northwind, sam):
    call(client, northwind, command(slack))
    work()
    services.sweep_calls(clock=lambda: timezone.now() + timedelta(days=15))

    assert not Call.objects.exists()
