"""The view behind `InitiativeIssue`: which Jira issues count towards which initiative."""

from django.db import migrations

CREATE = """
CREATE VIEW planning_initiative_issue AS
SELECT
    link.id || '-' || issue.id AS key,
    link.id AS epic_link_id,
    link.initiative_id,
    issue.id AS issue_id
FROM planning_initiativeepic link
CROSS JOIN LATERAL (
    SELECT link.issue_id AS id
    UNION
    SELECT child.id FROM jira_jiraissue child WHERE child.parent_id = link.issue_id
    UNION
    SELECT grandchild.id
    FROM jira_jiraissue child
    JOIN jira_jiraissue grandchild ON grandchild.parent_id = child.id
    WHERE child.parent_id = link.issue_id
) reached
JOIN jira_jiraissue issue ON issue.id = reached.id
JOIN jira_jiraissuetype issue_type ON issue_type.id = issue.issue_type_id
JOIN jira_jirastatus status ON status.id = issue.status_id
WHERE issue.deleted_at IS NULL AND issue_type.level = 0 AND status.step <> 'abandoned'
"""


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial"), ("jira", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, "DROP VIEW planning_initiative_issue")]
