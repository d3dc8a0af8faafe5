"""Fields are found by what they are; of several alike the board decides, or a person."""

import json

import pytest
from django.urls import reverse

from prodops.integrations.jira.fields import FieldMap, classified, field_map, unsettled
from prodops.integrations.jira.mapping import read_issue
from prodops.integrations.jira.models import JiraBoard, JiraField, JiraSprint, JiraVersion
from tests.factories import jira
from tests.factories.people import UserFactory
from tests.integrations.test_mapping import changed

FLOAT = "com.atlassian.jira.plugin.system.customfieldtypes:float"
BOXES = "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"
SOFTWARE = "com.pyxis.greenhopper.jira:"


def field(number, name, custom=FLOAT, kind="number"):
    return {
        "id": f"customfield_{number}",
        "name": name,
        "schema": {"type": kind, "custom": custom},
    }


@pytest.mark.parametrize(
    ("described", "role"),
    [
        (field(1, "Story Points"), "points"),
        (field(2, "Größe", SOFTWARE + "jsw-story-points"), "points"),
        (field(3, "T-shirt", FLOAT), None),
        (field(4, "Weight"), "points"),  # a board estimates in it
        (field(5, "Story Points", "x:select", "option"), None),
        (field(6, "Спринт", SOFTWARE + "gh-sprint", "array"), "sprint"),
        (field(7, "Epos", SOFTWARE + "gh-epic-link", "any"), "epic_link"),
        (field(8, "Flagged", BOXES, "array"), "flag"),
        (field(8, "Markiert", BOXES, "array") | {"untranslatedName": "Flagged"}, "flag"),
        (field(9, "Colours", BOXES, "array"), None),
        ({"id": "summary", "name": "Story Points"}, None),
        ({"name": "no id"}, None),
        ("nothing", None),
        ({"id": "x", "schema": "odd"}, None),
    ],
)
def test_a_field_is_known_by_what_it_is(described, role):
    found = classified(described, {"customfield_4"})
    assert (found.role if found else None) == role


@pytest.fixture
def site(db):
    connection, core, web = jira.connection(), jira.project("CORE"), jira.project("WEB")

    def make(jira_id, **more):
        told = {"connection": connection, "name": "Story Points", "role": "points"}
        return JiraField.objects.create(jira_id=jira_id, **told | {"schema": FLOAT} | more)

    def board(jira_id, project, estimation):
        return JiraBoard.objects.create(
            connection=connection, jira_id=jira_id, name=jira_id, kind="scrum", project=project,
            estimation_field=estimation,
        )  # fmt: skip

    return connection, core, web, make, board


def test_of_two_fields_alike_none_is_guessed(site):
    connection, _, _, make, _ = site
    make("f1")
    make("f2")
    make("team", schema=SOFTWARE + "jsw-story-points", name="Story point estimate")

    found = field_map(connection)

    assert (found.points, set(found.others)) == (("team",), {"f1", "f2"})
    assert {"f1", "f2", "team"} <= set(found.asked)
    assert [one.jira_id for one in unsettled(connection)] == ["f1", "f2"]


def test_the_board_decides_for_its_project_and_a_person_for_the_rest(site):
    connection, core, web, make, board = site
    make("f1")
    make("f2", is_chosen=True)
    board("1", core, "f1")
    board("2", web, "timeoriginalestimate")

    found = field_map(connection)

    assert found.board_points == {"CORE": ("f1",)}
    assert found.points == ("f2",)
    assert not unsettled(connection)
    both = changed(("fields", "f1"), 3)
    both["fields"]["f2"] = 8
    assert read_issue(both, found).story_points == 3
    both["fields"]["project"] = {"id": "2", "key": "WEB", "name": "Web"}
    assert read_issue(both, found).story_points == 8
    assert FieldMap.from_json(json.loads(json.dumps(found.as_json()))) == found


def test_one_field_alone_needs_no_choice(site):
    connection, *_, make, _ = site
    make("f1")
    assert field_map(connection).points == ("f1",)
    assert not unsettled(connection)


@pytest.mark.parametrize("value", [True, None])
def test_a_flag_is_seen_however_it_is_sent(value):
    fields = FieldMap(flags=("customfield_9",))
    assert read_issue(changed(("fields", "flagged"), value), fields).is_flagged == bool(value)
    ticked = [{"value": "Impediment", "id": "1"}] if value else None
    assert read_issue(changed(("fields", "customfield_9"), ticked), fields).is_flagged == bool(
        value
    )


@pytest.mark.parametrize("name", ["jiraversion", "jiraboard", "jirasprint", "jirafield"])
def test_administrators_look_lists_up_and_change_nothing(client, site, name):
    connection, core, _, make, board = site
    named = {"connection": connection, "jira_id": "7", "name": "Seven"}
    shown = board("1", core, "f1")
    rows = {
        "jiraversion": JiraVersion.objects.create(**named, project=core),
        "jirasprint": JiraSprint.objects.create(**named, state="active"),
        "jirafield": make("f1"),
        "jiraboard": shown,
    }
    rows["jirasprint"].boards.add(shown)
    client.force_login(UserFactory(role="admin"))

    listed = client.get(reverse(f"admin:jira_{name}_changelist"))
    page = client.get(reverse(f"admin:jira_{name}_change", args=[rows[name].pk]))

    assert (listed.status_code, page.status_code) == (200, 200)
    assert str(rows[name]) in listed.text or rows[name].name in listed.text
    assert 'name="_save"' not in page.text
