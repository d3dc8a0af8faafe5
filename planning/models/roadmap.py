"""The roadmap: when an initiative is to come, in whose words, and who may read it from outside."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Count, Deferrable, F, Q, Window
from django.db.models.functions import RowNumber

from planning.models.calendar_feed import SHOWN, digest
from planning.models.history_guards import stays
from planning.models.initiative import Initiative
from prodops.audit.models import Recorded
from prodops.people.models import ProductArea
from prodops.people.permissions import is_insider

LONGEST = timedelta(days=366)


class Horizon(models.TextChoices):
    NOW = "now", "Now"
    NEXT = "next", "Next"
    LATER = "later", "Later"


class Audience(models.TextChoices):
    """For whom an initiative is worded; date and status are the same for all of them."""

    EXECUTIVE = "executive", "Executives"
    GO_TO_MARKET = "go_to_market", "Go-to-market"
    SUPPORT = "support", "Support"
    CUSTOMER = "customer", "Customers"


class RoadmapPlaceQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def ahead(self):
        """Keep what is not out and not cancelled."""
        return self.filter(initiative__finished_at=None, initiative__cancelled_at=None)

    def out_since(self, moment: datetime):
        """Keep what reached people at `moment` or later."""
        return self.filter(initiative__finished_at__gte=moment)

    def first_of_each(self, number: int):
        """Keep the first `number` of each horizon; `of_horizon` says how many there are."""
        horizon = {"partition_by": F("horizon")}
        return self.annotate(
            nth=Window(RowNumber(), order_by=["position", "pk"], **horizon),
            of_horizon=Window(Count("pk"), **horizon),
        ).filter(nth__lte=number)

    def for_display(self):
        return (
            self.select_related("initiative__owner", "initiative__product_area")
            .prefetch_related("initiative__teams")
            .order_by("position", "pk")
        )


class RoadmapPlace(models.Model):
    """An initiative stands on the roadmap: now, next or later, and after which others."""

    initiative = models.OneToOneField(Initiative, models.PROTECT, related_name="roadmap_place")
    horizon = models.CharField(max_length=5, choices=Horizon)
    position = models.PositiveIntegerField(help_text="From the top of its horizon, from 1 on.")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = RoadmapPlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["horizon", "position"],
                deferrable=Deferrable.DEFERRED,
                name="roadmap_one_at_a_position",
            ),
            models.CheckConstraint(condition=Q(position__gte=1), name="roadmap_position_from_one"),
        ]
        # Who moves one card shifts all below it: what is recorded is the card somebody moved.
        triggers = [Recorded(ignore=("position",))]

    def __str__(self):
        return f"{self.initiative}: {self.get_horizon_display()}"


class RoadmapWording(models.Model):
    """How an initiative is told to one audience."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="wordings")
    audience = models.CharField(max_length=12, choices=Audience)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True, max_length=1000)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "audience"], name="roadmap_worded_once_per_audience"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="roadmap_wording_has_title"),
        ]
        triggers = [Recorded()]

    def __str__(self):
        return self.title


class RoadmapLinkQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def working(self, at: datetime):
        return self.filter(revoked_at=None, expires_at__gt=at)

    def of(self, secret: str, at: datetime) -> "RoadmapLink | None":
        """Return the link this secret opens at `at`; expired, revoked and unknown are alike."""
        return self.working(at).select_related("product_area").filter(digest=digest(secret)).first()

    def for_display(self):
        return self.select_related("product_area", "created_by", "revoked_by").order_by("-pk")


class RoadmapLink(models.Model):
    """An address outside people read the roadmap at; the secret in it is nowhere kept."""

    name = models.CharField(max_length=80, help_text="Who gets it, for your own list.")
    audience = models.CharField(max_length=12, choices=Audience, default=Audience.CUSTOMER)
    product_area = models.ForeignKey(
        ProductArea, models.PROTECT, null=True, blank=True, related_name="+"
    )
    prefix = models.CharField(max_length=SHOWN, help_text="How the secret begins.")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened = models.PositiveIntegerField(default=0, help_text="How often it was read.")
    last_opened_at = models.DateTimeField(null=True, blank=True)

    objects = RoadmapLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="roadmap_link_expires_later"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("created_at") + LONGEST),
                name="roadmap_link_expires_within_a_year",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="roadmap_link_revoked_by_somebody",
            ),
        ]
        triggers = [
            Recorded(ignore=("digest", "opened", "last_opened_at")),
            stays(
                "link_stays",
                "name audience product_area_id prefix digest created_at created_by_id expires_at",
                words="a link opens what it was made for, until the day it was made for",
            ),
            stays(
                "revoked_link_stays",
                "revoked_at revoked_by_id",
                after="OLD.revoked_at IS NOT NULL",
                words="the link is revoked",
            ),
        ]

    def __str__(self):
        return self.name

    def is_working(self, at: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > at

    @property
    def last_moment(self) -> datetime:
        """The last minute it works in: the evening of its last day, not the midnight after."""
        return self.expires_at - timedelta(minutes=1)
