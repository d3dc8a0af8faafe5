"""Payloads, whole and broken, into rows."""

import copy
import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prodops.integrations.jira.fields import FieldMap
from prodops.integrations.jira.mapping import read_changes, read_issue
from prodops.integrations.jira.values import Malformed, read_moment

FIELDS = FieldMap(
    points=("customfield_1", "customfield_2"),
    sprints=("customfield_3",),
    epic_links=("customfield_4",),
)
MIRA = {"accountId": "5b10", "displayName": "Mira Chen", "emailAddress": "mira@example.com"}
PAYLOAD = {
    "id": "10001",
    "key": "CORE-1",
    "fields": {
        "summary": "Export takes minutes",
        "description": "h1. Why\nslow",
        "status": {"id": "3", "name": "In Progress", "statusCategory": {"key": "indeterminate"}},
        "issuetype": {"id": "7", "name": "Story", "hierarchyLevel": 0},
        "project": {"id": "1", "key": "CORE", "name": "Core"},
        "priority": {"name": "High"},
        "resolution": None,
        "assignee": MIRA,
        "reporter": None,
        "created": "2026-01-05T10:00:00.000+0100",
        "updated": "2026-02-05T10:00:00.123-0500",
        "resolutiondate": None,
        "duedate": "2026-03-01",
        "labels": ["slow", "export"],
        "components": [{"name": "API"}],
        "fixVersions": [{"name": "1.4"}],
        "parent": {"id": "9000", "key": "CORE-0"},
        "issuelinks": [
            {
                "id": "77",
                "type": {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"},
                "inwardIssue": {"id": "10002", "key": "CORE-2"},
            }
        ],
        "customfield_1": None,
        "customfield_2": 5,
        "customfield_3": [{"id": 1, "name": "Sprint 1"}, {"id": 2, "name": "Sprint, 2"}],
    },
    "changelog": {
        "total": 1,
        "histories": [
            {
                "id": "500",
                "author": MIRA,
                "created": "2026-01-06T09:00:00.000+0000",
                "items": [
                    {
                        "field": "status",
                        "from": "1",
                        "fromString": "To Do",
                        "to": "3",
                        "toString": "X",
                    },
                    {
                        "field": "resolution",
                        "from": None,
                        "fromString": "",
                        "to": "1",
                        "toString": "Y",
                    },
                ],
            }
        ],
    },
}


def changed(path, value):
    """Return the payload with the value at `path` replaced."""
    payload = copy.deepcopy(PAYLOAD)
    place = payload
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return payload


def test_a_whole_issue():
    issue = read_issue(PAYLOAD, FIELDS)

    assert (issue.jira_id, issue.key, issue.histories) == ("10001", "CORE-1", 1)
    assert issue.created == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert issue.updated == datetime(2026, 2, 5, 15, 0, 0, 123000, tzinfo=UTC)
    assert issue.due_on == date(2026, 3, 1)
    assert (issue.parent_jira_id, issue.parent_key) == ("9000", "CORE-0")
    assert issue.story_points == 5.0
    assert issue.sprints == ["Sprint 1", "Sprint, 2"]
    assert issue.assignee.email == "mira@example.com"
    assert issue.status.extra == "indeterminate"
    link = issue.links[0]
    assert (link.source_key, link.target_key) == ("CORE-2", "CORE-1")


def test_null_stays_apart_from_empty_in_a_change():
    status, resolution = read_changes(PAYLOAD["changelog"]["histories"])
    assert (status.position, resolution.position) == (0, 1)
    assert (resolution.from_id, resolution.from_text) == (None, "")


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (("fields",), None, "fields is missing"),
        (("id",), None, "id or key is missing"),
        (("fields", "status"), "Done", "status is missing"),
        (("fields", "project"), None, "project is missing"),
        (("fields", "issuetype"), {}, "issuetype is missing"),
        (("fields", "summary"), 42, "summary is not text"),
        (("fields", "labels"), "one,two", "labels is not a list"),
        (("fields", "fixVersions"), {}, "fixVersions is not a list"),
        (("fields", "assignee"), ["x"], "assignee is not an account"),
        (("fields", "updated"), "2026-13-45T99:99:99.000+0000", "updated is not a time"),
        (("fields", "created"), "2026-01-05T10:00:00", "created has no time zone"),
        (("fields", "created"), "0001-01-01T00:00:00.000+1400", "created is out of range"),
        (("fields", "updated"), "9999-12-31T23:59:59.000+0000", "updated is out of range"),
        (("fields", "duedate"), "tomorrow", "duedate is not a day"),
        (("fields", "issuelinks"), [{"id": "1"}], "A link has no id or type"),
        (("changelog",), None, "changelog is missing"),
    ],
)
def test_what_cannot_be_read_says_which_part(path, value, reason):
    with pytest.raises(Malformed, match=reason):
        read_issue(changed(path, value), FIELDS)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1_767_603_600_000, datetime(2026, 1, 5, 9, tzinfo=UTC)),
        (1_767_603_600, datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("2026-01-05T10:00:00+01:00", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("2026-01-05T09:00:00Z", datetime(2026, 1, 5, 9, tzinfo=UTC)),
    ],
)
def test_times_come_in_four_forms(value, expected):
    assert read_moment(value, "created") == expected


def test_what_postgres_cannot_hold_is_cleaned():
    dirty = changed(("fields", "summary"), "a\x00b\ud800c")
    dirty["fields"]["labels"] = ["x\x00"]
    issue = read_issue(dirty, FIELDS)
    assert (issue.summary, issue.labels) == ("abc", ["x"])
    assert len(issue.content_hash) == 20
    histories = json.loads('[{"id": 1, "created": 1767603600, "items": [{"field": "a\\u0000b"}]}]')
    assert read_changes(histories)[0].field == "ab"


def test_a_backslash_before_u0000_is_text():
    issue = read_issue(changed(("fields", "summary"), "C:\\u0000"), FIELDS)
    assert issue.summary == "C:\\u0000"


def test_the_epic_link_of_data_center_and_its_old_sprints():
    payload = changed(("fields", "parent"), None)
    payload["fields"]["customfield_4"] = "CORE-99"
    payload["fields"]["customfield_3"] = [
        "com.atlassian.greenhopper.service.sprint.Sprint@1a2b[id=5,rapidViewId=3,state=CLOSED,"
        "name=Sprint 7, [blue],startDate=2026-01-01T00:00:00.000Z,goal=]"
    ]
    issue = read_issue(payload, FIELDS)
    assert (issue.parent_jira_id, issue.parent_key) == ("", "CORE-99")
    assert issue.sprints == ["Sprint 7, [blue]"]


def test_the_hash_tells_any_change_and_nothing_else():
    base = read_issue(PAYLOAD, FIELDS).content_hash
    assert read_issue(copy.deepcopy(PAYLOAD), FIELDS).content_hash == base
    for path, value in [
        (("fields", "summary"), "Other"),
        (("fields", "customfield_2"), 8),
        (("fields", "labels"), ["slow"]),
        (("changelog", "total"), 2),
        (("key",), "WEB-4"),
    ]:
        assert read_issue(changed(path, value), FIELDS).content_hash != base


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
PATHS = [
    *[("fields", name) for name in PAYLOAD["fields"]],
    *[(name,) for name in PAYLOAD],
    ("changelog", "histories"),
    ("changelog", "total"),
    ("changelog", "histories", 0),
    *[("changelog", "histories", 0, name) for name in ("id", "author", "created", "items")],
    ("fields", "status", "statusCategory"),
    ("fields", "issuetype", "hierarchyLevel"),
    ("fields", "issuelinks", 0, "inwardIssue"),
    ("fields", "assignee", "emailAddress"),
]


@settings(max_examples=1500, deadline=None)
@given(path=st.sampled_from(PATHS), value=anything)
def test_no_payload_breaks_the_mapping(path, value):
    payload = changed(path, value)
    try:
        issue = read_issue(payload, FIELDS)
        read_changes(payload["changelog"]["histories"])
    except Malformed:
        return
    assert len(issue.content_hash) == 20


@settings(max_examples=300, deadline=None)
@given(payload=anything)
def test_no_value_at_all_breaks_the_mapping(payload):
    with pytest.raises(Malformed):
        read_issue(payload, FIELDS)
