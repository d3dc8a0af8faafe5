"""Cycle time (K4) and throughput (T1): cases computed by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from prodops.integrations.jira.models import JiraIssue
from reporting.metrics import delivery, periods
from reporting.services import flow
from tests.factories import jira
from tests.factories.people import TeamFactory

OCTOBER = periods.month(2026, 10)
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
pytestmark = pytest.mark.django_db


def on(day, hour=12, month=10):
    return datetime(2026, month, day, hour, tzinfo=BERLIN)


DONE_ON = on(20)


def took(days, *, finished=DONE_ON, project=None, lead=None, **fields):
    """Make an issue that was finished `days` after its start."""
    start = finished - timedelta(days=days)
    born = finished - timedelta(days=lead) if lead else start - timedelta(days=1)
    moves = [(born, "To Do"), (start, "In Progress"), (finished, "Done")]
    return jira.issue(statuses=moves, project=project, **fields)


def cycle_time(month=OCTOBER, at=AT, team=None):
    flow.rebuild(at=at)
    return delivery.cycle_time(month, at).get(team)


class TestCycleTime:
    def test_the_median_of_an_even_number_is_the_lower_one_of_the_middle(self):
        for days in (1, 2, 4, 6, 9, 12):
            took(days)
        assert cycle_time().value == 4

    def test_the_85th_percentile_is_an_observed_value(self):
        for days in (1, 2, 3, 4, 10):
            took(days)
        figure = cycle_time()
        assert (figure.value, figure.companions["p85"]) == (3, 10)

    def test_lead_time_runs_from_creation(self):
        for days in (1, 2, 3, 4, 5):
            took(days, lead=days + 10)
        assert cycle_time().companions["lead_median"] == 13

    def test_below_five_the_percentile_is_hidden_and_says_so(self):
        for days in (1, 2, 3, 4):
            took(days)
        figure = cycle_time()
        assert (figure.value, figure.n, figure.note) == (None, 4, "hidden: 4 of 5 needed")

    def test_nothing_finished_is_no_value_not_zero(self):
        figure = cycle_time()
        assert (figure.value, figure.denominator, figure.note) == (None, 0, "n/a (0 of 0)")

    def test_work_finished_without_a_start_is_left_out_and_counted(self):
        for days in (1, 2, 3, 4, 5):
            took(days)
        jira.issue(statuses=[(on(1), "To Do"), (on(9), "Done")])
        figure = cycle_time()
        assert (figure.value, figure.numerator, figure.denominator) == (3, 5, 6)
        assert figure.excluded == {"no_start": 1}

    def test_abandoned_work_is_neither_timed_nor_finished(self):
        for days in (1, 2, 3, 4, 5):
            took(days)
        jira.issue(statuses=[(on(1), "In Progress"), (on(9), "Won't Do")])
        figure = cycle_time()
        assert (figure.denominator, figure.excluded) == (5, {"abandoned": 1})

    def test_reopened_work_counts_once_to_its_last_finish(self):
        for days in (1, 1, 1, 1):
            took(days)
        moves = [(on(1), "In Progress"), (on(3), "Done"), (on(5), "In Progress"), (on(8), "Done")]
        jira.issue(statuses=moves)
        figure = cycle_time()
        assert (figure.n, figure.companions["p85"], figure.companions["reopened"]) == (5, 7, 1)

    def test_work_reopened_after_the_month_leaves_it(self):
        for days in (1, 2, 3, 4, 5):
            took(days)
        moves = [(on(1), "In Progress"), (on(9), "Done"), (on(2, month=11), "In Progress")]
        jira.issue(statuses=moves)
        assert cycle_time().denominator == 5

    def test_the_month_is_that_of_the_organisations_wall_clock(self):
        just_in = datetime(2026, 9, 30, 22, 30, tzinfo=UTC)
        just_out = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)
        for finished in (just_in, just_out):
            took(2, finished=finished)
        assert cycle_time().denominator == 1

    def test_a_night_in_which_the_clocks_change_is_as_long_as_it_was(self):
        for _ in range(5):
            took(0, finished=on(25, 12), lead=3)
        moves = [(on(24, 12), "In Progress"), (on(25, 12), "Done")]
        for _ in range(6):
            jira.issue(statuses=moves)
        assert cycle_time().value == pytest.approx(25 / 24)

    def test_a_running_month_counts_what_is_finished_by_now(self):
        for day in (1, 2, 3, 4, 5, 28):
            took(1, finished=on(day))
        assert cycle_time(at=on(10)).n == 5

    def test_each_team_has_its_own_and_projects_without_one_count_for_the_organisation(self):
        team = TeamFactory()
        for days in (1, 2, 3, 4, 5):
            took(days, project=jira.project("ONE", team=team))
            took(days + 10, project=jira.project("TWO"))
        assert cycle_time(team=team.pk).value == 3
        assert cycle_time().n == 10

    def test_an_issue_deleted_later_stays_in_the_month_it_was_finished(self):
        issue = took(2)
        JiraIssue.objects.filter(pk=issue.pk).update(deleted_at=on(5, month=11))
        assert cycle_time().denominator == 1


class TestThroughput:
    def figures(self, at=AT):
        flow.rebuild(at=at)
        return delivery.throughput(OCTOBER, at)

    def test_it_counts_what_was_finished_with_or_without_a_start(self):
        took(2)
        jira.issue(statuses=[(on(1), "To Do"), (on(9), "Done")])
        assert self.figures()[None].value == 2

    def test_abandoned_work_is_counted_apart(self):
        jira.issue(statuses=[(on(1), "To Do"), (on(9), "Won't Do")])
        figure = self.figures()[None]
        assert (figure.value, figure.excluded) == (0, {"abandoned": 1})

    def test_a_team_has_no_figure_before_its_first_issue(self):
        team = TeamFactory()
        jira.project(team=team)
        assert team.pk not in self.figures()

    def test_a_team_with_issues_that_finished_none_has_zero(self):
        team = TeamFactory()
        jira.issue(project=jira.project(team=team), created=datetime(2026, 9, 1, tzinfo=UTC))
        assert self.figures()[team.pk].value == 0

    def test_a_team_without_a_project_has_no_figure(self):
        assert TeamFactory().pk not in self.figures()

    def test_teams_add_up_to_the_organisation(self):
        for number in range(3):
            project = jira.project(f"P{number}", team=TeamFactory())
            for _ in range(number + 1):
                took(1, project=project)
        figures = self.figures()
        assert figures[None].value == sum(figures[t].value for t in figures if t) == 6
