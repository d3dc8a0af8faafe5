"""Which events and properties the product sends, who owns them, and which cohorts there are."""

from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from prodops.audit.models import Recorded
from prodops.integrations.models import Connection

UNUSED_AFTER = timedelta(days=30)


class EventCategory(models.Model):
    """A heading of the taxonomy."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="event_categories")
    name = models.CharField(max_length=255)
    lost_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "event categories"
        constraints = [
            models.UniqueConstraint(fields=["connection", "name"], name="event_category_once")
        ]

    def __str__(self):
        return self.name


class TrackedEventQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.role != user.Role.REQUESTER else self.none()

    def present(self):
        """Return those Amplitude lists now; hidden and deleted ones are kept, but not listed."""
        return self.filter(lost_since=None, is_deleted=False)

    def unused(self):
        """Return events that did not happen in the thirty days before they were last listed."""
        long_ago = Q(last_seen_on__lt=F("listed_on") - UNUSED_AFTER)
        return self.present().filter(long_ago | Q(last_seen_on=None, checked_on__isnull=False))

    def undocumented(self):
        return self.present().filter(description="", notes="")

    def unowned(self):
        return self.present().filter(owner=None, source_owner="")

    def for_display(self):
        return self.select_related("connection", "category", "owner").order_by("name", "pk")


class TrackedEvent(models.Model):
    """A kind of event; owner and notes are the hub's own, all else is Amplitude's."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="tracked_events")
    name = models.CharField(max_length=500, help_text="As it is sent; queries need this one.")
    display_name = models.CharField(max_length=500, blank=True)
    description = models.TextField(blank=True)
    category = models.ForeignKey(
        EventCategory, models.SET_NULL, null=True, blank=True, related_name="events"
    )
    source_owner = models.CharField(max_length=255, blank=True)
    tags = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(default=True)
    is_hidden = models.BooleanField(default=False)
    is_deleted = models.BooleanField(default=False)
    week_total = models.PositiveBigIntegerField(default=0, help_text="How often this week so far.")
    last_seen_on = models.DateField(null=True, blank=True, help_text="Last day known with any.")
    checked_on = models.DateField(null=True, blank=True, help_text="When its past was asked for.")
    first_listed_at = models.DateTimeField()
    listed_on = models.DateField(help_text="The day it was last listed, in the project's zone.")
    lost_since = models.DateTimeField(
        null=True, blank=True, help_text="No longer listed: hidden, blocked or deleted there."
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    notes = models.TextField(blank=True)

    objects = TrackedEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "name"], name="tracked_event_once")
        ]
        triggers = [
            Recorded(
                name="recorded_update",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("owner", "notes"),
            )
        ]

    def __str__(self):
        return self.display_name or self.name

    def get_absolute_url(self):
        return reverse("amplitude:event", args=[self.pk])

    @property
    def is_undocumented(self) -> bool:
        return not self.description and not self.notes

    @property
    def has_owner(self) -> bool:
        return self.owner_id is not None or bool(self.source_owner)

    @property
    def is_unused(self) -> bool:
        """Whether it did not happen in thirty days, as far as is known."""
        if self.last_seen_on is None:
            return self.checked_on is not None
        return self.last_seen_on < self.listed_on - UNUSED_AFTER


class EventProperty(models.Model):
    """A property of an event; of all events when it names none."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="event_properties")
    event = models.ForeignKey(
        TrackedEvent, models.CASCADE, null=True, blank=True, related_name="properties"
    )
    name = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    value_type = models.CharField(max_length=40, blank=True)
    enum_values = models.TextField(blank=True)
    is_required = models.BooleanField(default=False)
    is_hidden = models.BooleanField(default=False)
    lost_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "event properties"
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "event", "name"],
                name="event_property_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self):
        return self.name


class UserProperty(models.Model):
    """A property of people; built-in ones stand bare, a project's own begin with gp:."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="user_properties")
    name = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    value_type = models.CharField(max_length=40, blank=True)
    enum_values = models.TextField(blank=True)
    is_hidden = models.BooleanField(default=False)
    lost_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "user properties"
        constraints = [
            models.UniqueConstraint(fields=["connection", "name"], name="user_property_once")
        ]

    def __str__(self):
        return self.name


class CohortQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.role != user.Role.REQUESTER else self.none()

    def for_display(self):
        return self.select_related("connection").order_by("name", "pk")


class Cohort(models.Model):
    """A group of people defined in Amplitude; who they are stays there."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="cohorts")
    cohort_id = models.CharField(max_length=80)
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    is_archived = models.BooleanField(default=False)
    owners = models.JSONField(default=list, blank=True)
    computed_at = models.DateTimeField(null=True, blank=True)
    lost_since = models.DateTimeField(null=True, blank=True)

    objects = CohortQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "cohort_id"], name="cohort_once")
        ]

    def __str__(self):
        return self.name
