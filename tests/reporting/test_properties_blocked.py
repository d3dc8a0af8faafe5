"""Blocked times (beside K5) rebuilt change by change are those rebuilt at once."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from prodops.integrations.jira.models import JiraIssue
from reporting.services import flow
from tests.factories import jira

START = datetime(2026, 9, 1, tzinfo=UTC)
AT = datetime(2026, 12, 15, tzinfo=UTC)
often = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
hour = st.integers(1, 24 * 100)
names = st.sampled_from(["In Progress", "Blocked", "Blocked by legal", "To Do"])
stays = st.lists(st.tuples(hour, names), max_size=6, unique_by=lambda move: move[0])
flags = st.lists(hour, max_size=6, unique=True)


def moment(number):
    return START + timedelta(hours=number)


class TestBlocked(TestCase):
    @often
    @given(issue=st.tuples(stays, flags), later=st.lists(hour, max_size=4, unique=True))
    def test_rebuilding_bit_by_bit_equals_rebuilding_all(self, issue, later):
        pk = self.make(*issue)
        flow.rebuild(at=AT)
        made = JiraIssue.objects.get(pk=pk)
        for place, number in enumerate(sorted(later)):
            jira.change(
                made,
                at=moment(number),
                before="",
                after="Impediment" * (place % 2),
                field="Flagged",
            )
            JiraIssue.objects.filter(pk=pk).update(synced_at=AT + timedelta(seconds=place))
            flow.rebuild(at=AT)
        by_bits = list(
            made.flow_blocks.order_by("blocked_at").values_list("blocked_at", "freed_at")
        )
        flow.rebuild(at=AT, everything=True)
        assert by_bits == list(
            made.flow_blocks.order_by("blocked_at").values_list("blocked_at", "freed_at")
        )

    def make(self, stays, flags):
        visits = [(START, "In Progress"), *((moment(h), name) for h, name in sorted(stays))]
        issue = jira.issue(statuses=visits)
        marks = [(moment(h), place % 2 == 0) for place, h in enumerate(sorted(flags))]
        for when, is_on in marks:
            words = ("", "Impediment") if is_on else ("Impediment", "")
            jira.change(issue, at=when, before=words[0], after=words[1], field="Flagged")
        return issue.pk
