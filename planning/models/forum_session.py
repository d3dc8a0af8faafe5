"""Sessions of a forum: when one meets, who is there, and how it ends."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from planning.models.forum import LENGTHS, Forum
from planning.models.history_guards import never_deleted, stays
from prodops.audit.models import Recorded
from prodops.people.permissions import is_insider

MOVES = [
    ("planned", "live"),
    ("live", "closed"),
    ("planned", "cancelled"),
    ("cancelled", "planned"),
]
IS_CLOSED, OVER = "OLD.state = 'closed'", "the session is closed; its minutes are written"


class ForumSessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Sessions of the forums a person sees, and those of private ones they are a guest of."""
        if not is_insider(user):
            return self.none()
        guest = SessionGuest.objects.filter(user=user).values("session")
        return self.filter(Q(forum__in=Forum.objects.visible_to(user)) | Q(pk__in=guest))

    def of(self, user):
        """Keep the sessions a person is invited to: as one of the forum, or as a guest."""
        guest = SessionGuest.objects.filter(user=user).values("session")
        return self.filter(Q(forum__in=Forum.objects.of(user)) | Q(pk__in=guest))

    def ahead(self, at):
        """Keep what is still to come or going on."""
        return self.filter(
            Q(state=ForumSession.State.LIVE)
            | Q(state=ForumSession.State.PLANNED, starts_at__gte=at - timedelta(hours=4))
        )

    def planned(self):
        return self.filter(state=ForumSession.State.PLANNED)

    def closed(self):
        return self.filter(state=ForumSession.State.CLOSED)

    def for_display(self):
        return self.select_related("forum", "forum__facilitator", "forum__owner").order_by(
            "-starts_at", "-pk"
        )


class ForumSession(models.Model):
    """One meeting of a forum; `series_on` is its day in the series, wherever it moved."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        LIVE = "live", "Going on"
        CLOSED = "closed", "Closed"
        CANCELLED = "cancelled", "Cancelled"

    forum = models.ForeignKey(Forum, models.PROTECT, related_name="sessions")
    series_on = models.DateField()
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    was_moved = models.BooleanField(default=False, help_text="Moved by a person.")
    reason = models.TextField(blank=True, help_text="Why it was moved or cancelled.")
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Nobody where the series changed.",
    )
    sequence = models.PositiveIntegerField(default=0, help_text="How often its time changed.")
    changed_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    current_item = models.ForeignKey(
        "planning.AgendaItem", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    current_since = models.DateTimeField(null=True, blank=True)
    preread_at = models.DateTimeField(null=True, blank=True, help_text="When it was mailed.")
    guests = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="SessionGuest", related_name="guest_sessions"
    )

    objects = ForumSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["forum", "series_on"], name="session_once_a_day"),
            models.CheckConstraint(
                condition=Q(minutes__range=LENGTHS), name="session_length_in_range"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "cancelled"], began_at=None, closed_at=None)
                | Q(state="live", began_at__isnull=False, closed_at=None)
                | Q(
                    state="closed",
                    began_at__isnull=False,
                    closed_at__gte=F("began_at"),
                    closed_by__isnull=False,
                ),
                name="session_state_has_its_moments",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(reason=""),
                name="session_cancelled_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["state", "starts_at"], name="session_by_start")]
        triggers = [
            Recorded(ignore=("current_item_id", "current_since")),
            pgtrigger.FSM(name="session_in_order", field="state", transitions=MOVES),
            stays("closed_session_stays", after=IS_CLOSED, words=OVER),
            never_deleted("closed_session_is_kept", after=IS_CLOSED, words=OVER),
        ]

    def __str__(self):
        local = self.local_start
        return f"{self.forum}, {local.day} {local:%b %Y}"

    def get_absolute_url(self):
        return reverse("planning:session", args=[self.pk])

    @property
    def local_start(self) -> datetime:
        """The start on a clock on the forum's wall; needs the forum loaded."""
        return self.starts_at.astimezone(ZoneInfo(self.forum.time_zone))

    def days_ahead(self, at: datetime) -> int:
        """Return in how many days it is on the forum's wall calendar; below zero once over."""
        today = at.astimezone(ZoneInfo(self.forum.time_zone)).date()
        return (self.local_start.date() - today).days

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_planned(self):
        return self.state == self.State.PLANNED

    @property
    def is_live(self):
        return self.state == self.State.LIVE

    @property
    def is_closed(self):
        return self.state == self.State.CLOSED

    @property
    def is_open(self):
        """May its agenda still be changed?"""
        return self.is_planned or self.is_live


class SessionGuest(models.Model):
    """Somebody invited to one session alone."""

    session = models.ForeignKey(ForumSession, models.CASCADE, related_name="invitations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], name="session_guest_once")
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.user} at {self.session}"


class Attendance(models.Model):
    """Whether somebody was at a session."""

    session = models.ForeignKey(ForumSession, models.CASCADE, related_name="attendance")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    was_there = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "user"], name="attendance_once")]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.user} at {self.session}"


class SessionPresence(models.Model):
    """When somebody last had a session's live page open; a convenience, not the attendance."""

    session = models.ForeignKey(ForumSession, models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "user"], name="presence_once")]

    def __str__(self):
        return f"{self.user} at {self.session}"
