"""The records copied from Jira; identified by connection and Jira's own id, never by key."""

from prodops.integrations.jira.models.directory import (
    JiraIssueType,
    JiraProject,
    JiraStatus,
    JiraUser,
)
from prodops.integrations.jira.models.issue import JiraChange, JiraIssue, JiraIssueKey, JiraLink

__all__ = [
    "JiraChange",
    "JiraIssue",
    "JiraIssueKey",
    "JiraIssueType",
    "JiraLink",
    "JiraProject",
    "JiraStatus",
    "JiraUser",
]
