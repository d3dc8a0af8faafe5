"""A mailbox the hub reads, and each message that came into it."""

import zlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from prodops.audit.models import Comment, Recorded, Thread
from prodops.people.permissions import can_run_operations

# What reading writes by itself; the change history keeps what people change.
MOVING_PARTS = (
    "uid_validity",
    "last_uid",
    "last_read_at",
    "failures",
    "failing_since",
    "failing_reason",
    "next_read_at",
    "lease_until",
    "lease",
)


class MailboxQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if can_run_operations(user) else self.none()

    def due(self, at):
        """Keep those whose turn it is, and that nobody reads now."""
        free = Q(lease_until=None) | Q(lease_until__lt=at)
        turn = Q(next_read_at=None) | Q(next_read_at__lte=at)
        return self.filter(free, turn, is_active=True)

    def for_display(self):
        waiting = models.Count("mails", filter=Q(mails__state=InboundMail.State.ASIDE))
        return self.annotate(aside=waiting).order_by("name", "pk")


class Mailbox(models.Model):
    """An address people write to; the password lies here sealed, as those of connections.

    Not a `Connection`: nothing is copied from it by cursor and project, and its address is a host
    and a port.
    """

    class Security(models.TextChoices):
        TLS = "tls", "TLS from the start (993)"
        STARTTLS = "starttls", "STARTTLS (143)"
        NONE = "none", "None (only inside one's own network)"

    name = models.CharField(max_length=120, unique=True)
    address = models.EmailField(help_text="What people write to; answers to mails go there too.")
    host = models.CharField(max_length=200)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    username = models.CharField(max_length=200)
    sealed = models.BinaryField()
    key_id = models.CharField(max_length=16, help_text="Which key sealed the password.")
    folder = models.CharField(max_length=120, default="INBOX")
    done_folder = models.CharField(
        max_length=120, blank=True, help_text="Where read mail is moved; empty: marked as read."
    )
    verifier = models.CharField(
        max_length=200, blank=True, help_text="The mail server whose verdict on senders counts."
    )
    is_active = models.BooleanField(default=True)
    read_from_at = models.DateTimeField(help_text="Older mail is left alone.")

    uid_validity = models.BigIntegerField(null=True, blank=True)
    last_uid = models.BigIntegerField(default=0, help_text="All up to this one is here.")
    last_read_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="In a row.")
    failing_since = models.DateTimeField(null=True, blank=True)
    failing_reason = models.TextField(blank=True)
    next_read_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True, help_text="Fences off a worker that lost it.")

    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "mailboxes"
        triggers = [Recorded(ignore=MOVING_PARTS)]
        constraints = [
            models.CheckConstraint(
                condition=Q(port__gte=1, port__lte=65535), name="mailbox_port_is_one"
            ),
            models.CheckConstraint(
                condition=Q(failing_since=None) | ~Q(failing_reason=""),
                name="failing_mailbox_says_why",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("mailbox:mailbox", args=[self.pk])

    @property
    def is_failing(self):
        return self.failing_since is not None


class InboundMailQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Product ops and administrators read what came in; others see what became of it."""
        return self if can_run_operations(user) else self.none()

    def waiting(self):
        return self.filter(state=InboundMail.State.WAITING).order_by("pk")

    def for_display(self):
        rows = self.defer("raw").select_related("mailbox", "person", "thread")
        return rows.order_by("-arrived_at", "-pk")


class InboundMail(models.Model):
    """One message as it came, and what became of it; `key` makes a second one impossible."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        REQUEST = "request", "Made a request"
        REPLY = "reply", "Added to a request"
        IGNORED = "ignored", "Ignored"
        ASIDE = "aside", "Set aside"

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="mails")
    key = models.CharField(
        max_length=200, unique=True, help_text="Message-ID, or a digest where there is none."
    )
    essence = models.CharField(max_length=64, help_text="Digest of who says what, SHA-256.")
    raw = models.BinaryField(help_text="The message, zlib; empty once it is forgotten.")
    size = models.PositiveBigIntegerField(help_text="In bytes, as the server says.")
    arrived_at = models.DateTimeField(help_text="When the mail server took it.")
    read_at = models.DateTimeField()
    sender = models.CharField(max_length=254, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.TextField(blank=True, help_text="Why it was ignored or set aside.")
    notes = models.TextField(blank=True, help_text="What was left out, such as refused files.")
    attempts = models.PositiveSmallIntegerField(default=0)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    thread = models.ForeignKey(
        Thread, models.SET_NULL, null=True, blank=True, related_name="inbound_mails"
    )
    comment = models.ForeignKey(
        Comment, models.SET_NULL, null=True, blank=True, related_name="inbound_mails"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["ignored", "aside"]) | ~Q(reason=""),
                name="inbound_mail_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None)
                | (~Q(state="waiting") & Q(settled_at__isnull=False)),
                name="inbound_mail_settled_at_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["-arrived_at", "-id"], name="inbound_mail_newest"),
            models.Index(fields=["sender", "-arrived_at"], name="inbound_mail_by_sender"),
            models.Index(fields=["id"], condition=Q(state="waiting"), name="inbound_mail_waiting"),
        ]

    def __str__(self):
        return self.subject or "(no subject)"

    @property
    def content(self) -> bytes:
        """The message as it came."""
        return zlib.decompress(bytes(self.raw)) if self.raw else b""

    @property
    def tone(self):
        """The tone of the state's badge."""
        made = {self.State.REQUEST: "positive", self.State.REPLY: "positive"}
        other = {self.State.ASIDE: "caution", self.State.WAITING: "accent"}
        return (made | other).get(self.State(self.state), "neutral")
