"""Changes belong to an issue and to somebody; the database sees to it without foreign keys."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from prodops.integrations.jira.models import JiraChange, JiraIssue
from tests.factories import jira

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def a_change(**fields):
    return JiraChange(history_id="1", position=0, at=AT, field="status", **fields)


@pytest.mark.parametrize("lacking", ["issue_id", "author_id"])
def test_changes_of_no_issue_or_by_nobody_are_refused_with_all_of_their_statement(lacking):
    issue = jira.issue()
    good = a_change(issue=issue)
    wrong = a_change(**{"issue_id": issue.pk, lacking: 10**9})
    wrong.history_id = "2"

    with pytest.raises(IntegrityError, match="no issue, or by nobody"), transaction.atomic():
        JiraChange.objects.bulk_create([good, wrong])

    assert not JiraChange.objects.exists()


def test_a_change_keeps_its_issue():
    one, other = jira.issue(), jira.issue()
    JiraChange.objects.bulk_create([a_change(issue=one)])

    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        JiraChange.objects.update(issue=other)

    assert JiraChange.objects.update(field="Sprint", issue=one) == 1


def test_an_issue_goes_with_its_changes_only():
    issue = jira.issue()
    JiraChange.objects.bulk_create([a_change(issue=issue, author=jira.jira_user())])

    with (
        pytest.raises(IntegrityError, match="still there"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM jira_jiraissue WHERE id = %s", [issue.pk])
    issue.delete()

    assert not JiraIssue.objects.exists()
    assert not JiraChange.objects.exists()
