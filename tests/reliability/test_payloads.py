"""Check 15: ten thousand payloads, every other broken: none stops a run or harms another."""

import random

import pytest

from prodops.integrations.errors import SourceUnavailable
from prodops.integrations.jira.answers import parsed_body
from prodops.integrations.jira.models import (
    JiraIssue,
    JiraSprint,
    JiraStatus,
    JiraVersion,
)
from prodops.integrations.models import SkippedRecord, SyncRun
from tests.integrations.payloads import (
    DEEPER,
    FLAT,
    MISSING,
    NASTY,
    nested,
    put,
    run_over,
    whole,
)

pytestmark = pytest.mark.django_db
COUNT = 10_000
UNKNOWN = {"id": "987", "name": "Nobody listed this", "statusCategory": {"key": "unheard-of"}}
# What the bar names, each at every place where it may stand and at least once.
NAMED = {
    "null": (("fields", "status"), None),
    "wrong type": (("fields", "labels"), {"not": "a list"}),
    "1 MB": (("fields", "summary"), "x" * 2**20),
    "NUL": (("fields", "summary"), "before\x00after"),
    "lone surrogate": (("fields", "summary"), "a\ud800b"),
    "nested 1,000 deep": (("fields", "description"), {"type": "doc", "content": nested(1000)}),
    "nested 1,000 deep, unread": (("fields", "customfield_1"), nested(1000)),
    "unknown status": (("fields", "status"), UNKNOWN),
    "no status": (("fields", "status"), MISSING),
    "no changelog": (("changelog",), MISSING),
    "year 0": (("fields", "created"), "0000-01-01T00:00:00.000+0000"),
    "year 9999": (("fields", "updated"), "9999-12-31T23:59:59.000-1200"),
    "NaN": (("fields", "customfield_2"), float("nan")),
}
ASIDE = {
    "null",
    "wrong type",
    "nested 1,000 deep",
    "no status",
    "no changelog",
    "year 0",
    "year 9999",
}


def test_check_15_ten_thousand_payloads_every_other_broken(monkeypatch):
    dice = random.Random(3)
    payloads, good = [], set()
    for number in range(COUNT):
        payload = whole(number)
        if number % 2:
            value = "x" * 2**20 if number % 500 == 1 else dice.choice(NASTY)
            put(payload, dice.choice([*FLAT, *DEEPER]), value)
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
    mine = {str(one.get("id")) for one in payloads} & {whole(n)["id"] for n in range(COUNT)}
    assert mine <= stored | named
    assert not named & good
    assert JiraVersion.objects.exists()
    assert JiraSprint.objects.exists()


def test_check_15_each_kind_by_name_beside_a_good_neighbour(monkeypatch):
    payloads, ids = [], {}
    for number, (name, (path, value)) in enumerate(NAMED.items()):
        bad, good = whole(2 * number), whole(2 * number + 1)
        put(bad, path, value)
        ids[bad["id"]] = name
        payloads += [bad, good]

    run = run_over(payloads, monkeypatch)

    assert run.status == SyncRun.Status.SUCCEEDED, run.error
    stored = set(JiraIssue.objects.values_list("jira_id", flat=True))
    aside = dict(SkippedRecord.objects.filter(run=run).values_list("source_id", "reason"))
    assert {ids[jira_id] for jira_id in aside} == ASIDE
    assert all(len(reason) > 10 for reason in aside.values())
    assert stored == {one["id"] for one in payloads} - aside.keys()
    assert JiraStatus.objects.get(jira_id="987").category == JiraStatus.Category.UNDEFINED


class Wire:
    """An answer as it comes from the wire."""

    headers = {"Content-Type": "application/json"}

    def __init__(self, text):
        self.content = text.encode()


@pytest.mark.parametrize("depth", [1000, 1030, 200_000])
@pytest.mark.parametrize("beside", ["1", "NaN", "-Infinity", r'"a\ud800b"'])
def test_check_15_one_payload_spoils_no_page(depth, beside):
    deep = "[" * depth + r'"\ud800"' + "]" * depth
    good = r'{"id": "2", "pair": "\ud83d\ude00", "slash": "\\ud800", "quoted": "[\"NaN"}'
    page = parsed_body(
        Wire(f'{{"issues": [{{"id": "1", "deep": {deep}, "beside": {beside}}}, {good}]}}')
    )

    bad, neighbour = page["issues"]
    assert neighbour == {"id": "2", "pair": "\U0001f600", "slash": "\\ud800", "quoted": '["NaN'}
    assert (bad["id"], bad["beside"]) == ("1", {"1": 1, r'"a\ud800b"': "ab"}.get(beside))
    assert bad["deep"]


@pytest.mark.parametrize("text", ["[" * 5000, '{"issues": ' + "[" * 5000 + "]" * 5000, "<html>"])
def test_check_15_half_a_page_is_no_page(text):
    with pytest.raises(SourceUnavailable):
        parsed_body(Wire(text))
