"""Outgoing mail as rows: a mail to one person is work with a unique key."""

from django.conf import settings
from django.db import models


class MailBody(models.Model):
    """What one or many mails say, rendered once."""

    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    images = models.JSONField(default=dict, help_text="Content id → PNG as base64.")

    def __str__(self):
        return self.subject


class Mail(models.Model):
    """One mail to one address; `key` makes a second one impossible."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Unknown: the server never said whether it took it"

    key = models.CharField(max_length=200, unique=True)
    to = models.EmailField()
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="mails"
    )
    body = models.ForeignKey(MailBody, models.PROTECT, related_name="mails")
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(null=True, blank=True, help_text="Fences off a worker that lost its lease.")
    error = models.TextField(blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="mail_due")]

    def __str__(self):
        return f"{self.body} to {self.to}"
