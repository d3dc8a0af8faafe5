"""Keys people give to programs, and the answers a program may ask for again."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from prodops.people.models.recorded import Recorded

MARK = "hub_"  # lets scanners of leaked secrets know ours
SHOWN = 8
NOTED_EVERY = timedelta(minutes=1)
KEPT_FOR = timedelta(hours=48)


def digest(secret: str) -> str:
    """Return what is stored of a token: it is 256 random bits, so one SHA-256 cannot be undone."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_secret() -> str:
    return MARK + secrets.token_urlsafe(32)


class ApiTokenQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody sees their own tokens, nobody those of others."""
        return self.filter(user=user)

    def usable(self, at):
        return self.filter(revoked_at=None, expires_at__gt=at, user__is_active=True)

    def for_display(self):
        return self.order_by(F("revoked_at").desc(nulls_first=True), "-created_at", "-pk")

    def of(self, secret, at):
        """Return the usable token with this secret, its person read with it; None of none."""
        found = self.usable(at).filter(digest=digest(secret)).select_related("user").first()
        if found and (found.last_used_at is None or at - found.last_used_at > NOTED_EVERY):
            self.filter(pk=found.pk).update(last_used_at=at)
        return found


class ApiToken(models.Model):
    """A program acts as its person, within the scopes; the secret itself is nowhere kept."""

    class Scope(models.TextChoices):
        READ = "requests:read", "Read requests"
        WRITE = "requests:write", "File, back and comment on requests, attach files"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80, help_text="What uses it.")
    prefix = models.CharField(max_length=SHOWN + len(MARK), help_text="How it begins.")
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        triggers = [Recorded(ignore=("last_used_at", "digest"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0)
                & Q(scopes__contained_by=["requests:read", "requests:write"]),
                name="api_token_has_scopes",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="api_token_expires_later"
            ),
        ]

    def __str__(self):
        return self.name

    def state(self, at) -> str:
        """Return "revoked", "expired" or "works"."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at <= at else "works"

    def scope_words(self) -> str:
        return ", ".join(self.Scope(scope).label for scope in self.scopes)


class StoredAnswerQuerySet(models.QuerySet):
    def outlived(self, at):
        return self.filter(at__lt=at - KEPT_FOR)


class StoredAnswer(models.Model):
    """What a write under an Idempotency-Key was answered, for whoever asks the same again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64, help_text="SHA-256 of method, path and body.")
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    at = models.DateTimeField()

    objects = StoredAnswerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_a_key")]
        indexes = [models.Index(fields=["at"], name="stored_answer_by_age")]

    def __str__(self):
        return f"{self.key}: {self.status}"
