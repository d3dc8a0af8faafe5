"""Jira data quality (K16): cases computed by hand; a clean issue passes all that applies."""

from datetime import UTC, datetime, timedelta

import pytest

from reporting.metrics import governance, periods
from reporting.services import flow
from tests.factories import jira
from tests.factories.people import TeamFactory

OCTOBER = periods.month(2026, 10)
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
BORN = datetime(2026, 10, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def clean(*moves, **fields):
    """Make an issue nothing is wrong with: description, priority, resolution when done."""
    statuses = [(BORN, "To Do"), *moves]
    is_done = statuses[-1][1] in {"Done", "Won't Do"}
    defaults = {
        "description": "What it is for.",
        "priority": "High",
        "resolution": "Done" if is_done else "",
        "assignee": jira.jira_user(),
    }
    return jira.issue(statuses=statuses, **{**defaults, **fields})


def figure(team=None, at=AT):
    flow.rebuild(at=at)
    return governance.data_quality(OCTOBER, at).get(team)


def after(days):
    return BORN + timedelta(days=days)


def test_an_unstarted_issue_has_four_checks_and_passes_them():
    clean()
    assert (figure().numerator, figure().denominator, figure().value) == (4, 4, 100)


def test_what_does_not_apply_is_not_a_pass():
    clean()
    assert figure().excluded["not_applicable"] == 4


def test_where_the_types_of_a_project_are_not_known_it_says_so():
    clean()
    clean(type="Bug")
    assert figure().excluded["type_unknown"] == 2
    assert "type" not in figure().companions


def test_a_type_must_be_one_its_project_allows():
    project = jira.project("TYPED", issue_type_ids=["type-Story", "type-Epic"])
    clean(project=project)
    clean(project=project, type="Bug")
    clean(type="Bug")
    found = figure()
    assert (found.companions["type"], found.excluded["type_unknown"]) == (50, 1)
    assert (found.numerator, found.denominator) == (13, 14)


def test_the_rows_name_the_type_that_is_not_allowed():
    clean(project=jira.project("TYPED", issue_type_ids=["type-Story"]), type="Bug")
    flow.rebuild(at=AT)
    evidence = governance.failing_evidence(OCTOBER, AT, None)
    assert evidence.cells(evidence.source[0])[-1] == "Type is one its project allows"


def test_a_team_managed_project_closes_without_a_resolution():
    project = jira.project("FREE", is_team_managed=True)
    clean((after(1), "In Progress"), (after(2), "Done"), resolution="", project=project)
    assert "resolution" not in figure().companions


def test_a_missing_description_fails():
    clean(description="")
    assert (figure().value, figure().companions["description"]) == (75, 0)


def test_a_started_issue_needs_an_assignee():
    clean((after(1), "In Progress"), assignee=None)
    assert figure().companions["assignee"] == 0


def test_done_without_a_resolution_fails_and_so_does_open_with_one():
    clean((after(1), "In Progress"), (after(2), "Done"), resolution="")
    clean(resolution="Fixed")
    assert figure().companions["resolution"] == 0


def test_open_and_untouched_for_60_days_is_stale():
    born = OCTOBER.ends_at - timedelta(days=61)
    jira.issue(statuses=[(born, "To Do")], description="x", priority="High")
    jira.issue(statuses=[(born + timedelta(days=1), "To Do")], description="x", priority="High")
    assert figure().companions["fresh"] == 50


def test_done_with_an_open_child_fails():
    parent = clean((after(1), "In Progress"), (after(2), "Done"))
    clean(type="Sub-task", parent=parent)
    assert figure().companions["children"] == 0


def test_a_sub_task_needs_a_parent():
    clean(type="Sub-task")
    assert figure().companions["parent"] == 0


def test_a_parent_must_be_of_a_higher_level():
    clean(parent=jira.issue(type="Epic", statuses=[(BORN, "To Do")]))
    clean(parent=clean())
    assert figure().companions["parent"] == 50


def test_estimates_are_asked_for_only_where_the_project_estimates():
    clean(project=jira.project("BARE"))
    assert "estimate" not in figure().companions
    clean(project=jira.project("POINTS"), story_points=3)
    clean(project=jira.project("POINTS"))
    assert figure().companions["estimate"] == 50


def test_finished_before_the_month_or_born_after_it_does_not_count():
    early = OCTOBER.starts_at - timedelta(days=5)
    jira.issue(statuses=[(early, "In Progress"), (early + timedelta(days=1), "Done")])
    jira.issue(statuses=[(OCTOBER.ends_at + timedelta(days=1), "To Do")])
    assert (figure().value, figure().note) == (None, "n/a (0 of 0)")


def test_teams_have_their_own_and_add_up():
    one, other = TeamFactory(), TeamFactory()
    clean(project=jira.project("ONE", team=one))
    clean(project=jira.project("TWO", team=other), description="")
    assert figure(team=one.pk).value == 100
    assert figure(team=other.pk).value == 75
    assert figure().value == 87.5
