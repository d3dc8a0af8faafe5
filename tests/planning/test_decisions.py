"""Decisions: opened, taken, replaced."""

import pytest
from django.db import IntegrityError, transaction

from planning import services
from planning.models import Decision
from prodops.notifications.models import Notification
from tests.factories import planning
from tests.factories.people import UserFactory

RATIONALE = "It costs half as much and the team knows it well."


def test_a_person_opens_a_decision_about_an_initiative(planner, post):
    initiative = planning.initiative()

    response = post("new-decision", title="Which vendor?", initiative=initiative.pk)

    decision = Decision.objects.get()
    assert response.url == decision.get_absolute_url()
    assert decision.is_stub
    assert Notification.objects.filter(
        recipient=initiative.owner, title="A decision is waiting: Which vendor?"
    ).exists()


def test_deciding_keeps_options_and_why_not(planner, post, get):
    decision = planning.decision()

    response = post(
        "decide",
        decision,
        text="We take Acme.",
        rationale=RATIONALE,
        option_1="Acme",
        option_2="Build it",
        why_2="Two quarters of work.",
        review_on="2199-05-01",
    )

    decision.refresh_from_db()
    assert response.url == decision.get_absolute_url()
    assert (decision.state, decision.decider) == ("decided", planner)
    options = decision.options.order_by("position").values_list("text", "is_chosen", "why_rejected")
    assert list(options) == [("Acme", True, ""), ("Build it", False, "Two quarters of work.")]
    assert "Two quarters of work." in get("decision", decision).content.decode()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rationale": "Because."}, "at least 40 characters"),
        ({"rationale": " " * 60}, "This field is required."),
        ({"text": ""}, "This field is required."),
        ({"option_1": "A", "option_2": "B"}, "option 1 is the chosen one"),
        ({"why_1": "Too dear."}, "Name the option this speaks against."),
        ({"review_on": "next year"}, "Choose a day such as 2026-12-01."),
        ({"rationale": "\u200b" * 60}, "at least 40 characters"),
        ({"review_on": "2020-01-01"}, "Choose a day to come"),
        ({"review_on": "9999-12-31"}, "Choose a day between 1900 and 2200."),
    ],
)
def test_half_a_decision_is_sent_back(planner, post, values, message):
    decision = planning.decision()

    response = post("decide", decision, **{"text": "Yes.", "rationale": RATIONALE, **values})

    assert response.status_code == 422
    assert message in response.content.decode()
    decision.refresh_from_db()
    assert decision.is_stub


def test_a_second_decider_is_told_who_was_first(planner, post):
    decision = planning.decision()
    first = UserFactory(name="Ada Quick")
    services.decide(decision=decision, text="Yes.", rationale=RATIONALE, by=first, at=planning.AT)

    response = post("decide", decision, text="No.", rationale=RATIONALE)

    assert response.status_code == 422
    assert "Ada Quick has taken this decision already." in response.content.decode()


def test_a_decision_replaces_an_older_one(planner, post, get):
    older, newer = planning.decision(title="Use Acme"), planning.decision(title="Use Beta")
    post("decide", older, text="Acme.", rationale=RATIONALE)

    post("decide", newer, text="Beta.", rationale=RATIONALE, supersedes=older.pk)

    older.refresh_from_db()
    assert older.state == "superseded"
    page = get("decision", older).content.decode()
    assert f"{newer.key} Use Beta" in page


@pytest.mark.parametrize(
    "fields", [{"state": "decided"}, {"rationale": "Short."}, {"decided_at": None}]
)
def test_the_database_keeps_the_rationale(planner, fields):
    decision = planning.decision()
    services.decide(decision=decision, text="Yes.", rationale=RATIONALE, by=planner, at=planning.AT)
    if "state" in fields:
        decision = planning.decision()

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(**fields)


def test_waiting_for_me_finds_what_i_owe(planner):
    mine = planning.decision(initiative=planning.initiative(owner=planner))
    named = planning.decision(decider=planner)
    planning.decision(initiative=planning.initiative(owner=planner), decider=UserFactory())
    planning.decision()

    assert set(Decision.objects.waiting_for(planner)) == {mine, named}


def test_a_question_that_cannot_be_seen_is_none(planner, post):
    assert post("new-decision", title="\u200b\u202e").status_code == 422
    assert not Decision.objects.exists()
    post("new-decision", title="Which\r\nvendor\u202e?")
    assert Decision.objects.get().title == "Which vendor?"


@pytest.mark.parametrize(
    "context", ["filter=abcdefgh&" * 150, "w" * 3_000, "`" * 3_000, "> " * 1_100]
)
def test_a_context_of_one_long_word_is_read_and_decided(planner, post, get, context):
    known = planning.decision(title="Which vendor?")
    post("decide", known, text="Acme.", rationale=RATIONALE)
    post("new-decision", title="Which vendor again?", context=f"See https://example.com/?{context}")
    decision = Decision.objects.latest("pk")

    for name in ("decision", "decide"):
        page = get(name, decision)
        assert page.status_code == 200
    assert post("decide", decision, text="Acme.", rationale=RATIONALE).status_code == 302


def test_who_owed_a_decision_is_told_that_another_took_it_and_stays_on_record(planner, post, get):
    rosa = UserFactory(name="Rosa Martens")
    decision = planning.decision(decider=rosa)

    post("decide", decision, text="We take Acme.", rationale=RATIONALE)

    decision.refresh_from_db()
    assert decision.decider == planner
    told = Notification.objects.filter(recipient=rosa).order_by("pk").last()
    assert told.title == f"Mira Chen decided what was yours to decide: {decision.title}"
    assert "decided, in place of Rosa Martens," in get("decision", decision).text


def test_who_takes_their_own_decision_is_told_nothing(planner, post):
    own = planning.decision(decider=planner)
    post("decide", own, text="We take Acme.", rationale=RATIONALE)

    assert not Notification.objects.filter(recipient=planner, title__contains="yours").exists()
    assert own.thread.events.get(verb="decision.decided").summary == "decided"
