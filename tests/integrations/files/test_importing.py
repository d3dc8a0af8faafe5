"""Jira's export files bring the same issues as its API, all of a file or nothing."""

import contextlib
import gzip
import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from prodops.integrations import services
from prodops.integrations.jira.files import uploads
from prodops.integrations.jira.models import JiraChange, JiraIssue, JiraLink, JiraVersion
from prodops.integrations.models import SyncRun
from tests.factories import jira
from tests.integrations.conftest import hub_truth
from tests.integrations.files.exports import (
    HEAD,
    as_csv_line,
    json_lines,
    search_result,
    table,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection():
    return uploads.new_connection(name="Old Jira", site="https://jira.example.com/")


@pytest.fixture
def load(connection, tmp_path):
    """Return a function that imports some bytes and returns the answer and what was said."""

    def run(content, *options, to="old-jira"):
        path = tmp_path / "export"
        path.write_bytes(content)
        out, err = StringIO(), StringIO()
        with contextlib.suppress(SystemExit):
            call_command(
                "import_jira", str(path), f"--connection={to}", *options, stdout=out, stderr=err
            )
        return json.loads(out.getvalue().splitlines()[-1]), err.getvalue()

    return run


@pytest.fixture
def fetched(start_jira, synthetic, connect):
    """A sandbox and all its issues as the API returns them, with whole histories."""
    sandbox = start_jira(synthetic, "datacenter")
    client = services.jira_client(connect(sandbox))
    found, start = [], 0
    while page := client.search(
        "ORDER BY id ASC", fields=["*all"], expand="changelog", size=500, at=start
    )["issues"]:
        found += page
        start += len(page)
    return sandbox, found


@pytest.mark.sandbox
@pytest.mark.parametrize("shape", ["result", "lines", "list", "gzipped", "many results"])
def test_json_brings_what_the_api_brings(fetched, load, connection, shape):
    sandbox, issues = fetched
    content = {
        "result": lambda: search_result(issues),
        "lines": lambda: json_lines(issues),
        "list": lambda: json.dumps(issues).encode(),
        "gzipped": lambda: gzip.compress(json_lines(issues)),
        "many results": lambda: search_result(issues[:300]) + b"\n" + search_result(issues[300:]),
    }[shape]()

    dry, _ = load(content, "--dry-run")
    assert (dry["created"], JiraIssue.objects.count()) == (len(issues), 0)
    answer, _ = load(content)
    again, _ = load(content)

    assert answer["created"] == len(issues)
    assert hub_truth(connection) == sandbox.truth()
    assert (again["created"], again["updated"]) == (0, 0)
    assert SyncRun.objects.filter(mode="file", status="succeeded").count() == 2
    assert JiraChange.objects.exists()


@pytest.mark.sandbox
def test_a_csv_brings_the_same_issues_without_their_histories(fetched, load, connection):
    _, issues = fetched
    content = table(*(as_csv_line(issue) for issue in issues))

    answer, said = load(content, "--time-zone=Europe/Berlin")

    assert answer["created"] == len(issues)
    assert "A CSV has no history" in said
    held = {issue.key: issue for issue in JiraIssue.objects.select_related("status", "project")}
    for issue in issues:
        ours, fields = held[issue["key"]], issue["fields"]
        updated = datetime.fromisoformat(fields["updated"]).replace(second=0, microsecond=0)
        assert (ours.jira_id, ours.summary) == (issue["id"], fields["summary"].strip())
        assert (ours.status.name, ours.updated) == (fields["status"]["name"], updated)


def test_repeated_columns_and_quoted_lines_are_read(load):
    line = {
        "Labels": ["mobile", "pdf"],
        "Sprint": ["Sprint 1", "Sprint 2"],
        "Fix versions": "4.2",
        "Custom field (Story Points)": "3,5",
        "Description": 'First, "quoted"\nsecond line',
        "Comment": ["05/Mar/26;Mira;Why, though?\nBecause.", "06/Mar/26;Jon;Fine"],
        "Due date": "31/Mar/26 12:00 AM",
        "Outward issue link (Blocks)": "CORE-2",
    }
    other = {"Issue key": "CORE-2", "Issue id": "10002", "Parent key": "CORE-1"}

    load(table(line, other))

    issue = JiraIssue.objects.get(key="CORE-1")
    assert issue.labels == ["mobile", "pdf"]
    assert issue.sprints == ["Sprint 1", "Sprint 2"]
    assert issue.fix_versions == [JiraVersion.objects.get().name] == ["4.2"]
    assert issue.story_points == 3.5
    assert issue.description == 'First, "quoted"\nsecond line'
    assert issue.due_on == date(2026, 3, 31)
    assert JiraIssue.objects.get(key="CORE-2").parent == issue
    link = JiraLink.objects.get()
    assert (link.source, link.target.key, link.kind) == (issue, "CORE-2", "Blocks")


@pytest.mark.parametrize(
    ("written", "options", "hour"),
    [
        ("02/Mar/26 9:57 AM", [], 9),
        ("2026-03-02 09:57", [], 9),
        ("02.Mär.26 09:57", [], 9),
        ("02/mars/26 9:57 AM", [], 9),
        ("02/03/2026 09:57", ["--dates=dmy"], 9),
        ("03/02/2026 9:57 PM", ["--dates=mdy"], 21),
        ("2026-03-02T09:57:00.000+0200", [], 7),
    ],
)
def test_the_moments_of_many_sites_are_read(load, written, options, hour):
    load(table({"Created": written, "Updated": written}), "--time-zone=UTC", *options)
    assert JiraIssue.objects.get().created == datetime(2026, 3, 2, hour, 57, tzinfo=UTC)


def test_one_line_that_proves_the_order_is_enough(load):
    first = {"Created": "03/02/2026 9:57 AM", "Updated": "03/02/2026 9:57 AM"}
    second = {"Created": "03/31/2026 9:57 AM", "Updated": "03/31/2026 9:57 AM"}
    load(table(first, {**second, "Issue id": "2", "Issue key": "CORE-2"}))
    assert JiraIssue.objects.get(key="CORE-1").created.month == 3


def test_days_that_can_be_read_two_ways_are_asked_about(load):
    moment = {"Created": "03/02/2026 9:57 AM", "Updated": "03/02/2026 9:57 AM"}
    answer, said = load(table(moment))
    assert answer["status"] == "refused"
    assert "line 1, Created: Its days may be read with the day or the month first." in said
    assert "day first (dmy, 31/12/2026) or month first (mdy, 12/31/2026)" in said


def test_every_wrong_line_is_named_and_nothing_is_written(load):
    bad = [
        {"Issue id": "2", "Issue key": "CORE-2", "Created": "soon"},
        {"Issue id": "3", "Issue key": "CORE-3", "Custom field (Story Points)": "many"},
        {"Issue id": "4", "Issue key": "CORE-4", "Description": "two\nlines"},
        {"Issue id": "5", "Issue key": "CORE-5", "Summary": ""},
    ]

    answer, said = load(table({}, *bad))

    assert (answer["status"], answer["refused"]) == ("refused", 3)
    assert "line 3, Created: “soon” is no date." in said
    assert "line 4, Custom field (Story Points): “many” is no number." in said
    assert "line 7, Summary: It is empty." in said
    assert not JiraIssue.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The first line has no column"),
        (b"Zusammenfassung,Schl\xc3\xbcssel\r\n", "set to English"),
        (b"Summary,Issue key\n\xff\xfe,\n", "not UTF-8 text"),
        (b'{"issues": [{"id": "1", "key": "A-1", "fields": {}},\n{"id": "2"', "line 2: "),
        (b'{"issues": []}', "The file holds no issue"),
        (b'[{"id": "1", "key": "A-1", "fields": {}}]', "line 1: A-1: project is missing."),
        (b"[1, 2]", "The issue is not an object"),
        (gzip.compress(b"[]" * 900, mtime=0)[:-9], "damaged or cut off"),
        (gzip.compress(b"[]" * 900, mtime=0)[:10] + b"\xff" * 9, "damaged or cut off"),
        (b"[" * 5000, "line 1: "),
    ],
)
def test_what_cannot_be_read_is_explained(load, content, said):
    answer, told = load(content)
    assert answer["status"] == "refused"
    assert said in told
    assert not JiraIssue.objects.exists()


def test_a_line_of_another_width_and_an_open_quotation_are_named(load):
    good = table({}).decode()
    answer, said = load((good + "a,b\r\n").encode())
    assert "line 3: The line has 2 columns" in said
    answer, said = load((good + '"never closed').encode())
    assert "line 3: " in said
    assert answer["status"] == "refused"


def test_semicolons_and_a_byte_order_mark_are_fine(load):
    answer, _ = load(b"\xef\xbb\xbf" + table({}, delimiter=";"))
    assert answer["created"] == 1


def test_an_older_file_leaves_newer_issues_alone(load):
    load(table({}))
    older = {"Updated": "02/Mar/26 9:58 AM", "Summary": "As it was"}
    dry, _ = load(table(older), "--dry-run")
    answer, _ = load(table(older))
    assert (dry["updated"], answer["updated"]) == (0, 0)
    assert JiraIssue.objects.get().summary == "Export as PDF"


def test_names_of_fields_in_the_file_say_which_are_points_and_sprints(load):
    fields = {
        "summary": "S",
        "project": {"id": "1", "key": "A", "name": "A"},
        "issuetype": {"id": "1", "name": "Story"},
        "status": {"id": "1", "name": "Open", "statusCategory": {"key": "new"}},
        "created": "2026-03-02T09:57:00.000+0000",
        "updated": "2026-03-02T09:57:00.000+0000",
        "customfield_7": 5,
    }
    names = {"customfield_7": "Story Points"}
    schema = {"customfield_7": {"type": "number", "custom": "x:float"}}
    issue = {"id": "1", "key": "A-1", "fields": fields}
    load(search_result([issue], names=names, schema=schema))
    assert JiraIssue.objects.get().story_points == 5


def test_wrong_use_is_said(connection, tmp_path):
    with pytest.raises(CommandError, match="no Jira connection"):
        call_command("import_jira", "x", "--connection=nowhere")
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_jira", str(tmp_path / "none"), "--connection=old-jira")
    with pytest.raises(CommandError, match="no time zone"):
        call_command("import_jira", "x", "--connection=old-jira", "--time-zone=Mars/Base")


def test_a_file_does_not_make_a_live_connection_look_fresh(load, connection):
    live = jira.connection()
    load(table({}), to="jira")
    live.refresh_from_db()
    connection.refresh_from_db()
    assert live.last_good_at is None
    assert JiraIssue.objects.get().connection == live


def test_columns_of_data_center_are_known(load):
    head = [name.replace("Fix versions", "Fix Version/s") for name in HEAD]
    load(table({"Fix Version/s": "4.2"}, head=head))
    assert JiraIssue.objects.get().fix_versions == ["4.2"]


def test_a_key_that_stands_for_two_issues_is_refused_with_its_line(load):
    first, second = {"Issue key": "CORE-1"}, {"Issue key": "CORE-2", "Issue id": "20002"}
    clash = {"Issue key": "CORE-1", "Issue id": "20009"}

    told, said = load(table(first, second, clash))

    assert (told["status"], told["read"], told["refused"]) == ("refused", 3, 1)
    assert "line 4, Issue key: CORE-1 is number 20009 here and" in said
    assert not JiraIssue.objects.exists()
    assert load(table(first, second, first))[0]["status"] != "refused"
