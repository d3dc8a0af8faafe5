"""What a request is sorted by: customer accounts, categories and kinds."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from prodops.audit.models import Recorded
from prodops.people.permissions import is_insider


class AccountQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Insiders see every account; requesters choose from names, but have no page of them."""
        return self if is_insider(user) else self.none()

    def with_standing(self, on):
        """Annotate who spoke to each last, the days to wait, and why it is left in peace then."""
        return self.annotate(**self.standing(on))

    def standing(self, on, of="pk"):
        """Return these annotations for rows that name an account by `of`."""
        latest = self._same(of).order_by("-contacts__on", "-contacts__pk")
        quiet = self._same(of).filter(
            Q(silences__until_on=None) | Q(silences__until_on__gte=on),
            silences__lifted_at=None,
            silences__person=None,
            silences__from_on__lte=on,
        )
        budget = self.model._meta.apps.get_model("intake", "ContactBudget").objects
        return {
            "asked_on": Value(on, models.DateField()),
            "spoken_on": Subquery(latest.values("contacts__on")[:1]),
            "spoken_by": Subquery(latest.values("contacts__by__name")[:1]),
            "spoken_about": Subquery(latest.values("contacts__about")[:1]),
            "rest_days": Subquery(budget.values("account_days")[:1]),
            "silent_because": Subquery(quiet.values("silences__reason")[:1]),
            "silent_until_on": Subquery(quiet.values("silences__until_on")[:1]),
        }

    def resting(self, on, days):
        """Those contacted less than `days` before a day."""
        contacts = self.model._meta.get_field("contacts").related_model.objects
        recent = contacts.filter(on__gt=on - timedelta(days=days))
        return self.filter(pk__in=recent.values("account"))

    def for_display(self, on):
        """With standing, `requests` that were not merged away, and `voices`, by name."""
        asked = Count("product_requests", filter=~Q(product_requests__state="merged"))
        requests = self._same().values("pk").annotate(n=asked).values("n")
        # The merged ones are read once for all accounts, not the request of each voice.
        rows = self.model._meta.get_field("product_requests").related_model.objects
        live = ~Q(backings__product_request__in=rows.filter(state="merged").values("pk"))
        heard = Count("backings__product_request", filter=live)
        spoke = self._same().values("pk").annotate(n=heard).values("n")
        return (
            self.with_standing(on)
            .annotate(requests=Coalesce(Subquery(requests), 0), voices=Coalesce(Subquery(spoke), 0))
            .order_by("name", "pk")
        )

    def _same(self, of="pk"):
        return self.model._default_manager.filter(pk=OuterRef(of)).order_by()


class Account(models.Model):
    """A customer organisation somebody asks for."""

    class Segment(models.TextChoices):
        ENTERPRISE = "enterprise", "Enterprise"
        MID_MARKET = "mid_market", "Mid-market"
        SMALL_BUSINESS = "small_business", "Small business"
        PUBLIC = "public", "Public sector"

    name = models.CharField(max_length=160, unique=True)
    segment = models.CharField(max_length=20, choices=Segment, blank=True)
    tier = models.CharField(max_length=20, blank=True, help_text="Such as Gold or Platinum.")
    arr = models.DecimalField(
        "ARR", max_digits=14, decimal_places=2, default=0, help_text="Annual recurring revenue."
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.CheckConstraint(condition=Q(arr__gte=0), name="account_arr_not_negative")
        ]
        indexes = [models.Index(fields=["arr"], name="account_by_arr")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("intake:account", args=[self.pk])

    @property
    def free_on(self):
        """From which day on it may be contacted again, None when nobody ever did."""
        return self.spoken_on + timedelta(days=self.rest_days) if self.spoken_on else None

    @property
    def is_resting(self):
        """Whether it was contacted too lately, on the day its standing was asked for."""
        return self.free_on is not None and self.free_on > self.asked_on


class Category(models.Model):
    """What a request is about, as triage sorts it."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        triggers = [Recorded()]
        verbose_name_plural = "categories"

    def __str__(self):
        return self.name


class RequestKind(models.Model):
    """What sort of thing is asked, and how fast we promise to react, in business hours."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    acknowledge_hours = models.PositiveSmallIntegerField(
        default=24, help_text="Business hours until it is sorted and has an owner."
    )
    answer_hours = models.PositiveSmallIntegerField(
        default=80, help_text="Business hours until it is decided."
    )

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    acknowledge_hours__gt=0, answer_hours__gte=models.F("acknowledge_hours")
                ),
                name="kind_answers_after_acknowledging",
            )
        ]

    def __str__(self):
        return self.name

    def clean(self):
        """Refuse what the database would refuse, in words for the admin."""
        first, last = self.acknowledge_hours, self.answer_hours
        if first == 0:
            raise ValidationError({"acknowledge_hours": "Promise an hour or more."})
        if first and last is not None and last < first:
            words = f"It is sorted within {first} hours, so it is not answered before that."
            raise ValidationError({"answer_hours": words})

    def promise(self, priority: str) -> tuple[int, int]:
        """Return the business hours until we acknowledge and answer, for this priority."""
        for each in self.promises.all():
            if each.priority == priority:
                return each.acknowledge_hours, each.answer_hours
        return self.acknowledge_hours, self.answer_hours
