"""Outgoing mail as rows: a mail to one person is work with a unique key."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from prodops.audit.models import Recorded, Thread
from prodops.people.permissions import can_run_operations


class MailBody(models.Model):
    """What one or many mails say, rendered once."""

    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    images = models.JSONField(default=dict, help_text="Content id → PNG as base64.")

    def __str__(self):
        return self.subject


class MailQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Product ops and administrators see what goes out, others nothing of it."""
        return self if can_run_operations(user) else self.none()

    def count_by_state(self):
        """Return (state, its words, how many), all states included."""
        counted = dict(self.order_by().values_list("state").annotate(models.Count("pk")))
        return [(state.value, state.label, counted.get(state.value, 0)) for state in Mail.State]

    def due(self, at):
        """Mails a worker may claim at `at`."""
        return self.filter(state=Mail.State.QUEUED, next_attempt_at__lte=at)

    def abandoned(self, at):
        """Mails whose worker died, or lost its lease, by `at`."""
        return self.filter(state=Mail.State.SENDING, lease_until__lt=at)

    def for_display(self):
        return self.select_related("body", "recipient").order_by("-queued_at", "-pk")


class Mail(models.Model):
    """One mail to one address; `key` makes a second one impossible.

    `handed_over_at` is written before the first byte of the message goes out. A worker that dies
    before it has sent nothing, so the mail is tried again; one that dies after it leaves `unknown`.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Unknown"

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
    token = models.UUIDField(
        null=True, blank=True, help_text="Fences off a worker that lost its lease."
    )
    handed_over_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    unsubscribe_path = models.CharField(
        max_length=300,
        blank=True,
        help_text="Works without signing in; goes into List-Unsubscribe.",
    )
    thread = models.ForeignKey(
        Thread,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="mails",
        help_text="The record an answer to it belongs to.",
    )
    reference = models.CharField(
        max_length=40, blank=True, help_text="What its Message-ID has before the @."
    )
    in_reply_to = models.CharField(
        max_length=250, blank=True, help_text="Message-ID of the mail it answers."
    )
    is_public = models.BooleanField(
        null=True,
        blank=True,
        help_text="Whether what it tells is public; unknown where that depends on the reader.",
    )
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="mail_sent_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False, token__isnull=False),
                name="mail_sending_has_a_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_attempt_at"], name="mail_due"),
            models.Index(fields=["-queued_at"], name="mail_newest"),
            models.Index(
                fields=["reference"], condition=~Q(reference=""), name="mail_by_reference"
            ),
        ]

    def __str__(self):
        return f"{self.body} to {self.to}"

    @property
    def may_resend(self):
        return self.state in {self.State.FAILED, self.State.UNKNOWN}


class ReplyAddress(models.Model):
    """Where answers to mails about records of one kind go; without one nobody reads them."""

    thread_kind = models.CharField(max_length=40, unique=True)
    address = models.EmailField()

    class Meta:
        verbose_name_plural = "reply addresses"
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.thread_kind}: {self.address}"
