"""Whatever a Jira sends, a run comes to its end: what can be read is stored, the rest is named.

Ten thousand at once are check 15 of docs/reliability.md, in tests/reliability/test_payloads.py.
"""

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prodops.integrations.jira import adf
from prodops.integrations.jira.answers import parsed_body
from prodops.integrations.jira.models import JiraIssue
from prodops.integrations.models import SkippedRecord, SyncRun
from tests.integrations.payloads import DEEPER, FLAT, NASTY, put, run_over, whole

pytestmark = pytest.mark.django_db

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
