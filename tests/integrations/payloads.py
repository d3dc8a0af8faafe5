"""A Jira that holds any payloads at all, whole ones, and what to put in their places."""

import copy
from datetime import UTC, datetime

from prodops.integrations import services
from prodops.integrations.jira.answers import Tally
from prodops.integrations.models import SyncRun
from tests.factories import jira
from tests.integrations.test_mapping import PATHS, PAYLOAD

FIELDS = [
    ("customfield_1", "Story Points", "x:float", "number"),
    ("customfield_2", "Story point estimate", "com.pyxis.greenhopper.jira:jsw-story-points", "n"),
    ("customfield_3", "Sprint", "com.pyxis.greenhopper.jira:gh-sprint", "array"),
    ("customfield_4", "Epic Link", "com.pyxis.greenhopper.jira:gh-epic-link", "any"),
]


def fresh(payload):
    """Return the payload as a new object, as far down as a run may change it."""
    copied = copy.copy(payload)
    if isinstance(payload, dict) and isinstance(payload.get("changelog"), dict):
        copied["changelog"] = dict(payload["changelog"])
    return copied


class Jira:
    """A Jira that holds these payloads and says nothing else of use."""

    is_cloud = True

    def __init__(self, payloads):
        self.payloads, self.tally = payloads, Tally()
        self.requests = self.retries = self.bytes = 0
        self.server_now = datetime(2026, 6, 1, tzinfo=UTC)

    def twin(self):
        return self

    def stop(self):
        pass

    def myself(self):
        return {"accountId": "1", "timeZone": "UTC"}

    def fields(self):
        named = [dict(zip(("id", "name"), field[:2], strict=True)) for field in FIELDS]
        for field, (_, _, custom, kind) in zip(named, FIELDS, strict=True):
            field["schema"] = {"custom": custom, "type": kind}
        return [*named, None, {"id": None}, "x", {"id": "f", "schema": 7}]

    def statuses(self):
        return [None, {"id": "1"}, {"id": "3", "name": "In Progress", "statusCategory": 7}]

    def issue_types(self):
        return {"not": "a list"}

    def projects(self):
        return [PAYLOAD["fields"]["project"], {"key": "NO-ID"}, None]

    def board_configuration(self, board_id):
        return {"estimation": {"field": ["odd"]}}

    def call(self, method, path, body=None):
        if path.startswith("/rest/agile/1.0/board?"):
            return {"values": [{"id": 1, "type": "scrum", "location": {"projectId": 1}}, 7, {}]}
        return {"values": [{"id": 5, "name": "S", "startDate": "soon"}, None, {"id": [1]}]}

    def search(self, jql, *, fields, expand, size, at, reconcile=()):
        ids = fields == ["id"]
        found = [{"id": one.get("id")} if ids else one for one in self._objects()]
        return {"issues": found if ids else [fresh(one) for one in self.payloads]}

    def _objects(self):
        return [one for one in self.payloads if isinstance(one, dict)]

    def issue(self, id_or_key, **options):
        found = [one for one in self._objects() if str(one.get("id")) == id_or_key]
        return fresh(found[0]) if found else {"odd": id_or_key}

    def bulk_issues(self, ids, **options):
        return [one for one in self._objects() if str(one.get("id")) in ids]

    def bulk_changelogs(self, ids, token):
        return {"issueChangeLogs": [{"issueId": ids[0], "changeHistories": [{"id": 1}]}]}


def whole(number):
    """Return a payload with everything in it that the notes on the API name."""
    payload = copy.deepcopy(PAYLOAD)
    payload |= {"id": str(20_000 + number), "key": f"CORE-{number + 10}"}
    fields = payload["fields"]
    fields["fixVersions"] = [
        {"id": "7", "name": "1.4", "released": True, "releaseDate": "2026-01-01"}
    ]
    fields["issuelinks"][0]["id"] = str(900_000 + number)
    fields["description"] = {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": f"No. {number}"}]}],
    }
    payload["changelog"]["histories"][0]["id"] = str(500_000 + number)
    return payload


def put(payload, path, value):
    """Replace what is at `path`, or take it away when the value is MISSING."""
    place = payload
    for part in path[:-1]:
        place = place[part]
    if value is MISSING:
        place.pop(path[-1])
    else:
        place[path[-1]] = value


def nested(depth, of=list):
    value = "deep"
    for _ in range(depth):
        value = [value] if of is list else {"content": [value], "type": "panel"}
    return value


MISSING = object()
NASTY = [
    MISSING, None, True, 0, -1, 10**18, -(10**30), 1e308, float("nan"), float("inf"), "", "\x00",
    "\ud800", "a\x00b\udfff", "x" * 100_000, "2026-13-45", "0001-01-01T00:00:00.000+1400",
    "9999-12-31T23:59:59.000-1200", "0000-00-00", [], {}, [None], [[]], {"id": None}, {"id": {}},
    {"id": "\x00", "name": "\x00", "key": "\x00"}, [{"id": "1"}], {"name": 7}, nested(300),
    nested(900), nested(300, dict), {"type": "doc", "content": {"not": "a list"}},
    {"accountId": "x" * 500, "displayName": ["y"]}, "\u202e\U0001f600" * 50,
]  # fmt: skip
FLAT = [path for path in PATHS if "histories" not in path or path[-1] != 0]
DEEPER = [
    *[("fields", name, "id") for name in ("status", "issuetype", "project")],
    *[("fields", name, "name") for name in ("status", "issuetype", "project", "priority")],
    ("fields", "assignee", "accountId"), ("fields", "assignee", "displayName"),
    ("fields", "fixVersions", 0, "id"), ("fields", "fixVersions", 0, "releaseDate"),
    ("fields", "customfield_3", 0, "id"), ("fields", "customfield_3", 0, "name"),
    ("fields", "issuelinks", 0, "id"), ("fields", "issuelinks", 0, "type"),
    ("fields", "description", "content"), ("fields", "description", "content", 0),
    ("fields", "parent", "id"), ("fields", "parent", "key"), ("fields", "labels", 0),
    *[("changelog", "histories", 0, "items", 0, name) for name in ("field", "from", "toString")],
]  # fmt: skip


def run_over(payloads, monkeypatch):
    """Do a full run over a Jira of these payloads."""
    connection = jira.connection()
    monkeypatch.setattr(services, "jira_client", lambda connection, **_: Jira(payloads))
    connection.refresh_from_db()
    return services.sync(connection=connection, trigger=SyncRun.Trigger.COMMAND, is_full=True)
