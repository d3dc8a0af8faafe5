"""The readout: an edition a month, its frozen figures, its words, and who was sent it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from prodops.audit.models import Recorded, Thread
from prodops.notifications.models import Channel, Kind, Mail, MailBody, Preference
from prodops.people.permissions import can_run_operations, is_insider
from reporting.models.definition import MetricDefinition


class EditionQuerySet(models.QuerySet):
    def published(self):
        """Keep editions a person approved: what an executive may read as the latest."""
        return self.exclude(state=Edition.State.DRAFT)

    def visible_to(self, user):
        """Let ops and admins see drafts, other insiders what was approved, requesters nothing."""
        if can_run_operations(user):
            return self
        return self.published() if is_insider(user) else self.none()

    def due(self, on):
        """Keep approved editions whose day to be sent has come, or which someone asked for."""
        is_due = Q(send_on__lte=on) | Q(asked_at__isnull=False)
        return self.filter(is_due, state=Edition.State.APPROVED)

    def with_counts(self):
        """Annotate `good_count` of `judged_count` figures, and `delivery_count`."""
        judged = models.Q(figures__status__in=["good", "watch", "bad"])
        return self.annotate(
            good_count=models.Count("figures", filter=Q(figures__status="good"), distinct=True),
            judged_count=models.Count("figures", filter=judged, distinct=True),
            delivery_count=models.Count("deliveries", distinct=True),
        )

    def for_display(self):
        return self.select_related("thread", "approved_by").order_by("-period_start", "-pk")


class Edition(models.Model):
    """One month's readout; its figures are frozen when it is approved."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        APPROVED = "approved", "Approved"
        SENT = "sent", "Sent"

    period_start = models.DateField(unique=True, help_text="The first day of the month.")
    period_end = models.DateField(help_text="The first day after it.")
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    headline = models.CharField(max_length=200, blank=True)
    is_partial = models.BooleanField(default=False)
    data_as_of = models.DateTimeField(null=True)
    drafted_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    send_on = models.DateField(
        null=True, help_text="It leaves at eight that morning in each reader's time zone."
    )
    asked_at = models.DateTimeField(null=True, help_text="Someone wants it sent at once.")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, help_text="When it had gone to the whole list.")
    body = models.ForeignKey(MailBody, models.PROTECT, null=True, related_name="+")
    log = models.TextField(blank=True, help_text="How its making went, such as missing pictures.")
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="edition")

    objects = EditionQuerySet.as_manager()

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="edition_approved_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gt=models.F("period_start")), name="edition_period_ordered"
            ),
        ]

    def __str__(self):
        return f"{self.period_start:%B %Y}"

    def get_absolute_url(self):
        return reverse("reporting:readout", args=[f"{self.period_start:%Y-%m}"])

    @property
    def key(self):
        return f"OUT-{self.period_start:%Y-%m}"

    @property
    def name(self):
        return str(self)

    @property
    def slug(self):
        return f"{self.period_start:%Y-%m}"

    @property
    def is_draft(self):
        return self.state == self.State.DRAFT


FROZEN = """
    IF EXISTS (
        SELECT 1 FROM reporting_edition e
        WHERE e.id = COALESCE(OLD.edition_id, NEW.edition_id) AND e.state <> 'draft'
    ) THEN
        RAISE EXCEPTION 'The figures of an approved edition are frozen.';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


class EditionFigure(models.Model):
    """A KPI as it stood when the edition was drafted; frozen by a trigger once approved."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="figures")
    definition = models.ForeignKey(MetricDefinition, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    value = models.FloatField(null=True)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    n = models.PositiveIntegerField(default=0)
    previous = models.FloatField(null=True)
    status = models.CharField(max_length=12, default="unknown")
    previous_status = models.CharField(max_length=12, default="unknown")
    is_signal = models.BooleanField(null=True, help_text="Null: not enough history to tell.")
    lower_limit = models.FloatField(null=True)
    upper_limit = models.FloatField(null=True)
    is_partial = models.BooleanField(default=False)
    target = models.CharField(max_length=80, blank=True, help_text="In words, as it was then.")
    status_word = models.CharField(max_length=40, default="No value")
    excluded = models.JSONField(default=dict)
    data_as_of = models.DateTimeField(null=True)
    what_changed = models.TextField(help_text="Drafted from the numbers.")
    why = models.TextField(blank=True, help_text="Drafted from the records, finished by a person.")
    what_we_do = models.TextField(blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    edited_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "definition"], name="edition_figure_once")
        ]
        triggers = [
            Recorded(),
            pgtrigger.Trigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=FROZEN,
            ),
        ]

    def __str__(self):
        return f"{self.definition} in {self.edition_id}"

    @property
    def crossed(self):
        """Did the KPI go from on target to off it, or back?"""
        return {self.status, self.previous_status} == {"good", "bad"}

    @property
    def needs_a_note(self):
        """A KPI that crossed its threshold needs a reason in a person's words before approval."""
        return self.crossed and not (self.why.strip() and self.edited_by_id)


class EditionChart(models.Model):
    """A chart as sent: its finding, its picture where one could be made, and its table."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="charts")
    slug = models.SlugField()
    finding = models.CharField(max_length=300)
    figure = models.JSONField(default=dict)
    png = models.BinaryField(
        null=True, help_text="Null: made where there was no browser to draw it."
    )
    table = models.JSONField(default=dict, help_text='{"columns": [...], "rows": [[...]]}')
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="edition_chart_once")
        ]

    def __str__(self):
        return self.finding


class ReaderQuerySet(models.QuerySet):
    def active(self):
        """Keep who is on the list and has not turned readouts off."""
        off = Preference.objects.filter(
            user=models.OuterRef("user"), kind=Kind.READOUT, channel=Channel.OFF
        )
        return self.filter(~models.Exists(off), is_active=True)

    def for_display(self):
        return self.select_related("user").order_by("name", "pk")


class Reader(models.Model):
    """Someone on the readout's list; the mail leaves in the morning of their time zone."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="readership"
    )
    time_zone = models.CharField(max_length=64, default="Europe/Berlin")
    is_active = models.BooleanField(default=True)

    objects = ReaderQuerySet.as_manager()

    class Meta:
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.name} <{self.email}>"


class DeliveryQuerySet(models.QuerySet):
    def for_display(self):
        return self.select_related("reader", "mail").order_by("reader__name", "pk")


class Delivery(models.Model):
    """That an edition goes to a reader: once, whatever is clicked or restarted."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="deliveries")
    reader = models.ForeignKey(Reader, models.PROTECT, related_name="deliveries")
    mail = models.OneToOneField(Mail, models.PROTECT, related_name="delivery")
    at = models.DateTimeField()

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "reader"], name="delivery_once")]

    def __str__(self):
        return f"{self.edition} to {self.reader}"
