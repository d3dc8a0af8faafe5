"""Classes of service: which issue is of which, and cycle times (K4) by them."""

from datetime import date, timedelta

import pytest

from prodops.integrations.jira.models import JiraIssue
from reporting import words
from reporting.metrics import delivery
from reporting.models import IssueFlow
from reporting.services import flow
from tests.factories import jira
from tests.factories.people import TeamFactory
from tests.factories.reporting import metric_value
from tests.reporting.metrics.test_delivery import AT, OCTOBER, cycle_time, took

DUE = date(2026, 12, 24)
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "standard"),
        ({"priority": "High"}, "standard"),
        ({"priority": "Critical"}, "standard"),
        ({"priority": "Highest"}, "expedite"),
        ({"priority": "BLOCKER"}, "expedite"),
        ({"priority": "P0"}, "expedite"),
        ({"due_on": DUE}, "fixed_date"),
        ({"due_on": DUE, "priority": "Highest"}, "expedite"),
        ({"labels": ["mobile", "Expedite"]}, "expedite"),
        ({"labels": ["expedited-once"]}, "standard"),
        ({"labels": ["fixed-date"]}, "fixed_date"),
        ({"labels": ["fixed-date"], "priority": "Highest"}, "fixed_date"),
        ({"labels": ["expedite", "fixed-date"], "due_on": DUE}, "expedite"),
        ({"labels": ["a,b", 'say "expedite"', "{}", "\\"]}, "standard"),
    ],
)
def test_a_label_says_it_else_the_highest_priority_else_a_due_date(fields, expected):
    issue = jira.issue(**fields)
    flow.rebuild(at=AT)
    assert IssueFlow.objects.get(issue=issue).service_class == expected


def test_each_class_has_its_own_percentiles_and_none_below_five():
    for days in (1, 1, 2, 2, 3):
        took(days, priority="Highest")
    for days in (10, 20, 30, 40):
        took(days, due_on=DUE)
    beside = cycle_time().companions
    assert (beside["expedite_n"], beside["expedite_median"], beside["expedite_p85"]) == (5, 2, 3)
    assert (beside["fixed_date_n"], beside["fixed_date_median"]) == (4, None)
    assert "standard_n" not in beside


def test_the_classes_of_a_team_are_its_own_and_count_what_was_timed():
    team = TeamFactory()
    for days in range(1, 6):
        took(days, project=jira.project("TEAM", team=team))
        took(days + 10)
    untimed = [(jira.BORN, "To Do"), (AT - timedelta(days=30), "Done")]
    jira.issue(statuses=untimed, project=jira.project("TEAM"))
    flow.rebuild(at=AT)
    figures = delivery.cycle_time(OCTOBER, AT)
    assert figures[team.pk].companions["standard_n"] == 5
    assert figures[team.pk].companions["standard_p85"] == 5
    assert figures[None].companions["standard_n"] == 10


def test_another_class_moves_the_month_of_the_finish():
    issue = took(3)
    flow.rebuild(at=AT)
    JiraIssue.objects.filter(pk=issue.pk).update(priority="Highest", synced_at=AT)
    rebuilt = flow.rebuild(at=AT)
    assert {month.slug for month in rebuilt.months} == {"2026-10"}
    assert cycle_time().companions["expedite_n"] == 1


def test_people_read_them_as_a_table_of_their_own():
    kept = metric_value(
        companions={
            "p85": 7.0,
            "expedite_n": 6,
            "expedite_median": 1.5,
            "expedite_p85": 3.0,
            "standard_n": 2,
            "standard_median": None,
            "standard_p85": None,
        }
    )
    days = f"1.5{words.SPACE}days"
    assert words.classes(kept) == [
        ("Expedite", 6, days, f"3{words.SPACE}days"),
        ("Standard", 2, "hidden below 5", "hidden below 5"),
    ]
    assert [label for label, _ in words.companions(kept)] == ["85th percentile"]
    assert words.classes(None) == []
