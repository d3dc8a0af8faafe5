"""What a source tells us by itself: the address it calls and each call that came."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from prodops.integrations.models.connection import Connection

KEPT_FOR = timedelta(
    days=14
)  # a repeated call is known as such for this long; older ones are refused


class Webhook(models.Model):
    """The address Jira calls about one connection, and the sealed secret it signs with."""

    connection = models.OneToOneField(Connection, models.CASCADE, related_name="webhook")
    token = models.UUIDField(unique=True, default=uuid.uuid4, help_text="The end of the address.")
    sealed = models.BinaryField()
    key_id = models.CharField(max_length=16, help_text="Which key sealed the secret.")
    jira_id = models.CharField(
        max_length=200, blank=True, help_text="Jira's number of it; empty when entered by hand."
    )
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    refused = models.PositiveIntegerField(default=0, help_text="Calls that were not signed right.")
    refused_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"Webhook of {self.connection_id}"

    @property
    def url(self):
        """The address Jira must be able to reach."""
        return settings.SITE_URL + reverse("integrations:delivery", args=[self.token])


class DeliveryQuerySet(models.QuerySet):
    def waiting(self, at):
        """Return what came and nobody is working on."""
        free = Q(leased_until=None) | Q(leased_until__lte=at)
        return self.filter(free, state=WebhookDelivery.State.RECEIVED)

    def for_display(self):
        return self.order_by("-received_at", "-pk")


class WebhookDelivery(models.Model):
    """One call: what it was about, and what became of it. The body is read, checked and let go."""

    class State(models.TextChoices):
        RECEIVED = "received", "Waiting"
        APPLIED = "applied", "Applied"
        IGNORED = "ignored", "Ignored"
        FAILED = "failed", "Given up"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="deliveries")
    identifier = models.CharField(max_length=80, help_text="The same for each attempt of Jira's.")
    body_hash = models.BinaryField(max_length=32, help_text="SHA-256 of the body as it came.")
    event = models.CharField(max_length=80)
    issue_id = models.CharField(max_length=40, blank=True)
    issue_key = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    note = models.TextField(blank=True, help_text="Why it was ignored or given up.")
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, help_text="A worker has it until then.")
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "webhook deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "identifier"], name="one_delivery_an_identifier"
            ),
            models.UniqueConstraint(fields=["connection", "body_hash"], name="one_delivery_a_body"),
            models.CheckConstraint(
                condition=Q(state="received", settled_at=None)
                | (~Q(state="received") & Q(settled_at__isnull=False)),
                name="delivery_is_settled_when_done",
            ),
        ]
        indexes = [
            models.Index(
                fields=["connection", "received_at"],
                condition=Q(state="received"),
                name="delivery_waiting",
            ),
            models.Index(fields=["received_at"], name="delivery_by_age"),
        ]

    def __str__(self):
        return f"{self.event} {self.issue_key}".strip()

    @property
    def tone(self):
        """The tone of the state's badge."""
        return {"received": "accent", "applied": "positive", "failed": "negative"}.get(
            self.state, "neutral"
        )
