"""Foreign keys of changes, checked a statement at a time: a sync writes thousands in one.

The lock of a connection, which each writer holds, keeps issues from going between check and commit.
"""

import pgtrigger

OF_WHAT_IS_THERE = pgtrigger.Trigger(
    name="of_what_is_there",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="added"),
    func="""
        IF EXISTS (
            SELECT FROM (SELECT DISTINCT issue_id FROM added) AS of
            WHERE NOT EXISTS (SELECT FROM jira_jiraissue AS issue WHERE issue.id = of.issue_id)
        ) OR EXISTS (
            SELECT FROM (SELECT DISTINCT author_id FROM added WHERE author_id IS NOT NULL) AS by
            WHERE NOT EXISTS (SELECT FROM jira_jirauser AS person WHERE person.id = by.author_id)
        ) THEN
            RAISE foreign_key_violation USING
                MESSAGE = 'A change of no issue, or by nobody, cannot be kept.';
        END IF;
        RETURN NULL;
    """,
)
KEEPS_ITS_ISSUE = pgtrigger.Protect(
    name="keeps_its_issue",
    operation=pgtrigger.UpdateOf("issue_id"),
    condition=pgtrigger.Q(old__issue_id__df=pgtrigger.F("new__issue_id")),
)
STAYS_WITH_ITS_CHANGES = pgtrigger.Trigger(
    name="stays_with_its_changes",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Delete,
    referencing=pgtrigger.Referencing(old="gone"),
    func="""
        IF EXISTS (SELECT FROM jira_jirachange JOIN gone ON gone.id = jira_jirachange.issue_id) THEN
            RAISE foreign_key_violation USING MESSAGE = 'Changes of the issue are still there.';
        END IF;
        RETURN NULL;
    """,
)
