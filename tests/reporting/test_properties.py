"""The same records in another order give the same figures; small cases that can be shrunk."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from prodops.integrations.jira.models import JiraIssue
from reporting.metrics import ageing, delivery, periods
from reporting.services import flow
from tests.factories import jira
from tests.factories.people import TeamFactory

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
    @given(issues=histories, seed=st.randoms())
    def test_the_order_of_the_records_does_not_matter(self, issues, seed):
        self.make(issues)
        first = self.all_figures()
        JiraIssue.objects.all().delete()
        shuffled = list(issues)
        seed.shuffle(shuffled)
        self.make(shuffled)
        assert self.all_figures() == first

    def all_figures(self):
        return [
            (month.slug, compute.__name__, compute(month, AT)[None])
            for month in MONTHS
            for compute in (delivery.cycle_time, ageing.stalled, delivery.throughput)
        ]
