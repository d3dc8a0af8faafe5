"""T1, K4, K5 and K16 of thousands of random teams in four months, against the second way.

A round writes 500 teams at once, so a case costs milliseconds; every figure of every team and
month is compared in full, with all that stands beside it.
"""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from reporting.metrics import ageing, delivery, governance, periods
from reporting.models import IssueFlow
from reporting.services import flow
from tests.factories import jira
from tests.reporting import second_way, throngs
from tests.reporting.throngs import AT, BERLIN

TEAMS, ROUNDS = 500, 10
MONTHS = periods.between(periods.month(2026, 8), periods.month(2026, 11))
FACTS = ("step", "service_class", "started_at", "finished_at", "abandoned_at", "reopened")


def bounds(month):
    """Return a month's midnights, reckoned here and not by `periods`.

    In UTC: sixty days before a moment of Berlin would be an hour off where the clocks change.
    """
    ends = (month.start, month.end)
    midnights = [datetime(day.year, day.month, day.day, tzinfo=BERLIN) for day in ends]
    return [moment.astimezone(UTC) for moment in midnights]


def same(figure, expected, case):
    """Compare all that `expected` says; no figure at all is a figure of nothing."""
    if figure is None:
        assert (expected["numerator"], expected.get("denominator") or 0) == (0, 0), case
        return
    assert {name: getattr(figure, name) for name in expected} == expected, case
    if figure.unit == "percent" and figure.value is not None:
        assert 0 <= figure.value <= 100, case
        assert figure.low <= figure.value <= figure.high, case


class TestThrongsOfWork(TestCase):
    @throngs.rounds(ROUNDS)
    @given(dice=st.randoms(use_true_random=True))
    def test_every_figure_of_every_team_equals_the_second_way(self, dice):
        self.teams = throngs.jira_work(dice, teams=TEAMS)
        self.lives = {
            team.pk: [second_way.Life(issue) for issue in team.issues] for team in self.teams
        }
        flow.rebuild(at=AT)
        self.facts_are_the_same()
        for month in MONTHS:
            self.finished_work(month)
            self.work_in_progress(month)
            self.records(month)
        self.months_add_up()
        self.a_later_look_finds_no_less(dice)
        self.an_unrelated_issue_changes_nothing()

    def facts_are_the_same(self):
        kept = {row.issue_id: row for row in IssueFlow.objects.all()}
        for life in self.everybody():
            issue, row = life.issue, kept[life.issue.row.pk]
            moments = (life.started, life.finished, life.abandoned)
            expected = (life.step, issue.service_class, *moments, life.reopened)
            assert tuple(getattr(row, name) for name in FACTS) == expected, issue

    def finished_work(self, month):
        cycle, count = delivery.cycle_time(month, AT), delivery.throughput(month, AT)
        for team, lives in self.scopes():
            given, case = (lives, *bounds(month), AT), (month.slug, told(lives))
            same(cycle.get(team), second_way.cycle_time(*given), case)
            same(count.get(team), second_way.throughput(*given), case)

    def work_in_progress(self, month):
        figures = ageing.stalled(month, AT)
        standing = second_way.Standing(self.lives, min(AT, bounds(month)[1]))
        for team, lives in self.scopes():
            teams = self.lives if team is None else [team]
            same(figures.get(team), standing.figure(teams), (month.slug, told(lives)))

    def records(self, month):
        figures = governance.data_quality(month, AT)
        checked = {team.pk: list(self.checked(team)) for team in self.teams}
        everything = [one for lives in checked.values() for one in lives]
        for team, lives in self.scopes():
            given = checked[team] if team else everything
            expected = second_way.data_quality(given, *bounds(month), AT)
            same(figures.get(team), expected, (month.slug, told(lives)))

    def checked(self, team):
        """Yield each issue's life with what its checks look at around it."""
        lives = self.lives[team.pk]
        is_estimating = any(issue.fields["story_points"] is not None for issue in team.issues)
        waiting = {
            id(life.issue.parent)
            for life in lives
            if life.step in second_way.OPEN and life.issue.deleted is None
        }
        of_project = (team.project.issue_type_ids, team.project.is_team_managed, is_estimating)
        for life in lives:
            yield life, *of_project, id(life.issue) in waiting

    def months_add_up(self):
        whole = delivery.throughput(periods.Period(MONTHS[0].start, MONTHS[-1].end), AT)
        parts = [delivery.throughput(month, AT) for month in MONTHS]
        for team, lives in self.scopes():
            if not any(life.issue.deleted for life in lives):
                counts = [part[team].value for part in parts if team in part]
                assert sum(counts) == (whole[team].value if team in whole else 0), told(lives)

    def a_later_look_finds_no_less(self, dice):
        earlier, later = sorted(throngs.moment(dice.randrange(throngs.HOURS)) for _ in "12")
        for month in MONTHS:
            before, after = (delivery.throughput(month, at) for at in (earlier, later))
            for team in before:
                assert before[team].value <= after[team].value, (month, earlier, later)

    def an_unrelated_issue_changes_nothing(self):
        before = self.figures()
        assert self.figures() == before  # computed twice, it is the same to the bit
        jira.issue(project=jira.project("ELSEWHERE"), type="Story", statuses=[(AT, "To Do")])
        flow.rebuild(at=AT)
        for earlier, later in zip(before, self.figures(), strict=True):
            assert {**later, None: None} == {**earlier, None: None}

    def figures(self):
        month = MONTHS[-1]
        metrics = (delivery.throughput, delivery.cycle_time, ageing.stalled)
        return [compute(month, AT) for compute in (*metrics, governance.data_quality)]

    def scopes(self):
        """Yield each team and its lives; None is the organisation, with nobody's work as well."""
        yield None, list(self.everybody())
        yield from ((team, lives) for team, lives in self.lives.items() if team is not None)

    def everybody(self):
        return (life for lives in self.lives.values() for life in lives)


def told(lives):
    """Return a team's issues for a message that a person can check; not those of everybody."""
    return [life.issue for life in lives] if len(lives) < 50 else f"{len(lives)} issues"
