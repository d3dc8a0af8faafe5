"""The sidebar: what each role sees leads somewhere that role may open."""

import pytest
from django.urls import reverse

from prodops.people.models import User
from prodops.ui import navigation
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
ENTRIES = [entry for _, entries in navigation.SECTIONS for entry in entries]


@pytest.mark.parametrize(
    "entry", [*ENTRIES, *navigation.COMMANDS], ids=lambda entry: entry.url_name
)
def test_every_entry_leads_to_a_page(entry):
    assert reverse(entry.url_name)


@pytest.mark.parametrize("role", User.Role.values)
def test_each_role_may_open_what_it_is_shown(client, role):
    client.force_login(UserFactory(role=role))
    person = UserFactory(role=role)
    client.force_login(person)

    refused = {}
    for link in navigation.commands_for(person):
        response = client.get(link["href"], follow=True)
        if response.status_code != 200:
            refused[link["href"]] = response.status_code

    assert refused == {}


def test_a_requester_sees_only_the_portal_side():
    shown = {entry.url_name for entry in navigation.entries_for(UserFactory(role="requester"))}

    assert shown == {"reporting:home", "intake:portal", "intake:mine"}


def test_the_longest_address_is_the_current_one(rf):
    request = rf.get("/intake/requests/12/")
    request.user = UserFactory()

    sections = navigation.sections_for(request, {"triage": 3})

    links = {link["label"]: link for section in sections for link in section["links"]}
    assert [label for label, link in links.items() if link["is_current"]] == ["Requests"]
    assert links["Triage"]["count"] == 3
    assert navigation.section_of(request) == "Intake"


def test_commands_are_found_by_words():
    labels = [link["label"] for link in navigation.commands_for(UserFactory(role="ops"), "new req")]

    assert labels == ["New request"]
