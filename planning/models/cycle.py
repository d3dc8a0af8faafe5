"""The planning cycle: a quarter, a month, or dates of one's own."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Count, F, Func, Max, Q, Value
from django.urls import reverse
from django.utils import timezone

from planning.models.guards import PHASES_IN_ORDER
from planning.models.predictability import GRACE_DAYS
from prodops.audit.models import Recorded, Thread
from prodops.people.business_time import default_calendar
from prodops.people.permissions import is_insider


class CycleQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def covering(self, on):
        """Keep the cycles that have the date `on` inside them."""
        return self.filter(starts_on__lte=on, ends_on__gte=on)

    def current_quarter(self, on):
        """Return the quarter `on` falls into, or None when nobody opened it yet."""
        return self.covering(on).filter(kind=Cycle.Kind.QUARTER).first()

    def with_counts(self):
        """Annotate `committed_count`, `stretch_count`, `unplanned_count`, `dropped_count`.

        And `carried_count`: what another cycle left over, whatever it counts as here.
        """
        kept = Q(commitments__dropped_at=None)
        planned = kept & Q(commitments__was_unplanned=False)
        kinds = {
            kind: planned
            & (
                Q(commitments__frozen_kind=kind)
                | Q(commitments__frozen_kind="", commitments__kind=kind)
            )
            for kind in ("committed", "stretch")
        }
        return self.annotate(
            committed_count=Count("commitments", filter=kinds["committed"]),
            stretch_count=Count("commitments", filter=kinds["stretch"]),
            unplanned_count=Count("commitments", filter=kept & Q(commitments__was_unplanned=True)),
            dropped_count=Count("commitments", filter=Q(commitments__dropped_at__isnull=False)),
            carried_count=Count("commitments", filter=Q(commitments__carried_from__isnull=False)),
        )

    def with_mix(self):
        """Annotate `mix_size`: how many kinds of work have a share wanted, 0 before one is set."""
        return self.annotate(mix_size=Count("investment_targets"))

    def with_day_kept(self, on):
        """Annotate `kept_on`: the day until `on` on which scores and capacity were kept last."""
        until = Q(plan_days__on__lte=on) if on else Q(pk=None)
        return self.annotate(kept_on=Max("plan_days__on", filter=until))

    def for_display(self):
        return self.with_counts().select_related("committed_by").order_by("-starts_on", "-pk")


class Cycle(models.Model):
    """A stretch of time the organisation plans for; `ends_on` is its last day."""

    class Kind(models.TextChoices):
        QUARTER = "quarter", "Quarter"
        MONTH = "month", "Month"
        CUSTOM = "custom", "Custom"

    class Phase(models.TextChoices):
        DRAFT = "draft", "Draft"
        PLANNING = "planning", "Planning"
        COMMITTED = "committed", "Committed"
        ACTIVE = "active", "Active"
        CLOSED = "closed", "Closed"

    name = models.CharField(max_length=80)
    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.QUARTER)
    starts_on = models.DateField()
    ends_on = models.DateField()
    phase = models.CharField(max_length=10, choices=Phase, default=Phase.DRAFT)
    committed_at = models.DateTimeField(null=True, blank=True)
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    kicked_off_at = models.DateTimeField(
        null=True, blank=True, help_text="When its milestones were copied and their dates frozen."
    )
    kicked_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="cycle")

    objects = CycleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="cycle_dates_ordered"
            ),
            models.CheckConstraint(
                condition=Q(phase__in=["draft", "planning"], committed_at=None, committed_by=None)
                | Q(
                    phase__in=["committed", "active", "closed"],
                    committed_at__isnull=False,
                    committed_by__isnull=False,
                ),
                name="cycle_committed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(kicked_off_at=None, kicked_off_by=None)
                | Q(kicked_off_at__isnull=False, kicked_off_by__isnull=False),
                name="cycle_kicked_off_by_someone",
            ),
            *(
                ExclusionConstraint(
                    name=f"cycle_{kind}s_do_not_overlap",
                    expressions=[
                        (
                            Func(
                                F("starts_on"),
                                F("ends_on"),
                                Value("[]"),
                                function="daterange",
                                output_field=DateRangeField(),
                            ),
                            RangeOperators.OVERLAPS,
                        )
                    ],
                    condition=Q(kind=kind),
                )
                for kind in ("quarter", "month", "custom")
            ),
        ]
        triggers = [Recorded(), PHASES_IN_ORDER]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("planning:cycle", args=[self.pk])

    @property
    def key(self):
        return f"CYC-{self.pk}"

    @property
    def is_committed(self):
        return self.committed_at is not None

    @property
    def is_closed(self):
        return self.phase == self.Phase.CLOSED

    @property
    def is_judged(self):
        """May people say what its initiatives proved to be worth?"""
        return self.phase in {self.Phase.ACTIVE, self.Phase.CLOSED}

    @property
    def opens_at(self) -> datetime:
        """The first moment of the cycle, in the organisation's time zone."""
        return _midnight(self.starts_on)

    @property
    def closes_at(self) -> datetime:
        """The moment the cycle is over: midnight after its last day."""
        return _midnight(self.ends_on + timedelta(days=1))

    @property
    def freezes_at(self) -> datetime:
        """When the cycle is three business days old: from then on, what comes in is unplanned."""
        return _midnight(default_calendar().add_working_days(self.starts_on, GRACE_DAYS))

    @property
    def turns_at(self) -> datetime:
        """The middle of the cycle; what is descoped by decision before it leaves the plan."""
        return self.opens_at + (self.closes_at - self.opens_at) / 2

    def is_frozen(self, at: datetime) -> bool:
        """Is its plan the promise that K3 holds it to? A plan committed late is from its commit."""
        return self.is_committed and at >= self.freezes_at

    def elapsed_share(self, on: date) -> float:
        """Return how much of the cycle is over at the start of `on`, from 0 to 1."""
        days = (self.ends_on - self.starts_on).days + 1
        return min(1.0, max(0.0, (on - self.starts_on).days / days))


def _midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min), timezone.get_default_timezone())
