"""A Slack workspace that may call the hub, its sealed secrets, and each call that came."""

import html
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from prodops.audit.models import Recorded
from prodops.people.permissions import can_run_operations

KEPT_FOR = timedelta(days=14)
MOVING_PARTS = ("team_id", "refused", "refused_at", "last_call_at")


class WorkspaceQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if can_run_operations(user) else self.none()

    def for_display(self):
        return self.select_related("stand_in").order_by("name", "pk")


class Workspace(models.Model):
    """A Slack workspace with our app in it.

    Not a `Connection`: nothing is copied from it on a schedule; it calls us.
    """

    class Unknown(models.TextChoices):
        REFUSE = "refuse", "Refuse them and say where to ask"
        STAND_IN = "stand_in", "File it for a stand-in, naming them in the text"

    name = models.CharField(max_length=120, unique=True)
    token = models.UUIDField(unique=True, default=uuid.uuid4, help_text="The end of our address.")
    base_url = models.URLField(default="https://slack.com/api", help_text="Where its API answers.")
    team_id = models.CharField(max_length=40, blank=True, help_text="Slack's id of the workspace.")
    unknown_people = models.CharField(
        max_length=8,
        choices=Unknown,
        default=Unknown.REFUSE,
        help_text="What becomes of what somebody without an account here asks for.",
    )
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_active = models.BooleanField(default=True)
    refused = models.PositiveIntegerField(default=0, help_text="Calls that were not signed right.")
    refused_at = models.DateTimeField(null=True, blank=True)
    last_call_at = models.DateTimeField(null=True, blank=True)

    objects = WorkspaceQuerySet.as_manager()

    class Meta:
        triggers = [Recorded(ignore=MOVING_PARTS)]
        constraints = [
            models.CheckConstraint(
                condition=~Q(unknown_people="stand_in") | Q(stand_in__isnull=False),
                name="workspace_names_its_stand_in",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("slack:workspace", args=[self.pk])


class WorkspaceSecret(models.Model):
    """A secret of a workspace, sealed by `secrets`; in the history it stands as "hidden"."""

    class Use(models.TextChoices):
        BOT_TOKEN = "bot_token", "Bot token"
        SIGNING = "signing", "Signing secret"

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="secrets")
    use = models.CharField(max_length=10, choices=Use)
    sealed = models.BinaryField()
    key_id = models.CharField(max_length=16, help_text="Which key sealed it.")
    changed_at = models.DateTimeField()

    class Meta:
        triggers = [Recorded(ignore=("sealed",))]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "use"], name="one_secret_a_use")
        ]

    def __str__(self):
        return f"{self.get_use_display()} of {self.workspace_id}"


class CallQuerySet(models.QuerySet):
    def waiting(self, at):
        """What came and nobody is working on."""
        free = Q(leased_until=None) | Q(leased_until__lte=at)
        return self.filter(free, state=Call.State.WAITING).order_by("pk")

    def outlived(self, at):
        return self.filter(received_at__lt=at - KEPT_FOR).exclude(state=Call.State.WAITING)

    def for_display(self):
        return self.order_by("-received_at", "-pk")


class Call(models.Model):
    """One call of Slack's and what became of it; the hash makes a second one impossible."""

    class Kind(models.TextChoices):
        COMMAND = "command", "Slash command"
        SHORTCUT = "shortcut", "Message shortcut"
        SUBMISSION = "submission", "Form sent"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        FAILED = "failed", "Given up"

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="calls")
    body_hash = models.BinaryField(max_length=32, help_text="SHA-256 of the body as it came.")
    kind = models.CharField(max_length=10, choices=Kind)
    payload = models.JSONField(help_text="What we need of it.")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    note = models.TextField(blank=True, help_text="What became of it, or why nothing did.")
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "body_hash"], name="one_slack_call_a_body"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None)
                | (~Q(state="waiting") & Q(settled_at__isnull=False)),
                name="slack_call_settled_at_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="waiting"), name="slack_call_waiting"),
            models.Index(fields=["workspace", "-received_at"], name="slack_call_newest"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.received_at:%Y-%m-%d %H:%M}"

    @property
    def tone(self):
        return {"waiting": "accent", "done": "positive"}.get(self.state, "negative")


class NoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if can_run_operations(user) else self.none()

    def due(self, at):
        """Messages a worker may claim at `at`."""
        return self.filter(state=Note.State.QUEUED, next_attempt_at__lte=at)

    def abandoned(self, at):
        """Messages whose worker died, or lost its lease, by `at`."""
        return self.filter(state=Note.State.SENDING, lease_until__lt=at)

    def outlived(self, at):
        return self.filter(queued_at__lt=at - KEPT_FOR).exclude(state__in=Note.OPEN)

    def for_display(self):
        return self.order_by("-queued_at", "-pk")


class Note(models.Model):
    """One message to one person in Slack; `key` makes a second one impossible.

    As with mail, `handed_over_at` is written before Slack is called: a worker that dies before it
    has sent nothing, one that dies after it leaves `unknown`.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Unknown"

    OPEN = (State.QUEUED, State.SENDING)
    TONES = {"sent": "positive", "failed": "negative", "unknown": "unknown"}

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="notes")
    user_id = models.CharField(max_length=40, help_text="Slack's id of the person.")
    key = models.CharField(max_length=200, unique=True)
    text = models.TextField(help_text="In Slack's own way of writing.")
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(
        null=True, blank=True, help_text="Fences off a worker that lost its lease."
    )
    handed_over_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="slack_note_sent_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False, token__isnull=False),
                name="slack_note_sending_has_a_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state="queued"), name="slack_note_due"
            ),
            models.Index(fields=["workspace", "-queued_at"], name="slack_note_newest"),
        ]

    def __str__(self):
        return f"To {self.user_id}, {self.queued_at:%Y-%m-%d %H:%M}"

    @property
    def tone(self):
        return self.TONES.get(self.state, "accent")

    @property
    def headline(self):
        """Its first line, as a person reads it in Slack."""
        return html.unescape(self.text.partition("\n")[0]).strip("*")

    @property
    def may_resend(self):
        return self.state in {self.State.FAILED, self.State.UNKNOWN}
