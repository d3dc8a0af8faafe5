"""What Jira says about an initiative: which issues count, and what follows from them."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.models import Initiative
from tests.factories import jira, planning

START, TARGET = date(2026, 10, 1), date(2026, 12, 9)  # seventy days


def progress(initiative):
    return Initiative.objects.with_progress().get(pk=initiative.pk)


def test_the_children_of_a_linked_epic_count(db):
    seen = progress(planning.initiative(epic=jira.epic(children=5, done=2)))

    assert (seen.issues_done, seen.issues_total, seen.progress) == (2, 5, 0.4)


def test_without_issues_there_is_no_share(db):
    seen = progress(planning.initiative())

    assert (seen.issues_total, seen.progress, seen.last_moved_at) == (0, None, None)


def test_sub_tasks_deleted_and_abandoned_issues_do_not_count(db):
    epic = jira.epic(children=2, done=1)
    story = epic.children.first()
    jira.issue(parent=story, type="Sub-task")
    jira.issue(parent=epic, deleted_at=planning.AT)
    jira.issue(parent=epic, statuses=[(jira.BORN, "To Do"), (planning.AT, "Won't Do")])

    seen = progress(planning.initiative(epic=epic))

    assert (seen.issues_done, seen.issues_total) == (1, 2)


def test_a_linked_story_counts_itself_and_an_epic_of_epics_its_grandchildren(db):
    story = jira.issue()
    assert progress(planning.initiative(epic=story)).issues_total == 1

    top = jira.issue(type="Epic")
    below = jira.epic(children=3, parent=top)
    initiative = planning.initiative(epic=top)
    assert progress(initiative).issues_total == 3

    initiative.epic_links.create(issue=below, by=initiative.owner, at=planning.AT)
    assert progress(initiative).issues_total == 3


def test_the_last_move_is_a_change_of_status_not_an_edit(db):
    moved, edited = jira.BORN + timedelta(days=4), jira.BORN + timedelta(days=9)
    epic = jira.epic()
    story = jira.issue(parent=epic, statuses=[(jira.BORN, "To Do"), (moved, "In Progress")])
    jira.change(story, at=edited, before="Low", after="High", field="priority")

    assert progress(planning.initiative(epic=epic)).last_moved_at == moved


def test_each_link_counts_for_itself_with_what_blocks_it(db):
    epic = jira.epic(children=3, done=1)
    waiting = epic.children.filter(resolved=None).first()
    blocker = jira.issue()
    blocker.links_out.create(
        connection=epic.connection,
        jira_id="1",
        kind="Blocks",
        outward="blocks",
        inward="is blocked by",
        target=waiting,
        target_key=waiting.key,
    )
    initiative = planning.initiative(epic=epic)

    link = initiative.epic_links.with_counts().get()

    assert (link.issues_total, link.issues_done, link.issues_waiting) == (3, 1, 2)
    assert (link.issues_started, link.issues_blocked) == (0, 1)


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["To Do", "In Progress", "Done", "Won't Do"]),
            st.sampled_from(["Story", "Bug", "Sub-task", "Epic"]),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_progress_is_what_a_plain_count_says(children):
    epic = jira.epic()
    for status, kind, is_deleted in children:
        deleted_at = planning.AT if is_deleted else None
        jira.issue(parent=epic, type=kind, statuses=[(jira.BORN, status)], deleted_at=deleted_at)

    seen = progress(planning.initiative(epic=epic))

    counted = [
        status
        for status, kind, is_deleted in children
        if kind in {"Story", "Bug"} and not is_deleted and status != "Won't Do"
    ]
    assert seen.issues_total == len(counted)
    assert seen.issues_done == counted.count("Done")
    assert seen.issues_started == counted.count("In Progress")
    assert seen.progress is None or 0 <= seen.progress <= 1


@pytest.mark.parametrize(
    ("done", "day", "suggested"),
    [
        (0, START, "on_track"),
        (0, START + timedelta(days=7), "on_track"),
        (0, START + timedelta(days=8), "at_risk"),
        (5, START + timedelta(days=50), "at_risk"),
        (4, START + timedelta(days=50), "off_track"),
        (9, TARGET + timedelta(days=1), "off_track"),
        (10, TARGET + timedelta(days=9), "done"),
    ],
)
def test_jira_suggests_by_work_done_against_time_used(db, done, day, suggested):
    epic = jira.epic(children=10, done=done)
    initiative = planning.initiative(epic=epic, start_on=START, target_on=TARGET)

    assert progress(initiative).truth(day).suggested == suggested


def test_where_jira_cannot_tell_it_says_why(db):
    undated = planning.initiative(epic=jira.epic(children=2))
    unlinked = planning.initiative(start_on=START, target_on=TARGET)

    for initiative, words in ((undated, "no target date"), (unlinked, "nothing to compare")):
        truth = progress(initiative).truth(START)
        assert (truth.suggested, truth.agrees) == (None, None)
        assert words in " ".join(truth.sentences)


def test_the_page_says_that_report_and_jira_disagree(planner, post, get):
    today = timezone.localdate()
    initiative = planning.initiative(
        epic=jira.epic(children=4, done=1),
        start_on=today - timedelta(days=90),
        target_on=today + timedelta(days=9),
    )
    post("report", initiative, status="on_track", text="All is well.")

    page = get("initiative", initiative).content.decode()

    assert "1 of 4 issues are finished (25%)." in page
    assert "90% of the time is used." in page
    assert "The report and Jira disagree." in page
    assert "Nothing has moved in Jira for" in page
