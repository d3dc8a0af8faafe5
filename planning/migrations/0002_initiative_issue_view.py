"""The view behind `InitiativeIssue`: which Jira issues count towards which initiative."""

from django.db import migrations

CREATE = """
CREATE VIEW planning_initiative_issue AS
SELECT
    reached.initiative_id || '-' || issue.id AS key,
    reached.initiative_id,
    issue.id AS issue_id
FROM (
    SELECT link.initiative_id, link.issue_id
    FROM planning_initiativeepic link
    UNION
    SELECT link.initiative_id, child.id
    FROM planning_initiativeepic link
    JOIN jira_jiraissue child ON child.parent_id = link.issue_id
    UNION
    SELECT link.initiative_id, grandchild.id
    FROM planning_initiativeepic link
    JOIN jira_jiraissue child ON child.parent_id = link.issue_id
    JOIN jira_jiraissue grandchild ON grandchild.parent_id = child.id
) reached
JOIN jira_jiraissue issue ON issue.id = reached.issue_id
JOIN jira_jiraissuetype issue_type ON issue_type.id = issue.issue_type_id
JOIN jira_jirastatus status ON status.id = issue.status_id
WHERE issue.deleted_at IS NULL AND issue_type.level = 0 AND status.step <> 'abandoned'
"""


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial"), ("jira", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, "DROP VIEW planning_initiative_issue")]
