"""Computing figures and keeping them: closed months are restated, never quietly overwritten."""

from datetime import UTC, datetime, timedelta

import pytest

from prodops.integrations.jira.models import JiraIssue
from prodops.integrations.models import SyncRun
from reporting.metrics import periods
from reporting.models import MetricDefinition, MetricValue, Restatement, StaleMonth
from reporting.services import figures, flow, refreshing
from reporting.services.definitions import load_definitions, revise_definition
from tests.factories import jira
from tests.factories.people import TeamFactory, UserFactory

OCTOBER = periods.month(2026, 10)
IN_OCTOBER = datetime(2026, 10, 20, 9, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 3, 9, tzinfo=UTC)
LATER = datetime(2026, 11, 20, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def finish(day=10, **fields):
    done = datetime(2026, 10, day, 9, tzinfo=UTC)
    moves = [(done - timedelta(days=2), "In Progress"), (done, "Done")]
    return jira.issue(statuses=moves, **fields)


def recompute(at=NOVEMBER, keys=("T1",)):
    flow.rebuild(at=at)
    return figures.recompute(months=[OCTOBER], at=at, keys=keys)


def kept(key="T1", team=None):
    return MetricValue.objects.get(definition__key=key, team=team)


def test_every_scope_gets_a_value():
    TeamFactory()
    finish()
    recompute()
    assert MetricValue.objects.filter(definition__key="T1").count() == 2
    assert (kept().value, kept().is_partial) == (1, False)


def test_computing_twice_writes_nothing_new():
    TeamFactory()
    finish()
    figures.recompute(months=[OCTOBER], at=NOVEMBER)
    before = list(MetricValue.objects.order_by("pk").values())
    again = figures.recompute(months=[OCTOBER], at=NOVEMBER)
    assert (again.written, again.restated) == (0, 0)
    assert list(MetricValue.objects.order_by("pk").values()) == before


def test_a_closed_month_that_changes_is_restated():
    finish()
    recompute()
    finish(12)
    done = recompute(LATER)
    found = Restatement.objects.get()
    assert (found.old_value, found.new_value, found.at) == (1, 2, LATER)
    assert (kept().value, done.restated) == (2, 1)


def test_an_open_month_moves_without_a_restatement():
    finish()
    recompute(IN_OCTOBER)
    assert kept().is_partial
    finish(12)
    recompute(NOVEMBER)
    assert not Restatement.objects.exists()
    assert (kept().value, kept().is_partial) == (2, False)


def test_a_snapshot_of_a_closed_month_is_kept_as_it_was():
    issue = finish(description="")
    recompute(keys=["K16"])
    before = kept("K16").value
    JiraIssue.objects.filter(pk=issue.pk).update(description="Mended", synced_at=LATER)
    recompute(LATER, keys=["K16"])
    assert kept("K16").value == before


def test_a_new_definition_leaves_the_values_of_closed_months_with_theirs():
    finish()
    recompute()
    first = kept().definition
    revise_definition(
        definition=first,
        target_low=5,
        target_high=None,
        owner="Delivery",
        reason="Agreed in the forum.",
        by=UserFactory(role="ops"),
        at=LATER,
    )
    recompute(LATER)
    assert kept().definition == first


def test_an_open_month_takes_the_new_definition():
    finish()
    recompute(IN_OCTOBER)
    new = revise_definition(
        definition=kept().definition,
        target_low=5,
        target_high=None,
        owner="Delivery",
        reason="Agreed.",
        by=UserFactory(role="ops"),
        at=IN_OCTOBER,
    )
    recompute(IN_OCTOBER)
    newest = MetricValue.objects.filter(definition__key="T1").newest_versions().get()
    assert newest.definition == new


def test_a_changed_formula_makes_a_version_that_keeps_the_organisations_target():
    load_definitions()
    MetricDefinition.objects.filter(key="K7").update(formula="The old way.", target_high=2)
    new = load_definitions()["K7"]
    assert (new.version, new.target_high) == (2, 2)
    assert "Kaplan" in new.formula
    assert MetricDefinition.objects.filter(key="K7", is_current=True).count() == 1


def test_loading_definitions_twice_changes_nothing():
    first = load_definitions()
    assert load_definitions() == first
    assert MetricDefinition.objects.count() == len(first)


def test_jira_figures_carry_the_date_of_the_last_good_sync():
    jira.connection(last_good_at=IN_OCTOBER)
    finish()
    figures.recompute(months=[OCTOBER], at=NOVEMBER)
    assert kept("T1").data_as_of == IN_OCTOBER
    assert kept("K7").data_as_of == NOVEMBER


class TestRefreshing:
    @pytest.fixture
    def woken(self, monkeypatch):
        months = []
        monkeypatch.setattr(
            "reporting.tasks.recompute_month.delay_on_commit", lambda month: months.append(month)
        )
        return months

    def synced(self, at):
        return SyncRun.objects.create(
            connection=jira.connection(),
            trigger="command",
            mode="full",
            status="succeeded",
            started_at=at,
            heartbeat_at=at,
            finished_at=at,
        )

    def test_the_first_time_it_computes_two_years(self, woken):
        refreshing.refresh(at=LATER)
        assert (len(woken), woken[0], woken[-1]) == (24, "2024-12", "2026-11")

    def test_without_a_new_sync_it_rests_for_an_hour(self, woken):
        self.fill()
        assert refreshing.refresh(at=LATER + timedelta(minutes=59)) == []
        assert refreshing.refresh(at=LATER + timedelta(minutes=60)) != []

    def test_after_a_sync_the_unsettled_months_are_computed_again(self, woken):
        self.fill()
        self.synced(LATER + timedelta(minutes=5))
        refreshing.refresh(at=LATER + timedelta(minutes=6))
        assert woken == ["2026-09", "2026-10", "2026-11"]

    def test_a_change_to_an_old_month_reaches_it(self, woken):
        issue = jira.issue(
            statuses=[
                (datetime(2026, 2, 2, tzinfo=UTC), "In Progress"),
                (datetime(2026, 2, 9, tzinfo=UTC), "Done"),
            ]
        )
        queue = jira.status("To Do")
        self.fill()
        jira.change(issue, at=LATER, before=jira.status("Done"), after=queue)
        JiraIssue.objects.filter(pk=issue.pk).update(synced_at=LATER, change_count=2)
        self.synced(LATER + timedelta(minutes=5))
        refreshing.refresh(at=LATER + timedelta(minutes=6))
        assert woken == ["2026-02", "2026-09", "2026-10", "2026-11"]

    def test_a_lost_wake_up_call_is_made_again(self, woken):
        self.fill()
        StaleMonth.objects.mark([OCTOBER.start], at=LATER)
        for minutes in (9, 11, 13):
            refreshing.refresh(at=LATER + timedelta(minutes=minutes))
            assert woken == (["2026-10"] if minutes > 9 else [])

    def test_a_month_computed_is_no_longer_waited_for(self, woken):
        refreshing.refresh(at=LATER)
        refreshing.recompute(month=OCTOBER, at=LATER)
        assert StaleMonth.objects.count() == 23
        assert not StaleMonth.objects.filter(starts_on=OCTOBER.start).exists()

    def test_a_mark_that_comes_while_a_month_is_computed_stays(self, woken, monkeypatch):
        StaleMonth.objects.mark([OCTOBER.start], at=LATER)
        compute = figures.recompute

        def disturbed(**options):
            compute(**options)
            StaleMonth.objects.mark([OCTOBER.start], at=LATER)

        monkeypatch.setattr(figures, "recompute", disturbed)
        refreshing.recompute(month=OCTOBER, at=LATER)
        assert StaleMonth.objects.get().marks == 2

    def fill(self):
        current = periods.containing(LATER)
        flow.rebuild(at=LATER)
        figures.recompute(months=periods.between(current.shifted(-23), current), at=LATER)
