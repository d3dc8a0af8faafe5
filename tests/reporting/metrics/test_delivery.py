"""Cycle time (K4), throughput (T1) and stalled work (K5): cases computed by hand."""

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


class TestStalled:
    def begun(self, age, *, at=OCTOBER.ends_at, status="In Progress", **fields):
        start = at - timedelta(days=age)
        return jira.issue(
            statuses=[(start - timedelta(days=1), "To Do"), (start, status)], **fields
        )

    def normal(self, days=4, count=10, *, ago=30, **fields):
        for _ in range(count):
            took(days, finished=OCTOBER.ends_at - timedelta(days=ago), **fields)

    def figure(self, at=AT, team=None, month=OCTOBER):
        flow.rebuild(at=at)
        return delivery.stalled(month, at).get(team)

    def test_work_older_than_twice_the_normal_is_stalled(self):
        self.normal(4)
        for age in (1, 7, 8.5, 20):
            self.begun(age)
        figure = self.figure()
        assert (figure.value, figure.numerator, figure.denominator) == (50, 2, 4)

    def test_exactly_twice_the_normal_is_not_stalled(self):
        self.normal(4)
        self.begun(8)
        assert self.figure().value == 0

    def test_nothing_in_progress_is_no_value(self):
        self.normal(4)
        assert (self.figure().value, self.figure().note) == (None, "n/a (0 of 0)")

    def test_too_few_finished_to_know_a_normal_leaves_the_work_out_and_counts_it(self):
        self.normal(4, count=9)
        self.begun(100)
        figure = self.figure()
        assert (figure.value, figure.excluded) == (None, {"no_normal": 1})

    def test_an_older_half_year_serves_when_the_last_90_days_are_thin(self):
        self.normal(4, count=5, ago=30)
        self.normal(6, count=5, ago=150)
        self.begun(9)
        assert self.figure().numerator == 1
        assert delivery.started(OCTOBER.ends_at)[0].basis == "team, 180 days"

    def test_the_organisation_serves_a_team_that_finished_little(self):
        self.normal(4, project=jira.project("BIG", team=TeamFactory()))
        small = TeamFactory()
        self.begun(9, project=jira.project("SMALL", team=small))
        assert self.figure(team=small.pk).value == 100
        assert delivery.started(OCTOBER.ends_at)[0].basis == "organisation, 180 days"

    def test_each_type_has_its_own_normal(self):
        self.normal(1, type="Bug")
        self.normal(10, type="Story")
        self.begun(5, type="Bug")
        self.begun(5, type="Story")
        assert self.figure().numerator == 1

    def test_work_put_back_to_the_queue_is_still_in_progress(self):
        self.normal(4)
        moves = [(on(1), "In Progress"), (on(5), "To Do")]
        jira.issue(statuses=moves)
        assert self.figure().numerator == 1

    def test_finished_later_it_was_still_in_progress_at_the_end_of_the_month(self):
        self.normal(4)
        moves = [(on(1), "In Progress"), (on(5, month=11), "Done")]
        jira.issue(statuses=moves)
        assert self.figure().numerator == 1

    def test_finished_and_reopened_later_it_was_not_in_progress_then(self):
        self.normal(4)
        moves = [(on(1), "In Progress"), (on(9), "Done"), (on(5, month=11), "In Progress")]
        jira.issue(statuses=moves)
        assert self.figure().denominator == 0

    def test_a_deleted_issue_leaves_the_work_in_progress(self):
        self.normal(4)
        self.begun(9, deleted_at=on(20))
        assert self.figure().denominator == 0

    def test_a_running_month_is_judged_now(self):
        self.normal(4, ago=40)
        self.begun(6, at=on(10))
        assert self.figure(at=on(10)).numerator == 0
        assert self.figure(at=on(13)).numerator == 1
