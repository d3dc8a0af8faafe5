"""Every item of every history is kept as it was sent, however Jira hands the histories out."""

import gzip
import json
import subprocess
import sys

import pytest

from prodops.integrations.jira.client import JiraClient
from prodops.integrations.jira.models import JiraChange, JiraIssue
from prodops.integrations.models import SyncRun
from tests.integrations.conftest import hub_truth, sync

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]


@pytest.fixture(scope="module")
def busy(sandbox_dir, tmp_path_factory):
    """500 generated issues, one of them with two hundred histories."""
    out = tmp_path_factory.mktemp("busy")
    command = [sys.executable, sandbox_dir / "generate.py", "--out", out, "--issues", "500"]
    command += ["--projects", "3", "--only", "jira", "--seed", "2"]
    subprocess.run(command, check=True, capture_output=True)
    return out / "jira"


def sent(folder):
    """Return each item as the files have it: (issue, history, position) → what it says."""
    items = {}
    for path in sorted(folder.glob("issues-*.jsonl.gz")):
        for line in gzip.decompress(path.read_bytes()).splitlines():
            issue = json.loads(line)
            for history in issue["changelog"]["histories"]:
                for position, item in enumerate(history["items"]):
                    items[issue["id"], history["id"], position] = (
                        item["field"],
                        item.get("fieldId") or "",
                        *(item[name] for name in ("from", "fromString", "to", "toString")),
                    )
    return items


def kept():
    values = ["field", "field_id", "from_id", "from_text", "to_id", "to_text"]
    rows = JiraChange.objects.values_list("issue__jira_id", "history_id", "position", *values)
    return {(issue, history, position): told for issue, history, position, *told in rows}


@pytest.mark.parametrize("created", ["iso", "s", "ms"])
def test_no_item_is_lost_and_null_stays_null(start_jira, connect, busy, created):
    options = ["--search-changelog", "40", "--bulk-created", created]
    sandbox = start_jira(busy, "cloud", *options)
    connection = connect(sandbox)

    run = sync(connection)

    assert (run.status, run.skipped) == (SyncRun.Status.SUCCEEDED, 0), run.error
    assert hub_truth(connection) == sandbox.truth()
    expected = sent(busy)
    assert {place: tuple(told) for place, told in kept().items()} == expected
    assert any(None in told for told in expected.values())
    assert JiraIssue.objects.filter(change_count__gt=200).exists()
    assert not JiraChange.objects.filter(at__year__lt=2020).exists()


def test_histories_spread_over_pages_come_together(start_jira, connect, busy, monkeypatch):
    sandbox = start_jira(busy, "cloud", "--search-changelog", "3")
    connection = connect(sandbox)
    post = JiraClient._post

    def in_small_pages(self, path, body):
        if path == "changelog/bulkfetch":
            body = body | {"maxResults": 100}
        return post(self, path, body)

    monkeypatch.setattr(JiraClient, "_post", in_small_pages)
    run = sync(connection)

    assert run.status == SyncRun.Status.SUCCEEDED, run.error
    assert {place: tuple(told) for place, told in kept().items()} == sent(busy)


@pytest.mark.parametrize("kind", ["cloud", "datacenter"])
def test_what_a_site_forgets_of_the_past_is_kept_here(start_jira, connect, synthetic, kind):
    sandbox = start_jira(synthetic, kind)
    connection = connect(sandbox)
    sync(connection)
    before = kept()

    sandbox.faults("shrink:share=0.5")
    sandbox.control("touch", {"n": 25, "seed": 4})
    sync(connection)
    sync(connection, is_full=True)

    assert before.items() <= kept().items()
