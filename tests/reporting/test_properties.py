"""What must hold for any records: order, splitting, bounds and unrelated items change nothing."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from prodops.integrations.jira.models import JiraIssue
from reporting.metrics import ageing, delivery, governance, periods
from reporting.services import flow
from tests.factories import jira
from tests.factories.people import TeamFactory
from tests.reporting import oracles

START = datetime(2026, 9, 1, tzinfo=UTC)
AT = datetime(2026, 12, 15, tzinfo=UTC)
MONTHS = periods.between(periods.month(2026, 9), periods.month(2026, 12))
NAMES = ["To Do", "In Progress", "In Review", "Done", "Won't Do"]
histories = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["Story", "Bug"]),
        st.lists(st.tuples(st.integers(0, 2400), st.sampled_from(NAMES)), min_size=1, max_size=6),
    ),
    max_size=14,
)
quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


class TestProperties(TestCase):
    def make(self, issues):
        self.teams = [TeamFactory(), TeamFactory(), None]
        for place, kind, moves in issues:
            hours = sorted(hour for hour, _ in moves)
            statuses = [
                (START + timedelta(hours=hour), name)
                for hour, (_, name) in zip(hours, moves, strict=True)
            ]
            project = jira.project(f"P{place}-{id(self.teams)}", team=self.teams[place])
            jira.issue(project=project, type=kind, statuses=statuses)
        flow.rebuild(at=AT)

    @quick
    @given(issues=histories)
    def test_throughput_cycle_and_lead_time_equal_the_second_way(self, issues):
        self.make(issues)
        flows = [oracles.flow_of(issue) for issue in self.issues()]
        for month in MONTHS:
            cycle = delivery.cycle_time(month, AT)
            count = delivery.throughput(month, AT)
            for team in {None, *(one["team_id"] for one in flows)}:
                done = [
                    one
                    for one in flows
                    if one["finished_at"]
                    and month.starts_at <= one["finished_at"] < month.ends_at
                    and team in {None, one["team_id"]}
                ]
                if team is None or done:
                    assert count[team].value == len(done)
                self.same_times(cycle.get(team), done)

    def same_times(self, figure, done):
        if figure is None:
            assert not done
            return
        days = [
            oracles.days(one["finished_at"] - one["started_at"])
            for one in done
            if one["started_at"]
        ]
        assert (figure.n, figure.denominator) == (len(days), len(done))
        assert figure.value == (oracles.nearest_rank(days, 0.5) if len(days) >= 5 else None)
        assert figure.companions["p85"] == (
            oracles.nearest_rank(days, 0.85) if len(days) >= 5 else None
        )

    @quick
    @given(issues=histories)
    def test_stalled_work_equals_the_second_way(self, issues):
        self.make(issues)
        found = {one.issue_id: one for one in ageing.started(AT)}
        expected = {}
        for issue in self.issues():
            facts = oracles.flow_of(issue)
            step, _ = oracles.step_at(facts["visits"], AT)
            if facts["started_at"] and step in {"queue", "active"}:
                expected[issue.pk] = oracles.days(AT - facts["started_at"])
        assert {pk: one.age for pk, one in found.items()} == expected
        assert {pk: one.normal for pk, one in found.items()} == self.normals(expected)

    def normals(self, standing):
        cycles = defaultdict(list)
        for issue in self.issues():
            facts = oracles.flow_of(issue)
            if facts["finished_at"] and facts["started_at"]:
                age = oracles.days(AT - facts["finished_at"])
                took = oracles.days(facts["finished_at"] - facts["started_at"])
                key = (facts["team_id"], issue.issue_type.name)
                if age <= 180:
                    cycles[key, 180].append(took)
                    cycles[issue.issue_type.name].append(took)
                if age <= 90:
                    cycles[key, 90].append(took)
        return {pk: self.normal(JiraIssue.objects.get(pk=pk), cycles) for pk in standing}

    def normal(self, issue, cycles):
        key = (issue.project.team_id, issue.issue_type.name)
        for known in (cycles[key, 90], cycles[key, 180], cycles[issue.issue_type.name]):
            if len(known) >= 10:
                return oracles.nearest_rank(known, 0.5)
        return None

    @quick
    @given(issues=histories, seed=st.randoms())
    def test_the_order_of_the_records_does_not_matter(self, issues, seed):
        self.make(issues)
        first = self.all_figures()
        JiraIssue.objects.all().delete()
        shuffled = list(issues)
        seed.shuffle(shuffled)
        self.make(shuffled)
        assert self.all_figures() == first

    @quick
    @given(issues=histories)
    def test_months_add_up_and_shares_stay_between_0_and_100(self, issues):
        self.make(issues)
        whole = periods.Period(MONTHS[0].start, MONTHS[-1].end)
        parts = [delivery.throughput(month, AT)[None].value for month in MONTHS]
        assert sum(parts) == delivery.throughput(whole, AT)[None].value
        for month in MONTHS:
            for figures in (ageing.stalled(month, AT), governance.data_quality(month, AT)):
                for figure in figures.values():
                    assert figure.value is None or 0 <= figure.value <= 100
                    assert figure.value is None or figure.low <= figure.value <= figure.high + 1e-9

    @quick
    @given(issues=histories)
    def test_an_unrelated_issue_changes_nothing(self, issues):
        self.make(issues)
        before = self.all_figures()
        jira.issue(statuses=[(AT + timedelta(days=300), "To Do")])
        flow.rebuild(at=AT)
        assert self.all_figures() == before

    def all_figures(self):
        return [
            (month.slug, compute.__name__, compute(month, AT)[None])
            for month in MONTHS
            for compute in (delivery.cycle_time, ageing.stalled, delivery.throughput)
        ]

    def issues(self):
        return JiraIssue.objects.select_related("connection", "project", "status", "issue_type")
