"""Which types the issues of a project may be: read with each count, kept where Jira is silent."""

from types import SimpleNamespace

import pytest

from prodops.integrations.jira import lists
from prodops.integrations.jira.client import Forbidden
from prodops.integrations.jira.directory import Directory
from prodops.integrations.jira.models import JiraProject
from prodops.integrations.models import SyncRun
from tests.factories import jira
from tests.integrations.conftest import sync

STORY, BUG = {"id": "10", "name": "Story"}, {"id": 7, "name": "Bug"}


def read(answer, *, is_cloud=True, known=("1",)):
    """Let the project CORE answer so; return the types kept and the addresses asked."""
    project = jira.project("CORE")
    JiraProject.objects.update(issue_type_ids=list(known) if known else None)
    asked = []

    def call(method, path):
        asked.append((method, path))
        if isinstance(answer, Exception):
            raise answer
        return answer

    client = SimpleNamespace(is_cloud=is_cloud, call=call)
    directory = Directory(project.connection)
    work = SimpleNamespace(client=client, directory=directory, step=lambda text: None)
    lists.read_types(work, ["CORE"])
    project.refresh_from_db()
    return project.issue_type_ids, asked


@pytest.mark.django_db
@pytest.mark.parametrize(("is_cloud", "version"), [(True, 3), (False, 2)])
def test_the_project_names_its_types(is_cloud, version):
    answer = {"id": "project-CORE", "issueTypes": [STORY, BUG]}
    kept, asked = read(answer, is_cloud=is_cloud, known=())
    assert kept == ["10", "7"]
    assert asked == [("GET", f"/rest/api/{version}/project/CORE")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answer",
    [
        Forbidden("Not for you."),
        {"id": "project-CORE"},
        {"id": "project-CORE", "issueTypes": []},
        {"id": "project-CORE", "issueTypes": "Story"},
        {"id": "project-CORE", "issueTypes": 7},
        {"id": "project-CORE", "issueTypes": [STORY, {"name": "without an id"}]},
        {"id": "project-OTHER", "issueTypes": [STORY]},
        ["what is this"],
        None,
    ],
)
def test_where_jira_does_not_say_what_is_known_stays(answer):
    assert read(answer)[0] == ["1"]


@pytest.mark.sandbox
@pytest.mark.django_db
def test_only_runs_that_count_ask_for_them(start_jira, connect, few):
    connection = connect(start_jira(few))
    sync(connection)
    known = {one.pk: one.issue_type_ids for one in JiraProject.objects.all()}
    assert all(known.values())
    JiraProject.objects.update(issue_type_ids=None)

    assert sync(connection).requests <= 3
    assert not JiraProject.objects.exclude(issue_type_ids=None).exists()
    sync(connection, mode=SyncRun.Mode.RECONCILE)

    assert {one.pk: one.issue_type_ids for one in JiraProject.objects.all()} == known
