"""The facts about issues, rebuilt from their changelogs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from prodops.integrations.jira.models import JiraChange, JiraIssue, JiraStatus
from reporting.models import FlowBuild, FlowStep, IssueFlow
from reporting.services import flow
from tests.factories import jira
from tests.factories.people import TeamFactory
from tests.reporting import oracles

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
FACTS = ("step", "started_at", "finished_at", "abandoned_at", "reopened", "deleted_at", "team_id")


def on(day, hour=9):
    return datetime(2026, 1, 1, hour, tzinfo=UTC) + DAY * (day - 1)


def rebuilt(*statuses, **fields):
    issue = jira.issue(statuses=statuses, **fields)
    flow.rebuild(at=NOW)
    return IssueFlow.objects.get(issue=issue)


@pytest.mark.django_db
class TestFacts:
    def test_started_is_the_first_entry_and_finished_the_last(self):
        found = rebuilt(
            (on(1), "To Do"),
            (on(2), "In Progress"),
            (on(3), "To Do"),
            (on(4), "In Progress"),
            (on(9), "Done"),
        )
        assert (found.started_at, found.finished_at, found.reopened) == (on(2), on(9), 0)

    def test_an_issue_born_started_starts_at_its_creation(self):
        found = rebuilt((on(1), "In Progress"), (on(3), "Done"))
        assert (found.started_at, found.finished_at) == (on(1), on(3))

    def test_an_issue_without_history_stands_in_its_current_status(self):
        found = rebuilt((on(1), "In Review"))
        assert (found.step, found.started_at, found.finished_at) == ("active", on(1), None)

    def test_finished_without_ever_starting_has_no_start(self):
        found = rebuilt((on(1), "To Do"), (on(5), "Done"))
        assert (found.started_at, found.finished_at) == (None, on(5))

    def test_a_reopened_issue_is_not_finished_and_keeps_its_start(self):
        found = rebuilt((on(1), "To Do"), (on(2), "In Progress"), (on(3), "Done"), (on(4), "To Do"))
        assert (found.started_at, found.finished_at, found.reopened) == (on(2), None, 1)

    def test_finished_again_counts_to_the_last_finish(self):
        found = rebuilt(
            (on(1), "In Progress"), (on(3), "Done"), (on(4), "In Progress"), (on(8), "Done")
        )
        assert (found.started_at, found.finished_at, found.reopened) == (on(1), on(8), 1)

    def test_resolved_then_closed_is_finished_when_closed_and_not_reopened(self):
        closed = jira.status("Closed")
        closed.step = JiraStatus.Step.FINISHED
        closed.save()
        found = rebuilt((on(1), "In Progress"), (on(3), "Done"), (on(6), "Closed"))
        assert (found.finished_at, found.reopened) == (on(6), 0)

    def test_abandoned_is_an_end_but_not_a_finish(self):
        found = rebuilt((on(1), "To Do"), (on(2), "In Progress"), (on(5), "Won't Do"))
        assert (found.finished_at, found.abandoned_at) == (None, on(5))

    def test_a_status_jira_no_longer_has_is_found_by_its_name(self):
        issue = jira.issue(statuses=[(on(1), "To Do"), (on(2), "In Progress")])
        JiraChange.objects.filter(issue=issue).update(to_id="gone", to_text="in progress")
        flow.rebuild(at=NOW)
        assert IssueFlow.objects.get(issue=issue).started_at == on(2)

    def test_stays_follow_each_other_without_a_gap(self):
        found = rebuilt((on(1), "To Do"), (on(2), "In Progress"), (on(3), "Done"))
        stays = FlowStep.objects.filter(issue=found.issue).order_by("place")
        assert [(stay.step, stay.entered_at, stay.left_at) for stay in stays] == [
            ("queue", on(1), on(2)),
            ("active", on(2), on(3)),
            ("finished", on(3), None),
        ]


@pytest.mark.django_db
class TestRebuilding:
    def test_only_changed_issues_are_read_again(self):
        first, _ = jira.issue(), jira.issue()
        assert flow.rebuild(at=NOW).issues == 2
        assert flow.rebuild(at=NOW).issues == 0
        JiraIssue.objects.filter(pk=first.pk).update(synced_at=NOW)
        assert flow.rebuild(at=NOW).issues == 1

    def test_a_new_meaning_of_a_status_rebuilds_everything(self):
        issue = jira.issue(statuses=[(on(1), "To Do"), (on(2), "In Review")])
        flow.rebuild(at=NOW)
        JiraStatus.objects.filter(name="In Review").update(step=JiraStatus.Step.FINISHED)
        assert flow.rebuild(at=NOW).is_full
        assert IssueFlow.objects.get(issue=issue).finished_at == on(2)

    def test_a_project_given_to_a_team_moves_its_issues(self):
        issue = jira.issue()
        flow.rebuild(at=NOW)
        team = TeamFactory()
        jira.project(team=team)
        assert flow.rebuild(at=NOW).is_full
        assert IssueFlow.objects.get(issue=issue).team == team

    def test_a_reopening_touches_the_month_it_left_and_those_since(self):
        issue = jira.issue(statuses=[(on(1), "In Progress"), (on(9), "Done")])
        flow.rebuild(at=NOW)
        jira.change(issue, at=on(100), before=jira.status("Done"), after=jira.status("To Do"))
        JiraIssue.objects.filter(pk=issue.pk).update(synced_at=NOW, change_count=2)
        found = flow.rebuild(at=NOW)
        assert {month.slug for month in found.months} == {"2026-01"}
        assert found.since == on(100)

    def test_every_rebuilding_leaves_a_record(self):
        jira.issue()
        flow.rebuild(at=NOW)
        assert FlowBuild.objects.get().issues == 1


moves = st.lists(
    st.tuples(
        st.integers(0, 4000),
        st.sampled_from(["To Do", "In Progress", "In Review", "Done", "Won't Do"]),
    ),
    min_size=1,
    max_size=8,
)
mutations = st.lists(
    st.tuples(st.sampled_from(["move", "backdate", "delete", "revive", "new"]), st.integers(0, 99)),
    max_size=12,
)


class TestAgainstTheOracle(TestCase):
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(histories=st.lists(moves, min_size=1, max_size=5), changes=mutations)
    def test_incremental_equals_full_equals_the_oracle(self, histories, changes):
        issues = [self.make(history) for history in histories]
        flow.rebuild(at=NOW)
        for number, (kind, seed) in enumerate(changes):
            self.mutate(issues, kind, seed, number)
            flow.rebuild(at=NOW)
        incremental = self.facts()
        assert incremental == self.expected()
        flow.rebuild(at=NOW, everything=True)
        assert self.facts() == incremental

    def make(self, history):
        hours = sorted(hour for hour, _ in history)
        return jira.issue(
            statuses=[
                (on(1) + timedelta(hours=hour), name)
                for hour, (_, name) in zip(hours, history, strict=True)
            ]
        )

    def mutate(self, issues, kind, seed, number):
        issue = issues[seed % len(issues)]
        names = ["To Do", "In Progress", "Done", "Won't Do"]
        at = on(200 + number)
        if kind == "new":
            issues.append(self.make([(seed, "To Do"), (seed + 5, "Done")]))
            return
        if kind in {"move", "backdate"}:
            last = JiraChange.objects.filter(issue=issue).order_by("-at").first()
            at = at if kind == "move" or not last else last.at - timedelta(minutes=1)
            after = jira.status(names[seed % 4])
            jira.change(issue, at=at, before=issue.status, after=after)
        with transaction.atomic():
            JiraIssue.objects.filter(pk=issue.pk).update(
                synced_at=NOW + timedelta(seconds=number),
                deleted_at=at if kind == "delete" else None,
            )

    def facts(self):
        return {
            found.issue_id: {name: getattr(found, name) for name in FACTS}
            for found in IssueFlow.objects.all()
        }

    def expected(self):
        issues = JiraIssue.objects.select_related("connection", "project", "status")
        return {
            issue.pk: {name: oracles.flow_of(issue)[name] for name in FACTS} for issue in issues
        }
