"""Jira issues are linked by the words a person has: a key, an old key, an address."""

import pytest

from tests.factories import jira, planning

HTMX = {"headers": {"HX-Request": "true"}}


def test_an_epic_is_linked_by_its_key(planner, post):
    epic, initiative = jira.epic(children=2), planning.initiative()

    response = post("epics", initiative, key=f" {epic.key.lower()} ")

    assert response.url == initiative.get_absolute_url()
    assert initiative.epic_links.get().issue == epic
    assert initiative.thread.events.filter(summary=f"linked Jira issue {epic.key}").exists()


def test_the_panel_comes_back_with_the_new_link(planner, post):
    epic, initiative = jira.epic(children=2, done=1), planning.initiative()

    response = post("epics", initiative, key=epic.key, **HTMX)

    page = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in page
    assert f"https://jira.example.com/browse/{epic.key}" in page
    assert "1 of 2" in page
    assert 'id="truth" hx-swap-oob="true"' in page
    assert "1 of 2 issues are finished" in page


def test_an_old_key_and_an_address_lead_to_the_issue(planner, post):
    moved, other = jira.epic(), jira.epic()
    moved.old_keys.create(key="OLD-7")
    initiative = planning.initiative()

    post("epics", initiative, key="OLD-7")
    post("epics", initiative, key=f"https://jira.example.com/browse/{other.key}?filter=1")

    assert {link.issue for link in initiative.epic_links.all()} == {moved, other}


def test_a_key_of_two_sites_asks_for_the_address(planner, post):
    here = jira.epic(key="PAY-1")
    away = jira.connection("second", name="Second", base_url="https://second.example.com")
    there = jira.epic(key="PAY-1", project=jira.project(of=away))
    initiative = planning.initiative()

    refused = post("epics", initiative, key="PAY-1")
    post("epics", initiative, key="https://second.example.com/browse/PAY-1")

    assert "exists on Jira, Second" in refused.content.decode()
    assert initiative.epic_links.get().issue == there != here


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("PAY-999", "No synced issue has the key PAY-999."),
        ("the search epic", "is not a Jira key such as PAY-123"),
        ("", "This field is required."),
        ("GONE-1", "GONE-1 was deleted in Jira."),
        ("SUB-1", "SUB-1 is a sub-task; link STORY-1 instead."),
        ("STORY-1", "STORY-1 is linked already."),
    ],
)
def test_what_cannot_be_linked_says_why(planner, post, key, message):
    story = jira.issue(key="STORY-1")
    jira.issue(key="SUB-1", type="Sub-task", parent=story)
    jira.epic(key="GONE-1", deleted_at=planning.AT)
    initiative = planning.initiative(epic=story)

    page = post("epics", initiative, key=key)
    part = post("epics", initiative, key=key, **HTMX)

    for answer in (page, part):
        assert answer.status_code == 422
        assert message in answer.content.decode()
    assert initiative.epic_links.count() == 1


def test_unlinking_twice_does_no_harm(planner, post):
    initiative = planning.initiative(epic=jira.epic())
    link = initiative.epic_links.get()

    first, second = post("epic-removal", link, **HTMX), post("epic-removal", link, **HTMX)

    assert (first.status_code, second.status_code) == (200, 404)
    assert not initiative.epic_links.exists()
