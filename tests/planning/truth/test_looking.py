"""What a look at Jira finds: issues as they stood, the pace of teams, scope since the commit."""

from datetime import UTC, date, datetime, timedelta

import pytest

from planning.models import TruthCheck
from prodops.integrations.models import Connection
from reporting.services import flow, truth_checks, truth_facts
from tests.factories import jira, planning
from tests.factories.people import TeamFactory, UserFactory

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
BORN = AT - timedelta(days=200)


@pytest.fixture
def team(db):
    return TeamFactory(name="Harbour")


@pytest.fixture
def epic(team):
    return jira.issue(project=jira.project("PAY", team=team), type="Epic", created=BORN)


def story(epic, *, finished=None, started=None, born=BORN, **fields):
    """Put an issue under an epic; `finished` and `started` are days before `AT`."""
    moves = [(born, "To Do")]
    if started is not None:
        moves.append((AT - timedelta(days=started), "In Progress"))
    if finished is not None:
        moves.append((AT - timedelta(days=finished), "Done"))
    return jira.issue(project=epic.project, parent=epic, statuses=moves, **fields)


def look(initiative, at=AT):
    flow.rebuild(at=at, everything=True)
    return truth_facts.gather([initiative], at=at)[initiative.pk]


def test_a_team_s_days_are_counted_with_those_on_which_nothing_was_finished(epic):
    initiative = planning.initiative(epic=epic, stage="delivery")
    for days in (1, 1, 2, 5, 8, 20, 40, 60, 89, 90, 91):
        story(epic, finished=days, started=days + 3)
    story(epic)
    story(epic, started=2)

    facts = look(initiative)

    (pace,) = facts.paces
    assert (facts.total, facts.done, facts.started) == (13, 11, 1)
    assert (pace.team, pace.remaining, len(pace.finished)) == ("Harbour", 2, 90)
    assert (sum(pace.finished), pace.finished[-1], pace.finished[-2]) == (10, 2, 1)
    assert (pace.finished[0], pace.share) == (1, 1.0)


def test_a_team_that_serves_several_is_shared(team, epic):
    other = jira.issue(project=epic.project, type="Epic", created=BORN)
    initiative = planning.initiative(epic=epic, stage="delivery")
    planning.initiative(epic=other, stage="delivery")
    for days in range(1, 13):
        story(epic if days <= 2 else other, finished=days, started=days + 1)
    for days in range(1, 7):
        jira.issue(
            project=epic.project, statuses=[(BORN, "To Do"), (AT - timedelta(days=days), "Done")]
        )
    story(epic)
    story(other)

    (pace,) = look(initiative).paces
    # Two of its own are too few to go by: half of the 12 of 18 that were done for initiatives.
    assert pace.share == pytest.approx(12 / 18 / 2)


def test_too_few_finished_go_by_the_median_and_none_at_all_by_nothing(epic):
    initiative = planning.initiative(epic=epic, stage="delivery")
    story(epic)
    assert look(initiative).gaps["no_throughput"] == "Harbour"

    for days, took in ((3, 2), (9, 4), (30, 9)):
        story(epic, finished=days, started=days + took)

    facts = look(initiative)
    assert facts.paces[0].days_each == pytest.approx(4)
    assert facts.gaps["by_cycle_time"] == "Harbour"


def test_what_could_not_be_seen_is_said(epic):
    initiative = planning.initiative(epic=epic, stage="delivery")
    story(epic, story_points=3.0)
    lost = jira.issue(project=jira.project("LOST"), parent=epic, statuses=[(BORN, "To Do")])
    jira.skipped(of=lost.connection)
    Connection.objects.update(last_good_at=AT - timedelta(days=3))

    gaps = look(initiative).gaps

    assert gaps["no_team"] == "Lost"
    assert gaps["no_estimates"] == "1 of 2"
    assert gaps["hidden"] == "1"
    assert gaps["old_sync"].startswith("31 Oct 2026")
    assert look(planning.initiative(stage="delivery")).gaps == {"no_issues": ""}


def test_blocked_and_ageing_issues_are_listed_against_the_team_s_own_normal(epic):
    initiative = planning.initiative(epic=epic, stage="delivery")
    for days in range(1, 13):
        story(epic, finished=days, started=days + 3)
    old = story(epic, started=7)
    young = story(epic, started=5)
    stuck = story(epic, started=1, is_flagged=True)

    standing = look(initiative).standing

    assert [one["key"] for one in standing] == [old.key, stuck.key]
    assert young.key not in {one["key"] for one in standing}
    assert (standing[0]["is_stalled"], standing[0]["normal"]) == (True, 3.0)
    assert (standing[1]["is_blocked"], standing[1]["is_stalled"]) == (True, False)
    assert standing[0]["url"].endswith(f"/browse/{old.key}")


def test_things_are_seen_as_they_stood(epic):
    initiative = planning.initiative(epic=epic, stage="delivery", at=BORN)
    for days in (1, 10, 20, 30):
        story(epic, finished=days, started=days + 1)

    then = look(initiative, AT - timedelta(days=15))

    assert (then.total, then.done) == (4, 2)


@pytest.fixture
def committed(epic):
    """An initiative with three issues, committed on 1 October."""
    at = datetime(2026, 10, 1, 9, tzinfo=UTC)
    initiative = planning.initiative(epic=epic, stage="delivery", at=at - timedelta(days=9))
    initiative.epic_links.update(at=at - timedelta(days=9))
    for _ in range(3):
        story(epic)
    planning.cycle(phase="active", plan=[initiative], at=at, starts_on=date(2026, 10, 1))
    return initiative


def test_nothing_changed_since_the_commit(committed):
    scope = look(committed).scope

    assert (scope["added_count"], scope["removed_count"]) == (0, 0)
    assert scope["since"].startswith("2026-10-01T09:00")


@pytest.mark.parametrize("field", ["Epic Link", "IssueParentAssociation", "Parent"])
def test_what_came_and_went_since_the_commit_is_found_in_the_history(committed, epic, field):
    elsewhere = jira.issue(project=epic.project, type="Epic", created=BORN)
    new = story(epic, born=AT - timedelta(days=5))
    came, went = story(epic), story(elsewhere)
    deleted = story(epic, deleted_at=AT - timedelta(days=2))
    dropped = jira.issue(
        project=epic.project,
        parent=epic,
        statuses=[(BORN, "To Do"), (AT - timedelta(days=3), "Won't Do")],
    )
    before = story(epic)
    ends = {"field": field}
    at = AT - timedelta(days=8)
    move(came, elsewhere, epic, at=at, **ends)
    move(went, epic, elsewhere, at=at, **ends)
    move(before, elsewhere, epic, at=AT - timedelta(days=90), **ends)

    scope = look(committed).scope

    assert {one["key"]: one["how"] for one in scope["added"]} == {
        new.key: "created",
        came.key: "moved here",
    }
    assert {one["key"]: one["how"] for one in scope["removed"]} == {
        went.key: "moved away",
        deleted.key: "deleted",
        dropped.key: "abandoned",
    }


def move(issue, old, new, *, at, field):
    """Tell as Jira does: numbers in from and to, keys in their texts."""
    change = jira.change(issue, at=at, before=old.key, after=new.key, field=field)
    change.from_id, change.to_id = old.jira_id, new.jira_id
    change.save(update_fields=["from_id", "to_id"])


def test_uncommitted_initiatives_have_no_scope_to_compare(epic):
    assert look(planning.initiative(epic=epic, stage="delivery")).scope == {}


def test_a_look_is_due_once_a_week_and_when_issues_move(epic):
    initiative = planning.initiative(epic=epic, stage="delivery", owner=UserFactory())
    planning.initiative(stage="idea")
    moved = story(epic)
    flow.rebuild(at=AT)

    assert [truth_checks.check_due(at=AT + timedelta(hours=each)) for each in (0, 1, 30)] == [
        1,
        0,
        0,
    ]

    moved.synced_at = AT + timedelta(days=2)
    moved.save(update_fields=["synced_at"])
    flow.rebuild(at=moved.synced_at)
    assert truth_checks.check_due(at=AT + timedelta(days=2)) == 1
    story(epic)
    flow.rebuild(at=AT + timedelta(days=2))
    assert truth_checks.check_due(at=AT + timedelta(days=2, hours=1)) == 1
    assert truth_checks.check_due(at=AT + timedelta(days=7)) == 1

    assert TruthCheck.objects.filter(initiative=initiative).count() == 3
    assert TruthCheck.objects.weekly().count() == 2


def test_daily_looks_are_forgotten_and_weekly_ones_kept(epic):
    planning.initiative(epic=epic, stage="delivery")
    moved = story(epic)
    flow.rebuild(at=AT)
    truth_checks.check_due(at=AT)
    moved.synced_at = AT + timedelta(days=1)
    moved.save(update_fields=["synced_at"])
    flow.rebuild(at=moved.synced_at)
    truth_checks.check_due(at=AT + timedelta(days=1))
    assert TruthCheck.objects.count() == 2

    truth_checks.check_due(at=AT + timedelta(days=40))

    assert [look.is_weekly for look in TruthCheck.objects.order_by("checked_at")] == [True, True]


def test_one_of_which_nothing_could_be_said_is_looked_at_when_its_target_is_over(epic):
    target_on = AT.date() + timedelta(days=1)  # a Wednesday
    planning.initiative(epic=epic, stage="delivery", target_on=target_on)
    story(epic)
    flow.rebuild(at=AT)

    looked = [truth_checks.check_due(at=AT + timedelta(days=days)) for days in range(5)]

    assert looked == [1, 0, 1, 0, 0]
    rows = TruthCheck.objects.order_by("checked_at")
    assert [(row.derived, row.is_weekly) for row in rows] == [
        ("unknown", True),
        ("off_track", False),
    ]
