"""What a site lists beside its issues arrives: fields, versions, boards, sprints, accounts."""

import itertools
import json
import subprocess
import sys
from datetime import date

import pytest

from prodops.integrations.jira.fields import FieldMap, unsettled
from prodops.integrations.jira.mapping import read_issue
from prodops.integrations.jira.models import (
    JiraBoard,
    JiraField,
    JiraIssue,
    JiraProject,
    JiraSprint,
    JiraUser,
    JiraVersion,
)
from prodops.integrations.jira.releases import read_board, read_sprint, read_version
from prodops.integrations.models import SyncRun
from tests.integrations.conftest import sync
from tests.integrations.test_mapping import changed


@pytest.mark.sandbox
@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["cloud", "datacenter"])
def test_every_list_arrives_whole(start_jira, connect, synthetic, kind):
    meta = json.loads((synthetic / "meta.json").read_text())
    connection = connect(start_jira(synthetic, kind))

    assert sync(connection).status == SyncRun.Status.SUCCEEDED

    versions = {version["id"]: version for version in meta["versions"]}
    assert {v.jira_id for v in JiraVersion.objects.present()} == set(versions)
    for version in JiraVersion.objects.select_related("project"):
        told = versions[version.jira_id]
        assert (version.name, version.is_released) == (told["name"], told["released"])
        assert str(version.release_on or "") == told.get("releaseDate", "")
        assert version.project.jira_id == str(told["projectId"])
    boards = {str(board["id"]): board for board in meta["boards"]}
    assert {b.jira_id: b.kind for b in JiraBoard.objects.all()} == {
        jira_id: board["type"] for jira_id, board in boards.items()
    }
    sprints = {str(sprint["id"]): sprint for sprint in meta["sprints"]}
    assert {s.jira_id: s.state for s in JiraSprint.objects.all()} == {
        jira_id: sprint["state"] for jira_id, sprint in sprints.items()
    }
    for sprint in JiraSprint.objects.prefetch_related("boards"):
        told = sprints[sprint.jira_id]
        shown = {str(told["originBoardId"]), *map(str, told.get("alsoOn", ()))}
        assert {board.jira_id for board in sprint.boards.all()} == shown
        assert sprint.goal == told["goal"]
    assert JiraUser.objects.filter(is_active=False).exists()
    assert JiraUser.objects.filter(email="").exists()
    assert JiraUser.objects.filter(kind="app").exists() == (kind == "cloud")
    for project in JiraProject.objects.all():
        used = set(project.issues.values_list("issue_type__jira_id", flat=True))
        assert used, project
        assert used <= set(project.issue_type_ids)


@pytest.mark.sandbox
@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["cloud", "datacenter"])
def test_issues_name_their_versions_and_sprints(start_jira, connect, synthetic, kind):
    connection = connect(start_jira(synthetic, kind))
    sync(connection)

    version = JiraVersion.objects.with_issues().order_by("-issues_total", "pk").first()
    issues = JiraIssue.objects.in_version(version)
    assert issues.exclude(status__step="abandoned").count() == version.issues_total > 0
    assert issues.filter(status__step="finished").count() == version.issues_done
    dated = issues.annotate(release_on=JiraVersion.objects.release_of_issue())
    assert all(issue.release_on <= version.release_on for issue in dated if version.release_on)
    sprint = JiraSprint.objects.filter(jira_id__in=named("sprint_ids")).order_by("pk").first()
    assert all(sprint.name in issue.sprints for issue in JiraIssue.objects.in_sprint(sprint))
    known = set(JiraVersion.objects.values_list("jira_id", flat=True))
    assert named("fix_version_ids") <= known
    assert all(len(i.sprints) == len(i.sprint_ids) for i in JiraIssue.objects.all())
    field = JiraField.objects.get(jira_id="customfield_10016")
    assert (field.role, field.name) == ("points", "Story Points")
    connection.refresh_from_db()
    assert set(
        itertools.chain(*FieldMap.from_json(connection.field_map).board_points.values())
    ) == {"customfield_10016"}
    assert not unsettled(connection)


def named(column):
    return set(itertools.chain(*JiraIssue.objects.values_list(column, flat=True)))


@pytest.mark.sandbox
@pytest.mark.django_db
def test_what_left_the_site_is_marked_and_comes_back(start_jira, connect, synthetic):
    connection = connect(start_jira(synthetic))
    sync(connection)
    JiraVersion.objects.create(connection=connection, jira_id="1", name="Ghost")
    JiraSprint.objects.create(connection=connection, jira_id="1", name="Ghost", state="closed")
    real = JiraVersion.objects.exclude(jira_id="1").order_by("pk").first()
    JiraVersion.objects.filter(pk=real.pk).update(gone_at=connection.created_at, name="Old name")

    sync(connection, is_full=True)

    assert [v.name for v in JiraVersion.objects.exclude(gone_at=None)] == ["Ghost"]
    assert [s.name for s in JiraSprint.objects.exclude(gone_at=None)] == ["Ghost"]
    assert JiraVersion.objects.get(pk=real.pk).name == real.name


@pytest.mark.sandbox
@pytest.mark.django_db
def test_an_hour_later_versions_and_open_sprints_are_read_again(start_jira, connect, synthetic):
    connection = connect(start_jira(synthetic))
    sync(connection)
    busy = JiraIssue.objects.order_by("-updated").first()
    version = JiraVersion.objects.filter(project=busy.project).order_by("pk").first()
    JiraVersion.objects.filter(pk=version.pk).update(is_released=not version.is_released)
    JiraIssue.objects.filter(pk=busy.pk).update(updated=connection.created_at)
    connection.refresh_from_db()
    kept = connection.field_map | {"read_at": "2026-01-01T00:00:00+00:00"}
    type(connection).objects.filter(pk=connection.pk).update(field_map=kept)

    later, quiet = sync(connection), sync(connection)

    assert JiraVersion.objects.get(pk=version.pk).is_released == version.is_released
    assert later.requests > quiet.requests
    assert quiet.requests <= 3


def test_a_sprint_of_old_data_center():
    told = (
        "com.atlassian.greenhopper.service.sprint.Sprint@1a2b[id=5,rapidViewId=3,state=CLOSED,"
        "name=Sprint 7, [blue],startDate=2026-01-01T00:00:00.000Z,endDate=<null>,"
        "completeDate=<null>,sequence=5,goal=Less, but better]"
    )
    sprint = read_sprint(told)
    assert (sprint.jira_id, sprint.name, sprint.state) == ("5", "Sprint 7, [blue]", "closed")
    assert (sprint.start_at.date(), sprint.end_at) == (date(2026, 1, 1), None)
    assert sprint.goal == "Less, but better"
    fields = FieldMap(sprints=("customfield_3",))
    issue = read_issue(changed(("fields", "customfield_3"), [told, {"id": 6, "name": "8"}]), fields)
    assert (issue.sprint_ids, issue.sprints) == (["5", "6"], ["Sprint 7, [blue]", "8"])


@pytest.mark.parametrize("read", [read_sprint, read_version, read_board])
@pytest.mark.parametrize(
    "value",
    [None, "", "[", "x[id=]", 7, [], {}, {"id": None}, {"id": True}, {"id": {}}, {"name": "x"}],
)
def test_what_has_no_id_is_passed_over(read, value):
    assert not read(value)


def test_odd_dates_and_words_of_a_version_are_left_out():
    version = read_version(
        {"id": 1, "name": None, "releaseDate": 1492070429, "startDate": "soon", "released": "yes"}
    )
    assert (version.name, version.start_on, version.release_on) == ("1", None, None)
    assert not version.is_released
    assert read_version({"id": "2", "name": "a\x00b", "releaseDate": "2026-02-30"}).name == "ab"


@pytest.mark.sandbox
@pytest.mark.django_db
def test_team_managed_projects_and_kanban_boards(start_jira, connect, sandbox_dir, tmp_path):
    """Their points have a field of their own, and their Done another id."""
    command = [sys.executable, sandbox_dir / "generate.py", "--out", tmp_path, "--issues", "250"]
    subprocess.run([*command, "--projects", "8", "--only", "jira"], check=True, capture_output=True)
    connection = connect(start_jira(tmp_path / "jira"))

    assert sync(connection).status == SyncRun.Status.SUCCEEDED

    managed = JiraProject.objects.filter(is_team_managed=True)
    assert list(managed.values_list("key", flat=True)) == ["GROW"]
    assert JiraIssue.objects.filter(project__in=managed, story_points__gt=0).exists()
    assert JiraBoard.objects.filter(kind="kanban", sprints=None).exists()
    points = JiraField.objects.filter(role="points").values_list("jira_id", "name")
    assert sorted(points) == [
        ("customfield_10016", "Story Points"),
        ("customfield_10026", "Story point estimate"),
        ("customfield_10030", "Story Points"),
    ]
