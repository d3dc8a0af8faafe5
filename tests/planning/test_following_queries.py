"""Jira queries of an initiative: what they find belongs to it, and leaves with them."""

import pytest

from planning.models import InitiativeEpic, InitiativeQuery
from planning.services.initiative_queries import MOST_FOUND
from planning.tasks import refresh_queries
from prodops.integrations.jira.models import JiraIssue
from tests.factories import jira, planning

TEXT = 'project = PAY AND labels = "quotes"'


@pytest.fixture
def pay(db):
    return jira.project("PAY")


@pytest.fixture
def initiative(planner):
    return planning.initiative(owner=planner)


def quote(pay, **fields):
    return jira.issue(project=pay, labels=["quotes"], **fields)


def follow(post, initiative, text=TEXT):
    return post("jira-queries", initiative, text=text)


def linked(initiative):
    return set(initiative.epic_links.values_list("issue__key", flat=True))


def test_what_a_query_finds_counts_and_what_comes_later_too(post, get, pay, initiative):
    first = quote(pay, statuses=[(jira.BORN, "Done")])
    jira.issue(project=pay)

    assert follow(post, initiative).status_code == 302
    later = quote(pay)
    refresh_queries()

    assert linked(initiative) == {first.key, later.key}
    page = get("initiative", initiative).content.decode()
    assert "2 issues found by <code>project = PAY AND labels = &quot;quotes&quot;</code>" in page
    assert "1 of 2" in get("jira-queries", initiative).content.decode()
    assert f"browse/{first.key}" not in page


def test_what_it_no_longer_finds_leaves_but_not_what_is_linked_by_hand(post, pay, initiative):
    kept, lost = quote(pay), quote(pay)
    post("epics", initiative, key=kept.key)
    follow(post, initiative)

    JiraIssue.objects.update(labels=[])
    refresh_queries()

    assert linked(initiative) == {kept.key}
    assert lost.key not in linked(initiative)


def test_letting_a_query_go_leaves_what_another_finds(post, pay, initiative):
    both = quote(pay)
    only = jira.issue(project=pay, labels=["quotes"], type="Bug")
    follow(post, initiative)
    follow(post, initiative, "type = Story")

    post("jira-query-removal", InitiativeQuery.objects.get(text=TEXT))

    assert linked(initiative) == {both.key}
    assert only.key not in linked(initiative)
    summaries = initiative.thread.events.order_by("pk").values_list("summary", flat=True)
    assert list(summaries)[-1] == "no longer follows a Jira query"


def test_what_a_query_found_is_not_unlinked_by_hand(post, pay, initiative):
    quote(pay)
    follow(post, initiative)

    assert post("epic-removal", initiative.epic_links.get()).status_code == 404


def test_sub_tasks_and_deleted_issues_are_not_found(post, pay, initiative):
    quote(pay, type="Sub-task")
    quote(pay, deleted_at=jira.BORN)

    follow(post, initiative)

    assert linked(initiative) == set()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("assignee = me", "At character 1: “assignee” is no field the hub reads"),
        ("project = PAY OR type = Bug", "At character 15: “OR”: conditions are joined by AND"),
        ("", "This field is required."),
        ("project = " + "P" * 500, "at most 500 characters"),
    ],
)
def test_a_query_the_hub_does_not_read_is_refused_with_its_place(post, initiative, text, words):
    answer = follow(post, initiative, text)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not InitiativeQuery.objects.exists()


def test_a_query_that_finds_too_much_is_refused(post, pay, initiative):
    pattern = quote(pay)
    JiraIssue.objects.bulk_create(
        JiraIssue(
            connection=pattern.connection,
            jira_id=f"many-{number}",
            key=f"PAY-9{number:05}",
            project=pay,
            issue_type=pattern.issue_type,
            status=pattern.status,
            labels=["quotes"],
            created=pattern.created,
            updated=pattern.updated,
            synced_at=pattern.synced_at,
        )
        for number in range(MOST_FOUND)
    )

    answer = follow(post, initiative)

    assert answer.status_code == 422
    assert "It finds 501 issues" in answer.content.decode()


def test_the_same_query_is_followed_once(post, pay, initiative):
    follow(post, initiative)

    assert follow(post, initiative).status_code == 422
    assert InitiativeQuery.objects.count() == 1


def test_what_is_over_keeps_the_issues_it_had(post, pay, initiative):
    found = quote(pay)
    follow(post, initiative)
    initiative.stage, initiative.cancelled_at = "cancelled", jira.BORN
    initiative.save(update_fields=["stage", "cancelled_at"])

    JiraIssue.objects.update(labels=[])
    refresh_queries()

    assert InitiativeEpic.objects.get(initiative=initiative).issue == found
