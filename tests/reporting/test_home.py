"""Home: each role's own, and the counts beside the sidebar's entries."""

import pytest
from django.urls import reverse

from launches import services
from planning.models import Decision
from prodops.audit.services import open_thread
from reporting.context import waiting_for
from tests.factories import planning
from tests.factories.intake import SUBMITTED_AT, product_request
from tests.factories.launches import approver_of, asked_for, function, item, launch
from tests.factories.people import TeamFactory, UserFactory
from tests.factories.reporting import history

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
HOME = "/"


def signed_in(client, role, **fields):
    user = UserFactory(role=role, **fields)
    client.force_login(user)
    return user


def text(client):
    response = client.get(HOME)
    assert response.status_code == 200
    return response.content.decode()


def undecided(user, title="Which price?"):
    thread = open_thread(kind="decision", key="DEC", title=title, path="/")
    return Decision.objects.create(title=title, decider=user, opened_at=SUBMITTED_AT, thread=thread)


def everything_for(user, count=1):
    """Leave `count` of each thing that can wait for a person."""
    for _ in range(count):
        product_request(title="Bulk export")
        undecided(user)
        asked_for(owner=user, title="Faster invoices")
        going_live = launch(title="Autumn release")
        item(of=going_live, owner=user, title="Train support")
        security = function(user)
        item(of=going_live, function=security, title="Threat model", needs_sign_off=True)


def test_the_address_is_the_root():
    assert reverse("reporting:home") == HOME


def test_a_requester_is_led_to_the_portal(client):
    signed_in(client, "requester")
    assert client.get(HOME).url == reverse("intake:portal")


def test_a_contributor_sees_what_waits_for_them(client):
    user = signed_in(client, "contributor")
    everything_for(user)
    found = text(client)
    for words in ("Bulk export", "Which price?", "Faster invoices", "Train support"):
        assert words in found


def test_a_contributor_does_not_see_what_waits_for_others(client):
    everything_for(UserFactory())
    signed_in(client, "contributor", teams=[TeamFactory()])
    found = text(client)
    for words in ("Which price?", "Faster invoices", "Train support"):
        assert words not in found


def test_nothing_to_do_is_said(client):
    signed_in(client, "contributor")
    assert "Nothing needs you" in text(client)


@pytest.mark.parametrize("role", ["contributor", "ops"])
def test_who_has_nothing_that_can_be_overdue_is_not_sent_to_look_for_it(client, role):
    button = f'class="button" href="{reverse("planning:overdue")}"'
    user = signed_in(client, role)
    assert button not in text(client)

    planning.initiative(owner=user)

    assert button in text(client)


def test_operations_sees_the_clocks_and_the_launches(client):
    signed_in(client, "ops")
    product_request(title="Bulk export")
    found = text(client)
    assert "Bulk export" in found
    assert "1 past their clock" in found
    assert "Launches at risk" in found


def test_an_executive_sees_the_five_numbers(client):
    signed_in(client, "executive")
    for key in ("K3", "K4", "K5", "K7", "K9"):
        history(key, 80, 82)
    found = text(client)
    assert "judged figures" in found
    assert found.count("<article") == 5


class TestAttention:
    def test_it_counts_what_waits_in_one_query(self, django_assert_num_queries):
        user = UserFactory(role="ops")
        product_request()
        undecided(user)
        item(of=launch(), owner=user)
        with django_assert_num_queries(1):
            found = waiting_for(user)
        assert (found["triage"], found["decisions"], found["launches"]) == (1, 1, 1)

    def test_a_pending_sign_off_counts_for_a_member_of_the_function(self):
        security = function()
        user = approver_of(security)
        wanted = item(of=launch(), function=security, needs_sign_off=True)
        services.request_sign_off(item=wanted, by=UserFactory(), at=SUBMITTED_AT)
        assert waiting_for(user)["sign_offs"] == 1

    def test_a_requester_is_only_told_of_notifications(self):
        found = waiting_for(UserFactory(role="requester"))
        assert set(found) == {"inbox", "notifications", "launches"}
