"""The message in Slack that a request came from, and who asked there without an account here."""

from django.db import models

from intake.models.product_request import ProductRequest
from prodops.audit.models import AppendOnly, Recorded
from prodops.integrations.slack.models import Workspace


class SlackMessage(models.Model):
    """Kept as evidence; the same message makes one request only."""

    product_request = models.OneToOneField(
        ProductRequest, models.CASCADE, related_name="slack_message"
    )
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="messages")
    channel = models.CharField(max_length=40)
    message_id = models.CharField(max_length=40, help_text="Slack's ts of it.")
    permalink = models.URLField(max_length=500, blank=True)

    class Meta:
        triggers = [AppendOnly(), Recorded()]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "channel", "message_id"], name="one_request_a_slack_message"
            )
        ]

    def __str__(self):
        return f"{self.channel}/{self.message_id}"


class SlackAsker(models.Model):
    """Somebody without an account, in whose place a stand-in filed a request."""

    product_request = models.OneToOneField(
        ProductRequest, models.CASCADE, related_name="slack_asker"
    )
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="askers")
    user_id = models.CharField(max_length=40, help_text="Slack's id of the person.")
    name = models.CharField(max_length=120, help_text="As Slack gave it then.")

    class Meta:
        triggers = [AppendOnly(), Recorded()]

    def __str__(self):
        return self.name
