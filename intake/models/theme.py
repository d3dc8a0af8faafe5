"""What customers keep saying: themes, and those that turned out to be one."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    DecimalField,
    F,
    Func,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse

from intake.models import trend
from intake.models.catalogue import Account
from intake.models.demand import Backing
from intake.models.product_request import ProductRequest
from intake.models.state import State as RequestState
from intake.models.taxonomy import ThemeGroup, path_of
from prodops.audit.models import Recorded, Thread
from prodops.people.models import ProductArea
from prodops.people.permissions import is_insider

# Nothing is at stake any more once it is out.
NOT_AT_STAKE = (RequestState.SHIPPED, RequestState.CLOSED)
LINKS_FOLLOW = pgtrigger.Trigger(
    name="links_follow",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("merged_into_id"),
    func="""
        UPDATE intake_themequote SET theme_id = coalesce(NEW.merged_into_id, NEW.id)
        WHERE attached_to_id = NEW.id;
        RETURN NULL;
    """,
)


def _in_theme(prefix: str, theme) -> dict:
    """Return the filter for rows whose request belongs to a theme; joins may repeat a row."""
    return {
        f"{prefix}theme_links__theme": theme,
        f"{prefix}theme_links__removed_at": None,
        f"{prefix}is_spam": False,
    }


def _one(rows, template: str, *fields: str, output=None) -> Subquery:
    """Return one figure over all rows of a subquery."""
    output = output or models.IntegerField()
    figure = Func(*fields, template=template, output_field=output)
    return Subquery(rows.order_by().annotate(figure=figure).values("figure"), output_field=output)


class ThemeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Themes are for those who work on the product; requesters never see them."""
        return self if is_insider(user) else self.none()

    def in_use(self):
        return self.filter(state=Theme.State.ACTIVE)

    def below(self, group):
        """Keep the themes of a group and of those below it."""
        return self.filter(Q(group=group) | Q(group__parent=group) | Q(group__parent__parent=group))

    def in_order(self):
        """With `path`, in the order of the tree; what has no group comes last."""
        loose = Case(When(group=None, then=True), default=False, output_field=BooleanField())
        placed = self.annotate(path=path_of("group__"), is_loose=loose)
        return placed.order_by("is_loose", "path", Lower("name"), "pk")

    def with_standing(self, at):
        """Annotate what a theme weighs at that moment.

        `weighed_at`, `requests`, `voices` (once a person and account), `arr` (of each account
        once, of what is not out yet), `recent` and `before` (requests of the last 13 weeks and of
        the 13 before), `growth`, `quoted_at` (newest quote) and `asked` (moments of a year).
        """
        theme, since = OuterRef("pk"), at - trend.QUARTER
        requests = ProductRequest.objects.filter(**_in_theme("", theme), submitted_at__lte=at)
        voices = Backing.objects.filter(**_in_theme("product_request__", theme))
        quotes = self.model._meta.get_field("links").related_model.objects
        newest = quotes.filter(theme=theme, removed_at=None).order_by("-at", "-pk")
        before = requests.filter(submitted_at__lte=since, submitted_at__gt=since - trend.QUARTER)
        count = "COUNT(DISTINCT %(expressions)s)"
        return self.annotate(
            weighed_at=Value(at, output_field=models.DateTimeField()),
            requests=_one(requests, count, "pk"),
            voices=_one(voices, "COUNT(DISTINCT (%(expressions)s))", "person", "account"),
            arr=Coalesce(_arr(), 0, output_field=DecimalField()),
            recent=_one(requests.filter(submitted_at__gt=since), count, "pk"),
            before=_one(before, count, "pk"),
            growth=F("recent") - F("before"),
            quoted_at=Subquery(newest.values("at")[:1]),
            asked=ArraySubquery(_asked(at)),
        )

    def for_display(self):
        """With group, owner and area, in the order of the tree."""
        related = ("group", "owner", "product_area", "merged_into")
        return self.select_related(*related).in_order()


def _arr() -> Subquery:
    theme = OuterRef(OuterRef("pk"))
    voices = Backing.objects.filter(**_in_theme("product_request__", theme))
    wanted = Coalesce("product_request__merged_into__state", "product_request__state")
    at_stake = voices.annotate(wanted=wanted).exclude(wanted__in=NOT_AT_STAKE)
    accounts = Account.objects.filter(pk__in=at_stake.values("account"))
    return _one(accounts, "SUM(%(expressions)s)", "arr", output=DecimalField())


def requests_of(theme):
    """Return the genuine requests that speak for a theme, each once."""
    own = ProductRequest.objects.filter(**_in_theme("", theme)).values("pk")
    return ProductRequest.objects.filter(pk__in=own)


def _asked(at):
    asked = requests_of(OuterRef(OuterRef("pk"))).filter(submitted_at__lte=at)
    asked = asked.filter(submitted_at__gte=trend.beginning(at))
    return asked.order_by("submitted_at").values("submitted_at")


class Theme(models.Model):
    """Something many people say in words of their own; a person made it or confirmed it."""

    class State(models.TextChoices):
        ACTIVE = "active", "In use"
        ARCHIVED = "archived", "Archived"
        MERGED = "merged", "Merged"

    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    group = models.ForeignKey(
        ThemeGroup, models.PROTECT, null=True, blank=True, related_name="themes"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_themes",
    )
    product_area = models.ForeignKey(
        ProductArea, models.PROTECT, null=True, blank=True, related_name="themes"
    )
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_themes",
        help_text="The theme that lives on; never itself merged.",
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="theme")

    objects = ThemeQuerySet.as_manager()

    class Meta:
        triggers = [Recorded(), LINKS_FOLLOW]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), condition=Q(state="active"), name="theme_name_in_use_once"
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (Q(state__in=["active", "archived"]) & Q(merged_into=None)),
                name="theme_merged_into_another",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="theme_not_merged_into_itself"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("intake:theme", args=[self.pk])

    @property
    def key(self):
        return f"THM-{self.pk}"

    @property
    def living(self):
        """The theme that carries this one on: itself, unless it was merged."""
        return self.merged_into or self

    @property
    def is_active(self):
        return self.state == self.State.ACTIVE

    @property
    def place(self):
        """The names of its groups from the top; needs `in_order`."""
        return " › ".join(self.path)

    @property
    def tone(self):
        return {"active": "positive", "archived": "unknown"}.get(self.state, "neutral")

    @property
    def trend(self):
        """The last twelve months; needs `with_standing`."""
        return trend.draw(self.asked, self.weighed_at)


class ThemeMerge(models.Model):
    """Two themes turned out to be one; an undone merge stays in the record."""

    child = models.ForeignKey(Theme, models.CASCADE, related_name="merges")
    parent = models.ForeignKey(Theme, models.CASCADE, related_name="merges_received")
    from_state = models.CharField(max_length=8, choices=Theme.State)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.UniqueConstraint(
                fields=["child"], condition=Q(undone_at=None), name="theme_merge_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(child=F("parent")), name="theme_merge_of_two_themes"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="theme_merge_undone_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.child} into {self.parent}"
