"""Tickets of the support tool: what customers told support, as evidence for requests."""

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Count, OuterRef, Q
from django.db.models.functions import Lower, Upper
from django.urls import reverse

from intake.models.catalogue import Account
from intake.models.demand import Backing
from intake.models.product_request import ProductRequest
from prodops.audit.models import Recorded, Thread
from prodops.people.permissions import is_insider

MOST_WORDS = 50
LONGEST_TAG = 60


class SupportTicketQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What customers wrote to support is for insiders."""
        return self if is_insider(user) else self.none()

    def for_display(self):
        """With whose it is, `requests`, how many requests it is evidence for, and `theme_names`.

        The newest first.
        """
        rows = self.select_related("account", "person").annotate(requests=Count("links"))
        names = self._theme_links().filter(ticket=OuterRef("pk")).values("theme__name")
        named = ArraySubquery(names.order_by("theme__name").distinct())
        return rows.annotate(theme_names=named).order_by("-opened_at", "-pk")

    def of_theme(self, theme):
        """Those that speak for a theme, each once."""
        return self.filter(pk__in=self._theme_links().filter(theme=theme).values("ticket"))

    def with_theme(self):
        return self.filter(pk__in=self._theme_links().values("ticket"))

    def without_theme(self):
        return self.exclude(pk__in=self._theme_links().values("ticket"))

    def _theme_links(self):
        links = self.model._meta.get_field("theme_links").related_model.objects
        return links.live().of_tickets()


class SupportTicket(models.Model):
    """One conversation of a customer with support."""

    class Source(models.TextChoices):
        ZENDESK = "zendesk", "Zendesk"
        INTERCOM = "intercom", "Intercom"
        CSV = "csv", "CSV file"

    source = models.CharField(max_length=8, choices=Source)
    external_id = models.CharField(max_length=120)
    subject = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    conversation = models.TextField(
        blank=True, help_text="What was said after the first message, answers and notes."
    )
    requester_name = models.CharField(max_length=120, blank=True)
    requester_email = models.EmailField(blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="support_tickets",
        help_text="Who asked, when the hub knows them by their address.",
    )
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="support_tickets"
    )
    status = models.CharField(max_length=40, blank=True, help_text="In the words of its source.")
    opened_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True, blank=True)
    tags = ArrayField(models.CharField(max_length=LONGEST_TAG), default=list, blank=True)
    url = models.URLField(max_length=500, blank=True)
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="support_ticket")

    objects = SupportTicketQuerySet.as_manager()

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="ticket_once_per_source"
            ),
            models.CheckConstraint(condition=~Q(external_id=""), name="ticket_has_an_id"),
            models.CheckConstraint(
                condition=Q(solved_at=None) | Q(solved_at__gte=models.F("opened_at")),
                name="ticket_solved_after_opening",
            ),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="ticket_newest"),
            GinIndex(fields=["tags"], name="ticket_tags"),
            GinIndex(
                OpClass(Upper("subject"), name="gin_trgm_ops"), name="ticket_subject_trigrams"
            ),
        ]

    def __str__(self):
        return self.subject

    def get_absolute_url(self):
        return reverse("intake:ticket", args=[self.pk])

    @property
    def key(self):
        return f"TKT-{self.pk}"

    @property
    def who(self):
        """Who asked, by the best name there is."""
        return str(self.person or self.requester_name or self.requester_email or "Unknown")


class TicketRuleQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def for_display(self):
        return self.select_related("changed_by").order_by(Lower("tag"), "pk")

    def active(self):
        return self.filter(is_active=True).order_by("pk")


class TicketRule(models.Model):
    """A tag that tickets get when one of these words or phrases stands in them."""

    tag = models.CharField(max_length=LONGEST_TAG)
    words = ArrayField(
        models.CharField(max_length=120, validators=[MinLengthValidator(2)]), size=MOST_WORDS
    )
    is_active = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = TicketRuleQuerySet.as_manager()

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.UniqueConstraint(
                Lower("tag"),
                name="ticket_rule_tag",
                violation_error_message="There is a rule for this tag already.",
            ),
            models.CheckConstraint(condition=Q(words__len__gte=1), name="ticket_rule_has_words"),
            models.CheckConstraint(condition=~Q(tag=""), name="ticket_rule_has_a_tag"),
        ]

    def __str__(self):
        return self.tag


class TicketLink(models.Model):
    """A ticket is evidence for a request; `backing` is the voice it brought, if it was the first.

    An account speaks once, however many of its tickets are attached.
    """

    ticket = models.ForeignKey(SupportTicket, models.CASCADE, related_name="links")
    product_request = models.ForeignKey(ProductRequest, models.CASCADE, related_name="ticket_links")
    backing = models.ForeignKey(
        Backing, models.SET_NULL, null=True, blank=True, related_name="ticket_links"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "product_request"], name="ticket_attached_once"
            )
        ]

    def __str__(self):
        return f"{self.ticket_id} for REQ-{self.product_request_id}"
