"""Jira data quality (K16) against a second way, check by check, for any mess of issues."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from prodops.integrations.jira.models import JiraIssue
from reporting.metrics import governance, periods
from reporting.services import flow
from tests.factories import jira
from tests.factories.people import TeamFactory
from tests.reporting import oracles

START = datetime(2026, 8, 1, tzinfo=UTC)
AT = datetime(2026, 11, 20, tzinfo=UTC)
MONTHS = periods.between(periods.month(2026, 8), periods.month(2026, 11))
NAMES = ["To Do", "In Progress", "Done", "Won't Do"]
TEXTS = ("description", "priority", "resolution", "story_points")
messes = st.lists(
    st.fixed_dictionaries(
        {
            "project": st.integers(0, 2),
            "type": st.sampled_from(["Story", "Sub-task", "Epic"]),
            "parent": st.none() | st.integers(0, 9) | st.just("unknown"),
            "moves": st.lists(
                st.tuples(st.integers(0, 24 * 105), st.sampled_from(NAMES)), min_size=1, max_size=4
            ),
            "description": st.sampled_from(["", "What it is for."]),
            "priority": st.sampled_from(["", "High"]),
            "resolution": st.sampled_from(["", "Fixed"]),
            "is_assigned": st.booleans(),
            "story_points": st.sampled_from([None, None, 3]),
            "deleted": st.none() | st.integers(0, 24 * 105),
        }
    ),
    max_size=10,
)


class TestDataQuality(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(given_issues=messes)
    def test_it_equals_the_second_way(self, given_issues):
        self.teams = [TeamFactory(), TeamFactory(), None]
        made = []
        for one in given_issues:
            made.append(self.make(one, made))
        flow.rebuild(at=AT)
        issues = JiraIssue.objects.select_related(
            "connection", "project", "status", "issue_type", "parent__issue_type"
        )
        issues = list(issues)
        estimating = {one.project_id for one in issues if one.story_points is not None}
        for month in MONTHS:
            figures = governance.data_quality(month, AT)
            for team in (None, *(team.pk for team in self.teams if team)):
                of_team = [one for one in issues if team in {None, one.project.team_id}]
                self.same(figures.get(team), of_team, month, estimating)

    def same(self, figure, issues, month, estimating):
        at = min(AT, month.ends_at)
        passed, applied = Counter(), Counter()
        inside = [one for one in issues if self.is_inside(one, month)]
        for one in inside:
            children = self.children(one)
            for name, is_passed in oracles.checks_of(
                one, at=at, estimating=estimating, children=children
            ).items():
                passed[name] += is_passed
                applied[name] += 1
        if figure is None:
            assert inside == []
            return
        assert (figure.numerator, figure.denominator) == (passed.total(), applied.total())
        for name, whole in applied.items():
            assert figure.companions[name] == 100 * passed[name] / whole
        aside = len(inside) * len(governance.CHECKS) - applied.total()
        assert figure.excluded.get("not_applicable", 0) == aside
        assert figure.excluded.get("type_unknown", 0) == len(inside)

    def is_inside(self, issue, month):
        facts = oracles.flow_of(issue)
        ended = facts["finished_at"] or facts["abandoned_at"]
        return (
            issue.created < month.ends_at
            and issue.created <= AT
            and (ended is None or ended >= month.starts_at)
            and (issue.deleted_at is None or issue.deleted_at >= month.starts_at)
        )

    def children(self, issue):
        related = ("connection", "project", "status", "issue_type")
        return list(JiraIssue.objects.filter(parent=issue).select_related(*related))

    def make(self, one, made):
        place, parent = one["project"], one["parent"]
        hours = sorted(hour for hour, _ in one["moves"])
        project = jira.project(
            f"P{place}-{id(self.teams)}", team=self.teams[place], is_team_managed=place == 1
        )
        known = made[parent] if isinstance(parent, int) and parent < len(made) else None
        fields = {"parent_key": "GONE-1"} if parent == "unknown" else {}
        deleted = one["deleted"]
        return jira.issue(
            project=project,
            type=one["type"],
            parent=known,
            statuses=[
                (START + timedelta(hours=hour), name)
                for hour, (_, name) in zip(hours, one["moves"], strict=True)
            ],
            assignee=jira.jira_user() if one["is_assigned"] else None,
            deleted_at=None if deleted is None else START + timedelta(hours=deleted),
            **{
                name: one[name]
                for name in ("description", "priority", "resolution", "story_points")
            },
            **fields,
        )
