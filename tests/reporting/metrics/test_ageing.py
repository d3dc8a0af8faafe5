"""Stalled and blocked work in progress (K5): cases computed by hand."""

from datetime import timedelta

import pytest

from reporting.metrics import ageing
from reporting.services import flow
from tests.factories import jira
from tests.factories.people import TeamFactory
from tests.reporting.metrics.test_delivery import AT, OCTOBER, on, took

pytestmark = pytest.mark.django_db


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
        return ageing.stalled(month, at).get(team)

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
        assert ageing.started(OCTOBER.ends_at)[0].basis == "team, 180 days"

    def test_the_organisation_serves_a_team_that_finished_little(self):
        self.normal(4, project=jira.project("BIG", team=TeamFactory()))
        small = TeamFactory()
        self.begun(9, project=jira.project("SMALL", team=small))
        assert self.figure(team=small.pk).value == 100
        assert ageing.started(OCTOBER.ends_at)[0].basis == "organisation, 180 days"

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
