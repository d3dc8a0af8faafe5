"""Issues as Jira sent them, compressed: what is mapped wrongly today can be mapped again."""

from django.db import models

from prodops.integrations.models import Connection


class JiraPayload(models.Model):
    """The issues one page wrote, as they were sent, histories included; see `jira.payloads`.

    Issues of one site are alike, so a page together takes a quarter of what each alone would.
    A page that no issue refers to any more is thrown away.
    """

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="jira_payloads")
    body = models.BinaryField(help_text="JSON lines, compressed.")
    size = models.PositiveIntegerField(help_text="Bytes before compression.")
    fetched_at = models.DateTimeField()

    def __str__(self):
        return f"Payloads of {self.connection_id}, {self.size:,} bytes"
