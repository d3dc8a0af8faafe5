"""What a person is told, and how they want to hear it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from prodops.audit.models import Thread


class Kind(models.TextChoices):
    """What a notification is about; a person chooses the channel for each."""

    MENTION = "mention", "Someone mentions me"
    ASSIGNMENT = "assignment", "Something is assigned to me"
    REQUEST = "request", "A request I made or back changes"
    COMMENT = "comment", "Someone comments on what I follow"
    TRIAGE = "triage", "Triage needs me"
    INITIATIVE = "initiative", "An initiative I follow changes"
    LAUNCH = "launch", "A launch I follow changes"
    SIGN_OFF = "sign_off", "A sign-off is wanted from me"
    SYNC = "sync", "A connection fails or recovers"
    READOUT = "readout", "A readout is ready"
    THEMES = "themes", "A week of what customers say is over"
    NUDGE = "nudge", "Something of mine in planning is overdue"
    FOLLOWED = "followed", "A week of what I follow in planning is over"
    FORUM = "forum", "A forum I belong to meets, moves or has minutes"


class Channel(models.TextChoices):
    """How a person hears of a kind; the hub's own list has everything in any case."""

    INSTANT = "instant", "At once"
    DIGEST = "digest", "Daily digest"
    OFF = "off", "Only in the hub"


AT_ONCE = {Kind.MENTION, Kind.ASSIGNMENT, Kind.SIGN_OFF, Kind.FORUM, Kind.NUDGE, Kind.FOLLOWED}


def default_channel(kind: str) -> Channel:
    """Return how people hear of `kind` until they choose."""
    return Channel.INSTANT if kind in AT_ONCE else Channel.DIGEST


class NotificationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(recipient=user)

    def unread(self):
        return self.filter(read_at=None)

    def for_display(self):
        return self.select_related("thread", "by").order_by("-at", "-pk")

    def awaiting_digest(self, before):
        """Unread ones kept for the daily digest that came before `before`."""
        return self.unread().filter(channel=Channel.DIGEST, in_digest_at=None, at__lt=before)


class Notification(models.Model):
    """One person is told one thing once: `cause` is unique for the recipient."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    cause = models.CharField(max_length=120)
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, related_name="notifications")
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    path = models.CharField(max_length=200)
    action_label = models.CharField(max_length=60, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel, help_text="As chosen when it came.")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    in_digest_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "cause"], name="notification_once_per_cause"
            )
        ]
        indexes = [
            models.Index(fields=["recipient", "-at"], name="notification_by_recipient"),
            models.Index(
                fields=["recipient"], name="notification_unread", condition=Q(read_at__isnull=True)
            ),
        ]

    def __str__(self):
        return f"{self.recipient}: {self.title}"


class Preference(models.Model):
    """How a person hears of one kind; no row means the default of that kind."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences")
    kind = models.CharField(max_length=12, choices=Kind)
    channel = models.CharField(max_length=8, choices=Channel)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="preference_once")]

    def __str__(self):
        return f"{self.user}: {self.get_kind_display()} {self.get_channel_display()}"
