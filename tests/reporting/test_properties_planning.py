"""Delivery predictability (K3) against a second way, for any plan and whatever became of it."""

from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from planning.models import Commitment, InitiativeEpic
from reporting.metrics import periods, planning
from reporting.services import flow
from tests.factories import jira
from tests.reporting import oracles
from tests.reporting.metrics.test_planning import AT, EARLY, decided, promise, quarter

STARTS_ON, ENDS_ON = date(2026, 7, 1), date(2026, 9, 30)
FIRST = datetime(2026, 6, 25, tzinfo=EARLY.tzinfo)
HOURS = 24 * 110
MONTHS = periods.between(periods.month(2026, 7), periods.month(2026, 9))
STEPS = {"To Do": "queue", "In Progress": "active", "Done": "finished"}
hour = st.integers(0, HOURS)
moves = st.lists(st.tuples(hour, st.sampled_from(sorted(STEPS))), min_size=1, max_size=3)
work = st.tuples(st.none() | st.sampled_from([0, 1, 2, 3, 5, 8]), moves)
plans = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["committed", "committed", "stretch"]),
            "added": hour,
            "end": st.none() | st.tuples(st.sampled_from(["finished", "dropped"]), hour),
            "decided": st.none() | hour,
            "issues": st.lists(work, max_size=3),
        }
    ),
    max_size=6,
)


def moment(number):
    return FIRST + timedelta(hours=number)


class TestPredictability(TestCase):
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(given_plan=plans)
    def test_it_equals_the_second_way(self, given_plan):
        cycle = quarter(starts_on=STARTS_ON, ends_on=ENDS_ON)
        plan = [self.make(cycle, one) for one in given_plan]
        flow.rebuild(at=AT)
        for month in MONTHS:
            until = min(month.ends_at, cycle.closes_at)
            figure = planning.predictability(month, AT)[None]
            points = figure.companions
            assert (
                figure.numerator,
                figure.denominator,
                points["points_finished"],
                points["points_promised"],
            ) == oracles.predictability(
                plan, freezes_at=cycle.freezes_at, turns_at=cycle.turns_at, until=until
            )
            page = Commitment.objects.predictability(cycle, until)
            assert (page.delivered, page.promised) == (figure.numerator, figure.denominator)
            for share in (figure.value, points["points_share"]):
                assert share is None or 0 <= share <= 100

    def make(self, cycle, one):
        """Write a commitment and its issues; return the same as plain data."""
        added, (fate, end) = moment(one["added"]), one["end"] or ("", 0)
        ended = max(moment(end), added)
        dropped = ended if fate == "dropped" else None
        finished = ended if fate == "finished" else None
        record = promise(cycle, kind=one["kind"], added=added, finished=finished, dropped=dropped)
        decision = one["decided"] is not None and dropped is not None
        if decision:
            decided(record, at=max(moment(one["decided"]), dropped))
        issues = [self.issue(record, points, history) for points, history in one["issues"]]
        return {
            "kind": one["kind"],
            "added": added,
            "dropped": dropped,
            "decided": max(moment(one["decided"]), dropped) if decision else None,
            "finished": finished,
            "issues": issues,
        }

    def issue(self, record, points, history):
        hours = sorted(number for number, _ in history)
        statuses = [(moment(h), name) for h, (_, name) in zip(hours, history, strict=True)]
        made = jira.issue(story_points=points, statuses=statuses)
        InitiativeEpic.objects.create(
            initiative=record.initiative, issue=made, by=record.added_by, at=record.added_at
        )
        return {"points": points, "visits": [(at, STEPS[name]) for at, name in statuses]}
