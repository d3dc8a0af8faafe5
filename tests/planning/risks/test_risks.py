"""Risks of an initiative, through its tab: named, weighed, changed, closed, opened again."""

import pytest
from django.db import IntegrityError, transaction

from planning.models import Initiative, Risk
from prodops.notifications.models import Notification
from tests.factories import planning
from tests.factories.people import UserFactory

LEVELS = {"likelihood": 2, "impact": 3}


@pytest.fixture
def initiative(planner):
    return planning.initiative(owner=planner)


@pytest.fixture
def name(post, planner, initiative):
    """Name a risk by the form and return it."""

    def add(**values):
        wanted = {"title": "The carrier leaves", "owner": planner.pk, **LEVELS, **values}
        answer = post("risks", initiative, **wanted)
        assert answer.status_code == 302, answer.content.decode()
        return Risk.objects.latest("pk")

    return add


def shown(get, initiative):
    return get("risks", initiative).content.decode()


def test_a_risk_is_named_and_its_owner_told(name, get, initiative):
    other = UserFactory(name="Ben Stone")

    risk = name(owner=other.pk, response="Sign the *second* one first.")

    page = shown(get, initiative)
    assert "The carrier leaves" in page
    assert "<em>second</em>" in page
    assert "Likelihood medium, impact high" in page
    told = Notification.objects.get(recipient=other)
    assert told.title == f"You own a risk of {initiative.key}: The carrier leaves"
    assert told.path == risk.get_absolute_url()
    story = [event.summary for event in initiative.thread.events.order_by("pk")]
    assert "named a high risk" in story


@pytest.mark.parametrize(
    ("likelihood", "impact", "words"),
    [(1, 1, "Low"), (1, 2, "Low"), (1, 3, "Medium"), (2, 2, "Medium"), (2, 3, "High")],
)
def test_gravity_is_likelihood_times_impact(name, likelihood, impact, words):
    assert name(likelihood=likelihood, impact=impact).gravity.label == words


def test_the_gravest_open_risk_comes_first_and_closed_ones_last(name, post, get, initiative):
    name(title="Small", likelihood=1, impact=1)
    closed = name(title="Over", likelihood=3, impact=3)
    name(title="Grave", likelihood=3, impact=3)
    post("close-risk", closed, outcome="averted", note="They signed.")

    page = shown(get, initiative)

    assert page.index(">Grave<") < page.index(">Small<") < page.index("<s>Over</s>")
    assert "They signed." in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"title": "x" * 201},
        {"title": "\u200b"},
        {"likelihood": 0},
        {"impact": 4},
        {"likelihood": "high"},
        {"owner": 0},
    ],
)
def test_what_cannot_be_is_refused_and_stays_in_the_form(post, planner, initiative, wrong):
    values = {"title": "The carrier leaves", "owner": planner.pk, "response": "kept", **LEVELS}

    answer = post("risks", initiative, **{**values, **wrong})

    assert answer.status_code == 422
    assert "kept" in answer.content.decode()
    assert not Risk.objects.exists()


def test_a_change_says_what_changed_and_from_what_to_what(name, post, planner, initiative):
    risk = name()

    post("edit-risk", risk, title=risk.title, owner=planner.pk, likelihood=1, impact=3)

    event = initiative.thread.events.latest("pk")
    assert event.summary == "changed the likelihood of a risk"
    assert (event.before, event.after) == ("High", "Medium")


def test_a_closed_risk_is_changed_only_after_it_is_opened_again(name, post, planner):
    risk = name()
    post("close-risk", risk, outcome="occurred")
    values = {"title": "Else", "owner": planner.pk, **LEVELS}

    assert post("edit-risk", risk, **values).status_code == 422
    assert post("close-risk", risk, outcome="averted").status_code == 422
    post("reopen-risk", risk)
    assert post("edit-risk", risk, **values).status_code == 302

    risk.refresh_from_db()
    assert (risk.title, risk.is_open, risk.outcome) == ("Else", True, "")


def test_nothing_more_may_go_wrong_with_what_is_over(post, get, planner, initiative):
    Initiative.objects.filter(pk=initiative.pk).update(
        stage="cancelled", cancelled_at=initiative.created_at
    )

    answer = post("risks", initiative, title="Late", owner=planner.pk, **LEVELS)

    assert answer.status_code == 422
    assert f"{initiative.key} is cancelled already." in answer.content.decode()
    assert "Name a risk" not in shown(get, initiative)


def test_the_database_refuses_a_closed_risk_without_outcome(name):
    risk = name()

    refused = pytest.raises(IntegrityError, match="risk_closed_with_its_outcome")
    with refused, transaction.atomic():
        Risk.objects.filter(pk=risk.pk).update(closed_at=risk.added_at)


def test_the_metric_is_written_with_the_initiative_and_shown(post, get, planner, initiative):
    edit = {"title": initiative.title, "owner": planner.pk, "seen": 0}

    post("edit", initiative, **edit, metric="Calls a week, from 40 to 10")

    page = get("initiative", initiative).content.decode()
    assert "Calls a week, from 40 to 10" in page
    assert "changed the metric" in page
