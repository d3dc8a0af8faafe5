"""Every state × every act × every role: done as the table says, or refused with what to do.

And the database itself refuses what no act may do, whoever asks it.
"""

from datetime import timedelta
from functools import partial

import pytest
from django.contrib.messages import get_messages
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from intake import services
from intake.models import ALLOWED, WAY_OUT, ProductRequest, RequestStateChange, TriageAct
from intake.models.guards import FOLLOWS
from tests.factories.intake import CategoryFactory, product_request
from tests.factories.people import UserFactory

State = ProductRequest.State
OPEN = "new triage waiting snoozed"
pytestmark = pytest.mark.django_db

# act: what it is sent with, and to which state it leads from which ones; elsewhere it is refused.
ACTS = {
    "acceptance": ({}, {"triage": "accepted", "waiting": "accepted", "snoozed": "accepted"}),
    "refusal": ({"reason": "No."}, dict.fromkeys(OPEN.split(), "declined")),
    "snooze": ({"until": "2199-01-01"}, dict.fromkeys(OPEN.split(), "snoozed")),
    "question": (
        {"question": "Which?"},
        dict.fromkeys(["new", "triage", "snoozed"], "waiting"),
    ),
    "resumption": ({}, {"waiting": "triage"}),
    "escalation": ({}, {state: state for state in OPEN.split()}),
    "spam": ({}, dict.fromkeys([*OPEN.split(), "accepted", "planned", "shipped"], "closed")),
    "merge": ({"parent": "other"}, dict.fromkeys([*OPEN.split(), "accepted"], "merged")),
    "sorting": (
        {"priority": "P1"},
        {"new": "triage", **{each: each for each in State.values if each not in {"new", "merged"}}},
    ),
    "unmerge": ({}, {"merged": "triage"}),
    "reopening": (
        {"reason": "Again."},
        dict.fromkeys(["accepted", "declined", "closed"], "triage"),
    ),
}
WORKERS, OTHERS = ("contributor", "ops", "admin"), ("requester", "executive")


def bring(state):
    """Make a request in a state, sorted so that nothing but the state stands in the way."""
    made = product_request(state=state, at=timezone.now() - timedelta(days=2))
    if state in {"waiting", "snoozed", "triage"}:
        services.classify(
            product_request=made, category=CategoryFactory(), by=UserFactory(), at=timezone.now()
        )
    if state == "merged":
        before = TriageAct.objects.get(product_request=made, verb="merge")
        TriageAct.objects.filter(pk=before.pk).update(before={**before.before, "state": "triage"})
    return made


def told(response):
    """Return what the page said: a toast, a note, or the error of a form."""
    said = [str(each) for each in get_messages(response.wsgi_request)]
    return " ".join([*said, response.content.decode()])


def send(client, name, made, data):
    data = {**data}
    if data.get("parent"):
        data["parent"] = product_request(title="The other").pk
    return client.post(reverse(f"intake:{name}", args=[made.pk]), data)


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("name", ACTS)
def test_each_act_in_each_state_is_done_or_refused_in_words(client, name, state):
    data, leads = ACTS[name]
    client.force_login(UserFactory(role="contributor"))
    made = bring(state)

    response = send(client, name, made, data)

    before, made = made, ProductRequest.objects.get(pk=made.pk)
    if state in leads:
        assert (response.status_code, made.state) == (302, leads[state])
        return
    assert made.state == before.state == state
    assert response.status_code in {302, 422}
    said = told(response)
    reasons = [WAY_OUT[State(state)], "first", "not merged", "does not wait", "already"]
    assert any(reason in said for reason in reasons), said[:2000]


@pytest.mark.parametrize("role", OTHERS)
def test_who_does_not_triage_does_nothing_in_any_state(client, role):
    client.force_login(UserFactory(role=role))
    parent = product_request(title="The other")
    for state in State.values:
        made = bring(state)
        for name, (data, _) in ACTS.items():
            sent = {**data, "parent": parent.pk} if "parent" in data else data
            response = client.post(reverse(f"intake:{name}", args=[made.pk]), sent)
            assert response.status_code == 403, (state, name)
        assert ProductRequest.objects.get(pk=made.pk).state == state


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("role", WORKERS)
def test_who_triages_does_everything_where_it_can_be_done(client, role, name):
    data, leads = ACTS[name]
    start, end = next(iter(leads.items()))
    client.force_login(UserFactory(role=role))
    made = bring(start)

    assert send(client, name, made, data).status_code == 302
    assert ProductRequest.objects.get(pk=made.pk).state == end


def test_a_request_that_is_new_is_sorted_before_it_is_accepted(client):
    client.force_login(UserFactory())
    made = bring("new")

    response = send(client, "acceptance", made, {})

    assert response.status_code == 422
    assert "Choose a category" in response.content.decode()


def test_what_was_accepted_keeps_a_category(client):
    client.force_login(UserFactory())
    made = bring("accepted")

    response = send(client, "sorting", made, {"category": ""})

    assert response.status_code == 422
    assert "keeps a category" in response.content.decode()
    assert ProductRequest.objects.get(pk=made.pk).category


def test_sorting_many_names_the_one_that_cannot_be_and_sorts_none(client):
    client.force_login(UserFactory())
    merged, other = bring("merged"), bring("triage")

    response = client.post(
        reverse("intake:assignment"), {"pk": [merged.pk, other.pk], "sort": "1", "priority": "P0"}
    )

    assert response.status_code == 422
    assert f"{merged.key} was merged into {merged.merged_into.key}" in response.content.decode()
    assert ProductRequest.objects.get(pk=other.pk).priority == ""


AFTERWARDS = {
    "mark_planned": ({}, {"accepted"}),
    "mark_unplanned": ({}, {"planned"}),
    "mark_shipped": ({"summary": "Out.", "path": "/"}, {"accepted", "planned", "shipped"}),
}


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("name", AFTERWARDS)
def test_planning_and_shipping_follow_the_decision(name, state):
    words, leads = AFTERWARDS[name]
    act = partial(getattr(services, name), by=UserFactory(role="ops"), at=timezone.now(), **words)
    made = bring(state)

    if state in leads:
        act(product_request=made)
        return
    with pytest.raises(services.WrongState, match=WAY_OUT[State(state)]):
        act(product_request=made)
    assert ProductRequest.objects.get(pk=made.pk).state == state


@pytest.mark.parametrize("start", State.values)
def test_the_database_lets_a_state_follow_only_where_an_act_or_its_undo_leads(start):
    made = bring(start)
    needs = {
        "decided_at": timezone.now(),
        "decline_reason": "No.",
        "category": CategoryFactory(),
        "snoozed_until": None,
        "paused_since": None,
        "merged_into": None,
    }
    for end in State.values:
        values = {**needs, "state": end}
        if end in OPEN.split():
            values["decided_at"] = None
        values["snoozed_until"] = timezone.now() if end == "snoozed" else None
        values["paused_since"] = timezone.now() if end == "waiting" else None
        values["merged_into"] = product_request() if end == "merged" else None
        with transaction.atomic():
            write = ProductRequest.objects.filter(pk=made.pk)
            if start == end or (start, end) in FOLLOWS:
                write.update(**values)
            else:
                with pytest.raises(DatabaseError, match="Invalid transition"):
                    write.update(**values)
            transaction.set_rollback(True)


def test_every_act_of_the_table_is_a_way_the_database_knows():
    ways = {(str(start), str(end)) for start, ends in ALLOWED.items() for end in ends}

    assert ways <= set(FOLLOWS)
    assert {("declined", "accepted"), ("new", "shipped"), ("shipped", "planned")} & set(
        FOLLOWS
    ) == set()


REFUSED = {
    "declined without a reason": {"state": "declined", "decided_at": "now"},
    "merged without a target": {"state": "merged", "decided_at": "now"},
    "a target without a merge": {"merged_into": "other"},
    "accepted without a moment": {"state": "accepted", "category": "one"},
    "decided and still open": {"decided_at": "now"},
    "snoozed without a moment": {"state": "snoozed"},
    "waiting without a moment": {"state": "waiting"},
    "waiting since before it was asked": {"state": "waiting", "paused_since": "before"},
    "sorted before it was asked": {"triaged_at": "before"},
    "decided before it was asked": {
        "state": "closed",
        "decided_at": "before",
    },
    "a clock that began before it was asked": {"clock_at": "before"},
    "a clock that ran backwards": {"clock_ran": timedelta(seconds=-1)},
    "a promise of no hours": {"answer_hours": 0},
    "a priority nobody knows": {"priority": "P9"},
    "a state nobody knows": {"state": "lost"},
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_database_refuses(case):
    made, other = product_request(), product_request()
    meant = {
        "now": timezone.now(),
        "before": made.submitted_at - timedelta(days=1),
        "other": other,
        "one": CategoryFactory(),
    }
    values = {
        name: meant.get(value, value) if isinstance(value, str) else value
        for name, value in REFUSED[case].items()
    }

    with pytest.raises(DatabaseError), transaction.atomic():
        ProductRequest.objects.filter(pk=made.pk).update(**values)


def test_the_database_refuses_a_merge_into_itself():
    made = product_request()

    with pytest.raises(DatabaseError), transaction.atomic():
        ProductRequest.objects.filter(pk=made.pk).update(
            state="merged", merged_into=made, decided_at=timezone.now()
        )


def test_the_database_refuses_an_accepted_request_without_a_category():
    made = bring("accepted")

    with pytest.raises(DatabaseError, match="accepted_stays_sorted"), transaction.atomic():
        ProductRequest.objects.filter(pk=made.pk).update(category=None)


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_a_change_of_state_nobody_wrote_down():
    made = product_request()

    with pytest.raises(DatabaseError, match="who, when and why"), transaction.atomic():
        ProductRequest.objects.filter(pk=made.pk).update(state="triage")


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_a_merge_into_one_that_is_merged_itself():
    merged, made = product_request(state="merged"), product_request()

    with pytest.raises(DatabaseError, match="one that lives on"):
        merge_by_hand(made, merged)


@transaction.atomic
def merge_by_hand(made, parent):
    ProductRequest.objects.filter(pk=made.pk).update(
        state="merged", merged_into=parent, decided_at=timezone.now()
    )
    RequestStateChange.objects.create(
        product_request=made, from_state="new", to_state="merged", at=timezone.now()
    )
