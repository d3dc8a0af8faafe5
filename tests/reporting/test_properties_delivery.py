"""Blocked time (beside K5) and time to release (beside K4) against a second way."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from prodops.integrations.jira.models import JiraIssue, JiraVersion
from reporting.metrics import ageing, delivery, periods
from reporting.services import flow
from tests.factories import jira
from tests.factories.people import TeamFactory
from tests.reporting import oracles

START = datetime(2026, 9, 1, tzinfo=UTC)
AT = datetime(2026, 12, 15, tzinfo=UTC)
MONTHS = periods.between(periods.month(2026, 9), periods.month(2026, 12))
BERLIN = ZoneInfo("Europe/Berlin")
often = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
hour = st.integers(1, 24 * 100)
names = st.sampled_from(["In Progress", "Blocked", "Blocked by legal", "To Do"])
stays = st.lists(st.tuples(hour, names), max_size=6, unique_by=lambda move: move[0])
flags = st.lists(hour, max_size=6, unique=True)
days = st.none() | st.dates(date(2026, 9, 1), date(2026, 12, 31))


def moment(number):
    return START + timedelta(hours=number)


class TestBlocked(TestCase):
    @often
    @given(issues=st.lists(st.tuples(stays, flags), max_size=4), at=hour)
    def test_it_is_the_hours_flagged_or_blocked_counted_one_by_one(self, issues, at):
        at = moment(at)
        expected = dict(self.make(*issue, at) for issue in issues)
        flow.rebuild(at=AT)
        found = {one.issue_id: round(one.blocked * 24, 6) for one in ageing.started(at)}
        assert found == expected

    @often
    @given(issue=st.tuples(stays, flags), later=st.lists(hour, max_size=4, unique=True))
    def test_rebuilding_bit_by_bit_equals_rebuilding_all(self, issue, later):
        pk, _ = self.make(*issue, AT)
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

    def make(self, stays, flags, at):
        visits = [(START, "In Progress"), *((moment(h), name) for h, name in sorted(stays))]
        issue = jira.issue(statuses=visits)
        marks = [(moment(h), place % 2 == 0) for place, h in enumerate(sorted(flags))]
        for when, is_on in marks:
            words = ("", "Impediment") if is_on else ("Impediment", "")
            jira.change(issue, at=when, before=words[0], after=words[1], field="Flagged")
        return issue.pk, oracles.blocked_hours(visits, marks, started=START, until=at)


class TestReleased(TestCase):
    @often
    @given(
        versions=st.lists(st.tuples(days, st.booleans()), min_size=1, max_size=3),
        work=st.lists(
            st.tuples(st.integers(0, 1), hour, hour, st.sets(st.integers(0, 2), max_size=3)),
            max_size=14,
        ),
    )
    def test_it_equals_the_second_way(self, versions, work):
        made = [self.version(place, *version) for place, version in enumerate(versions)]
        teams = [TeamFactory(), TeamFactory()]
        facts = [self.make(made, teams, *one) for one in work]
        flow.rebuild(at=AT)
        for month in MONTHS:
            figures = delivery.cycle_time(month, AT)
            for team in (None, *(team.pk for team in teams)):
                of_team = [fact for fact in facts if team in {None, fact["team"]}]
                self.same(figures.get(team), of_team, month)

    def same(self, figure, facts, month):
        until = min(month.ends_at - timedelta(microseconds=1), AT)
        finished = [one for one in facts if one["finished"] <= until]
        shipped = [
            (one, oracles.released_at(one["finished"], one["ways_out"], until)) for one in finished
        ]
        inside = [(one, at) for one, at in shipped if at and at >= month.starts_at]
        held = [one for one, at in shipped if not at and one["finished"] >= month.starts_at]
        if figure is None:
            assert (inside, held) == ([], [])
            return
        took = [oracles.days(at - one["started"]) for one, at in inside]
        beside = figure.companions
        assert (beside["shipped"], beside["unreleased"]) == (len(inside), len(held))
        assert beside["by_release"] == sum(bool(one["ways_out"]) for one, _ in inside)
        enough = len(took) >= 5
        assert beside["shipped_median"] == (oracles.nearest_rank(took, 0.5) if enough else None)
        assert beside["shipped_p85"] == (oracles.nearest_rank(took, 0.85) if enough else None)

    def version(self, place, release_on, is_released):
        return JiraVersion.objects.create(
            connection=jira.connection(),
            jira_id=f"{place}",
            name=f"{place}",
            release_on=release_on,
            is_released=is_released,
        )

    def make(self, versions, teams, place, start, took, named):
        named = [versions[each] for each in named if each < len(versions)]
        began, finished = moment(start), moment(start + took)
        jira.issue(
            project=jira.project(f"P{teams[place].pk}", team=teams[place]),
            statuses=[(START, "To Do"), (began, "In Progress"), (finished, "Done")],
            fix_version_ids=[version.jira_id for version in named],
        )
        known = [each for each in named if each.release_on or not each.is_released]
        return {
            "team": teams[place].pk,
            "started": began,
            "finished": finished,
            "ways_out": [self.out(each) for each in known],
        }

    def out(self, version):
        day = version.release_on
        if not version.is_released:
            return None
        return datetime(day.year, day.month, day.day, tzinfo=BERLIN)
