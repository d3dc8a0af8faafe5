"""What was said of a key result, when, by whom, and what proves it."""

from datetime import datetime, timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from planning.models.history_guards import never_deleted, stays
from planning.models.key_result import EvidenceState, KeyResult, amount
from planning.models.roll_up import Outlook
from prodops.audit.models import AppendOnly, Recorded

CONFIRMED_AFTER = timedelta(hours=24)


class CheckIn(models.Model):
    """One report on a key result; people and machines report alike, and it says which."""

    key_result = models.ForeignKey(KeyResult, models.PROTECT, related_name="check_ins")
    value = amount()
    confidence = models.CharField(max_length=9, choices=Outlook)
    comment = models.TextField(blank=True)
    source = models.CharField(max_length=6, choices=KeyResult.Source)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key_result", "-at"], name="check_in_by_key_result")]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(comment=""),
                name="check_in_says_something",
            ),
            models.CheckConstraint(
                condition=Q(source="hand", by__isnull=False)
                | (~Q(source="hand") & Q(by=None, value__isnull=False)),
                name="check_in_by_a_person_or_a_machine",
            ),
        ]
        triggers = [Recorded(), AppendOnly()]

    def __str__(self):
        return f"{self.key_result} on {self.at:%Y-%m-%d}"

    @property
    def is_by_machine(self):
        return self.source != KeyResult.Source.HAND


PROVES = "what proved a check-in stays"


class EvidenceQuerySet(models.QuerySet):
    def due(self, at: datetime):
        """Keep those whose link is to be looked at, and that no worker holds."""
        return self.filter(Q(claimed_until=None) | Q(claimed_until__lte=at), due_at__lte=at)


class Evidence(models.Model):
    """A link that proves a check-in: a page on the web, or one of the hub (a path).

    A worker looks at it while it matters. `failed_since` is the first failure after the last good
    look; the link is broken once a failure at least 24 hours later confirms it.
    """

    State = EvidenceState

    check_in = models.OneToOneField(CheckIn, models.PROTECT, related_name="evidence")
    url = models.CharField(max_length=1000)
    label = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    failed_since = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="Empty: never again.")
    claimed_until = models.DateTimeField(null=True, blank=True, help_text="A worker's lease.")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["doubtful", "broken"], failed_since__isnull=False)
                | Q(state__in=["waiting", "good"], failed_since=None),
                name="evidence_failed_since",
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="evidence_due", condition=Q(due_at__isnull=False))
        ]
        triggers = [
            Recorded(operation=pgtrigger.Insert | pgtrigger.Delete),
            stays("evidence_stays", "check_in_id url label", words=PROVES),
            never_deleted("evidence_is_kept", words=PROVES),
        ]

    def __str__(self):
        return self.label

    @property
    def is_of_the_hub(self):
        return self.url.startswith("/")

    @property
    def is_broken(self):
        return self.state == self.State.BROKEN


class EvidenceCheck(models.Model):
    """One look at a link; what it answered."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="checks")
    is_good = models.BooleanField()
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="HTTP.")
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["evidence", "at"], name="evidence_check_by_time")]
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.evidence} on {self.at:%Y-%m-%d}: {self.status or self.note}"
