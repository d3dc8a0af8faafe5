"""The records copied from Jira; identified by connection and Jira's own id, never by key."""

from prodops.integrations.jira.models.board import JiraBoard, JiraSprint
from prodops.integrations.jira.models.directory import (
    JiraIssueType,
    JiraProject,
    JiraStatus,
    JiraUser,
)
from prodops.integrations.jira.models.field import JiraField
from prodops.integrations.jira.models.issue import JiraChange, JiraIssue, JiraIssueKey, JiraLink
from prodops.integrations.jira.models.payload import JiraPayload
from prodops.integrations.jira.models.version import JiraVersion

__all__ = [
    "JiraBoard",
    "JiraChange",
    "JiraField",
    "JiraIssue",
    "JiraIssueKey",
    "JiraIssueType",
    "JiraLink",
    "JiraPayload",
    "JiraProject",
    "JiraSprint",
    "JiraStatus",
    "JiraUser",
    "JiraVersion",
]
