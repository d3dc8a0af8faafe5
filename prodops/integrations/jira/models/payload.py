"""Issues as Jira sent them, compressed: what is mapped wrongly today can be mapped again."""

from django.db import models

from prodops.integrations.jira.models.issue import JiraIssue


class JiraPayload(models.Model):
    """The last payload an issue was written from, histories included; see `payloads`."""

    issue = models.OneToOneField(
        JiraIssue, models.CASCADE, primary_key=True, related_name="payload"
    )
    body = models.BinaryField(help_text="JSON, compressed.")
    size = models.PositiveIntegerField(help_text="Bytes before compression.")
    fetched_at = models.DateTimeField()

    def __str__(self):
        return f"Payload of issue {self.issue_id}, {self.size:,} bytes"
