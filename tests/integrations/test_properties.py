"""Whatever a Jira sends, a run comes to its end: what can be read is stored, the rest is named."""

import copy
import random
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prodops.integrations import services
from prodops.integrations.jira import adf
from prodops.integrations.jira.answers import Tally, parsed_body
from prodops.integrations.jira.models import JiraIssue, JiraSprint, JiraVersion
from prodops.integrations.models import SkippedRecord, SyncRun
from tests.factories import jira
from tests.integrations.test_mapping import PATHS, PAYLOAD

pytestmark = pytest.mark.django_db
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


def test_ten_thousand_payloads_every_other_broken(monkeypatch):
    dice = random.Random(3)
    payloads, good = [], set()
    for number in range(10_000):
        payload = whole(number)
        if number % 2:
            put(payload, dice.choice([*FLAT, *DEEPER]), dice.choice(NASTY))
        else:
            good.add(payload["id"])
        payloads.append(payload)

    run = run_over(payloads, monkeypatch)

    assert run.status == SyncRun.Status.SUCCEEDED, run.error
    stored = set(JiraIssue.objects.values_list("jira_id", flat=True))
    assert good <= stored
    aside = SkippedRecord.objects.filter(run=run)
    assert aside.count() > 1000
    reasons = set(aside.values_list("reason", flat=True))
    assert all(len(reason) > 10 for reason in reasons)
    assert not [reason for reason in reasons if "unexpected" in reason]
    named = set(aside.values_list("source_id", flat=True))
    mine = {str(one.get("id")) for one in payloads} & {str(20_000 + n) for n in range(10_000)}
    assert mine <= stored | named
    assert JiraVersion.objects.exists()
    assert JiraSprint.objects.exists()


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(NASTY[1:]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "name", "key", "fields", "content", "type", "items", "x\x00"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
broken = st.lists(st.tuples(st.sampled_from([*FLAT, *DEEPER]), anything), min_size=1, max_size=3)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=st.lists(broken, min_size=1, max_size=6), odd=st.lists(anything, max_size=2))
def test_any_payloads_beside_a_good_one(changes, odd, monkeypatch):
    payloads = [whole(0)]
    for number, places in enumerate(changes, start=1):
        payload = whole(number)
        for path, value in places:
            try:
                put(payload, path, value)
            except (KeyError, IndexError, TypeError, AttributeError):
                continue
        payloads.append(payload)

    run = run_over([*payloads, *odd], monkeypatch)

    assert run.status == SyncRun.Status.SUCCEEDED, run.error
    kept = JiraIssue.objects.get(jira_id="20000")
    assert (kept.key, kept.description) == ("CORE-10", "No. 0")
    assert not SkippedRecord.objects.filter(reason__contains="unexpected").exists()
    again = run_over([*payloads, *odd], monkeypatch)
    assert again.status == SyncRun.Status.SUCCEEDED, again.error
    assert again.created == 0


@settings(max_examples=200, deadline=None)
@given(value=anything)
def test_a_document_of_anything_is_bounded(value):
    written = adf.to_markdown({"type": "doc", "content": [value]})
    assert len(written) < 20 * len(repr(value)) + 1000


class Answer:
    headers = {"Content-Type": "application/json"}

    def __init__(self, content):
        self.content = content


def test_lone_surrogates_and_nan_are_read_from_the_wire():
    body = parsed_body(Answer(b'{"issues": [{"summary": "a\\ud800b", "points": NaN}]}'))
    assert body["issues"][0]["summary"] == "a\ud800b"
    assert orjson.loads(b"[1]") == [1]
