"""The addresses under which calendars read the sessions of a person's forums."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from planning.models.forum import Forum
from prodops.audit.models import Recorded

SHOWN = 6
NOTED_EVERY = timedelta(minutes=10)


def digest(secret: str) -> str:
    """Return what is stored of a secret: it is 256 random bits, one SHA-256 cannot be undone."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_secret() -> str:
    return secrets.token_urlsafe(32)


class CalendarFeedQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(user=user)

    def working(self):
        return self.filter(revoked_at=None)

    def of(self, secret, at):
        """Return the working feed with this secret, its person read with it; None of none."""
        working = self.working().filter(user__is_active=True, digest=digest(secret))
        found = working.select_related("user", "forum").first()
        if found and (found.last_used_at is None or at - found.last_used_at > NOTED_EVERY):
            self.filter(pk=found.pk).update(last_used_at=at)
        return found


class CalendarFeed(models.Model):
    """One address: all of a person's forums, or one of them; the secret itself is nowhere kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds"
    )
    forum = models.ForeignKey(
        Forum,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="calendar_feeds",
        help_text="All of the person's forums where there is none.",
    )
    prefix = models.CharField(max_length=SHOWN, help_text="How the secret begins.")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "forum"],
                condition=Q(revoked_at=None),
                nulls_distinct=False,
                name="calendar_feed_once",
            ),
        ]
        triggers = [Recorded(ignore=("last_used_at", "digest"))]

    def __str__(self):
        return f"Calendar of {self.user}"
